//! A message map as text for people: the `tree.txt` of a case.
//!
//! ```text
//! message: 412 bytes, CRLF
//!
//! / multipart/mixed
//!     boundary: "b1"  preamble: 99..99  close: 400..408  epilogue: 408..412
//!     at: 0..412  header: 0..99  body: 99..412
//! 1 text/plain charset=utf-8, quoted-printable
//!     at: 99..180  header: 105..150  body: 150..178
//!     content: 24 bytes, text
//!
//! defects: none
//! ```
//!
//! Parts are indented by depth. Ranges count octets from the start of the message; `at` is everything that goes when the
//! part goes. What came from the message is escaped.

use std::fmt::{self, Write as _};
use tamis_sanitize::map::{Disposition, Structure};
use tamis_sanitize::{Extent, FileName, MessageMap, Part, Reading};

/// The map of a message as text.
pub fn outline(map: &MessageMap) -> String {
    let mut text = String::new();
    let line_end = if map.line_end() == "\r\n" {
        "CRLF"
    } else {
        "LF"
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "message: {} bytes, {line_end}\n", map.size());
    for part in map.parts() {
        let _ = write_part(&mut text, part);
    }
    let _ = write_defects(&mut text, map);
    text
}

/// The end of a reading as text: its map, and the limit that cut it short.
pub fn outline_reading(reading: &Reading) -> String {
    let mut text = outline(reading.map());
    if let Some(limit) = reading.limit() {
        let _ = writeln!(text, "\ncut: {} at {}", limit.code, limit.at);
    }
    text
}

fn write_part(text: &mut String, part: &Part) -> fmt::Result {
    let indent = "  ".repeat(usize::from(part.depth()));
    let number = if part.number().is_empty() {
        "/"
    } else {
        part.number()
    };
    write!(
        text,
        "{indent}{number} {}",
        part.media_type().escape_debug()
    )?;
    if let Some(charset) = part.charset() {
        write!(text, " charset={}", charset.escape_debug())?;
    }
    write!(text, ", {}", part.encoding().name())?;
    if let Some(disposition) = part.disposition() {
        write!(text, ", {}", Disposition::name(disposition))?;
    }
    writeln!(text)?;
    for name in part.names() {
        write_name(text, &indent, name)?;
    }
    if let Structure::Multipart {
        boundary,
        preamble,
        epilogue,
        close,
        ..
    } = part.structure()
    {
        let (preamble, close, epilogue) = (Range(*preamble), Range(*close), Range(*epilogue));
        let boundary = boundary.escape_ascii();
        writeln!(
            text,
            "{indent}    boundary: \"{boundary}\"  preamble: {preamble}  close: {close}  epilogue: {epilogue}"
        )?;
    }
    let (at, header, body) = (
        Range(part.outer()),
        Range(part.header()),
        Range(part.body()),
    );
    writeln!(text, "{indent}    at: {at}  header: {header}  body: {body}")?;
    if part.is_leaf() || !part.kinds().is_empty() {
        write_content(text, &indent, part)?;
    }
    Ok(())
}

fn write_name(text: &mut String, indent: &str, name: &FileName) -> fmt::Result {
    write!(text, "{indent}    name: \"{}\"", name.text.escape_debug())?;
    if name.judged != name.text {
        write!(text, "  judged: \"{}\"", name.judged.escape_debug())?;
    }
    if name.deceptive {
        write!(text, "  deceptive")?;
    }
    writeln!(text)
}

fn write_content(text: &mut String, indent: &str, part: &Part) -> fmt::Result {
    let kinds: Vec<&str> = part
        .kinds()
        .iter()
        .map(tamis_sanitize::Kind::name)
        .collect();
    write!(text, "{indent}    content: ")?;
    if part.is_leaf() {
        write!(text, "{} bytes, ", part.size())?;
    }
    write!(
        text,
        "{}",
        if kinds.is_empty() {
            "no kind".to_owned()
        } else {
            kinds.join(" ")
        }
    )?;
    if let Some(detected) = part.detected_type() {
        write!(text, "  detected: {detected}")?;
    }
    writeln!(text)
}

fn write_defects(text: &mut String, map: &MessageMap) -> fmt::Result {
    if map.defects().is_empty() {
        return writeln!(text, "\ndefects: none");
    }
    writeln!(text, "\ndefects:")?;
    for defect in map.defects().iter() {
        let number = map.part(defect.part).number();
        let number = if number.is_empty() { "/" } else { number };
        writeln!(
            text,
            "  {} ({}) in {number} at {}",
            defect.code,
            defect.code.class().name(),
            defect.at
        )?;
    }
    for (code, count) in map.defects().counts().filter(|(_, count)| *count > 1) {
        writeln!(text, "  {code}: {count} times")?;
    }
    Ok(())
}

/// A range of octets, `3..5`.
struct Range(Extent);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.0.start, self.0.end)
    }
}
