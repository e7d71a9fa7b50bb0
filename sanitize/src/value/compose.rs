//! Structured values, written anew: one line for each parameter, each in one form that every client reads alike.

use super::cursor::is_token;
use super::mime::{is_sound_type, media_type};
use super::parameter::{push_line, quote, write_parameter};
use super::readings::usual;
use super::syntax::{self, Form, Raw};
use crate::plan::FieldValue;

/// Parameters of a value that is renamed; more than any real one has.
pub(super) const PARAMETERS_MOST: usize = 1_000;

/// Octets of a file name that file systems take.
const NAME_MOST: usize = 255;

/// Octets of an extension that is kept when a name is shortened.
const EXTENSION_MOST: usize = 32;

/// Names of parameters that clients take for the name of a file.
const FILE_NAMES: [&[u8]; 2] = [b"filename", b"name"];

/// Writes a structured value: what stands in front, and the parameters (RFC 2045, section 5.1). A value that is ASCII stands
/// in quotes, any other as RFC 2231 has it. Control characters do not count. None if the head or a name is no token, or a
/// line would be too long.
pub fn compose(head: &str, parameters: &[(&str, &str)]) -> Option<FieldValue> {
    let sound = |word: &str| !word.is_empty() && word.bytes().all(is_token);
    if !head.split('/').all(sound) {
        return None;
    }
    let mut value = head.as_bytes().to_vec();
    for (name, text) in parameters {
        if !sound(name) || name.contains('*') {
            return None;
        }
        push_line(&mut value, &write_parameter(name, text))?;
    }
    FieldValue::new(&value).ok()
}

/// The value with every form of every file name replaced by one: `parameter`, which is `filename` in a Content-Disposition
/// and `name` in a Content-Type. Other parameters keep their octets where these are sound, their usual reading where not;
/// those that hide a file name go. An empty name is not written.
///
/// Read again, the value gives this name and no other. Of `new`, control characters are dropped, the start of an encoded
/// word is broken, and more than 255 octets are shortened in the middle.
pub fn rename(raw_value: &[u8], parameter: &str, new: &str) -> Option<FieldValue> {
    let pieces = syntax::cut(raw_value, PARAMETERS_MOST);
    let mut value = head(&pieces.head, parameter);
    let kept = |other: &&Raw<'_>| !is_file_name(other) && is_writable(other);
    for other in pieces.parameters.iter().filter(kept) {
        // One that cannot be written is dropped rather than the new name lost.
        let _ = push_line(&mut value, &keep(other));
    }
    let new = clean_name(new);
    if !new.is_empty() {
        push_line(&mut value, &write_parameter(parameter, &new))?;
    }
    FieldValue::new(&value).ok()
}

/// What stands in front as it came, if it is sound, or as it was read.
pub(super) fn head(head: &[u8], parameter: &str) -> Vec<u8> {
    if parameter == "name" {
        let read = || media_type(head).unwrap_or_else(|| "text/plain".to_owned());
        if is_sound_type(head) {
            head.to_vec()
        } else {
            read().into_bytes()
        }
    } else if !head.is_empty() && head.iter().copied().all(is_token) {
        head.to_vec()
    } else {
        b"attachment".to_vec()
    }
}

/// Whether a parameter names a file.
pub(super) fn is_file_name(parameter: &Raw<'_>) -> bool {
    FILE_NAMES.iter().any(|known| is_named(parameter, known))
}

/// Whether a parameter has this name, in any of the forms of RFC 2231.
pub(super) fn is_named(parameter: &Raw<'_>, known: &[u8]) -> bool {
    let mut words = parameter.name.split(|byte| *byte == b'*');
    let base = words.next().unwrap_or_default();
    base.eq_ignore_ascii_case(known)
}

/// Whether a parameter can be written again and means no more then than it does.
pub(super) fn is_writable(parameter: &Raw<'_>) -> bool {
    let name = parameter.name;
    let sound = !name.is_empty() && name.iter().copied().all(is_token);
    if parameter.hidden || !sound {
        return false;
    }
    let written = [b"x;", keep(parameter).as_slice()].concat();
    // A boundary stays whatever is in it: the parts of the entity depend on it.
    is_named(parameter, b"boundary") || syntax::cut(&written, PARAMETERS_MOST).parameters.len() == 1
}

/// A parameter as it came, or as it was read where that is broken.
pub(super) fn keep(parameter: &Raw<'_>) -> Vec<u8> {
    let name = parameter.name;
    let value = parameter.value;
    let folded: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect();
    let sound = parameter.whole.is_none() && FieldValue::new(&folded).is_ok();
    match parameter.form {
        Form::Quoted if sound => [name, b"=\"", &folded, b"\""].concat(),
        Form::Bare if !value.is_empty() && value.iter().copied().all(is_token) => {
            [name, b"=", value].concat()
        }
        _ => [name, b"=", &quote(&usual(parameter))].concat(),
    }
}

/// The name as it can be written: see [`rename`].
pub(super) fn clean_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.replace("=?", "=_");
    if name.len() <= NAME_MOST {
        return name;
    }
    let extension = name.rfind('.').and_then(|dot| name.get(dot..));
    let extension = extension.filter(|extension| extension.len() <= EXTENSION_MOST);
    let extension = extension.unwrap_or_default();
    let mut end = NAME_MOST.saturating_sub(extension.len());
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    name.get(..end).unwrap_or_default().to_owned() + extension
}
