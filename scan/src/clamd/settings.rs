//! What a conversation with clamd may cost.

use crate::Timeouts;
use std::time::Duration;

/// How long clamd may take, and how much it is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClamdSettings {
    /// For each step of a conversation.
    pub timeouts: Timeouts,
    /// From the start of a scan to its report, the arrival of the mail included. 2 minutes by default.
    pub total: Duration,
    /// Bytes of a message. Should not be more than clamd's own `StreamMaxLength`; 100 MiB by default, as there.
    pub max_bytes: u64,
    /// Connections that are kept for the next scan. 8 by default; with 0 each scan has a connection of its own.
    pub sessions: usize,
    /// How long they are kept. 5 seconds by default; should be less than clamd's own `ReadTimeout`.
    pub idle: Duration,
}

impl Default for ClamdSettings {
    fn default() -> Self {
        ClamdSettings {
            timeouts: Timeouts::default(),
            total: Duration::from_mins(2),
            max_bytes: 100 << 20,
            sessions: 8,
            idle: Duration::from_secs(5),
        }
    }
}
