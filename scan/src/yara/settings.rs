//! Which rules are used, and what a scan by them may cost.

use std::{num::NonZero, path::PathBuf, thread::available_parallelism, time::Duration};

/// Rules of YARA, and what a scan by them may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YaraSettings {
    /// Files of rules, and directories: all below one that end in `.yar` or `.yara`.
    pub rules: Vec<PathBuf>,
    /// Only rules with one of these tags count; all if there is none.
    pub tags: Vec<String>,
    /// Scans that use a processor at one time; others wait with what they have gathered. As many as there are processors by
    /// default.
    pub processors: usize,
    /// From the start of a scan to its report, the arrival of the mail included. 1 minute by default.
    pub total: Duration,
    /// Bytes of a message or a part, which lie in memory while they are scanned. 32 MiB by default.
    pub max_bytes: u64,
}

impl YaraSettings {
    /// These rules, all of them.
    pub fn new(rules: Vec<PathBuf>) -> Self {
        YaraSettings {
            rules,
            tags: Vec::new(),
            processors: available_parallelism().map_or(1, NonZero::get),
            total: Duration::from_mins(1),
            max_bytes: 32 << 20,
        }
    }
}
