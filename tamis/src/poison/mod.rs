//! Messages of which the inspection dies, so that one of them does not stop the mail of all for ever.
//!
//! ```text
//! QUARANTINE/inspections/
//!   running-PID-...      one line for each message that is inspected now; of a process that died, those it died with
//!   failed               how often the inspection of which message did not come to its end
//! ```
//!
//! Before a message is read, its [`Key`] is put into a file; it is taken out when the message has its verdict. A process that
//! ends in between, or a panic, leaves it there or counts it. A message with [`ENOUGH`] failures is not read any more: the
//! configuration says what becomes of it. One inspection that comes to its end, and a new version of the program, make its
//! failures forgotten.
//!
//! Nothing of this is synced: what counts is that the process dies, not the power. A ledger that cannot be written stops no mail.

mod failed;
mod running;

use failed::Failed;
use running::Running;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tamis_rules::{Reply, Verdict};

/// So many inspections that did not come to their end are enough.
pub const ENOUGH: u32 = 3;

/// Name of the directory, beside the entries of the quarantine.
const DIRECTORY: &str = "inspections";

/// What becomes of a message that is not inspected because inspections of it did not come to their end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnPoison {
    /// The sender shall try again later.
    #[default]
    TempFail,
    /// It is refused.
    Reject,
    /// It is kept in quarantine as it came, and not delivered.
    Quarantine,
}

impl OnPoison {
    /// All, with the words of the configuration.
    pub const ALL: [(&'static str, OnPoison); 3] = [
        ("tempfail", OnPoison::TempFail),
        ("reject", OnPoison::Reject),
        ("quarantine", OnPoison::Quarantine),
    ];

    /// The word of the configuration.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, outcome)| *outcome == self);
        found.map_or("", |(name, _)| name)
    }

    /// What the sender is told.
    pub(crate) fn verdict(self) -> Verdict {
        let text = "this message cannot be inspected";
        let (code, status) = match self {
            OnPoison::Reject => (554, (5, 6, 0)),
            OnPoison::TempFail | OnPoison::Quarantine => (451, (4, 3, 0)),
        };
        match (self, Reply::new(code, status, text)) {
            (OnPoison::TempFail, Ok(reply)) => Verdict::TempFail(reply),
            (OnPoison::Reject, Ok(reply)) => Verdict::Reject(reply),
            _ => Verdict::Discard,
        }
    }
}

/// What a message is known by when it comes again: a digest of its sender and of the beginning of its header section. Its
/// recipients and its queue id may be others then, and its body has not come yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// Of a message with this sender that begins so.
    pub fn new(sender: &str, beginning: &[u8]) -> Self {
        let mut digest = Sha256::new();
        digest.update(sender.as_bytes());
        digest.update([0]);
        digest.update(beginning);
        Key(digest.finalize().into())
    }

    /// From what [`Key`] is displayed as.
    fn parse(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (index, octet) in key.iter_mut().enumerate() {
            let at = index.saturating_mul(2);
            let digits = text.get(at..at.saturating_add(2))?;
            *octet = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Key(key))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// Which messages are inspected now, and which ones inspections have died of. Clones are the same ledger.
#[derive(Clone, Debug)]
pub struct Ledger {
    inner: Arc<Inner>,
    outcome: OnPoison,
}

#[derive(Debug)]
struct Inner {
    running: Mutex<Running>,
    failed: Mutex<Failed>,
}

impl Ledger {
    /// Opens the ledger in the directory of a quarantine: what processes that are gone have left counts as failures. Says of how
    /// many messages that is so.
    pub fn open(quarantine: &Path, outcome: OnPoison) -> io::Result<(Self, usize)> {
        let dir = quarantine.join(DIRECTORY);
        crate::quarantine::make_dir(&dir)?;
        let mut failed = Failed::read(&dir);
        let left = running::left_by_others(&dir)?;
        for key in &left {
            failed.add(*key);
        }
        let inner = Inner {
            running: Mutex::new(Running::create(&dir)?),
            failed: Mutex::new(failed),
        };
        let inner = Arc::new(inner);
        Ok((Ledger { inner, outcome }, left.len()))
    }

    /// What becomes of a message that is not inspected.
    pub fn outcome(&self) -> OnPoison {
        self.outcome
    }

    /// Writes down that a message is inspected from now on; or says how often that has failed, if that is enough.
    pub fn enter(&self, key: Key) -> Result<Entered, u32> {
        let failures = self.inner.failed().of(&key);
        if failures >= ENOUGH {
            return Err(failures);
        }
        Ok(Entered {
            inner: Arc::clone(&self.inner),
            key,
            place: self.inner.running().put(&key),
        })
    }
}

impl Inner {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self) -> MutexGuard<'_, Failed> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that is inspected. Dropping it ends that; in a panic it counts as a failure.
#[derive(Debug)]
pub struct Entered {
    inner: Arc<Inner>,
    key: Key,
    place: usize,
}

impl Entered {
    /// The inspection came to its end: earlier failures had other reasons.
    pub fn passed(self) {
        self.inner.failed().forget(&self.key);
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.inner.failed().add(self.key);
        }
        self.inner.running().take_out(self.place);
    }
}

#[cfg(test)]
mod tests;
