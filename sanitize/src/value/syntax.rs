//! A structured value, cut into what stands in front and its parameters, as leniently as the most lenient mail client.
//!
//! Two passes. The first follows the grammar of RFC 2045, section 5.1, as far as it goes: comments are skipped, junk is
//! noted and skipped. The second looks for what only a client without a grammar would find: a file name or boundary inside
//! quotes, comments or junk. What is looked at again is charged, so the time is linear.

use super::cursor::{Cursor, is_token, missing_separator, name_before};
use super::plain;
use crate::defect::Code;

/// Names that are looked for everywhere in a value.
const SOUGHT: [&[u8]; 3] = [b"filename", b"name", b"boundary"];

/// A value in pieces. Slices are of the value as it came, folding included.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pieces<'a> {
    /// What stands before the first parameter, without comments.
    pub(super) head: Vec<u8>,
    pub(super) parameters: Vec<Raw<'a>>,
    pub(super) codes: Vec<Code>,
}

/// One parameter as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    pub(super) name: &'a [u8],
    /// The value without its quotes.
    pub(super) value: &'a [u8],
    /// Everything up to the next semicolon, where that is more than the value.
    pub(super) whole: Option<&'a [u8]>,
    pub(super) form: Form,
    /// Whether the grammar does not see it.
    pub(super) hidden: bool,
    /// Where its equals sign stands.
    pub(super) equals: usize,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A token, or words up to the next semicolon.
    Bare,
    /// In quotes.
    Quoted,
    /// In quotes of which the last is missing: up to the end.
    Open,
}

/// Cuts a value. At most `most` parameters are taken, and as many hidden ones; more are a limit.
pub(super) fn cut(raw: &[u8], most: usize) -> Pieces<'_> {
    match plain::cut(raw, most) {
        Some((head, parameters)) => Pieces {
            head: head.to_vec(),
            parameters,
            codes: Vec::new(),
        },
        None => cut_any(raw, most),
    }
}

/// Cuts a value in whatever form.
fn cut_any(raw: &[u8], most: usize) -> Pieces<'_> {
    let mut cursor = Cursor::new(raw);
    let head = head(&mut cursor);
    let mut parameters = Vec::new();
    while let Some(found) = parameter(&mut cursor) {
        if parameters.len() >= most {
            cursor.note(Code::LimitParameters);
            break;
        }
        parameters.push(found);
    }
    hidden(&mut cursor, &mut parameters, most);
    Pieces {
        head,
        parameters,
        codes: cursor.codes,
    }
}

/// The first token of a value, without comments; whatever else stands there is noted.
pub(super) fn first_token(raw: &[u8]) -> (&[u8], Vec<Code>) {
    let mut cursor = Cursor::new(raw);
    cursor.skip_white();
    while cursor.peek().is_some_and(|byte| !is_token(byte)) {
        cursor.note(Code::ParameterSyntax);
        cursor.skip(1);
        cursor.skip_white();
    }
    let token = cursor.take_while(is_token);
    cursor.skip_white();
    if cursor.peek().is_some() {
        cursor.note(Code::ParameterSyntax);
    }
    (token, cursor.codes)
}

/// Everything up to the first semicolon or parameter, without comments, trimmed.
fn head(cursor: &mut Cursor<'_>) -> Vec<u8> {
    if cursor.skip_separators() > 0 {
        cursor.note(Code::ParameterSyntax);
    }
    let mut head = Vec::new();
    // Where the last word begins, in the value and in what is kept of it.
    let mut word = (cursor.at(), 0usize);
    while let Some(byte) = cursor.peek() {
        match byte {
            b';' => break,
            b'(' if cursor.skip_comment() => continue,
            b'=' if !cursor.at_encoded_word_edge()
                && head.get(word.1..).is_some_and(|word| !word.is_empty()) =>
            {
                // The semicolon is missing, or what should stand in front: the last word names a parameter.
                cursor.note(Code::ParameterSyntax);
                cursor.go_to(word.0);
                head.truncate(word.1);
                break;
            }
            b'\r' | b'\n' => {}
            _ => {
                let inside = head.last().is_some_and(|last| is_token(*last));
                if is_token(byte) && !inside {
                    word = (cursor.at(), head.len());
                }
                head.push(byte);
                if !is_token(byte) && !byte.is_ascii_whitespace() {
                    word = (cursor.at().saturating_add(1), head.len());
                }
            }
        }
        cursor.skip(1);
    }
    let end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
    while head.last().is_some_and(end) {
        head.pop();
    }
    head.trim_ascii_start().to_vec()
}

