//! Where the reader of RAR archives writes a member, and from where it is read afterwards.

use crate::inside::host::Store;
use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

/// A place that the reader and the walk share.
#[derive(Clone)]
pub(super) struct Sink(Rc<RefCell<Shared>>);

struct Shared {
    place: Box<dyn Store>,
    left: u64,
    error: Option<io::Error>,
}

impl Sink {
    /// A place for so many octets.
    pub(super) fn new(place: Box<dyn Store>, left: u64) -> Self {
        Sink(Rc::new(RefCell::new(Shared {
            place,
            left,
            error: None,
        })))
    }

    /// The next member goes to that place. One octet more than may come out is kept, so that the walk meets the bound.
    pub(super) fn begin(&self, place: Box<dyn Store>, left: u64) {
        *self.0.borrow_mut() = Shared {
            place,
            left: left.saturating_add(1),
            error: None,
        };
    }

    /// The member ends with that error. The first one counts.
    pub(super) fn fail(&self, error: io::Error) {
        self.0.borrow_mut().error.get_or_insert(error);
    }

    /// What was written, and then the error that ended it.
    pub(super) fn content(&self) -> io::Result<Content> {
        self.0.borrow_mut().place.seek(SeekFrom::Start(0))?;
        Ok(Content(self.clone()))
    }
}

impl Write for Sink {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut shared = self.0.borrow_mut();
        let most = usize::try_from(shared.left).unwrap_or(usize::MAX);
        let octets = octets.get(..most).unwrap_or(octets);
        if octets.is_empty() {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        if let Err(error) = shared.place.write_all(octets) {
            shared.error = Some(error);
            return Err(io::ErrorKind::WriteZero.into());
        }
        shared.left = shared.left.saturating_sub(octets.len() as u64);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads what was written to a [`Sink`].
pub(super) struct Content(Sink);

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut shared = self.0.0.borrow_mut();
        let count = shared.place.read(buffer)?;
        if count == 0
            && let Some(error) = shared.error.take()
        {
            return Err(error);
        }
        Ok(count)
    }
}
