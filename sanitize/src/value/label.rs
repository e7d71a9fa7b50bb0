//! What a part says about its content, when that or its type changes.

use super::compose::{
    PARAMETERS_MOST, clean_name, head, is_file_name, is_named, is_writable, keep,
};
use super::parameter::{push_line, write_parameter, write_type_name};
use super::syntax::{self, Raw};
use crate::map::Disposition;
use crate::plan::{FieldValue, MediaType};

/// A Content-Type of new content. The type is sound.
pub(crate) fn label(media_type: &str, charset: Option<&str>, name: Option<&str>) -> FieldValue {
    let mut value = media_type.as_bytes().to_vec();
    if let Some(charset) = charset {
        let _ = push_line(&mut value, &write_parameter("charset", charset));
    }
    if let Some(name) = sound_name(name) {
        // A name that cannot be written is left out.
        let _ = push_line(&mut value, &write_type_name(&name));
    }
    FieldValue::trusted(value)
}

/// A Content-Disposition of new content.
pub(crate) fn disposition(disposition: Disposition, name: Option<&str>) -> FieldValue {
    let mut value = disposition.name().as_bytes().to_vec();
    if let Some(name) = sound_name(name) {
        let _ = push_line(&mut value, &write_parameter("filename", &name));
    }
    FieldValue::trusted(value)
}

fn sound_name(name: Option<&str>) -> Option<String> {
    name.map(clean_name).filter(|name| !name.is_empty())
}

/// A Content-Type with another type. File names stay, and the charset of text; what else there is was about the type.
pub(crate) fn relabel(raw_value: &[u8], media_type: &MediaType) -> FieldValue {
    let stays = |parameter: &Raw<'_>| {
        is_file_name(parameter) || (media_type.is_text() && is_named(parameter, b"charset"))
    };
    let mut value = media_type.as_str().as_bytes().to_vec();
    keep_those(raw_value, stays, &mut value);
    FieldValue::trusted(value)
}

/// A Content-Type with another charset. All else stays.
pub(crate) fn with_charset(raw_value: &[u8], charset: &str) -> FieldValue {
    let pieces = syntax::cut(raw_value, PARAMETERS_MOST);
    let mut value = head(&pieces.head, "name");
    let _ = push_line(&mut value, &write_parameter("charset", charset));
    let stays = |parameter: &Raw<'_>| !is_named(parameter, b"charset");
    keep_those(raw_value, stays, &mut value);
    FieldValue::trusted(value)
}

/// Puts the parameters that stay behind a value, as they came.
fn keep_those(raw_value: &[u8], stays: impl Fn(&Raw<'_>) -> bool, value: &mut Vec<u8>) {
    let pieces = syntax::cut(raw_value, PARAMETERS_MOST);
    let kept = pieces.parameters.iter();
    for parameter in kept.filter(|parameter| stays(parameter) && is_writable(parameter)) {
        // One that cannot be written is dropped.
        let _ = push_line(value, &keep(parameter));
    }
}