/// The next parameter. What is none is noted and skipped.
fn parameter<'a>(cursor: &mut Cursor<'a>) -> Option<Raw<'a>> {
    loop {
        if cursor.skip_separators() > 1 && cursor.peek().is_some() {
            cursor.note(Code::ParameterSyntax);
        }
        cursor.peek()?;
        let name =
            cursor.take_while(|byte| !byte.is_ascii_whitespace() && !b"=;,()\"".contains(&byte));
        let name_end = cursor.at();
        cursor.skip_white();
        if cursor.peek() == Some(b'=') {
            if cursor.at() > name_end {
                cursor.note(Code::ParameterSpace);
            }
            if name.is_empty() {
                cursor.note(Code::ParameterSyntax);
                let name = quoted_name_before(cursor.raw(), cursor.at());
                return Some(value(cursor, name));
            }
            return Some(value(cursor, name));
        }
        // A word without a value, or a character that belongs to nothing.
        cursor.note(Code::ParameterSyntax);
        if name.is_empty() && cursor.peek() != Some(b';') {
            cursor.skip(1);
        }
    }
}

/// The value behind the equals sign that is next.
fn value<'a>(cursor: &mut Cursor<'a>, name: &'a [u8]) -> Raw<'a> {
    let equals = cursor.at();
    cursor.skip(1);
    cursor.skip_white();
    if cursor.since(equals).contains(&b'\n') {
        cursor.note(Code::ParameterSpace);
    }
    let (value, whole, form) = if cursor.peek() == Some(b'"') {
        quoted(cursor)
    } else {
        bare(cursor)
    };
    Raw {
        name,
        value,
        whole,
        form,
        hidden: false,
        equals,
    }
}

/// What stands up to the closing quote, and skips to the next parameter.
fn quoted<'a>(cursor: &mut Cursor<'a>) -> (&'a [u8], Option<&'a [u8]>, Form) {
    let open = cursor.at();
    cursor.skip(1);
    let Some(value) = cursor.take_quoted() else {
        cursor.note(Code::ParameterSyntax);
        let value = cursor.take_while(|_| true);
        return (value.trim_ascii_end(), None, Form::Open);
    };
    cursor.skip_white();
    if matches!(cursor.peek(), None | Some(b';')) {
        return (value, None, Form::Quoted);
    }
    cursor.note(Code::ParameterSyntax);
    let junk = cursor.at();
    cursor.take_while(|byte| byte != b';');
    let whole = cursor.since(open).trim_ascii_end();
    if let Some(next) = missing_separator(cursor.since(junk), true)
        && cursor.charge(whole.len())
    {
        cursor.go_to(junk.saturating_add(next));
    }
    (value, Some(whole), Form::Quoted)
}

/// What stands up to the next semicolon outside comments, or up to the next parameter if the semicolon is missing.
fn bare<'a>(cursor: &mut Cursor<'a>) -> (&'a [u8], Option<&'a [u8]>, Form) {
    let start = cursor.at();
    loop {
        cursor.take_while(|byte| byte != b';' && byte != b'(');
        if cursor.peek() != Some(b'(') {
            break;
        }
        if !cursor.skip_comment() {
            cursor.skip(1);
        }
    }
    let whole = cursor.since(start);
    let Some(next) = missing_separator(whole, false) else {
        let value = whole.trim_ascii();
        if !is_plain(value) && !is_plain(&without_comments(value)) {
            cursor.note(Code::ParameterSyntax);
        }
        return (value, None, Form::Bare);
    };
    cursor.note(Code::ParameterSyntax);
    if cursor.charge(whole.len()) {
        cursor.go_to(start.saturating_add(next));
    }
    let value = whole.get(..next).unwrap_or(whole);
    let after = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
    let length = value.iter().rev().skip_while(after).count();
    let value = value.get(..length).unwrap_or(value);
    (value, Some(whole.trim_ascii()), Form::Bare)
}

/// Whether a value may stand without quotes.
fn is_plain(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    // Octets above 127 are a defect of the field, whatever stands around them.
    !value.is_empty() && value.iter().all(|byte| is_token(*byte) || *byte > 127)
}

