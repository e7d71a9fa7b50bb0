//! What every scanner can do. A scanner is held as `Arc<dyn Scanner>`, so that configuration alone decides which ones run.

use crate::{Bounds, Envelope, Printable, Scan, Unscanned};
use std::{fmt, future::Future, pin::Pin, time::Duration};

/// The future of [`Scanner::probe`].
pub type Probe<'a> = Pin<Box<dyn Future<Output = Result<Printable, Unscanned>> + Send + 'a>>;

/// Something that looks at a message and says what it found.
pub trait Scanner: fmt::Debug + Send + Sync {
    /// The name that policy and logs know the scanner by, such as `clamd`.
    fn name(&self) -> &str;

    /// What one scan may cost. Two minutes and any size, unless the scanner says otherwise.
    fn bounds(&self) -> Bounds {
        Bounds {
            total: Duration::from_mins(2),
            max_bytes: u64::MAX,
        }
    }

    /// Begins to scan one message of this transaction. Returns at once: the scanner is called on while the message is being
    /// fed.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with time and I/O enabled.
    fn start(&self, envelope: &Envelope) -> Scan;

    /// Asks the scanner whether it is there, and returns what it says of itself (name, version, age of its database).
    ///
    /// Meant for a check at start-up; its deadlines are those of a scan.
    fn probe(&self) -> Probe<'_>;

    /// A number that is another one once the scanner may say something else of the same content; what was said before is then
    /// not said again. Always 0 of a scanner that does not tell.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    fn edition(&self) -> u64 {
        0
    }
}
