//! How long the steps of a conversation with a scanner may take. The same for every scanner.

use crate::{Reason, Unscanned};
use std::{future::Future, time::Duration};
use tokio::time::timeout;

/// How long each step of a conversation with a scanner may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To make the connection, the look-up of the host name included. 5 seconds by default.
    ///
    /// A scanner that is just being started again, or has no room for one more, is tried anew until this is over. While
    /// it is known to be down, each message tries once and waits half a second at most.
    pub connect: Duration,
    /// While the scanner takes no byte of what we have for it. 30 seconds by default.
    pub write: Duration,
    /// From the end of the message to the end of the answer. 30 seconds by default.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(5),
            write: Duration::from_secs(30),
            answer: Duration::from_secs(30),
        }
    }
}

/// Waits for an `answer`, for `total` at most.
pub(crate) async fn within<T>(
    total: Duration,
    answer: impl Future<Output = Result<T, Unscanned>>,
) -> Result<T, Unscanned> {
    timeout(total, answer).await.unwrap_or_else(|_| {
        let late = format!("no answer within {total:?}");
        Err(Unscanned::new(Reason::Timeout, &late))
    })
}
