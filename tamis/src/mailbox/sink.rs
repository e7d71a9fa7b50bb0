//! Where the results go: the same kind of thing as the input, with the same names, and never in its place.

use super::atomic::AtomicFile;
use super::error::Error;
use super::form::{Form, examine_file};
use super::mbox::{Entry, MboxWriter};
use super::source::{Mbox, Source};
use crate::spool::next_chunk;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tamis_sanitize::Extent;

/// What becomes of an entry of an mbox that is delivered.
pub enum Written<'a> {
    /// It leaves as it came, with its `From ` line, its quotes and its blank line.
    AsItWas,
    /// This is written in its place.
    Changed(&'a mut dyn Read),
}

/// The output for one input.
#[derive(Debug)]
pub struct Sink {
    place: Place,
    mbox: Option<Open>,
}

/// Which place the messages go to. Cheap to hand to another thread.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    Stdout,
    File(PathBuf),
    Directory(PathBuf),
    Maildir(PathBuf),
}

/// The mbox that is being written.
#[derive(Debug)]
struct Open {
    mbox: Arc<Mbox>,
    writer: MboxWriter<BufWriter<Out>>,
}

#[derive(Debug)]
enum Out {
    Stdout(io::Stdout),
    File(AtomicFile),
}

impl Sink {
    /// A place that nothing is written to: messages are only looked at.
    pub fn nowhere() -> Self {
        Sink {
            place: Place::Nowhere,
            mbox: None,
        }
    }

    /// Standard output, for an input that is a file.
    pub fn stdout() -> Self {
        Sink {
            place: Place::Stdout,
            mbox: None,
        }
    }

    /// A path. Creates nothing yet, but refuses what could not be right: an output of another kind that exists, or one
    /// that is the input or lies inside it.
    pub fn at(path: &Path, source: &Source) -> Result<Self, Error> {
        let form = source.form();
        check_apart(source.path(), path)?;
        check_kind(path, form)?;
        let place = match form {
            Form::Message | Form::Mbox(_) => Place::File(path.to_owned()),
            Form::Directory => Place::Directory(path.to_owned()),
            Form::Maildir => Place::Maildir(path.to_owned()),
        };
        Ok(Sink { place, mbox: None })
    }

    /// A writer for messages that are files of their own: they need no order.
    pub fn files(&self) -> FileSink {
        FileSink(self.place.clone())
    }

    /// Writes an entry of an mbox. Entries come in order, all of one mbox before the next; the mbox before is complete
    /// with that.
    pub fn put_entry(
        &mut self,
        mbox: &Arc<Mbox>,
        entry: &Entry,
        written: Written<'_>,
    ) -> Result<(), Error> {
        let Some(writer) = self.writer(mbox)? else {
            return Ok(());
        };
        let raw = |range| -> io::Result<_> { mbox.place.part(range).open() };
        let result = match written {
            Written::AsItWas => raw(Extent::new(entry.from.start, entry.gap.end))
                .and_then(|entry| writer.put_as_it_was(entry)),
            Written::Changed(message) => raw(entry.from)
                .and_then(|mut from| {
                    let mut line = Vec::new();
                    from.read_to_end(&mut line)?;
                    Ok(line)
                })
                .and_then(|from| writer.put_changed(&from, message)),
        };
        result.map_err(|error| Error::Write(self.target(mbox), error))
    }

    /// Gives up an mbox that could not be read to its end: nothing of it is written.
    pub fn spoil(&mut self, mbox: &Arc<Mbox>) {
        if self
            .mbox
            .as_ref()
            .is_some_and(|open| Arc::ptr_eq(&open.mbox, mbox))
        {
            self.mbox = None;
        }
    }

    /// Completes the mbox that is being written, if one is. An mbox of which no message is left is not written.
    pub fn finish(&mut self) -> Result<(), Error> {
        let Some(open) = self.mbox.take() else {
            return Ok(());
        };
        let target = self.target(&open.mbox);
        open.mbox.check_unchanged()?;
        let out = open.writer.into_inner().into_inner();
        match out.map_err(|error| Error::Write(target.clone(), error.into_error()))? {
            Out::Stdout(mut out) => out.flush().map_err(|error| Error::Write(target, error)),
            Out::File(file) => file.commit(),
        }
    }

    fn writer(
        &mut self,
        mbox: &Arc<Mbox>,
    ) -> Result<Option<&mut MboxWriter<BufWriter<Out>>>, Error> {
        let is_open = self
            .mbox
            .as_ref()
            .is_some_and(|open| Arc::ptr_eq(&open.mbox, mbox));
        if !is_open {
            self.finish()?;
            let out = match &self.place {
                Place::Nowhere => return Ok(None),
                Place::Stdout => Out::Stdout(io::stdout()),
                _ => Out::File(self.files().create(&mbox.relative)?),
            };
            let out = BufWriter::with_capacity(crate::spool::CHUNK, out);
            self.mbox = Some(Open {
                mbox: Arc::clone(mbox),
                writer: MboxWriter::new(out, mbox.variant),
            });
        }
        Ok(self.mbox.as_mut().map(|open| &mut open.writer))
    }

