//! Files that are written in pages and other markup: runs of base64, in `data:` addresses and in script, that decode to something known.

use super::container::Container;
use super::decoded::Decoded;
use super::host::Source;
use super::outcome::{Stop, content_error};
use super::walk::Walk;
use crate::decode::{Decoder, Encoding};
use crate::kind::{Kind, Kinds};
use crate::look::Look;
use crate::map::{Extent, Member};
use std::io::{self, BufRead, BufReader, SeekFrom};

/// Octets of the shortest run that is looked at.
const SHORTEST: u64 = 64;
/// Octets of a run by which it is told what it is.
const HEAD: usize = 4_096;
/// Runs that are looked at.
const RUNS: usize = 1_000;

/// Opens every file; how many there are.
pub(super) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
) -> Result<usize, Stop> {
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let found = match runs(BufReader::new(&mut *source)) {
        Ok(found) => found,
        Err(error) => {
            content_error(error)?;
            return Ok(0);
        }
    };
    for run in &found {
        let member = Member::new(container.path, Vec::new(), "data");
        let mut content = Decoded::new(&mut *source, run.start..run.end, Encoding::Base64)
            .map_err(Stop::Program)?;
        walk.embedded(container, member, &mut content)?;
    }
    Ok(found.len())
}

/// The runs that are files.
fn runs(mut from: impl BufRead) -> io::Result<Vec<Extent>> {
    let (mut found, mut at) = (Vec::new(), 0_u64);
    let (mut start, mut head) = (0_u64, Vec::new());
    loop {
        let buffer = from.fill_buf()?;
        let over = buffer.is_empty();
        let count = buffer.len();
        for octet in buffer {
            if is_digit(*octet) {
                // UTF-16 reads like ASCII without its NULs.
                if head.len() < HEAD && *octet != 0 {
                    head.push(*octet);
                }
            } else {
                end(Extent::new(start, at), &mut head, &mut found);
                start = at.saturating_add(1);
            }
            at = at.saturating_add(1);
        }
        from.consume(count);
        if over || found.len() >= RUNS {
            end(Extent::new(start, at), &mut head, &mut found);
            return Ok(found);
        }
    }
}

/// A run has ended.
fn end(run: Extent, head: &mut Vec<u8>, found: &mut Vec<Extent>) {
    if run.len() >= SHORTEST && is_file(head) {
        found.push(run);
    }
    head.clear();
}

/// Whether an octet belongs to a run; it may be broken into lines.
fn is_digit(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=' | b'\r' | b'\n' | 0)
}

/// Whether a run begins like a file that a page has no use for itself.
fn is_file(head: &[u8]) -> bool {
    let mut decoded = Vec::new();
    let mut decoder = Decoder::new(Encoding::Base64);
    decoder.push(head, &mut decoded);
    decoder.finish(&mut decoded);
    let mut look = Look::new();
    look.push(&decoded);
    let files = Kinds::from_iter([
        Kind::Executable,
        Kind::Script,
        Kind::Archive,
        Kind::Office,
        Kind::MacroOffice,
        Kind::Pdf,
        Kind::Message,
        Kind::Html,
        Kind::ActiveHtml,
    ]);
    look.finish().kinds.intersects(files)
}
