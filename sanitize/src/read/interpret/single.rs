//! Which fields may stand once only.

use crate::defect::Code;
use crate::map::Part;

/// Fields that may stand once in the header of a message (RFC 5322, section 3.6; RFC 2045, section 3).
const SINGLETONS: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "date",
    "mime-version",
];

/// Whether a field of this name may stand once only in a header section.
pub(crate) fn is_single(name: &[u8]) -> bool {
    SINGLETONS
        .iter()
        .any(|single| name.eq_ignore_ascii_case(single.as_bytes()))
        || crate::write::is_mime_field(name)
}

/// Fields that stand more often than they may.
pub(super) fn repeated(part: &Part, head: bool) -> Vec<Code> {
    // There are few such names, so this ends soon whatever the header section holds.
    let mut seen: Vec<&[u8]> = Vec::new();
    for field in &part.fields {
        let name = field.name();
        let once = crate::write::is_mime_field(name) || head && is_single(name);
        if !once {
            continue;
        }
        if seen.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return vec![Code::DuplicateField];
        }
        seen.push(name);
    }
    Vec::new()
}
