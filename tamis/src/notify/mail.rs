//! A notice as a mail.
//!
//! Values from the message stand in the text alone, and rules have made them harmless there: one line each, of bounded
//! length, without control characters. The header section has nothing but what the site says of itself.

use crate::quarantine::Id;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tamis_sanitize::Notice;

/// Octets of a text.
const TEXT_MOST: usize = 32 << 10;

/// A notice on its way.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) id: Id,
    pub(super) to: Vec<Arc<str>>,
    /// The rule that has asked for it.
    pub(super) rule: String,
    /// The whole mail; its lines end in CRLF.
    pub(super) octets: Vec<u8>,
}

impl Mail {
    pub(super) fn new(id: Id, from: &str, to: Vec<Arc<str>>, rule: String, notice: Notice) -> Self {
        let octets = octets(&id, from, &to, &rule, notice);
        Mail {
            id,
            to,
            rule,
            octets,
        }
    }
}

fn octets(id: &Id, from: &str, to: &[Arc<str>], rule: &str, notice: Notice) -> Vec<u8> {
    let domain = from
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or_default());
    let to: Vec<&str> = to.iter().map(|address| &**address).collect();
    let message = MessageBuilder::new()
        .from(("Tamis", from))
        .to(to)
        .subject(format!("Mail policy: {rule}"))
        .date(seconds)
        .message_id(format!("{id}@{domain}"))
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .header("Content-Language", Raw::new(notice.language))
        .body(MimePart::new("text/plain", text(&notice.text).to_owned()));
    let mut octets = Vec::new();
    // Writing to memory does not fail.
    let _ = message.write_to(&mut octets);
    octets
}

/// As much of a text as goes into a notice.
fn text(text: &str) -> &str {
    let mut end = text.len().min(TEXT_MOST);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}
