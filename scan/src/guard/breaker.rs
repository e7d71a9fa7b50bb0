//! Leaves a scanner alone that does not answer, and finds out when it is back.

use crate::{Reason, Report, Unscanned};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// When a scanner is left alone, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerSettings {
    /// Scans in a row that came to no answer; one to which no connection could be made counts as so many. 5 by default.
    pub failures: u32,
    /// How long the scanner is left alone the first time. Each time that it is not back, twice as long. 1 second by default.
    pub pause: Duration,
    /// The longest pause. 15 seconds by default.
    pub longest: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        BreakerSettings {
            failures: 5,
            pause: Duration::from_secs(1),
            longest: Duration::from_secs(15),
        }
    }
}

/// Whether a scanner answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// The last scan had an answer, or there was none yet.
    Answers,
    /// The last scans came to nothing, this many.
    Fails(u32),
    /// It is left alone.
    Away,
}

/// What is known of one scanner.
#[derive(Debug)]
pub(super) struct Breaker {
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed {
        failures: u32,
    },
    /// Left alone until then.
    Open {
        until: Instant,
        pause: Duration,
    },
}

impl Breaker {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        Breaker {
            settings,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    pub(super) fn health(&self) -> Health {
        match *self.state() {
            State::Closed { failures: 0 } => Health::Answers,
            State::Closed { failures } => Health::Fails(failures),
            State::Open { .. } => Health::Away,
        }
    }

    /// Leave to scan. While the scanner is left alone there is none, but for one scan after each pause: a message that
    /// arrives slowly does not keep the next from trying.
    pub(super) fn attempt(&self) -> Result<Attempt<'_>, Unscanned> {
        let mut state = self.state();
        let trial = match *state {
            State::Closed { .. } => false,
            State::Open { until, pause } => {
                let now = Instant::now();
                if now < until {
                    let left = until.duration_since(now).as_millis();
                    let detail = format!("it did not answer; the next try is in {left} ms");
                    return Err(Unscanned::new(Reason::Unreachable, &detail));
                }
                *state = open(pause);
                true
            }
        };
        Ok(Attempt {
            breaker: self,
            trial,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, failure: Option<Reason>, trial: bool) {
        let mut state = self.state();
        *state = match (failure, *state) {
            (None, _) => State::Closed { failures: 0 },
            (Some(reason), State::Closed { failures }) => {
                let failures = match reason {
                    Reason::Unreachable => self.settings.failures,
                    _ => failures.saturating_add(1),
                };
                if failures >= self.settings.failures {
                    open(self.settings.pause)
                } else {
                    State::Closed { failures }
                }
            }
            (Some(_), State::Open { pause, .. }) if trial => {
                open(pause.saturating_mul(2).min(self.settings.longest))
            }
            // Of a scan that began before: it is known already.
            (Some(_), state @ State::Open { .. }) => state,
        }
    }
}

/// Left alone for so long from now on.
fn open(pause: Duration) -> State {
    let now = Instant::now();
    State::Open {
        until: now.checked_add(pause).unwrap_or(now),
        pause,
    }
}

/// Leave for one scan.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    breaker: &'a Breaker,
    /// Whether it tries if the scanner is back.
    trial: bool,
}

impl Attempt<'_> {
    /// Takes note of how the scan ended.
    pub(super) fn learn(self, report: &Report) {
        self.breaker.learn(failure(report), self.trial);
    }
}

/// Why the scanner itself is in doubt, if it is: what it says of one message says nothing of the next.
fn failure(report: &Report) -> Option<Reason> {
    let Report::Unscanned(unscanned) = report else {
        return None;
    };
    match unscanned.reason() {
        reason @ (Reason::Unreachable | Reason::Timeout | Reason::Garbled | Reason::Io) => {
            Some(reason)
        }
        _ => None,
    }
}
