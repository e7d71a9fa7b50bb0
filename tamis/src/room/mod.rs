//! How much mail may be on its way at once: octets, and messages. What does not fit is refused for now, before it costs
//! anything more.
//!
//! Octets are counted as they come, and given back when a message has its verdict, and its new body, if it has one, is on its
//! way. The size that a sender announces is compared with what is free, and holds nothing: whoever announces much and sends
//! nothing keeps nobody else from sending.

mod descriptors;
mod fitting;

pub use descriptors::Descriptors;
pub use fitting::fitting;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a message waits for others to come to their end, if there are too many. MTAs wait 10 s and more.
const WAIT: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 5_000 });

/// The room that all messages share. By default it has no bound.
#[derive(Clone, Debug)]
pub struct Room(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    most: u64,
    taken: AtomicU64,
    messages: Arc<Semaphore>,
}

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// So many octets more do not fit.
    Octets,
    /// There are too many messages for the descriptors of the process.
    Messages,
}

impl Full {
    /// Both.
    pub const ALL: [Full; 2] = [Full::Octets, Full::Messages];

    /// What there is too much of, in the words of the log and the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Full::Octets => "octets",
            Full::Messages => "messages",
        }
    }
}

impl Default for Room {
    fn default() -> Self {
        Room::new(u64::MAX, Semaphore::MAX_PERMITS)
    }
}

impl Room {
    /// Room for so many octets of so many messages, one at least.
    pub fn new(octets: u64, messages: usize) -> Self {
        let messages = messages.clamp(1, Semaphore::MAX_PERMITS);
        Room(Arc::new(Shared {
            most: octets,
            taken: AtomicU64::new(0),
            messages: Arc::new(Semaphore::new(messages)),
        }))
    }

    /// A place for a message, of which the sender announces this size, or 0. Waits a moment if there are too many.
    pub async fn admit(&self, announced: u64) -> Result<Admitted, Full> {
        if announced > self.0.most.saturating_sub(self.taken()) {
            return Err(Full::Octets);
        }
        let messages = Arc::clone(&self.0.messages);
        match timeout(WAIT, messages.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Admitted {
                room: self.clone(),
                octets: 0,
                _permit: permit,
            }),
            _ => Err(Full::Messages),
        }
    }

    /// Most octets that fit.
    pub fn most(&self) -> u64 {
        self.0.most
    }

    /// Octets that are taken.
    pub fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }
}

/// The place of one message, given back when it is dropped.
#[derive(Debug)]
pub struct Admitted {
    room: Room,
    octets: u64,
    _permit: OwnedSemaphorePermit,
}

impl Admitted {
    /// Takes room for so many octets more, or leaves it as it is.
    pub fn take(&mut self, octets: usize) -> Result<(), Full> {
        let octets = u64::try_from(octets).unwrap_or(u64::MAX);
        let Shared { most, taken, .. } = &*self.room.0;
        let fits = |taken: u64| taken.checked_add(octets).filter(|sum| sum <= most);
        taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
            .map_err(|_| Full::Octets)?;
        self.octets = self.octets.saturating_add(octets);
        Ok(())
    }

    /// Octets that it takes.
    pub fn octets(&self) -> u64 {
        self.octets
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.room.0.taken.fetch_sub(self.octets, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Full, Room};

    #[tokio::test]
    async fn octets_are_taken_and_given_back() {
        let room = Room::new(100, 10);
        let mut one = room.admit(100).await.expect("a place");
        let mut two = room.admit(0).await.expect("a place");
        assert_eq!(one.take(60), Ok(()));
        assert_eq!(two.take(41), Err(Full::Octets));
        assert_eq!(two.take(40), Ok(()));
        assert_eq!(one.take(1), Err(Full::Octets));
        assert_eq!(room.taken(), 100);
        drop(one);
        assert_eq!(room.taken(), 40);
        assert_eq!(room.admit(61).await.err(), Some(Full::Octets));
        assert_eq!(two.take(60), Ok(()));
        assert_eq!(two.take(usize::MAX), Err(Full::Octets));
        drop(two);
        assert_eq!(room.taken(), 0);
    }

    #[tokio::test]
    async fn one_message_too_many_waits_and_is_refused() {
        let room = Room::new(100, 1);
        let one = room.admit(0).await.expect("a place");
        assert_eq!(room.admit(0).await.err(), Some(Full::Messages));
        let waiting = tokio::spawn({
            let room = room.clone();
            async move { room.admit(0).await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop(one);
        assert!(waiting.await.expect("no panic"));
    }
}
