//! Banners in plain text: lines of their own, with an empty line between them and the text.
//!
//! At the bottom is behind everything, a signature too. No line of a banner ends in a blank, so that none is taken for a
//! signature or flows into the next one (RFC 3676, section 4).

use super::Place;

/// The banner as lines with this line end, the last one with it; nothing of an empty banner.
pub(super) fn lines(text: &str, line_end: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    for line in text.trim().lines() {
        let shown = line.chars().filter(|c| !c.is_control() || *c == '\t');
        lines.push_str(shown.collect::<String>().trim_end());
        lines.push_str(line_end);
    }
    lines
}

/// The text with the banner; none if there is nothing to do.
pub(super) fn insert(text: &[u8], lines: &[u8], place: Place, line_end: &str) -> Option<Vec<u8>> {
    let line_end = line_end.as_bytes();
    if lines.is_empty() {
        return None;
    }
    if text.trim_ascii().is_empty() {
        return Some(lines.to_vec());
    }
    let bare = lines.trim_ascii_end();
    match place {
        Place::Top => {
            let rest = text.strip_prefix(bare);
            let present = rest.is_some_and(is_line_end);
            (!present).then(|| [lines, line_end, text].concat())
        }
        Place::Bottom => {
            let before = text.trim_ascii_end().strip_suffix(bare);
            let present = before.is_some_and(|before| matches!(before, [] | [.., b'\n']));
            let open = if text.ends_with(b"\n") { &[] } else { line_end };
            (!present).then(|| [text, open, line_end, lines].concat())
        }
    }
}

/// Whether a line ends here.
fn is_line_end(rest: &[u8]) -> bool {
    matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..])
}
