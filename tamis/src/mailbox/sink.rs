//! Where the results go: the same kind of thing as the input, with the same names, and never in its place.

use super::atomic::AtomicFile;
use super::error::Error;
use super::files::{FileSink, Place};
use super::fit;
use super::form::Form;
use super::mbox::{Entry, MboxWriter};
use super::source::{Mbox, Source};
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
    files: FileSink,
    mbox: Option<Open>,
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
        Self::new(Place::Nowhere)
    }

    /// Standard output, for an input that is a file.
    pub fn stdout() -> Self {
        Self::new(Place::Stdout)
    }

    /// A path. Creates nothing yet, but refuses what could not be right: an output of another kind that exists, or one
    /// that is the input or lies inside it.
    pub fn at(path: &Path, source: &Source) -> Result<Self, Error> {
        let form = source.form();
        fit::check_apart(source.path(), path)?;
        fit::check_kind(path, form)?;
        let place = match form {
            Form::Message | Form::Mbox(_) => Place::File(path.to_owned()),
            Form::Directory => Place::Directory(path.to_owned()),
            Form::Maildir => Place::Maildir(path.to_owned()),
        };
        Ok(Self::new(place))
    }

    fn new(place: Place) -> Self {
        Sink {
            files: FileSink::new(place),
            mbox: None,
        }
    }

    /// A writer for messages that are files of their own: they need no order.
    pub fn files(&self) -> FileSink {
        self.files.clone()
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

    /// Completes what is being written, and makes the names of all files durable. Call it when every message was put.
    pub fn finish(mut self) -> Result<(), Error> {
        self.finish_mbox()?;
        self.files.sync()
    }

    /// Completes the mbox that is being written, if one is. An mbox of which no message is left is not written.
    fn finish_mbox(&mut self) -> Result<(), Error> {
        let Some(open) = self.mbox.take() else {
            return Ok(());
        };
        let target = self.target(&open.mbox);
        open.mbox.check_unchanged()?;
        let out = open.writer.into_inner().into_inner();
        match out.map_err(|error| Error::Write(target.clone(), error.into_error()))? {
            Out::Stdout(mut out) => out.flush().map_err(|error| Error::Write(target, error)),
            Out::File(file) => self.files.commit(file),
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
            self.finish_mbox()?;
            let out = match self.files.place() {
                Place::Nowhere => return Ok(None),
                Place::Stdout => Out::Stdout(io::stdout()),
                _ => Out::File(self.files.create(&mbox.path, &mbox.relative)?),
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
        self.files.target(&mbox.relative)
    }
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
