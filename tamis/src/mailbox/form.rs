//! What a path is: a message, an mbox, a directory of messages or a Maildir.

use super::content::Place;
use super::error::Error;
use super::mbox::{Split, Variant, is_from_line};
use crate::spool::{Spool, SpoolSettings, next_chunk};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use tamis_sanitize::Extent;

/// What mail lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One message.
    Message,
    /// Many messages in one file.
    Mbox(Variant),
    /// A directory; every file in it and below is a message or an mbox.
    Directory,
    /// A directory with `cur`, and with `new` or `tmp`.
    Maildir,
}

impl Form {
    /// The words used in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Form::Message => "a message",
            Form::Mbox(_) => "an mbox",
            Form::Directory => "a directory of messages",
            Form::Maildir => "a Maildir",
        }
    }

    /// Whether its output is one file.
    pub const fn is_file(self) -> bool {
        matches!(self, Form::Message | Form::Mbox(_))
    }
}

/// Octets that are looked at to tell the kind of an mbox.
const SAMPLE: u64 = 4 << 20;

/// Looks at what an input is. A stream is read to its end first: only then can its messages be read at will.
pub(super) fn examine(path: &Path, spool: &SpoolSettings) -> Result<(Form, Place), Error> {
    if path == Path::new("-") {
        return stream(path, io::stdin().lock(), spool);
    }
    let open = |error| Error::Open(path.to_owned(), error);
    let kind = fs::metadata(path).map_err(open)?.file_type();
    if kind.is_dir() {
        // Copies and archives often lack the directories that were empty.
        let has = |sub| path.join(sub).is_dir();
        let is_maildir = has("cur") && (has("new") || has("tmp"));
        let form = if is_maildir {
            Form::Maildir
        } else {
            Form::Directory
        };
        return Ok((form, Place::Path(path.to_owned())));
    }
    let file = File::open(path).map_err(open)?;
    if kind.is_file() {
        return examine_file(path, file);
    }
    stream(path, file, spool)
}

/// Looks at what a regular file is.
pub(super) fn examine_file(path: &Path, file: File) -> Result<(Form, Place), Error> {
    let length = file
        .metadata()
        .map_err(|error| Error::Open(path.to_owned(), error))?
        .len();
    let place = Place::File(Arc::new(file), Extent::new(0, length));
    match form_of(path, &place, length)? {
        // Opened again when its turn comes: there may be more files than descriptors.
        Form::Message => Ok((Form::Message, Place::Path(path.to_owned()))),
        form => Ok((form, place)),
    }
}

fn stream(
    path: &Path,
    mut input: impl Read,
    spool: &SpoolSettings,
) -> Result<(Form, Place), Error> {
    let read = |error| Error::Read(path.to_owned(), error);
    let mut spool = Spool::new(spool.clone());
    while let Some(chunk) = next_chunk(&mut input).map_err(read)? {
        spool.append(&chunk).map_err(read)?;
    }
    let length = spool.len();
    let place = Place::Spool(Arc::new(spool), Extent::new(0, length));
    Ok((form_of(path, &place, length)?, place))
}

fn form_of(path: &Path, place: &Place, length: u64) -> Result<Form, Error> {
    let read = |error| Error::Read(path.to_owned(), error);
    let sample = |range| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        place.part(range).open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let head = sample(Extent::new(0, length.min(1_024))).map_err(read)?;
    let line = head.split_inclusive(|byte| *byte == b'\n').next();
    if !is_from_line(line.unwrap_or_default()) {
        return Ok(Form::Message);
    }
    let last = sample(Extent::new(length.saturating_sub(1), length)).map_err(read)?;
    if last != b"\n" {
        // One message with a line of an mbox in front may end as it likes; an mbox ends with a whole line.
        let mut entries = Split::new(place.open().map_err(read)?);
        let mut next = || entries.next_entry().map_err(read);
        return match (next()?, next()?) {
            (_, None) => Ok(Form::Message),
            _ => Err(Error::Truncated(path.to_owned())),
        };
    }
    let start = sample(Extent::new(0, length.min(SAMPLE))).map_err(read)?;
    Ok(Form::Mbox(Variant::detect(&start)))
}
