//! Content that takes the place of that of a part, as a MIME entity.

use super::encode;
use super::written::Written;
use crate::map::Part;
use crate::plan::Content;
use crate::value;

/// Fields that say how others refer to the part and in which language it is: they hold for what takes its place.
const KEPT: &[&str] = &[
    "content-id",
    "content-location",
    "content-base",
    "content-language",
];

/// Writes content in the place of a part. `lines` says whether text may stand in lines that can be read.
pub(super) fn write(
    content: &Content,
    part: &Part,
    lines: bool,
    line_end: &'static str,
) -> Written {
    let Content {
        media_type,
        name,
        octets,
    } = content;
    let name = name.as_deref();
    let is_text = media_type.is_text() && std::str::from_utf8(octets).is_ok();
    let encoded = if is_text && lines {
        encode::text(octets)
    } else {
        encode::file(octets)
    };
    let mut fields = Vec::new();
    let mut add = |name: &str, value: &[u8]| fields.push((name.to_owned(), value.to_vec()));
    let charset = is_text.then_some("utf-8");
    let label = value::label(media_type.as_str(), charset, name);
    add("Content-Type", label.as_bytes());
    add("Content-Transfer-Encoding", encoded.encoding.as_bytes());
    if let Some(disposition) = part.disposition() {
        let value = value::disposition(disposition, name);
        add("Content-Disposition", value.as_bytes());
    }
    Written {
        fields,
        kept: KEPT,
        body: encoded.body,
        line_end,
    }
}
