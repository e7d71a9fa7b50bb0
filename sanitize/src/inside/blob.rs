//! Files that are written in pages and other markup: runs of base64, in `data:` addresses and in script, that decode to
//! something known.

use super::container::Container;
use super::decoded::Decoded;
use super::host::Source;
use super::outcome::{Stop, content_error};
use super::walk::Walk;
use crate::decode::Encoding;
use crate::kind::{Kind, Kinds};
use crate::look::{Look, Looked};
use crate::map::{Extent, Member};
use std::io::{self, BufRead, BufReader, Read, SeekFrom};

/// Octets of the shortest run that is looked at where nothing says that it is one.
const SHORTEST: u64 = 64;
/// Octets of a run that is no name, key or picture of a page, whatever it is.
const OPAQUE: u64 = 2_048;
/// What stands in front of a run in an address, with a comma behind it.
const SIGN: &[u8] = b"base64";
/// Octets that are decoded at a time.
const PIECE: usize = 8 << 10;
/// Runs that are looked at.
const RUNS: usize = 1_000;

/// What was found in a page.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Files that were opened.
    pub(super) files: usize,
    /// Whether much stands there that is nothing known.
    pub(super) opaque: bool,
}

/// Opens every file.
pub(super) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
) -> Result<Found, Stop> {
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let found = match runs(BufReader::new(&mut *source)) {
        Ok(found) => found,
        Err(error) => {
            content_error(error)?;
            return Ok(Found::default());
        }
    };
    let mut told = Found::default();
    for run in found {
        let looked = look(source, &run)?;
        let is_file = looked.kinds.intersects(FILES);
        let unknown = looked.kinds.contains(Kind::Unknown) && !run.announced;
        told.opaque |= unknown && run.at.len() >= OPAQUE;
        if !(is_file || run.announced && may_be_a_file(&looked)) {
            continue;
        }
        let member = Member::new(container.path, Vec::new(), "data");
        let mut content = decoded(source, &run)?;
        if is_file {
            told.files += 1;
            walk.embedded(container, member, &mut content)?;
        } else {
            walk.member(container, member, &mut content)?;
        }
    }
    Ok(told)
}

/// What a page has no use for itself.
const FILES: Kinds = Kinds::of(Kind::Executable)
    .union(Kinds::of(Kind::Script))
    .union(Kinds::of(Kind::Archive))
    .union(Kinds::of(Kind::Office))
    .union(Kinds::of(Kind::MacroOffice))
    .union(Kinds::of(Kind::Pdf))
    .union(Kinds::of(Kind::Message))
    .union(Kinds::of(Kind::Html))
    .union(Kinds::of(Kind::ActiveHtml));

/// A run of base64.
struct Run {
    at: Extent,
    /// Whether it is said to be one, as in `data:` addresses.
    announced: bool,
}

/// Whether content that is nothing known is worth opening: pictures, sounds and fonts are what a page is made of.
fn may_be_a_file(looked: &Looked) -> bool {
    let own = Kinds::from_iter([Kind::Image, Kind::Audio, Kind::Video]);
    let font = looked
        .media_type
        .is_some_and(|found| found.contains("font"));
    !looked.kinds.intersects(own) && !font
}

fn decoded<'a>(source: &'a mut dyn Source, run: &Run) -> Result<Decoded<'a>, Stop> {
    Decoded::new(source, run.at.start..run.at.end, Encoding::Base64).map_err(Stop::Program)
}

/// What a run stands for.
fn look(source: &mut dyn Source, run: &Run) -> Result<Looked, Stop> {
    let mut content = decoded(source, run)?;
    let mut look = Look::new();
    let mut buffer = vec![0; PIECE];
    loop {
        match content.read(&mut buffer).map_err(Stop::Program)? {
            0 => return Ok(look.finish()),
            count => look.push(buffer.get(..count).unwrap_or_default()),
        }
    }
}

/// Every run that is long enough.
fn runs(mut from: impl BufRead) -> io::Result<Vec<Run>> {
    let mut runs = Runs::default();
    loop {
        let buffer = from.fill_buf()?;
        let count = buffer.len();
        if count == 0 || runs.found.len() >= RUNS {
            runs.end(0);
            return Ok(runs.found);
        }
        for octet in buffer {
            runs.octet(*octet);
        }
        from.consume(count);
    }
}

/// The runs that were met.
#[derive(Default)]
struct Runs {
    found: Vec<Run>,
    at: u64,
    /// Where the run begins that is not over, and its first digits.
    start: u64,
    word: Vec<u8>,
    announced: bool,
}

impl Runs {
    fn octet(&mut self, octet: u8) {
        if !is_digit(octet) {
            self.end(octet);
        } else if self.word.len() <= SIGN.len() && octet != 0 {
            self.word.push(octet.to_ascii_lowercase());
        }
        self.at = self.at.saturating_add(1);
    }

    /// The run is over, at this octet.
    fn end(&mut self, octet: u8) {
        let run = Extent::new(self.start, self.at);
        let announced = self.announced && !run.is_empty();
        if announced || run.len() >= SHORTEST {
            self.found.push(Run {
                at: run,
                announced: self.announced,
            });
        }
        self.announced = octet == b',' && self.word == SIGN;
        self.word.clear();
        self.start = self.at.saturating_add(1);
    }
}

/// Whether an octet belongs to a run; it may be broken into lines, and have NULs in UTF-16.
fn is_digit(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=' | b'\r' | b'\n' | 0)
}
