//! What a scanner says of one message, and every reason why it may have nothing to say.

use crate::{Opinion, Printable};
use std::fmt;

/// The result of one scan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Report {
    /// The scanner has seen every byte and found nothing.
    Clean,
    /// The scanner has found what its signature names.
    Found {
        /// The name of the signature: at most 128 characters.
        signature: Printable,
    },
    /// The scanner has seen every byte and says how suspicious it finds the message.
    Scored(Box<Opinion>),
    /// There is no answer that could be relied on.
    Unscanned(Unscanned),
}

impl Report {
    /// The name that policy and logs use: `clean`, `found`, `scored` or `unscanned`.
    pub fn name(&self) -> &'static str {
        match self {
            Report::Clean => "clean",
            Report::Found { .. } => "found",
            Report::Scored(_) => "scored",
            Report::Unscanned(_) => "unscanned",
        }
    }

    /// A report that something was found; `signature` may be any bytes.
    pub fn found(signature: &[u8]) -> Self {
        let signature = Printable::new(signature, SIGNATURE_LIMIT);
        Report::Found { signature }
    }

    /// A report that nothing is known; `detail` may be any text.
    pub fn unscanned(reason: Reason, detail: &str) -> Self {
        Report::Unscanned(Unscanned::new(reason, detail))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Report::Clean => f.write_str("clean"),
            Report::Found { signature } => write!(f, "found {signature}"),
            Report::Scored(opinion) => write!(f, "scored {}", opinion.score),
            Report::Unscanned(unscanned) => write!(f, "unscanned: {unscanned}"),
        }
    }
}

impl From<Unscanned> for Report {
    fn from(unscanned: Unscanned) -> Self {
        Report::Unscanned(unscanned)
    }
}

/// Why a message was not scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unscanned {
    reason: Reason,
    detail: Printable,
}

impl Unscanned {
    /// For `reason`, with a `detail` for people: any text, kept printable and to 200 characters.
    pub fn new(reason: Reason, detail: &str) -> Self {
        let detail = Printable::new(detail.as_bytes(), DETAIL_LIMIT);
        Unscanned { reason, detail }
    }

    /// What kind of reason it is; policy looks at this.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What happened, for people: one line of printable ASCII, at most 200 characters.
    pub fn detail(&self) -> &Printable {
        &self.detail
    }
}

impl fmt::Display for Unscanned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.detail)
    }
}

impl std::error::Error for Unscanned {}

/// The kinds of reason for [`Report::Unscanned`]. The names are stable: policies and metrics use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// No connection could be made.
    Unreachable,
    /// The scanner, or the scan as a whole, took longer than it may.
    Timeout,
    /// The scanner says that the message goes beyond a limit of its own.
    LimitExceeded,
    /// The message is larger than what we hand to this scanner.
    TooLarge,
    /// The scanner says that it failed.
    Failed,
    /// The scanner's answer is not one that it could give.
    Garbled,
    /// The connection broke.
    Io,
    /// Too many other messages are being scanned.
    Busy,
    /// The scan was ended from our side before there was a report.
    Stopped,
}

impl Reason {
    /// Every reason, in the order of declaration.
    pub const ALL: [Reason; 9] = [
        Reason::Unreachable,
        Reason::Timeout,
        Reason::LimitExceeded,
        Reason::TooLarge,
        Reason::Failed,
        Reason::Garbled,
        Reason::Io,
        Reason::Busy,
        Reason::Stopped,
    ];

    /// The stable name, such as `limit-exceeded`.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Unreachable => "unreachable",
            Reason::Timeout => "timeout",
            Reason::LimitExceeded => "limit-exceeded",
            Reason::TooLarge => "too-large",
            Reason::Failed => "failed",
            Reason::Garbled => "garbled",
            Reason::Io => "io",
            Reason::Busy => "busy",
            Reason::Stopped => "stopped",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether the same message may well get a report when it is scanned once more.
    pub fn is_transient(self) -> bool {
        match self {
            Reason::Unreachable
            | Reason::Timeout
            | Reason::Failed
            | Reason::Garbled
            | Reason::Io
            | Reason::Busy
            | Reason::Stopped => true,
            Reason::LimitExceeded | Reason::TooLarge => false,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Characters of a signature. The longest names in the databases of `ClamAV` are about half of it.
const SIGNATURE_LIMIT: usize = 128;

/// Characters of a detail.
const DETAIL_LIMIT: usize = 200;

#[cfg(test)]
mod tests {
    use super::{Reason, Report};

    #[test]
    fn every_reason_is_found_by_its_name() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
        }
        assert_eq!(Reason::from_name("clean"), None);
    }

    #[test]
    fn reports_are_one_printable_line() {
        let report = Report::unscanned(Reason::Garbled, "answer \"a\r\nb\"");
        assert_eq!(
            report.to_string(),
            "unscanned: garbled: answer \"a\\r\\nb\""
        );
        assert_eq!(
            Report::found(b"Win.Test\x1b").to_string(),
            "found Win.Test\\x1b"
        );
    }
}
