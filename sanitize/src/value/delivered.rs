//! The one file name that a part is delivered with.

use crate::look::{self, is_invisible};
use crate::map::Part;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a file name; the middle of a longer one goes.
pub const NAME_MOST: usize = 128;

/// Characters of an extension that is kept when a name is shortened.
const EXTENSION_MOST: usize = 32;

/// Names that Windows takes for devices, whatever their extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// The file name that is written for a part: what most clients show, as [`clean_name`] has it. None if it has no name that
/// counts.
pub fn delivered_name(part: &Part) -> Option<String> {
    let names = part.names().iter();
    let mut cleaned = names.filter_map(|name| clean_name(&name.text));
    cleaned.next()
}

/// A file name without what deceives: the base name, in Unicode normalization form C, without control, bidi and invisible
/// characters, without dots and blanks at its end; the name of a device with `_` in front; at most 128 characters, the
/// extension kept. A name that is all right stays as it is. None if nothing is left.
pub fn clean_name(name: &str) -> Option<String> {
    let visible = name.chars().map(blank).filter(|c| !is_invisible(*c));
    let visible: String = visible.nfc().collect();
    let mut components = visible.rsplit(['/', '\\']).map(trimmed);
    let base = components.find(|component| !component.is_empty())?;
    let mut base = shortened(&base.replace("=?", "=_"));
    if look::name(&base).deceptive {
        base = shortened(&plainly(&base)?);
    }
    if is_device(&base) {
        base.insert(0, '_');
    }
    Some(base)
}

/// A name that still hides its ending, in the letters that Windows takes it for: escapes and compatibility forms as what they
/// stand for, blanks in a row as one, and nothing that begins an escape or a stream, or that no file name may hold.
fn plainly(name: &str) -> Option<String> {
    let decoded = look::percent_decoded(name);
    let plain = decoded
        .as_deref()
        .unwrap_or(name)
        .nfkc()
        .map(look::plain_dot)
        .map(|c| match c {
            '%' | ':' | '"' | '<' | '>' | '|' | '*' | '?' | '/' | '\\' => '_',
            other => other,
        });
    let plain: String = plain.filter(|c| !is_invisible(*c)).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut plain = words.join(" ");
    // A mark that stands on a dot or a blank shows nothing that an extension could be.
    let shows_nothing = |c: char| is_combining_mark(c) || c.is_whitespace() || c == '.';
    if let Some(dot) = plain.rfind('.') {
        let end = plain.trim_end_matches(shows_nothing).len();
        plain.truncate(if end <= dot { end } else { plain.len() });
    }
    let (stem, extension) = plain.rsplit_once('.').unwrap_or((&plain, ""));
    let extension: String = extension.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let plain = format!("{stem}.{}", extension.trim());
    Some(trimmed(&plain).to_owned()).filter(|plain| !plain.is_empty())
}

/// Without dots and blanks at the end, and blanks at the start.
fn trimmed(component: &str) -> &str {
    component
        .trim_end_matches(|c: char| c.is_whitespace() || c == '.' || c == '\u{2800}')
        .trim_start()
}

/// White space of any kind as a blank.
fn blank(c: char) -> char {
    if matches!(c, '\t' | '\r' | '\n' | '\u{2028}' | '\u{2029}') {
        ' '
    } else {
        c
    }
}

/// Whether Windows opens a device for this name.
fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_lowercase();
    let port = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"));
    let digit = |rest: &str| matches!(rest, "¹" | "²" | "³") || is_digit(rest);
    DEVICES.contains(&stem.as_str()) || port.is_some_and(digit)
}

fn is_digit(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// At most 128 characters, the extension kept.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= NAME_MOST {
        return name.to_owned();
    }
    let extension = name.rfind('.').and_then(|dot| name.get(dot..));
    let extension = extension.filter(|extension| extension.chars().count() <= EXTENSION_MOST);
    let extension = extension.unwrap_or_default();
    let room = NAME_MOST.saturating_sub(extension.chars().count());
    let kept: String = name.chars().take(room).collect();
    trimmed(&kept).to_owned() + extension
}
