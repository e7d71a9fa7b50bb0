//! How octets from the wire get into a log: escaped, and cut.

use crate::proto::macros::Macros;
use std::fmt;

/// Most octets of one value that are logged.
const SHOWN: usize = 200;

/// Octets of the wire, shown as ASCII with everything else escaped.
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, more) = self
            .0
            .split_at_checked(SHOWN)
            .map_or((self.0, ""), |(shown, _)| (shown, "..."));
        write!(f, "{}{more}", shown.escape_ascii())
    }
}

/// By which name the MTA knows the message, if it has said so.
pub(crate) fn queue_id(macros: &Macros) -> Option<String> {
    macros.get("i").map(|id| Escaped(id).to_string())
}

/// An error with its causes.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
