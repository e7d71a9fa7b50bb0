//! The MIME fields of a part, written anew: lower case, quoted ASCII, one name in both places.

use super::cursor::is_token;
use super::delivered::delivered_name;
use super::mime::content_type;
use super::parameter::{push_line, write_parameter, write_type_name};
use super::parameters::PARAMETER_MOST;
use crate::decode::Encoding;
use crate::limits::Limits;
use crate::map::{Disposition, Part};
use crate::plan::FieldValue;

/// Parameters that are kept where they are ASCII: they say how the content is to be used, and no parser takes them for the
/// structure of the message.
const KEPT: &[&str] = &[
    "format",
    "delsp",
    "method",
    "report-type",
    "protocol",
    "micalg",
    "type",
    "start",
    "start-info",
    "smime-type",
    "component",
    "header",
    "profile",
    "version",
    "reply-type",
    "variant",
];

/// A Content-Type for a part: the type given, the charset and boundary given, the parameters of the part that are of use, and
/// the file name.
pub fn canonical_type(
    part: &Part,
    media_type: &str,
    charset: Option<&str>,
    boundary: Option<&str>,
) -> FieldValue {
    let media_type = media_type.to_ascii_lowercase();
    let mut value = sound_type(&media_type).as_bytes().to_vec();
    let mut add = |name: &str, text: &str| {
        // One that cannot be written is left out.
        let _ = push_line(&mut value, &write_parameter(name, text));
    };
    let given = [("charset", charset), ("boundary", boundary)];
    for (name, text) in given {
        if let Some(text) = text {
            add(name, text);
        }
    }
    for (name, text) in kept(part) {
        add(name, &text);
    }
    if let Some(name) = delivered_name(part).filter(|_| boundary.is_none()) {
        let _ = push_line(&mut value, &write_type_name(&name));
    }
    FieldValue::trusted(value)
}

/// A Content-Disposition for a part: what it says, and the file name. None if the part declares none and has no name.
pub fn canonical_disposition(part: &Part) -> Option<FieldValue> {
    let name = delivered_name(part);
    let disposition = match (part.disposition(), &name) {
        (Some(disposition), _) => disposition,
        (None, Some(_)) => Disposition::Attachment,
        (None, None) => return None,
    };
    let mut value = disposition.name().as_bytes().to_vec();
    if let Some(name) = name {
        let _ = push_line(&mut value, &write_parameter("filename", &name));
    }
    Some(FieldValue::trusted(value))
}

/// The type itself if it is two tokens and a slash, or the one that says nothing.
fn sound_type(media_type: &str) -> &str {
    let sound = |word: &str| !word.is_empty() && word.bytes().all(is_token);
    let media_type = agreed(media_type);
    let words: Vec<&str> = media_type.split('/').collect();
    match words.as_slice() {
        [main, sub] if sound(main) && sound(sub) => media_type,
        _ => "application/octet-stream",
    }
}

/// For a message type that parsers disagree about, the one that says the same and that they agree about.
fn agreed(media_type: &str) -> &str {
    match media_type {
        "message/global" | "message/news" => "message/rfc822",
        "message/rfc822-headers" | "message/global-headers" => "text/rfc822-headers",
        "message/global-delivery-status" => "message/delivery-status",
        "message/global-disposition-notification" => "message/disposition-notification",
        "message/rfc822"
        | "message/delivery-status"
        | "message/disposition-notification"
        | "message/feedback-report"
        | "message/partial"
        | "message/external-body" => media_type,
        other if other.starts_with("message/") => "text/plain",
        other => other,
    }
}

/// A Content-Transfer-Encoding.
pub fn canonical_encoding(encoding: Encoding) -> FieldValue {
    FieldValue::trusted(encoding.name().as_bytes().to_vec())
}

/// The parameters of a part that are kept, the first of each, in one order.
fn kept(part: &Part) -> Vec<(&'static str, String)> {
    let limits = Limits::default();
    let fields = part
        .fields()
        .iter()
        .filter(|field| field.is("content-type"));
    let declared: Vec<_> = fields
        .take(4)
        .map(|field| content_type(field.raw_value(), &limits))
        .collect();
    let value = |name: &&'static str| {
        let mut values = declared
            .iter()
            .filter_map(|value| value.parameters.get(name));
        let value = String::from_utf8(values.next()?).ok()?;
        let plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        (plain && value.len() <= PARAMETER_MOST).then_some((*name, value))
    };
    KEPT.iter().filter_map(value).collect()
}
