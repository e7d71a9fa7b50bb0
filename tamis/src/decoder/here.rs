//! Containers opened by the process that this is, confined or not.

use crate::spool::SpoolSettings;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use tamis_sanitize::inside::{self, Bounds, Budget, Holder, Host, Store};
use tamis_sanitize::map::{Inside, Unread};

/// Gives places for content.
pub(super) trait Places {
    /// An empty place. An error is one of the disk.
    fn place(&self) -> io::Result<Box<dyn Store>>;
}

/// Places as a message has one: in memory up to a threshold, then in a file without a name.
#[derive(Debug)]
pub(super) struct Spooled<'a>(&'a SpoolSettings);

impl<'a> Spooled<'a> {
    pub(super) fn new(settings: &'a SpoolSettings) -> Self {
        Spooled(settings)
    }
}

impl Places for Spooled<'_> {
    fn place(&self) -> io::Result<Box<dyn Store>> {
        Ok(Box::new(tempfile::spooled_tempfile_in(
            self.0.threshold,
            &self.0.dir,
        )))
    }
}

/// Opens the parts of one message within one budget.
pub(super) struct Here<P> {
    surroundings: Surroundings<P>,
    budget: Budget,
}

struct Surroundings<P> {
    places: P,
    until: Instant,
}

impl<P: Places> Host for Surroundings<P> {
    fn store(&self) -> io::Result<Box<dyn Store>> {
        self.places.place()
    }

    fn has_time(&self) -> bool {
        Instant::now() < self.until
    }
}

impl<P: Places> Here<P> {
    pub(super) fn new(places: P, until: Instant) -> Self {
        Here {
            surroundings: Surroundings { places, until },
            budget: Budget::new(Bounds::default()),
        }
    }

    /// Opens a part. What reads containers is made to bear any content; should it fail all the same, that is a fact about
    /// the part.
    pub(super) fn open(
        &mut self,
        holder: &Holder,
        content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Inside> {
        let mut place = self.surroundings.places.place()?;
        content(&mut place)?;
        let size = place.stream_position()?;
        place.rewind()?;
        let opened = catch_unwind(AssertUnwindSafe(|| {
            inside::open(
                holder,
                &mut *place,
                size,
                &self.surroundings,
                &mut self.budget,
            )
        }));
        opened.unwrap_or_else(|_| Ok(failed()))
    }
}

/// What is said of a part when the reading of it failed.
pub(super) fn failed() -> Inside {
    Inside {
        unread: Some(Unread::Failed),
        ..Inside::default()
    }
}
