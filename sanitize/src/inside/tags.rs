//! Tags of markup as they stream by, for those that tell what a document does. No tree is built and nothing is checked: a
//! document that a program opens all the same is read as well.

use std::io::{self, BufRead, Read};

/// Octets of one tag, or of the text before it, that are kept.
const KEPT: usize = 64 << 10;

/// Reads tags.
pub(super) struct Tags<R> {
    from: io::BufReader<R>,
    text: Vec<u8>,
    tag: Vec<u8>,
}

impl<R: Read> Tags<R> {
    pub(super) fn new(from: R) -> Self {
        Tags {
            from: io::BufReader::new(from),
            text: Vec::new(),
            tag: Vec::new(),
        }
    }

    /// The next tag, with the text before it. None at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Tag<'_>>> {
        self.text.clear();
        self.tag.clear();
        let begun = until(&mut self.from, b'<', &mut self.text)?;
        let ended = tag(&mut self.from, &mut self.tag)?;
        Ok((begun || ended).then_some(Tag {
            text: &self.text,
            tag: &self.tag,
        }))
    }
}

/// Reads up to a mark, which is passed over, in one octet or two for each character. Whether there was any.
fn until(from: &mut impl BufRead, mark: u8, kept: &mut Vec<u8>) -> io::Result<bool> {
    let mut any = false;
    loop {
        let buffer = match from.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = memchr::memchr(mark, buffer);
        let before = buffer
            .get(..end.unwrap_or(buffer.len()))
            .unwrap_or_default();
        let room = KEPT.saturating_sub(kept.len());
        // UTF-16 reads like ASCII without its NULs.
        kept.extend(before.iter().filter(|octet| **octet != 0).take(room));
        let used = end.map_or(buffer.len(), |end| end.saturating_add(1));
        from.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// Reads to the end of a tag, which may have its mark in a value; a quote that is not closed soon is none. Whether there was
/// any.
fn tag(from: &mut impl BufRead, kept: &mut Vec<u8>) -> io::Result<bool> {
    let (mut quote, mut value, mut any) = (None, false, false);
    loop {
        let buffer = match from.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let (mut used, mut ended) = (0_usize, false);
        for octet in buffer {
            used = used.saturating_add(1);
            match (quote, *octet) {
                // UTF-16 reads like ASCII without its NULs.
                (_, 0) => continue,
                (_, b'>') if quote.is_none() || kept.len() >= KEPT => {
                    ended = true;
                    break;
                }
                (Some(open), octet) if open == octet => quote = None,
                (None, octet @ (b'"' | b'\'')) if value => quote = Some(octet),
                _ => {}
            }
            value = *octet == b'=' || value && octet.is_ascii_whitespace();
            if kept.len() < KEPT {
                kept.push(*octet);
            }
        }
        from.consume(used);
        if ended {
            return Ok(true);
        }
    }
}

/// A tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    /// The text before it, as it is written.
    pub(super) text: &'a [u8],
    tag: &'a [u8],
}

impl<'a> Tag<'a> {
    /// Its name without a prefix; with the slash of an end tag.
    pub(super) fn name(self) -> &'a [u8] {
        let end = self
            .tag
            .iter()
            .position(u8::is_ascii_whitespace)
            .unwrap_or(self.tag.len());
        let name = self.tag.get(..end).unwrap_or_default();
        let name = name.strip_suffix(b"/").unwrap_or(name);
        match name.strip_prefix(b"/") {
            Some(_) => name,
            None => local(name),
        }
    }

    /// The value of the first attribute of that name, whatever its prefix, without references.
    pub(super) fn attribute(self, name: &str) -> Option<String> {
        let mut attributes = self.attributes();
        let (_, value) =
            attributes.find(|(found, _)| local(found).eq_ignore_ascii_case(name.as_bytes()))?;
        Some(plain(value))
    }

    /// Names and values as they are written.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let start = self.tag.iter().position(u8::is_ascii_whitespace);
        let mut rest = self
            .tag
            .get(start.unwrap_or(self.tag.len())..)
            .unwrap_or_default();
        std::iter::from_fn(move || {
            let equals = memchr::memchr(b'=', rest)?;
            let name = rest.get(..equals).unwrap_or_default().trim_ascii();
            let name = name
                .rsplit(u8::is_ascii_whitespace)
                .next()
                .unwrap_or_default();
            let value = rest.get(equals..).unwrap_or_default();
            let value = value.get(1..).unwrap_or_default().trim_ascii_start();
            let (value, behind) = value_of(value);
            rest = behind;
            Some((name, value))
        })
    }
}

/// A value, in quotes or not, and what follows it.
fn value_of(text: &[u8]) -> (&[u8], &[u8]) {
    let (open, end) = match text.first() {
        Some(quote @ (b'"' | b'\'')) => {
            (1, memchr::memchr(*quote, text.get(1..).unwrap_or_default()))
        }
        _ => (0, text.iter().position(u8::is_ascii_whitespace)),
    };
    let inner = text.get(open..).unwrap_or_default();
    let end = end.unwrap_or(inner.len());
    let behind = end.saturating_add(open).min(inner.len());
    (
        inner.get(..end).unwrap_or_default(),
        inner.get(behind..).unwrap_or_default(),
    )
}

fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|octet| *octet == b':')
        .next()
        .unwrap_or_default()
}

/// Text without the references of XML.
pub(super) fn plain(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let known = after
            .split_once(';')
            .and_then(|(name, behind)| Some((reference(name)?, behind)));
        let (character, behind) = known.unwrap_or(('&', after));
        plain.push(character);
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &[u8], expected: &[(&str, &str, Option<&str>)]) {
        let mut tags = Tags::new(markup);
        let mut found = Vec::new();
        while let Some(tag) = tags.next().expect("in memory") {
            found.push((
                String::from_utf8_lossy(tag.text).into_owned(),
                String::from_utf8_lossy(tag.name()).into_owned(),
                tag.attribute("target"),
            ));
        }
        let expected: Vec<_> = expected
            .iter()
            .map(|(text, name, value)| {
                (text.to_string(), name.to_string(), value.map(str::to_owned))
            })
            .collect();
        assert_eq!(found, expected, "{}", markup.escape_ascii());
    }

    #[test]
    fn tags_and_their_attributes() {
        check(
            b"<a:b Id='1' r:Target = \"x&amp;&#x41;&#66;\"/>text</b><c target=d e>",
            &[
                ("", "b", Some("x&AB")),
                ("text", "/b", None),
                ("", "c", Some("d")),
            ],
        );
        check(
            b"<\0a\0 \0T\0a\0r\0g\0e\0t\0=\0\"\0b\0\"\0>",
            &[("", "a", Some("b"))],
        );
        check(b"<a target=\"never ends", &[("", "a", Some("never ends"))]);
        check(
            b"<a target='1'target='2'><",
            &[("", "a", Some("1")), ("", "", None)],
        );
        check(b"", &[]);
    }
}
