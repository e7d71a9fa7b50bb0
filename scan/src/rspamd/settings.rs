//! What a conversation with rspamd may cost.

use crate::Timeouts;
use hyper::header::HeaderValue;
use std::{fmt, time::Duration};

/// How long rspamd may take, and how much it is handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RspamdSettings {
    /// For each step of a conversation.
    pub timeouts: Timeouts,
    /// From the start of a scan to its report, the arrival of the mail included. 2 minutes by default.
    pub total: Duration,
    /// Bytes of a message. Should not be more than rspamd's own `max_message`; 50 MiB by default, as there.
    pub max_bytes: u64,
    /// What is sent as `Password`, for a worker that asks for it. None by default.
    pub password: Option<RspamdPassword>,
}

impl Default for RspamdSettings {
    fn default() -> Self {
        RspamdSettings {
            timeouts: Timeouts::default(),
            total: Duration::from_mins(2),
            max_bytes: 50 << 20,
            password: None,
        }
    }
}

/// A password, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct RspamdPassword(HeaderValue);

impl RspamdPassword {
    /// `None` if it is empty or holds what a header field of HTTP cannot carry: anything but printable ASCII.
    pub fn new(password: &str) -> Option<Self> {
        let fits = !password.is_empty()
            && password.trim() == password
            && password.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let mut value = HeaderValue::from_str(password).ok().filter(|_| fits)?;
        value.set_sensitive(true);
        Some(RspamdPassword(value))
    }

    pub(super) fn value(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Debug for RspamdPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RspamdPassword(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::{RspamdPassword, RspamdSettings};

    #[test]
    fn a_password_is_one_line_and_not_shown() {
        for text in ["", " a", "a\r\nIP: 127.0.0.1", "a\0", "K\u{f6}ln"] {
            assert_eq!(RspamdPassword::new(text), None, "{text:?}");
        }
        let settings = RspamdSettings {
            password: RspamdPassword::new("open sesame"),
            ..RspamdSettings::default()
        };
        assert!(settings.password.is_some());
        assert!(!format!("{settings:?}").contains("sesame"));
    }
}
