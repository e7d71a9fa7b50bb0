//! What is known of the scanners, and of the last time that the policy was read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tamis_scan::Unscanned;

/// Whether a scanner is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It answered when it was last asked.
    Up,
    /// It did not, for this reason, in the words of policies, and this detail.
    Down(&'static str, String),
}

/// What is known of a scanner since it was last asked.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Whether it is there.
    pub state: State,
    /// What it says of itself, if it ever did.
    pub says: Option<String>,
    /// How long its last answer took.
    pub took: Duration,
    /// When that was.
    pub at: Instant,
    /// How often it answered.
    pub answers: u64,
    /// How often it did not.
    pub failures: u64,
}

/// The scanners by name, and the last reload.
#[derive(Debug, Default)]
pub(crate) struct Board {
    scanners: Mutex<BTreeMap<String, Heard>>,
    reload: Mutex<Option<(SystemTime, bool)>>,
}

impl Board {
    /// A scanner has answered.
    pub(crate) fn answered(&self, engine: &str, says: Option<&str>, took: Duration) {
        self.heard(engine, State::Up, took, |heard| {
            heard.answers = heard.answers.saturating_add(1);
            if let Some(says) = says {
                heard.says = Some(says.to_owned());
            }
        });
    }

    /// A scanner has not answered.
    pub(crate) fn silent(&self, engine: &str, why: &Unscanned, took: Duration) {
        let state = State::Down(why.reason().name(), why.detail().as_str().to_owned());
        self.heard(engine, state, took, |heard| {
            heard.failures = heard.failures.saturating_add(1);
        });
    }

    /// The policy was read again.
    pub(crate) fn reloaded(&self, ok: bool, at: SystemTime) {
        *lock(&self.reload) = Some((at, ok));
    }

    /// When the policy was last read again, and whether that went well.
    pub(crate) fn last_reload(&self) -> Option<(SystemTime, bool)> {
        *lock(&self.reload)
    }

    /// What is known of a scanner; none if it was not asked yet.
    pub(crate) fn of(&self, engine: &str) -> Option<Heard> {
        lock(&self.scanners).get(engine).cloned()
    }

    fn heard(&self, engine: &str, state: State, took: Duration, count: impl FnOnce(&mut Heard)) {
        let mut scanners = lock(&self.scanners);
        let heard = scanners.entry(engine.to_owned()).or_insert_with(|| Heard {
            state: State::Up,
            says: None,
            took,
            at: Instant::now(),
            answers: 0,
            failures: 0,
        });
        (heard.state, heard.took, heard.at) = (state, took, Instant::now());
        count(heard);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
