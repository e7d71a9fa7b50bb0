//! Calendars and address cards (RFC 5545, section 3.1.3; RFC 6350): the files that stand in their properties.

use crate::decode::Encoding;
use crate::inside::container::Container;
use crate::inside::decoded::Decoded;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{FileName, Member};
use std::io::{self, BufRead, BufReader, Read, SeekFrom};
use std::ops::Range;

/// Files that are opened.
const FILES: usize = 1_000;
/// Octets of a line that are kept: the parameters.
const LINE: usize = 8 << 10;

/// A file in a property.
struct File {
    name: Option<String>,
    data: Range<u64>,
}

/// Opens the files.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let head = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    let begins = |word: &[u8]| {
        let start = head.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if !begins(b"BEGIN:VCALENDAR") && !begins(b"BEGIN:VCARD") {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let files = match files(BufReader::new(&mut *source)) {
        Ok(files) => files,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    for file in &files {
        let names: Vec<FileName> = file.name.iter().map(|name| look::name(name)).collect();
        let member = Member::new(container.path, names, "attachment");
        let mut content = Decoded::new(&mut *source, file.data.clone(), Encoding::Base64)
            .map_err(Stop::Program)?;
        walk.member(container, member, &mut content)?;
    }
    Ok(if files.is_empty() {
        Opened::NotOne
    } else {
        Opened::Whole
    })
}

/// The properties that are base64. A property goes on in lines that begin with white space (section 3.1).
fn files(mut from: impl BufRead) -> io::Result<Vec<File>> {
    let mut found: Vec<File> = Vec::new();
    let mut property = Property::default();
    let (mut at, mut whole) = (0_u64, true);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = from
            .by_ref()
            .take(LINE as u64)
            .read_until(b'\n', &mut line)? as u64;
        let goes_on = !whole || matches!(line.first(), Some(b' ' | b'\t'));
        if count == 0 || !goes_on {
            found.extend(std::mem::take(&mut property).file(at));
        }
        if count == 0 || found.len() >= FILES {
            return Ok(found);
        }
        if found.len() < FILES {
            property.line(&line, at, whole);
        }
        at = at.saturating_add(count);
        whole = line.ends_with(b"\n");
    }
}

/// The property that is being read.
#[derive(Default)]
struct Property {
    /// Its name and parameters.
    head: Vec<u8>,
    /// Where its value begins.
    value: Option<u64>,
}

impl Property {
    fn line(&mut self, line: &[u8], at: u64, first: bool) {
        if self.value.is_some() {
            return;
        }
        let skipped = usize::from(first && !self.head.is_empty());
        let text = line.get(skipped..).unwrap_or_default();
        let colon = colon(&self.head, text);
        let kept = text.get(..colon.unwrap_or(text.len())).unwrap_or_default();
        let room = LINE.saturating_sub(self.head.len());
        let kept = kept.trim_ascii_end();
        self.head
            .extend_from_slice(kept.get(..room).unwrap_or(kept));
        let begin = colon.map(|colon| skipped.saturating_add(colon).saturating_add(1) as u64);
        self.value = begin.map(|begin| at.saturating_add(begin));
    }

    /// The file that it is, ended at `end`.
    fn file(self, end: u64) -> Option<File> {
        let value = self.value?;
        let head = String::from_utf8_lossy(&self.head);
        let upper = head.to_ascii_uppercase();
        let encoded = ["ENCODING=BASE64", "ENCODING=B", ";BASE64"];
        let encoded = encoded.iter().any(|sign| {
            upper.match_indices(sign).any(|(at, sign)| {
                let behind = upper.get(at.saturating_add(sign.len())..);
                behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([';', '"']))
            })
        });
        encoded.then(|| File {
            name: file_name(&head),
            data: value..end.max(value),
        })
    }
}

/// Where the parameters end: at the first colon that stands in no quotes.
fn colon(before: &[u8], text: &[u8]) -> Option<usize> {
    let mut quoted = memchr::memchr_iter(b'"', before).count() % 2 == 1;
    text.iter().position(|octet| {
        quoted ^= *octet == b'"';
        *octet == b':' && !quoted
    })
}

/// The name that a parameter gives: `FILENAME`, `X-FILENAME`, `X-ORACLE-FILENAME`.
fn file_name(head: &str) -> Option<String> {
    head.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let name = name.trim().to_ascii_uppercase();
        (name.ends_with("FILENAME") || name == "X-NAME" || name == "NAME")
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}
