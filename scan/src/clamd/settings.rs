//! What a conversation with clamd may cost.

use std::time::Duration;

/// How long clamd may take, and how much it is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClamdSettings {
    /// For each step of a conversation.
    pub timeouts: ClamdTimeouts,
    /// From the start of a scan to its report, the arrival of the mail included. 2 minutes by default.
    pub total: Duration,
    /// Bytes of a message. Should not be more than clamd's own `StreamMaxLength`; 100 MiB by default, as there.
    pub max_bytes: u64,
}

impl Default for ClamdSettings {
    fn default() -> Self {
        ClamdSettings {
            timeouts: ClamdTimeouts::default(),
            total: Duration::from_mins(2),
            max_bytes: 100 << 20,
        }
    }
}

/// How long each step of a conversation with clamd may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClamdTimeouts {
    /// To make the connection, the look-up of the host name included. 5 seconds by default.
    ///
    /// A clamd that is just being started again, or has no room for one more, is tried anew until this is over. While
    /// it is known to be down, each message tries once and waits half a second at most.
    pub connect: Duration,
    /// While clamd takes no byte of what we have for it. 30 seconds by default.
    pub write: Duration,
    /// From the end of the message to the end of the answer. 30 seconds by default.
    pub answer: Duration,
}

impl Default for ClamdTimeouts {
    fn default() -> Self {
        ClamdTimeouts {
            connect: Duration::from_secs(5),
            write: Duration::from_secs(30),
            answer: Duration::from_secs(30),
        }
    }
}
