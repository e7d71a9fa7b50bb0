//! Fields that are not there though they should be.

use super::RepairOptions;
use crate::defect::Code;
use crate::map::Part;
use crate::plan::{FieldName, FieldValue};

/// The version of MIME.
pub(super) const VERSION: &[u8] = b"1.0";

/// What of the header section of a message is missing.
pub(super) fn flaws(part: &Part) -> Vec<Code> {
    let missing = |name: &str| !part.fields().iter().any(|field| field.means(name));
    // What an attached message lacks is missed by nobody.
    let top = part.parent().is_none();
    let found = [
        (Code::MissingFrom, top && missing("from")),
        (Code::MissingDate, top && missing("date")),
        (Code::MissingMessageId, top && missing("message-id")),
        (Code::UndeclaredMime, is_undeclared(part)),
        (Code::EmptyHeader, is_empty(part)),
    ];
    found
        .into_iter()
        .filter_map(|(code, is)| is.then_some(code))
        .collect()
}

/// The fields that are to be added, with what each mends.
pub(super) fn added(part: &Part, options: &RepairOptions) -> Vec<(Code, FieldName, FieldValue)> {
    let mended = |code: Code| options.codes.contains(code);
    let missing = |name: &str| !part.fields().iter().any(|field| field.means(name));
    let mime = part
        .fields()
        .iter()
        .any(|field| field.is("content-type") || field.is("content-transfer-encoding"));
    let mut added = Vec::new();
    let mut add = |code, name: &str, value: &[u8]| {
        if let Ok(name) = FieldName::new(name) {
            added.push((code, name, FieldValue::trusted(value.to_vec())));
        }
    };
    // What an attached message lacks stays away: nobody misses it, and nobody knows it.
    let top = part.parent().is_none();
    if let Some(received) = options.received
        && top
        && missing("date")
        && mended(Code::MissingDate)
    {
        add(Code::MissingDate, "Date", received.to_string().as_bytes());
    }
    if let Some(digest) = options.digest
        && top
        && missing("message-id")
        && mended(Code::MissingMessageId)
    {
        add(
            Code::MissingMessageId,
            "Message-ID",
            message_id(digest).as_bytes(),
        );
    }
    if top && missing("from") && mended(Code::MissingFrom) {
        add(Code::MissingFrom, "From", b"unknown-sender:;");
    }
    if options.mime && missing("mime-version") {
        if is_empty(part) && mended(Code::EmptyHeader) {
            add(Code::EmptyHeader, "MIME-Version", VERSION);
        } else if is_undeclared(part) && mended(Code::UndeclaredMime) {
            add(Code::UndeclaredMime, "MIME-Version", VERSION);
        } else if mime && mended(Code::MissingMimeVersion) {
            add(Code::MissingMimeVersion, "MIME-Version", VERSION);
        }
    }
    added
}

/// The id of a message that had none. The same message gets the same one wherever it is received; the domain says that
/// nobody has given it (RFC 6761, section 6.4).
fn message_id(digest: [u8; 16]) -> String {
    format!(
        "<{:032x}@message-id-missing.invalid>",
        u128::from_be_bytes(digest)
    )
}

/// What is wrong with the value of a MIME-Version field (RFC 2045, section 4).
pub(super) fn version_flaw(raw_value: &[u8]) -> Option<Code> {
    (raw_value.trim_ascii() != VERSION).then_some(Code::MimeVersionInvalid)
}

/// Whether the body can be read only by who takes it for MIME, without a MIME-Version that says so.
pub(super) fn is_undeclared(part: &Part) -> bool {
    let text =
        part.is_leaf() && part.media_type().starts_with("text/") && part.encoding().is_identity();
    let version = part.field("mime-version");
    !text && !version.is_some_and(|field| is_version_1(field.raw_value()))
}

/// Whether a version is 1.0, with whatever blanks and comments (RFC 2045, section 4, shows some).
fn is_version_1(raw_value: &[u8]) -> bool {
    let mut depth = 0u32;
    let mut version = Vec::new();
    for byte in raw_value {
        match byte {
            b'(' => depth = depth.saturating_add(1),
            b')' => depth = depth.saturating_sub(1),
            byte if depth == 0 && !byte.is_ascii_whitespace() => version.push(*byte),
            _ => {}
        }
    }
    version.starts_with(b"1.0")
}

/// Whether a message has a header section that is nothing but the empty line at its end.
fn is_empty(part: &Part) -> bool {
    part.parent().is_none() && part.fields().is_empty() && part.is_separated()
}
