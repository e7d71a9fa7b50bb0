//! Whether text is a mail message: header fields from the first line on, and those that only mail has.

use super::found::{Found, MESSAGE};

/// Fields that are looked at.
const FIELDS: usize = 60;

/// Fields that mail systems write and people do not.
const TRACES: &[&str] = &[
    "received",
    "message-id",
    "mime-version",
    "return-path",
    "delivered-to",
    "dkim-signature",
    "x-mailer",
    "content-transfer-encoding",
    "arc-seal",
    "authentication-results",
    "x-original-to",
    "content-type",
    "status",
    "x-uid",
];

/// Fields that a message has.
const FAMILIAR: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "sender",
    "reply-to",
    "in-reply-to",
    "references",
    "x-unsent",
    "importance",
    "list-id",
];

/// The type of mail that starts here, whatever else the content is: `message/rfc822` or `application/mbox`.
pub(crate) fn mail_type(head: &[u8]) -> Option<&'static str> {
    by_head(head).map(|found| found.media_type)
}

/// The message that starts at the first octet of `text`.
pub(super) fn by_head(text: &[u8]) -> Option<Found> {
    let mut lines = text
        .split(|octet| *octet == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .peekable();
    let mailbox = lines.next_if(|line| is_envelope(line)).is_some();
    // Apple Mail writes the size of the message before it.
    lines.next_if(|line| !mailbox && !line.is_empty() && line.iter().all(u8::is_ascii_digit));
    let (mut traces, mut familiar) = (0_usize, 0_usize);
    for line in lines.take_while(|line| !line.is_empty()).take(FIELDS) {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            continue;
        }
        let Some(name) = field_name(line) else { break };
        traces = traces.saturating_add(usize::from(TRACES.contains(&name.as_str())));
        familiar = familiar.saturating_add(usize::from(FAMILIAR.contains(&name.as_str())));
    }
    let message = traces >= 1 && familiar >= 2 && traces.saturating_add(familiar) >= 4;
    match () {
        () if mailbox && traces.saturating_add(familiar) >= 2 => {
            Some(Found::new("application/mbox", "mail folder", MESSAGE))
        }
        () => message.then_some(Found::new("message/rfc822", "mail message", MESSAGE)),
    }
}

/// `From someone Sat Jan  3 01:05:34 1996`: what mbox files put before each message.
fn is_envelope(line: &[u8]) -> bool {
    let digits = line.iter().filter(|octet| octet.is_ascii_digit()).count();
    let colons = memchr::memchr_iter(b':', line).count();
    line.starts_with(b"From ") && digits >= 8 && colons >= 2
}

fn field_name(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|octet| *octet == b':')?;
    let name = line.get(..colon)?;
    let good = !name.is_empty()
        && name
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'));
    good.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}
