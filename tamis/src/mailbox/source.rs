//! Every message of an input, in order.

use super::content::PlaceReader;
use super::content::{Content, Place};
use super::error::Error;
use super::form::{Form, examine, examine_file};
use super::mbox::{Entry, Split, Variant};
use super::walk::Walk;
use crate::spool::SpoolSettings;
use crate::untrusted::shown;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// One message of an input, not read yet.
#[derive(Clone, Debug)]
pub struct Message {
    /// Where it came from.
    pub origin: Origin,
    /// Its octets.
    pub content: Content,
}

/// Where a message came from, and so where its result goes.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file of its own.
    File {
        /// Its path.
        path: PathBuf,
        /// Its path below the input; empty if it is the input.
        relative: PathBuf,
    },
    /// An entry of an mbox.
    Entry {
        /// The mbox.
        mbox: Arc<Mbox>,
        /// Where it lies.
        entry: Entry,
        /// Counted from 1.
        number: u64,
    },
}

/// An mbox that messages come from.
#[derive(Debug)]
pub struct Mbox {
    /// Its path.
    pub path: PathBuf,
    /// Its path below the input; empty if it is the input.
    pub relative: PathBuf,
    /// Its kind.
    pub variant: Variant,
    pub(super) place: Place,
    /// Size and time of the last change when it was opened.
    stamp: Option<Stamp>,
}

/// By which it is seen that a file has changed.
type Stamp = (u64, SystemTime);

impl Mbox {
    /// An mbox that changes while it is read could deliver what was not inspected, or lose what came last.
    pub(super) fn check_unchanged(&self) -> Result<(), Error> {
        if stamp(&self.place) == self.stamp {
            return Ok(());
        }
        Err(Error::Changed(self.path.clone()))
    }
}

fn stamp(place: &Place) -> Option<Stamp> {
    let Place::File(file, _) = place else {
        return None;
    };
    let metadata = file.metadata().ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

impl Origin {
    /// The file that it lies in.
    pub fn path(&self) -> &Path {
        match self {
            Origin::File { path, .. } => path,
            Origin::Entry { mbox, .. } => &mbox.path,
        }
    }
}

/// `dir/name.eml`, or `box.mbox:3` for the third message of an mbox; harmless to show.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File { path, .. } => shown(path).fmt(f),
            Origin::Entry { mbox, number, .. } => write!(f, "{}:{number}", shown(&mbox.path)),
        }
    }
}

/// Something of an input that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// What is wrong.
    pub error: Error,
    /// The mbox of which the rest is lost with it.
    pub mbox: Option<Arc<Mbox>>,
}

/// One input. Gives its messages; what cannot be read is an error of its own, behind which it goes on.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    form: Form,
    inner: Inner,
    /// The first message, read ahead: an input without any is an error.
    first: Option<Result<Message, Unreadable>>,
}

#[derive(Debug)]
enum Inner {
    One(Option<Message>),
    Mbox(Entries),
    Files { walk: Walk, mbox: Option<Entries> },
}

impl Source {
    /// Looks at what stands at a path; `-` is standard input.
    pub fn open(path: &Path, spool: &SpoolSettings) -> Result<Self, Error> {
        let (form, place) = examine(path, spool)?;
        let inner = match form {
            Form::Message => Inner::One(message(path, PathBuf::new(), place)),
            Form::Mbox(variant) => {
                Inner::Mbox(Entries::open(path, PathBuf::new(), variant, place)?)
            }
            Form::Directory | Form::Maildir => Inner::Files {
                walk: Walk::new(path.to_owned(), form),
                mbox: None,
            },
        };
        let mut source = Source {
            path: path.to_owned(),
            form,
            inner,
            first: None,
        };
        source.first = source.next();
        match &source.first {
            None => Err(Error::NoMessages(path.to_owned())),
            Some(_) => Ok(source),
        }
    }

    /// The input itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is.
    pub fn form(&self) -> Form {
        self.form
    }
}

impl Iterator for Source {
    type Item = Result<Message, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        match &mut self.inner {
            Inner::One(message) => message.take().map(Ok),
            Inner::Mbox(entries) => entries.next(),
            Inner::Files { walk, mbox } => next_of_files(&self.path, walk, mbox),
        }
    }
}

fn next_of_files(
    root: &Path,
    walk: &mut Walk,
    mbox: &mut Option<Entries>,
) -> Option<Result<Message, Unreadable>> {
    loop {
        if let Some(entries) = mbox {
            match entries.next() {
                Some(next) => return Some(next),
                None => *mbox = None,
            }
        }
        let opened = walk
            .next_file()?
            .and_then(|relative| open_file(root, relative));
        match opened {
            Ok(Opened::Message(message)) => return Some(Ok(message)),
            Ok(Opened::Mbox(entries)) => *mbox = Some(entries),
            Err(error) => return Some(Err(Unreadable { error, mbox: None })),
        }
    }
}

enum Opened {
    Message(Message),
    Mbox(Entries),
}

fn open_file(root: &Path, relative: PathBuf) -> Result<Opened, Error> {
    let path = root.join(&relative);
    let file = File::open(&path).map_err(|error| Error::Open(path.clone(), error))?;
    let (form, place) = examine_file(&path, file)?;
    if let Form::Mbox(variant) = form {
        return Ok(Opened::Mbox(Entries::open(
            &path, relative, variant, place,
        )?));
    }
    Ok(Opened::Message(Message {
        origin: Origin::File { path, relative },
        content: Content::new(place),
    }))
}

/// A message that is an input of its own; none if there is not one octet.
fn message(path: &Path, relative: PathBuf, place: Place) -> Option<Message> {
    let empty = match &place {
        Place::Path(path) => path.metadata().is_ok_and(|metadata| metadata.len() == 0),
        Place::File(_, range) | Place::Spool(_, range) => range.is_empty(),
    };
    let path = path.to_owned();
    (!empty).then(|| Message {
        origin: Origin::File { path, relative },
        content: Content::new(place),
    })
}

/// The messages of one mbox.
#[derive(Debug)]
struct Entries {
    mbox: Arc<Mbox>,
    split: Split<PlaceReader>,
    number: u64,
    failed: bool,
}

impl Entries {
    fn open(path: &Path, relative: PathBuf, variant: Variant, place: Place) -> Result<Self, Error> {
        let reader = place
            .open()
            .map_err(|error| Error::Open(path.to_owned(), error))?;
        Ok(Entries {
            mbox: Arc::new(Mbox {
                path: path.to_owned(),
                relative,
                variant,
                stamp: stamp(&place),
                place,
            }),
            split: Split::new(reader),
            number: 0,
            failed: false,
        })
    }

    fn next(&mut self) -> Option<Result<Message, Unreadable>> {
        if self.failed {
            return None;
        }
        let entry = match self.split.next_entry() {
            Ok(entry) => entry?,
            Err(error) => {
                self.failed = true;
                return Some(Err(Unreadable {
                    error: Error::Read(self.mbox.path.clone(), error),
                    mbox: Some(Arc::clone(&self.mbox)),
                }));
            }
        };
        self.number = self.number.saturating_add(1);
        let place = self.mbox.place.part(entry.message);
        Some(Ok(Message {
            content: Content::quoted(place, self.mbox.variant),
            origin: Origin::Entry {
                mbox: Arc::clone(&self.mbox),
                entry,
                number: self.number,
            },
        }))
    }
}
