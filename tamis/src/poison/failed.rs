//! How often the inspection of which message has failed.

use super::Key;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const NAME: &str = "failed";

/// How long a failure counts: no sender tries longer.
const KEPT: Duration = Duration::from_hours(24 * 7);

/// Messages that are remembered; the ones whose last failure is longest ago go first.
const MOST: usize = 10_000;

/// Failures of one message, and the second since 1970 of the last one.
#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: u64,
}

/// What is remembered.
#[derive(Debug)]
pub(super) struct Failed {
    path: PathBuf,
    keys: BTreeMap<Key, Failures>,
}

impl Failed {
    /// What lies in a directory, as far as this version of the program has written it: another one may bear what this one does
    /// not.
    pub(super) fn read(dir: &Path) -> Self {
        let path = dir.join(NAME);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let mut lines = text.lines();
        let is_ours = lines.next() == Some(heading().trim_end());
        let lines = lines.take(if is_ours { MOST } else { 0 });
        let keys = lines.filter_map(line).collect();
        Failed { path, keys }
    }

    /// How often the inspection of this one has failed lately.
    pub(super) fn of(&self, key: &Key) -> u32 {
        let failures = self.keys.get(key).filter(|it| is_recent(it, now()));
        failures.map_or(0, |failures| failures.count)
    }

    /// It has failed once more.
    pub(super) fn add(&mut self, key: Key) {
        let (count, last) = (self.of(&key).saturating_add(1), now());
        self.keys.insert(key, Failures { count, last });
        if self.keys.len() > MOST {
            let oldest = self.keys.iter().min_by_key(|(_, failures)| failures.last);
            let oldest = oldest.map(|(key, _)| *key);
            oldest.map(|key| self.keys.remove(&key));
        }
        self.write();
    }

    /// It has not.
    pub(super) fn forget(&mut self, key: &Key) {
        if self.keys.remove(key).is_some() {
            self.write();
        }
    }

    /// Writes everything down; a disk that is full stops no mail.
    fn write(&self) {
        let now = now();
        let mut text = heading();
        for (key, failures) in self.keys.iter().filter(|(_, it)| is_recent(it, now)) {
            let _ = writeln!(text, "{key} {} {}", failures.count, failures.last);
        }
        let new = self.path.with_extension("new");
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
    }
}

fn heading() -> String {
    format!("tamis {}\n", env!("CARGO_PKG_VERSION"))
}

fn line(text: &str) -> Option<(Key, Failures)> {
    let mut words = text.split(' ');
    let key = Key::parse(words.next()?)?;
    let count = words.next()?.parse().ok()?;
    let last = words.next()?.parse().ok()?;
    Some((key, Failures { count, last }))
}

/// A clock that was set back makes no failure last for ever.
fn is_recent(failures: &Failures, now: u64) -> bool {
    now.abs_diff(failures.last) <= KEPT.as_secs()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
