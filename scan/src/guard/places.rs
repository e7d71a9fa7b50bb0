//! Places for scans: so many run, so many wait, more are refused.

use super::GuardSettings;
use crate::{Reason, Unscanned};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// The places of one scanner.
#[derive(Debug)]
pub(super) struct Places {
    free: Semaphore,
    all: usize,
    waiting: AtomicUsize,
    queue: usize,
    wait: Duration,
}

impl Places {
    pub(super) fn new(settings: &GuardSettings) -> Self {
        let all = settings.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Places {
            free: Semaphore::new(all),
            all,
            waiting: AtomicUsize::new(0),
            queue: settings.queue,
            wait: settings.wait,
        }
    }

    /// A place, which is free again when the permit is dropped.
    pub(super) async fn take(&self) -> Result<SemaphorePermit<'_>, Unscanned> {
        if let Ok(place) = self.free.try_acquire() {
            return Ok(place);
        }
        let _ticket = self.queue_up()?;
        match timeout(self.wait, self.free.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(Unscanned::new(Reason::Stopped, "the scanner is shut")),
            Err(_) => {
                let detail = format!("no place was free within {:?}", self.wait);
                Err(Unscanned::new(Reason::Busy, &detail))
            }
        }
    }

    pub(super) fn taken(&self) -> usize {
        self.all.saturating_sub(self.free.available_permits())
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn wait(&self) -> Duration {
        self.wait
    }

    fn queue_up(&self) -> Result<Ticket<'_>, Unscanned> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let ticket = Ticket(&self.waiting);
        if before >= self.queue {
            let detail = format!("{before} messages wait for it already");
            return Err(Unscanned::new(Reason::Busy, &detail));
        }
        Ok(ticket)
    }
}

/// Somebody waits.
struct Ticket<'a>(&'a AtomicUsize);

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
