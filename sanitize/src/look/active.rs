//! Pages that do something: script elements, handlers of events, and addresses that are code.
//!
//! This is no reader of HTML: browsers and mail clients differ too much in what they take for a tag. A sign counts wherever
//! it stands, in either case, with the references and blanks that browsers pass over, in UTF-16 and UTF-7 as well.

mod address;
mod attribute;
mod utf7;

use super::bytes::{slice, without_nul};
use memchr::{memchr, memchr_iter, memchr3_iter};

/// Octets around a place that are looked at. No sign is longer.
const AROUND: usize = 96;
/// Octets that are narrowed at a time.
const PART: usize = 4_096;

/// Watches for the signs.
#[derive(Debug, Default)]
pub(super) struct Active {
    found: bool,
    /// The end of what went by.
    tail: Vec<u8>,
}

impl Active {
    /// Takes the next octets. Once something was found there is nothing more to do.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.found {
            return;
        }
        if memchr(0, piece).is_none() {
            return self.narrow(piece);
        }
        // UTF-16 reads like ASCII without its NULs.
        for part in piece.chunks(PART) {
            self.narrow(&without_nul(part));
        }
    }

    /// Whether a sign was seen.
    pub(super) fn finish(&self) -> bool {
        self.found
    }

    fn narrow(&mut self, piece: &[u8]) {
        if piece.is_empty() {
            return;
        }
        let seam = self.tail.len();
        self.tail.extend_from_slice(slice(piece, 0, AROUND));
        self.found |= seam > 0 && is_active(&self.tail) || is_active(piece);
        if piece.len() >= AROUND {
            self.tail.clear();
            let end = piece.len().saturating_sub(AROUND);
            self.tail.extend_from_slice(slice(piece, end, AROUND));
        } else {
            let extra = self.tail.len().saturating_sub(AROUND);
            self.tail.drain(..extra);
        }
    }
}

fn is_active(text: &[u8]) -> bool {
    let tags = || memchr_iter(b'<', text).any(|at| is_script(around(text, at)));
    let attributes = || memchr_iter(b'=', text).any(|at| attribute::is_attribute(before(text, at)));
    let addresses = || memchr3_iter(b':', b'&', b'+', text).any(|at| stands(text, at));
    tags() || attributes() || addresses()
}

/// What stands at a place and behind it.
fn around(text: &[u8], at: usize) -> &[u8] {
    slice(text, at, AROUND)
}

/// What stands before a place.
fn before(text: &[u8], at: usize) -> &[u8] {
    let from = at.saturating_sub(AROUND);
    slice(text, from, at.saturating_sub(from))
}

/// `<script` and `<applet`; with a prefix, `<svg:script`, from the colon on.
fn is_script(tag: &[u8]) -> bool {
    let names: [&[u8]; 2] = [b"script", b"applet"];
    names.iter().any(|name| {
        let end = name.len().saturating_add(1);
        // A name that goes on in the next piece is looked at with it.
        let ends =
            |octet: &u8| !octet.is_ascii_alphanumeric() && !matches!(octet, b':' | b'-' | b'_');
        slice(tag, 1, name.len()).eq_ignore_ascii_case(name) && tag.get(end).is_some_and(ends)
    })
}

/// Whether `before` a colon stands `<` and a prefix.
fn is_prefix(before: &[u8]) -> bool {
    let letter = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.');
    let start = before.iter().rposition(|octet| !letter(octet));
    start.and_then(|start| before.get(start)) == Some(&b'<')
}

/// Whether an address that is code ends its scheme here, or a run of UTF-7 that is a script element begins.
fn stands(text: &[u8], at: usize) -> bool {
    let here = around(text, at);
    match here.first() {
        Some(b'+') => utf7::begins_script(here),
        Some(b'&') if !address::is_colon(here) => false,
        _ if is_script(here) && is_prefix(before(text, at)) => true,
        _ => address::is_code(before(text, at), here),
    }
}

#[cfg(test)]
mod tests {
    use super::Active;

    fn check(text: &[u8], expected: bool) {
        for size in [1, 7, 64, 1_000] {
            let mut active = Active::default();
            text.chunks(size).for_each(|piece| active.push(piece));
            assert_eq!(
                active.finish(),
                expected,
                "{} by {size}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn finds_what_acts() {
        let padding = "x".repeat(150);
        for sign in [
            "<script>",
            "<SCRIPT src=x>",
            "<svg:script>",
            "<a:Script/>",
            "<body onload=x()>",
            "<img src=x oNerror = y>",
            "<svg/onload=x>",
            "<a href=javascript:x>",
            "<a href=' java\tscript:x'>",
            "<a href=&#106;avascript:x>",
            "<a href=javascript&colon;x>",
            "<a href=java&Tab;script&#x3A;x>",
            "<a href=\"&#0000106avascript&#0000058x\">",
            "<iframe srcdoc=x>",
            "<iframe src='data:text/html;base64,eA=='>",
            "<html>+ADw-script+AD4-",
            "+ADwAcwBjAHIAaQBwAHQAPg-",
            "+ADw-body+AD4-+ADw-script+AD4-/* x */ run()",
        ] {
            check(sign.as_bytes(), true);
            check(format!("{padding}{sign}{padding}").as_bytes(), true);
            let wide: Vec<u8> = sign.encode_utf16().flat_map(u16::to_le_bytes).collect();
            check(&wide, true);
        }
    }

    #[test]
    fn leaves_what_does_not() {
        for text in [
            "<p>one = two</p>",
            "<a href=http://x/?online=1&onload2=3>",
            "a description: text",
            "<img src='data:image/png;base64,x'>",
            "scripts: <b>javascript</b>",
            "<scripture>",
            "on time = good",
            "2+2+ADwq",
            "<style>a{b:c}</style>",
        ] {
            check(text.as_bytes(), false);
        }
    }
}
