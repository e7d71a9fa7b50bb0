//! The MIME fields of a part, written anew: lower case, quoted ASCII, one name in both places.

use super::compose::compose_some;
use super::delivered::delivered_name;
use super::mime::content_type;
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

/// Octets of a parameter that is kept.
pub(super) const PARAMETER_MOST: usize = 1_024;

/// A Content-Type for a part: the type given, the charset and boundary given, the parameters of the part that are of use, and
/// the file name.
pub fn canonical_type(
    part: &Part,
    media_type: &str,
    charset: Option<&str>,
    boundary: Option<&str>,
) -> FieldValue {
    let mut parameters: Vec<(&str, String)> = Vec::new();
    parameters.extend(charset.map(|charset| ("charset", charset.to_owned())));
    parameters.extend(boundary.map(|boundary| ("boundary", boundary.to_owned())));
    parameters.extend(kept(part));
    if boundary.is_none() {
        parameters.extend(delivered_name(part).map(|name| ("name", name)));
    }
    let media_type = media_type.to_ascii_lowercase();
    compose_some(&media_type, &parameters)
        .unwrap_or_else(|| FieldValue::trusted(b"application/octet-stream".to_vec()))
}

/// A Content-Disposition for a part: what it says, and the file name. None if the part declares none and has no name.
pub fn canonical_disposition(part: &Part) -> Option<FieldValue> {
    let name = delivered_name(part);
    let disposition = match (part.disposition(), &name) {
        (Some(disposition), _) => disposition,
        (None, Some(_)) => Disposition::Attachment,
        (None, None) => return None,
    };
    let parameters: Vec<(&str, String)> = name.map(|name| ("filename", name)).into_iter().collect();
    compose_some(disposition.name(), &parameters)
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