/// Without the comments that are closed. Blanks around them stay.
pub(super) fn without_comments(value: &[u8]) -> Vec<u8> {
    let mut cursor = Cursor::new(value);
    let mut kept = Vec::with_capacity(value.len());
    while let Some(byte) = cursor.peek() {
        if byte == b'(' && cursor.skip_comment() {
            continue;
        }
        kept.push(byte);
        cursor.skip(1);
    }
    kept
}

/// Adds the parameters that the grammar does not see but that are there for a client that searches for `filename=`.
fn hidden<'a>(cursor: &mut Cursor<'a>, parameters: &mut Vec<Raw<'a>>, most: usize) {
    let raw = cursor.raw();
    let mut found = Vec::new();
    let mut seen = parameters.iter().map(|raw| raw.equals).peekable();
    for equals in memchr::memchr_iter(b'=', raw) {
        while seen.next_if(|taken| *taken < equals).is_some() {}
        let name = quoted_name_before(raw, equals);
        let base = name.split(|byte| *byte == b'*').next().unwrap_or_default();
        if seen.peek() == Some(&equals)
            || !SOUGHT
                .iter()
                .any(|sought| base.eq_ignore_ascii_case(sought))
        {
            continue;
        }
        if found.len() >= most {
            cursor.note(Code::LimitParameters);
            break;
        }
        let parameter = hidden_value(raw, name, equals);
        if !cursor.charge(parameter.value.len()) {
            break;
        }
        found.push(parameter);
    }
    if !found.is_empty() {
        cursor.note(Code::ParameterSyntax);
    }
    parameters.extend(found);
}

/// The name that stands before an equals sign, in quotes or not.
fn quoted_name_before(raw: &[u8], equals: usize) -> &[u8] {
    let before = raw.get(..equals).unwrap_or_default().trim_ascii_end();
    let inside = before.strip_suffix(b"\"").unwrap_or(before);
    name_before(raw, inside.len())
}

fn hidden_value<'a>(raw: &'a [u8], name: &'a [u8], equals: usize) -> Raw<'a> {
    let rest = raw.get(equals.saturating_add(1)..).unwrap_or_default();
    let opening = |byte: &u8| byte.is_ascii_whitespace() || b"\"\\".contains(byte);
    let open = rest.iter().take_while(|byte| opening(byte)).count();
    let (before, value) = rest.split_at_checked(open).unwrap_or((rest, &[]));
    let quoted = before.contains(&b'"');
    let ends = |byte: &u8| *byte == b'"' || (!quoted && b";)".contains(byte));
    let end = value.iter().position(ends).unwrap_or(value.len());
    let value = value.get(..end).unwrap_or(value).trim_ascii_end();
    Raw {
        name,
        value: value.strip_suffix(b"\\").unwrap_or(value),
        whole: None,
        form: if quoted { Form::Quoted } else { Form::Bare },
        hidden: true,
        equals,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pieces of values: what plain ones are made of, and what makes others of them.
    fn values() -> impl Strategy<Value = Vec<u8>> {
        let pieces: &[&[u8]] = &[
            b"text/plain",
            b"multipart/mixed",
            b"inline",
            b"; charset=utf-8",
            b"; name=\"a b.txt\"",
            b";\r\n\tboundary=\"x_y\"",
            b";filename=a.b",
            b"; name*0=a",
            b"; boundary=\"=_a\"",
            b";",
            b" ",
            b"\t",
            b"\r\n ",
            b"\r\n",
            b"=",
            b"\"",
            b"(a)",
            b"(",
            b")",
            b"\\",
            b"=?",
            b"?=",
            b"name=x",
            b"filename",
            b"boundary",
            b",",
            b"/",
            b"\x0b",
            b"\0",
            b"\xe4",
            b"*",
            b"%41",
            b"'",
            b"a",
        ];
        let piece = prop::sample::select(pieces.to_vec());
        prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, ..ProptestConfig::default() })]

        #[test]
        fn plain_values_are_cut_as_any_are(raw in values(), most in 0usize..4) {
            prop_assert_eq!(cut(&raw, most), cut_any(&raw, most));
        }
    }

    #[test]
    fn usual_values_are_plain() {
        for raw in [
            &b" text/plain; charset=utf-8\r\n"[..],
            b" multipart/mixed;\r\n\tboundary=\"--_Part_1.2\"\r\n",
            b" attachment; filename=\"a (1).pdf\"; size=12\r\n",
        ] {
            assert!(plain::cut(raw, 9).is_some(), "{}", raw.escape_ascii());
            assert_eq!(cut(raw, 9), cut_any(raw, 9), "{}", raw.escape_ascii());
        }
    }
}
