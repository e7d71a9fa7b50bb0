//! How often each rule has fired, and how often one would have that is only observed.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tamis_rules::{Decision, Reason};
use tracing::info;

/// Most rules that are counted: a policy has fewer, but reloads bring others.
const RULES_MOST: usize = 10_000;

/// Counters of rules, shared by all who count.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<Arc<str>, Count>>>);

/// How often a rule has fired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// For how many messages, clients, senders, recipients or commands it did what it says.
    pub fired: u64,
    /// For how many it would have.
    pub observed: u64,
}

/// `fired 3 times, would have fired 2 times`.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = |count: u64| match count {
            1 => "once".to_owned(),
            count => format!("{count} times"),
        };
        match (self.fired, self.observed) {
            (fired, 0) => write!(f, "fired {}", times(fired)),
            (0, observed) => write!(f, "would have fired {}", times(observed)),
            (fired, observed) => write!(
                f,
                "fired {}, would have fired {}",
                times(fired),
                times(observed)
            ),
        }
    }
}

impl Tally {
    /// Counts the rules of one decision, each once.
    pub fn count(&self, decision: &Decision) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fired: fn(&mut Count) -> &mut u64 = |count| &mut count.fired;
        let observed: fn(&mut Count) -> &mut u64 = |count| &mut count.observed;
        for (reasons, of) in [
            (&decision.reasons, fired),
            (&decision.observed.reasons, observed),
        ] {
            for rule in each_once(reasons) {
                if counts.len() >= RULES_MOST && !counts.contains_key(rule) {
                    continue;
                }
                let count = of(counts.entry(Arc::clone(rule)).or_default());
                *count = count.saturating_add(1);
            }
        }
    }

    /// Every rule that was counted, by name.
    pub fn counts(&self) -> Vec<(Arc<str>, Count)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = counts.iter();
        all.map(|(rule, count)| (Arc::clone(rule), *count))
            .collect()
    }

    /// Writes the counters into the log, one line for each rule.
    pub fn log(&self) {
        for (rule, Count { fired, observed }) in self.counts() {
            info!(rule = &*rule, fired, observed, "rule");
        }
    }
}

fn each_once(reasons: &[Reason]) -> impl Iterator<Item = &Arc<str>> {
    let first = |(at, reason): &(usize, &Reason)| {
        let mut before = reasons.iter().take(*at);
        !before.any(|other| other.rule == reason.rule)
    };
    reasons
        .iter()
        .enumerate()
        .filter(first)
        .map(|(_, reason)| &reason.rule)
}