    fn target(&self, mbox: &Mbox) -> PathBuf {
        self.files().target(&mbox.relative)
    }
}

/// Writes messages that are files of their own.
#[derive(Clone, Debug)]
pub struct FileSink(Place);

impl FileSink {
    /// Writes a message; `relative` is its path below the input.
    pub fn put(&self, relative: &Path, message: &mut dyn Read) -> Result<(), Error> {
        let target = self.target(relative);
        let failed = |error| Error::Write(target.clone(), error);
        match self.0 {
            Place::Nowhere => Ok(()),
            Place::Stdout => {
                let mut out = io::stdout().lock();
                copy(message, &mut out)
                    .and_then(|()| out.flush())
                    .map_err(failed)
            }
            _ => {
                let mut file = self.create(relative)?;
                copy(message, &mut file).map_err(failed)?;
                file.commit()
            }
        }
    }

    fn target(&self, relative: &Path) -> PathBuf {
        match &self.0 {
            Place::Nowhere | Place::Stdout => PathBuf::from("standard output"),
            Place::File(path) => path.clone(),
            Place::Directory(root) | Place::Maildir(root) => root.join(relative),
        }
    }

    fn create(&self, relative: &Path) -> Result<AtomicFile, Error> {
        let target = self.target(relative);
        let (Place::Directory(_) | Place::Maildir(_)) = self.0 else {
            return AtomicFile::create(&target);
        };
        let Some(dir) = target.parent() else {
            return AtomicFile::create(&target);
        };
        let made = |dir: &Path| {
            fs::create_dir_all(dir).map_err(|error| Error::Create(dir.to_owned(), error))
        };
        made(dir)?;
        match (&self.0, dir.parent()) {
            (Place::Maildir(_), Some(folder)) => {
                for sub in ["cur", "new", "tmp"] {
                    made(&folder.join(sub))?;
                }
                AtomicFile::create_in(&target, &folder.join("tmp"))
            }
            _ => AtomicFile::create(&target),
        }
    }
}

fn copy(mut message: &mut dyn Read, out: &mut impl Write) -> io::Result<()> {
    while let Some(chunk) = next_chunk(&mut message)? {
        out.write_all(&chunk)?;
    }
    Ok(())
}

/// Refuses an output that is the input, or one of which lies inside the other.
fn check_apart(input: &Path, output: &Path) -> Result<(), Error> {
    let (Ok(from), Some(to)) = (fs::canonicalize(input), resolved(output)) else {
        return Ok(());
    };
    let nested = from.is_dir() && (to.starts_with(&from) || from.starts_with(&to));
    if from == to || nested {
        return Err(Error::SamePlace(input.to_owned(), output.to_owned()));
    }
    Ok(())
}

/// Where a path leads that may not exist yet: its nearest ancestor that does, and the names behind it.
fn resolved(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let known = path.ancestors().find_map(|ancestor| {
        let real = fs::canonicalize(ancestor).ok()?;
        Some((real, path.strip_prefix(ancestor).ok()?))
    });
    known.map(|(real, rest)| {
        if rest.as_os_str().is_empty() {
            real
        } else {
            real.join(rest)
        }
    })
}

/// Refuses an output that exists and is of another kind than what would be written.
fn check_kind(path: &Path, form: Form) -> Result<(), Error> {
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    let is = |is| Error::OutputIs {
        path: path.to_owned(),
        is,
        wanted: form.name(),
    };
    let kind = metadata.file_type();
    if form.is_file() && kind.is_dir() {
        return Err(is("a directory"));
    }
    if !form.is_file() {
        let maildir = path.join("cur").is_dir() && path.join("new").is_dir();
        return match form {
            _ if !kind.is_dir() => Err(is("a file")),
            Form::Directory if maildir => Err(is("a Maildir")),
            Form::Maildir if !maildir && !is_empty(path) => Err(is("a directory but no Maildir")),
            _ => Ok(()),
        };
    }
    if !kind.is_file() || metadata.len() == 0 {
        return Ok(());
    }
    let file = File::open(path).map_err(|error| Error::Create(path.to_owned(), error))?;
    match (form, examine_file(path, file)) {
        (Form::Message, Ok((Form::Mbox(_), _)) | Err(Error::Truncated(_))) => Err(is("an mbox")),
        (Form::Mbox(_), Ok((Form::Message, _))) => Err(is("a file but no mbox")),
        _ => Ok(()),
    }
}

fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none())
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Stdout(out) => out.write(bytes),
            Out::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stdout(out) => out.flush(),
            Out::File(file) => file.flush(),
        }
    }
}
