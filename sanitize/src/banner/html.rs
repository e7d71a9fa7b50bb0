//! Banners in pages: where the body of the page begins and ends, as browsers see it.
//!
//! The body begins behind its tag, or in front of the first thing that no head can hold: what a sender puts there could
//! hide what comes later.

use super::token::{Kind, Token, Tokens};
use super::{Banner, Place, plain};

/// Elements that stand in front of the body, and open no body. Scripts would be such, and are not: what ends one is known
/// only to who runs it.
const HEAD: &[&[u8]] = &[
    b"html",
    b"head",
    b"title",
    b"meta",
    b"link",
    b"style",
    b"base",
    b"basefont",
    b"bgsound",
    b"noframes",
];

/// The banner as a piece of a page, with a line end behind it.
pub(super) fn piece(banner: &Banner, line_end: &str) -> String {
    match &banner.html {
        Some(html) => plain::lines(html, line_end),
        None => of_text(&plain::lines(&banner.text, "\n"), line_end),
    }
}

/// Lines of text as a piece of a page.
fn of_text(lines: &str, line_end: &str) -> String {
    let escaped: Vec<String> = lines.lines().map(escape).collect();
    if escaped.is_empty() {
        return String::new();
    }
    let line_break = format!("<br>{line_end}");
    format!("<div>{}</div>{line_end}", escaped.join(&line_break))
}

fn escape(line: &str) -> String {
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The page with the banner; none if there is nothing to do. `masked` is the page as tags are looked for.
pub(super) fn insert(page: &[u8], masked: &[u8], piece: &[u8], place: Place) -> Option<Vec<u8>> {
    let bare = piece.trim_ascii_end();
    if bare.is_empty() {
        return None;
    }
    let at = match place {
        Place::Top => top(masked),
        Place::Bottom => bottom(masked),
    };
    let (before, behind) = page.split_at_checked(at)?;
    let present = match place {
        Place::Top => behind.starts_with(bare) || page.starts_with(bare),
        Place::Bottom => {
            before.trim_ascii_end().ends_with(bare) || page.trim_ascii_end().ends_with(bare)
        }
    };
    (!present).then(|| [before, piece, behind].concat())
}

/// Whether an element of the page says in which charset it is.
pub(super) fn declares_charset(page: &[u8]) -> bool {
    let charset = |token: Token<'_>| {
        let tag = page.get(token.start..token.end).unwrap_or_default();
        matches!(token.kind, Kind::Open(name) if name.eq_ignore_ascii_case(b"meta"))
            && tag
                .windows(b"charset".len())
                .any(|word| word.eq_ignore_ascii_case(b"charset"))
    };
    Tokens::new(page).any(charset)
}

/// Where the body begins.
fn top(page: &[u8]) -> usize {
    for token in Tokens::new(page) {
        match token.kind {
            Kind::Open(name) if name.eq_ignore_ascii_case(b"body") => return token.end,
            Kind::Open(name) if HEAD.iter().any(|head| name.eq_ignore_ascii_case(head)) => {}
            Kind::Blank | Kind::Comment | Kind::Close(_) => {}
            Kind::Open(_) | Kind::Text | Kind::Unclosed => return token.start,
        }
    }
    page.len()
}

/// Where the body ends: in front of its end tag if nothing shows behind that, in front of what is not closed.
fn bottom(page: &[u8]) -> usize {
    let mut end = None;
    for token in Tokens::new(page) {
        let is_end =
            |name: &[u8]| name.eq_ignore_ascii_case(b"body") || name.eq_ignore_ascii_case(b"html");
        match token.kind {
            Kind::Close(name) if is_end(name) => end = end.or(Some(token.start)),
            Kind::Blank | Kind::Comment => {}
            Kind::Unclosed => return end.unwrap_or(token.start),
            Kind::Open(_) | Kind::Close(_) | Kind::Text => end = None,
        }
    }
    end.unwrap_or(page.len())
}
