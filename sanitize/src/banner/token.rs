//! A page cut into tags, comments and text, as browsers cut it (HTML Standard, section 13.2.5).
//!
//! On octets: in no charset that keeps ASCII is `<`, `>`, a quote or a slash part of another character.

/// Elements whose content is text, whatever is in it.
const RAW: &[&[u8]] = &[
    b"script",
    b"style",
    b"title",
    b"textarea",
    b"xmp",
    b"iframe",
    b"noembed",
    b"noframes",
    b"plaintext",
];

/// A run of octets that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// White space alone.
    Blank,
    Text,
    /// A comment, a document type, a processing instruction.
    Comment,
    /// A start tag, with its name as written; with the content too if that is raw text.
    Open(&'a [u8]),
    /// An end tag.
    Close(&'a [u8]),
    /// Something that is not closed: it reaches to the end.
    Unclosed,
}

/// Cuts a page, from its start.
pub(super) struct Tokens<'a> {
    page: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(page: &'a [u8]) -> Self {
        Tokens { page, at: 0 }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.page.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (kind, length) = match rest {
            [b'<', b'!', b'-', b'-', ..] => (Kind::Comment, comment(rest)),
            [b'<', b'/', first, ..] if first.is_ascii_alphabetic() => {
                (Kind::Close(name(rest.get(2..)?)), tag(rest))
            }
            [b'<', first, ..] if first.is_ascii_alphabetic() => element(rest),
            [b'<', b'!' | b'?' | b'/', ..] => (Kind::Comment, through(rest, b">")),
            _ => text(rest),
        };
        let start = self.at;
        let (kind, length) = match length {
            Some(length) => (kind, length),
            None => (Kind::Unclosed, rest.len()),
        };
        self.at = start.saturating_add(length.max(1));
        Some(Token {
            kind,
            start,
            end: self.at,
        })
    }
}

/// Text up to the next `<` behind its first octet.
fn text(rest: &[u8]) -> (Kind<'static>, Option<usize>) {
    let behind = rest.get(1..).unwrap_or_default();
    let length = memchr::memchr(b'<', behind).map_or(rest.len(), |at| at.saturating_add(1));
    let blank = rest
        .get(..length)
        .unwrap_or_default()
        .trim_ascii()
        .is_empty();
    let kind = if blank { Kind::Blank } else { Kind::Text };
    (kind, Some(length))
}

/// A start tag, and the raw text behind it.
fn element(rest: &[u8]) -> (Kind<'_>, Option<usize>) {
    let name = name(rest.get(1..).unwrap_or_default());
    let raw = RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw));
    let length = tag(rest).and_then(|length| {
        let content = rest.get(length..).unwrap_or_default();
        let inside = if raw { raw_text(content, name)? } else { 0 };
        Some(length.saturating_add(inside))
    });
    (Kind::Open(name), length)
}

/// The name at the start of a tag.
fn name(rest: &[u8]) -> &[u8] {
    let ends = |octet: &u8| octet.is_ascii_whitespace() || matches!(octet, b'/' | b'>');
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Octets of raw text up to the end tag of its element; none if that is not whole.
fn raw_text(content: &[u8], element: &[u8]) -> Option<usize> {
    let ends = |at: &usize| {
        let behind = content.get(at.saturating_add(2)..).unwrap_or_default();
        name(behind).eq_ignore_ascii_case(element)
    };
    let at = memchr::memmem::find_iter(content, b"</").find(ends)?;
    tag(content.get(at..)?).map(|_| at)
}

/// Octets of a comment: through the first `-->` or `--!>`. In `<!-->` two dashes are enough.
fn comment(rest: &[u8]) -> Option<usize> {
    let closes = |at: &usize| {
        let before = rest.get(..*at).unwrap_or_default();
        let inside = before.get(4..).unwrap_or_default();
        before.ends_with(b"--") || inside.ends_with(b"--!")
    };
    let mut brackets = memchr::memchr_iter(b'>', rest);
    brackets.find(closes)?.checked_add(1)
}

/// Octets through the first place of `word`.
fn through(rest: &[u8], word: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(rest, word)?;
    at.checked_add(word.len())
}

/// Where in a tag an octet stands.
#[derive(Clone, Copy)]
enum Inside {
    /// Where the name of an attribute may begin.
    Between,
    Name,
    /// Behind the name of an attribute.
    AfterName,
    /// Behind an equals sign.
    BeforeValue,
    /// In a value without quotes.
    Value,
}

/// Octets of a tag: through the first `>` that stands in no quoted value.
fn tag(rest: &[u8]) -> Option<usize> {
    let mut inside = Inside::Between;
    let mut at = name(rest.get(2..)?).len().checked_add(2)?;
    while let Some(octet) = rest.get(at) {
        at = at.checked_add(1)?;
        let blank = octet.is_ascii_whitespace();
        inside = match (inside, octet) {
            (_, b'>') => return Some(at),
            (Inside::BeforeValue, b'"' | b'\'') => {
                let value = rest.get(at..)?;
                at = memchr::memchr(*octet, value)?
                    .checked_add(1)?
                    .checked_add(at)?;
                Inside::Between
            }
            (Inside::BeforeValue, _) if blank => Inside::BeforeValue,
            (Inside::Value, _) if blank => Inside::Between,
            (Inside::BeforeValue | Inside::Value, _) => Inside::Value,
            (_, b'/') => Inside::Between,
            (Inside::Between, _) if blank => Inside::Between,
            (_, _) if blank => Inside::AfterName,
            (Inside::Name | Inside::AfterName, b'=') => Inside::BeforeValue,
            (_, _) => Inside::Name,
        };
    }
    None
}
