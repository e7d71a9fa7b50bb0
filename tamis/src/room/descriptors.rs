//! How many file descriptors there are, and for how many connections and messages they are enough.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

/// Most of one message: itself, what is written anew of it, what is taken out of it to be opened, and in the quarantine a file
/// and its directory.
const OF_A_MESSAGE: u64 = 5;

/// What is kept in reserve for all else: sockets, those who ask for metrics, the processes that open containers, the policy,
/// notices, a process that takes over.
const RESERVE: u64 = 128;

/// So many where there is no bound.
const ENDLESS: u64 = 1 << 20;

/// What the descriptors of the process are enough for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptors {
    /// Most that may be open.
    pub most: u64,
    /// Those of them that are for neither connections nor messages: scanners, and a reserve.
    pub reserved: u64,
    /// Most connections of MTAs at a time.
    pub connections: u64,
    /// Most messages on their way at a time.
    pub messages: u64,
}

impl Descriptors {
    /// Takes all that the system gives, and shares them out: so many for scans, and so many connections are wanted.
    pub fn take(scans: u64, wanted: u64) -> Self {
        Self::shared(raised(), scans, wanted)
    }

    /// Connections get at most three quarters of what is not reserved: they are mostly idle. Messages get the rest.
    fn shared(most: u64, scans: u64, wanted: u64) -> Self {
        let reserved = RESERVE.saturating_add(scans);
        let left = most.saturating_sub(reserved);
        let connections = wanted.min(left / 4 * 3).max(1);
        let messages = left.saturating_sub(connections) / OF_A_MESSAGE;
        Descriptors {
            most,
            reserved,
            connections,
            messages: messages.clamp(1, connections),
        }
    }

    /// Tells the log.
    pub fn tell(self, wanted: u64) {
        let Descriptors {
            most,
            reserved,
            connections,
            messages,
        } = self;
        if connections < wanted {
            warn!(
                most,
                reserved, connections, messages, wanted, "too few descriptors"
            );
        } else {
            info!(most, reserved, connections, messages, "descriptors");
        }
    }
}

/// Raises the bound of this process as far as it may. Gives the bound.
fn raised() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    let bound = match setrlimit(Resource::Nofile, all) {
        Ok(()) => maximum,
        Err(_) => current,
    };
    bound.unwrap_or(ENDLESS)
}

#[cfg(test)]
mod tests {
    use super::{Descriptors, OF_A_MESSAGE};

    #[track_caller]
    fn check(most: u64, scans: u64, wanted: u64, connections: u64, messages: u64) {
        let shared = Descriptors::shared(most, scans, wanted);
        assert_eq!(
            (shared.connections, shared.messages),
            (connections, messages)
        );
        let used = (connections + messages * OF_A_MESSAGE).saturating_add(shared.reserved);
        assert!(used <= most || (connections, messages) == (1, 1));
    }

    #[test]
    fn a_reserve_stays() {
        check(524_288, 96, 1_000, 1_000, 1_000);
        check(20_000, 96, 10_000, 10_000, 1_955);
        check(1_024, 64, 1_000, 624, 41);
        check(256, 0, 1_000, 96, 6);
        check(64, 0, 1_000, 1, 1);
        check(u64::MAX, u64::MAX, 1_000, 1, 1);
    }
}
