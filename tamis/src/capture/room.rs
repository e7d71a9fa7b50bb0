//! How much a store of copies may hold, and how much lies in it.

use super::Error;
use crate::quarantine::{Store, Usage};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long what was counted in a full store is taken for true: somebody may have moved copies away.
const COUNTED_FOR: Duration = Duration::from_secs(10);

/// The bounds of a store. What other processes put into it is seen when it is counted: at the start, and when it seems full.
#[derive(Debug)]
pub(super) struct Room {
    max_size: Option<u64>,
    max_messages: Option<u64>,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    usage: Usage,
    /// What is being written: not counted yet, or just so. Counted twice it is too much, never too little.
    pending: Usage,
    /// When the store seemed full and was counted.
    counted: Option<Instant>,
}

impl Room {
    pub(super) fn new(max_size: Option<u64>, max_messages: Option<u64>) -> Self {
        Room {
            max_size,
            max_messages,
            used: Mutex::default(),
        }
    }

    /// Finds out what lies in the store, if anybody has to know.
    pub(super) fn count(&self, store: &Store) -> Result<(), Error> {
        if self.max_size.is_some() || self.max_messages.is_some() {
            self.used().usage = usage(store)?;
        }
        Ok(())
    }

    /// Takes room for one message. It is given back unless the message was kept.
    pub(super) fn take(&self, size: u64, store: &Store) -> Result<Taken<'_>, Error> {
        let mut used = self.used();
        let recently = |at: Instant| at.elapsed() < COUNTED_FOR;
        if !self.has_room(&used, size) && !used.counted.is_some_and(recently) {
            used.usage = usage(store)?;
            used.counted = Some(Instant::now());
        }
        if !self.has_room(&used, size) {
            return Err(Error::Full(store.dir().to_owned(), used.usage));
        }
        add(&mut used.pending, size);
        Ok(Taken { room: self, size })
    }

    /// Somebody has taken a message of this size out.
    pub(super) fn give_back(&self, size: u64) {
        subtract(&mut self.used().usage, size);
    }

    fn has_room(&self, used: &Used, size: u64) -> bool {
        let mut would_be = used.usage;
        add(&mut would_be, size);
        let within = |most: Option<u64>, value: u64, pending: u64| {
            most.is_none_or(|most| value.saturating_add(pending) <= most)
        };
        within(self.max_size, would_be.octets, used.pending.octets)
            && within(self.max_messages, would_be.entries, used.pending.entries)
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn usage(store: &Store) -> Result<Usage, Error> {
    store
        .usage()
        .map_err(|error| Error::store(store.dir(), error))
}

fn add(usage: &mut Usage, size: u64) {
    usage.entries = usage.entries.saturating_add(1);
    usage.octets = usage.octets.saturating_add(size);
}

fn subtract(usage: &mut Usage, size: u64) {
    usage.entries = usage.entries.saturating_sub(1);
    usage.octets = usage.octets.saturating_sub(size);
}

/// Room for one message that is being written.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    room: &'a Room,
    size: u64,
}

impl Taken<'_> {
    /// The message is there.
    pub(super) fn keep(self) {
        add(&mut self.room.used().usage, self.size);
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        subtract(&mut self.room.used().pending, self.size);
    }
}
