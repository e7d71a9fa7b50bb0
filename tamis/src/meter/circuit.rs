//! Keeps a store that is away from slowing mail down: after a failure it is not asked for a second, then by one charge only.

use super::Unavailable;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tracing::{info, warn};

/// How long a store that failed is not asked.
pub(super) const REST: Duration = Duration::from_secs(1);

/// Whether the store may be asked. Says once in the log that it went away, and once that it is back.
#[derive(Debug)]
pub(super) struct Circuit {
    /// What the store is called in the log.
    store: String,
    /// When one charge may try again; nothing while the store is there.
    again: Mutex<Option<Instant>>,
}

impl Circuit {
    pub(super) fn new(store: String) -> Self {
        Circuit {
            store,
            again: Mutex::new(None),
        }
    }

    /// Whether a charge may ask now. While the store is away this lets one through each time it has rested.
    pub(super) fn lets_pass(&self, now: Instant) -> bool {
        let mut again = self.again();
        match *again {
            None => true,
            Some(at) if now < at => false,
            Some(_) => {
                *again = now.checked_add(REST);
                true
            }
        }
    }

    /// The store has answered.
    pub(super) fn worked(&self) {
        if self.again().take().is_some() {
            info!(store = self.store, "the store of meters is back");
        }
    }

    /// The store has not answered, for this reason.
    pub(super) fn failed(&self, now: Instant, reason: &Unavailable) {
        let before = std::mem::replace(&mut *self.again(), now.checked_add(REST));
        if before.is_none() {
            let reason = reason.to_string();
            warn!(store = self.store, reason, "the store of meters is away");
        }
    }

    fn again(&self) -> MutexGuard<'_, Option<Instant>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Circuit, REST};
    use crate::meter::Unavailable;
    use std::time::{Duration, Instant};

    #[test]
    fn one_charge_tries_after_each_rest() {
        let (circuit, start) = (Circuit::new("s".to_owned()), Instant::now());
        let passes = |after: Duration| circuit.lets_pass(start + after);
        assert!(passes(Duration::ZERO) && passes(Duration::ZERO));
        circuit.failed(start, &Unavailable::TimedOut);
        assert!(!passes(Duration::ZERO));
        assert!(!passes(REST / 2));
        assert!(passes(REST));
        assert!(!passes(REST), "one is enough");
        assert!(passes(REST * 2), "even if that one never came to an end");
        circuit.failed(start + REST * 2, &Unavailable::TimedOut);
        assert!(!passes(REST * 2 + REST / 2));
        circuit.worked();
        assert!(passes(REST * 2) && passes(REST * 2));
    }
}
