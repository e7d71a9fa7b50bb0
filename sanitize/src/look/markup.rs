//! Markup: the first element of a document, however long the prolog before it, and a few words behind it that make it
//! run.
//!
//! Byte order marks and NULs are passed over, so that UTF-16 reads like ASCII.

use super::bytes::{slice, without_nul};
use super::element::{Prolog, Word, Words, contains, element, page, xml};
use super::found::Found;
use super::window::{View, Window};
use crate::octets;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// The longest word that is searched for, and a bit.
const AHEAD: usize = 32;
/// Octets that are narrowed at a time.
const PART: usize = 1_024;
/// Octets of a tag that are kept: its name and the first attributes.
const TAG: usize = 512;

/// Watches for the first element and for words behind it.
#[derive(Debug, Default)]
pub(super) struct Markup {
    state: State,
    /// Octets that were seen of the mark, to pass over byte order marks at the start only.
    seen: u64,
    /// What stands between `<` and `>`, as far as it is kept.
    tag: Vec<u8>,
    /// Whether the internal subset of a document type declaration is open.
    subset: bool,
    prolog: Prolog,
    window: Window<AHEAD>,
    words: Words,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Before `<`; only blanks may come.
    #[default]
    Between,
    /// Behind `<`, up to `>`.
    Tag,
    /// Inside a comment, up to `-->`; how many octets of that were seen.
    Comment(u8),
    /// The first element was seen.
    Element,
    /// It is no markup.
    Other,
}

impl Markup {
    /// Takes the next octets. What is no markup costs nothing more.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.state == State::Other {
            return;
        }
        if memchr::memchr(0, piece).is_none() {
            return self.narrow(piece);
        }
        for part in piece.chunks(PART) {
            if self.state == State::Other {
                return;
            }
            self.narrow(&without_nul(part));
        }
    }

    /// Whether it may still be markup.
    pub(super) fn is_possible(&self) -> bool {
        self.state != State::Other
    }

    /// What the document is, if it is markup of a known sort.
    pub(super) fn finish(self) -> Option<Found> {
        let Markup {
            state,
            tag,
            prolog,
            window,
            mut words,
            ..
        } = self;
        window.finish(|view| words.look(view));
        match state {
            State::Element => element(&tag.to_ascii_lowercase(), &prolog, &words),
            State::Other => None,
            _ if prolog.html => Some(page()),
            _ => prolog.xml.then(xml),
        }
    }

    fn narrow(&mut self, piece: &[u8]) {
        let mut rest = piece;
        loop {
            rest = self.pass(rest);
            let Some((octet, behind)) = rest.split_first() else {
                break;
            };
            if matches!(self.state, State::Element | State::Other) {
                break;
            }
            self.step(*octet);
            rest = behind;
        }
        if self.state != State::Other {
            let words = &mut self.words;
            self.window.push(piece, |view| words.look(view));
        }
    }

    /// Passes over octets that change nothing: blanks between tags, the text of a comment. Gives what is left.
    fn pass<'a>(&mut self, octets: &'a [u8]) -> &'a [u8] {
        let passed = match (&self.state, octets.first()) {
            (State::Between, Some(first)) if first.is_ascii_whitespace() => {
                octets::leading(octets, is_blank)
            }
            (State::Comment(0), Some(_)) => memchr::memchr(b'-', octets).unwrap_or(octets.len()),
            _ => 0,
        };
        self.seen = self.seen.saturating_add(passed as u64);
        octets.get(passed..).unwrap_or_default()
    }

    fn step(&mut self, octet: u8) {
        self.seen = self.seen.saturating_add(1);
        match (&self.state, octet) {
            (State::Between, b'<') => {
                self.tag.clear();
                self.subset = false;
                self.state = State::Tag;
            }
            (State::Between, octet) if octet.is_ascii_whitespace() || self.is_mark(octet) => {}
            (State::Between, _) => self.state = State::Other,
            (State::Tag, octet) => self.step_in_tag(octet),
            (State::Comment(dashes), b'-') => {
                self.state = State::Comment(dashes.saturating_add(1).min(2));
            }
            (State::Comment(2), b'>') => self.state = State::Between,
            (State::Comment(_), _) => self.state = State::Comment(0),
            (State::Element | State::Other, _) => {}
        }
    }

    fn step_in_tag(&mut self, octet: u8) {
        // `<!DOCTYPE svg [ <!ENTITY a "b"> ]>`: the end of a declaration inside another one is not its end.
        self.subset = match octet {
            b'[' => self.tag.starts_with(b"!"),
            b']' => false,
            _ => self.subset,
        };
        match octet {
            b'>' if !self.subset => self.end_tag(),
            _ if self.tag.is_empty() && !opens_tag(octet) => self.state = State::Other,
            _ if self.tag.len() < TAG => {
                self.tag.push(octet);
                if self.tag == b"!--" {
                    self.state = State::Comment(0);
                }
            }
            _ if !matches!(self.tag.first(), Some(b'!' | b'?')) => self.state = State::Element,
            _ => {}
        }
    }

    fn end_tag(&mut self) {
        self.state = State::Between;
        let lower = self.tag.to_ascii_lowercase();
        match lower.as_slice() {
            [b'?', rest @ ..] => {
                self.prolog.xml |= rest.starts_with(b"xml");
                self.prolog.office |=
                    rest.starts_with(b"mso-application") && !contains(rest, b"infopath");
            }
            [b'!', rest @ ..] => self.prolog.html |= rest.starts_with(b"doctype html"),
            _ => self.state = State::Element,
        }
    }

    /// Byte order marks of UTF-8 and UTF-16.
    fn is_mark(&self, octet: u8) -> bool {
        self.seen <= 3 && matches!(octet, 0xEF | 0xBB | 0xBF | 0xFE | 0xFF)
    }
}

/// Names that only stand where there are macros.
static MACROS: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| ["vbaProject.bin", "editdata.mso"].map(Finder::new));

/// White space, asked so that vector instructions are made of it.
fn is_blank(octet: u8) -> bool {
    octet == b' ' || octet == b'\t' || octet == b'\n' || octet == b'\x0c' || octet == b'\r'
}

fn opens_tag(octet: u8) -> bool {
    octet.is_ascii_alphabetic() || matches!(octet, b'!' | b'?' | b'_')
}

impl Words {
    fn look(&mut self, view: View<'_>) {
        const TAGS: &[(&[u8], Word)] = &[
            (b"<script", Word::Script),
            (b"<hta:application", Word::Application),
            (b"<ms:script", Word::StyleScript),
            (b"<msxsl:script", Word::StyleScript),
        ];
        let tags = slice(view.octets, 0, view.count);
        for position in memchr::memchr_iter(b'<', tags) {
            let text = view.from(position);
            // Most tags are told by their first letter.
            if !matches!(text.get(1), Some(b's' | b'S' | b'h' | b'H' | b'm' | b'M')) {
                continue;
            }
            let stands = |tag: &[u8]| slice(text, 0, tag.len()).eq_ignore_ascii_case(tag);
            if let Some((_, word)) = TAGS.iter().find(|(tag, _)| stands(tag)) {
                self.add(*word);
            }
        }
        let mut macros = MACROS.iter().flat_map(|name| view.find(name));
        if macros.next().is_some() {
            self.add(Word::Macros);
        }
    }
}
