//! Sessions that wait for the next message.

use crate::connect::Socket;
use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, ReadBuf},
    time::{Instant, sleep},
};

/// A connection on which clamd has answered all that it was asked.
pub(super) struct Session {
    pub(super) socket: Box<dyn Socket>,
    /// How many scans clamd has counted on it.
    pub(super) scans: u32,
}

/// The idle sessions with one clamd: so many at most, each for so long at most. Clones share them.
#[derive(Clone)]
pub(super) struct IdleSessions {
    shelf: Arc<Mutex<Shelf>>,
    most: usize,
    longest: Duration,
}

#[derive(Default)]
struct Shelf {
    /// The one that came last stands last.
    sessions: Vec<(Instant, Session)>,
    /// Whether a task waits to close what lies here for too long.
    watched: bool,
}

impl IdleSessions {
    pub(super) fn new(most: usize, longest: Duration) -> Self {
        IdleSessions {
            shelf: Arc::default(),
            most,
            longest,
        }
    }

    /// The session that was used last, if there is one that clamd has not closed, as far as can be told without asking.
    pub(super) fn take(&self) -> Option<Session> {
        loop {
            let (since, mut session) = lock(&self.shelf).sessions.pop()?;
            if since.elapsed() < self.longest && is_quiet(&mut session) {
                return Some(session);
            }
        }
    }

    /// Keeps a session on which nothing is under way, or closes it if there are enough.
    pub(super) fn put(&self, session: Session) {
        let mut shelf = lock(&self.shelf);
        if session.scans >= SCANS || shelf.sessions.len() >= self.most {
            return;
        }
        shelf.sessions.push((Instant::now(), session));
        if !shelf.watched {
            shelf.watched = true;
            tokio::spawn(watch(Arc::downgrade(&self.shelf), self.longest));
        }
    }

    /// Closes all: one of them broke, and the others may be of the same clamd that is no more.
    pub(super) fn clear(&self) {
        lock(&self.shelf).sessions.clear();
    }
}

impl fmt::Debug for IdleSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdleSessions")
            .field("most", &self.most)
            .field("longest", &self.longest)
            .finish_non_exhaustive()
    }
}

/// Closes sessions that were idle for too long, until there are none left.
async fn watch(shelf: Weak<Mutex<Shelf>>, longest: Duration) {
    loop {
        sleep(longest).await;
        let Some(shelf) = shelf.upgrade() else { return };
        let mut shelf = lock(&shelf);
        shelf
            .sessions
            .retain(|(since, _)| since.elapsed() < longest);
        if shelf.sessions.is_empty() {
            shelf.watched = false;
            return;
        }
    }
}

/// Whether there is nothing to read: no end, and no word that nobody asked for.
fn is_quiet(session: &mut Session) -> bool {
    let mut octet = [0];
    let mut context = Context::from_waker(Waker::noop());
    let read = Pin::new(&mut session.socket).poll_read(&mut context, &mut ReadBuf::new(&mut octet));
    matches!(read, Poll::Pending)
}

/// A panic elsewhere leaves nothing half done here.
fn lock(shelf: &Mutex<Shelf>) -> std::sync::MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Scans on one connection. clamd's count of them must not run over.
const SCANS: u32 = 10_000;
