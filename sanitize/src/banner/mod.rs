//! Banners: text that is put into text parts.
//!
//! Nothing of the part is written anew but its transfer encoding: the octets of the banner go between those that are there.
//! Only plain text in a charset that cannot hold the banner becomes UTF-8; in HTML, character references stand for what the
//! charset does not have.
//!
//! | file | what it decides |
//! |---|---|
//! | `coding` | how the banner is written in the charset of the part |
//! | `shift` | where octets of ASCII stand for other characters (ISO 2022) |
//! | `plain` | where it stands in plain text |
//! | `html`, `token` | where it stands in a page |

mod coding;
mod html;
mod plain;
mod shift;
mod token;

use crate::charset::{Charset, ToUtf8};
use crate::map::Part;
use crate::plan::NewText;
use coding::Coding;
use std::borrow::Cow;
use std::fmt;

/// Octets of decoded text that gets a banner; longer text is left alone.
pub const CONTENT_MOST: usize = 10 << 20;

/// The byte order mark in UTF-8: what stands in front of all text stays there.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Text that is put into text parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// What text/plain parts get; lines separated by LF.
    pub text: String,
    /// What text/html parts get, a piece of a page; made of the text if there is none.
    pub html: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Where a banner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Above the text.
    Top,
    /// Below it.
    Bottom,
}

/// Puts a banner into a part. `decoded` is its content without transfer encoding.
///
/// The result goes into the plan as [`Changes::text`](crate::Changes::text). Whether the part is an attachment or signed is
/// not asked here.
///
/// # Errors
/// If the part gets no banner: see [`Skipped`].
pub fn apply(part: &Part, decoded: &[u8], banner: &Banner) -> Result<NewText, Skipped> {
    let is_html = match part.media_type() {
        "text/plain" if part.is_leaf() => false,
        "text/html" if part.is_leaf() => true,
        _ => return Err(Skipped::NotText),
    };
    if decoded.len() > CONTENT_MOST {
        return Err(Skipped::TooLarge);
    }
    let declared = part.charset().unwrap_or("us-ascii");
    let text = Text::of(decoded, declared, is_html, banner)?;
    if shift::of(&text.octets, text.charset).open {
        return Err(Skipped::Undecodable);
    }
    let (mark, unmarked) = without_mark(&text.octets);
    let with = if is_html {
        into_html(unmarked, &text, banner)
    } else {
        into_plain(unmarked, &text, banner)
    };
    Ok(NewText {
        charset: text.charset.to_owned(),
        octets: [mark, &with.ok_or(Skipped::Present)?].concat(),
    })
}

/// Text in the charset that it will be in.
struct Text<'a> {
    octets: Cow<'a, [u8]>,
    charset: &'a str,
    coding: Coding,
}

impl<'a> Text<'a> {
    /// Leaves the text in its charset, or makes it UTF-8 where that cannot hold the banner or hides ASCII.
    fn of(
        octets: &'a [u8],
        declared: &'a str,
        is_html: bool,
        banner: &Banner,
    ) -> Result<Self, Skipped> {
        let hiding = || Charset::of_name(declared).filter(|charset| charset.hides_ascii());
        if let Some(charset) = Charset::of_mark(octets).or_else(hiding) {
            let text = unhidden(octets, charset).ok_or(Skipped::Undecodable)?;
            return if is_html && html::declares_charset(&text) {
                Err(Skipped::Undecodable)
            } else {
                Ok(Text::utf8(text))
            };
        }
        let coding = Coding::of(declared).ok_or(Skipped::UnknownCharset)?;
        if !is_html && coding.encode(&banner.text).is_none() {
            let text = coding.to_utf8(octets).ok_or(Skipped::Undecodable)?;
            return Ok(Text::utf8(text));
        }
        Ok(Text {
            octets: Cow::Borrowed(octets),
            charset: declared,
            coding,
        })
    }

    fn utf8(octets: Vec<u8>) -> Self {
        Text {
            octets: Cow::Owned(octets),
            charset: "utf-8",
            coding: Coding::Utf8,
        }
    }
}

fn into_plain(unmarked: &[u8], text: &Text<'_>, banner: &Banner) -> Option<Vec<u8>> {
    let line_end = line_end(unmarked);
    let lines = plain::lines(&banner.text, line_end);
    let encoded = text.coding.encode(&lines)?;
    plain::insert(unmarked, &encoded, banner.place, line_end)
}

fn into_html(unmarked: &[u8], text: &Text<'_>, banner: &Banner) -> Option<Vec<u8>> {
    let piece = html::piece(banner, line_end(unmarked));
    let encoded = text.coding.encode_html(&piece);
    let masked = shift::of(unmarked, text.charset).masked;
    html::insert(unmarked, &masked, &encoded, banner.place)
}

fn without_mark(octets: &[u8]) -> (&[u8], &[u8]) {
    match octets.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&[], octets),
    }
}

/// The line end that text uses.
fn line_end(octets: &[u8]) -> &'static str {
    let first = memchr::memchr(b'\n', octets).and_then(|at| octets.get(..at));
    match first {
        Some(line) if !line.ends_with(b"\r") => "\n",
        _ => "\r\n",
    }
}

/// Text that hides its ASCII, as UTF-8; none if some of it stands for no character.
fn unhidden(octets: &[u8], charset: Charset) -> Option<Vec<u8>> {
    let mut decoder = ToUtf8::new(charset);
    let mut text = Vec::new();
    decoder.push(octets, &mut text);
    decoder.finish(&mut text);
    let lost = memchr::memmem::find(&text, "\u{fffd}".as_bytes());
    lost.is_none().then_some(text)
}

/// Why a part gets no banner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skipped {
    /// It has the banner already, at its place; or the banner is empty.
    Present,
    /// It is neither text/plain nor text/html.
    NotText,
    /// Its text is longer than [`CONTENT_MOST`].
    TooLarge,
    /// Nobody knows its charset.
    UnknownCharset,
    /// Its text is not what its charset says, or cannot leave its charset.
    Undecodable,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Skipped::Present => "the part has the banner already",
            Skipped::NotText => "the part is neither plain text nor HTML",
            Skipped::TooLarge => "the text of the part is too long for a banner",
            Skipped::UnknownCharset => "the charset of the part is not known",
            Skipped::Undecodable => "the text of the part is not in its charset",
        })
    }
}

impl std::error::Error for Skipped {}
