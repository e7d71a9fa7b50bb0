//! RTF (version 1.9.1): objects in a document, however their digits are hidden, and what is fetched or asked when it is opened.

mod lexer;
mod object;

use crate::finding::Finding;
use crate::inside::container::Container;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::map::{Member, Unread};
use lexer::{Lexer, Token};
use std::io::{self, BufReader, SeekFrom};

/// Octets of one object that are read.
const OBJECT: usize = 32 << 20;
/// Octets of the code of a field that are kept.
const CODE: usize = 2_048;

/// Opens every object.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if !start.trim_ascii_start().starts_with(b"{\\rt") {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let mut reading = Reading::new(walk, container);
    let read = reading.all(source);
    match read {
        Ok(()) => Ok(Opened::unless(reading.cut.then_some(Unread::Limit))),
        Err(Ended::Stop(stop)) => Err(stop),
        Err(Ended::Content(error)) => content_error(error).map(Opened::InPart),
    }
}

/// Why the reading ends early.
enum Ended {
    Content(io::Error),
    Stop(Stop),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Ended::Content(error)
    }
}

/// What the text of a group is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To be read by people.
    Text,
    /// The digits of an object.
    Object,
    /// The code of a field.
    Field,
    /// The template of the document.
    Template,
    /// Nothing that is known.
    Ignored,
}

/// Where the reading stands.
struct Reading<'a, 'w, 'c> {
    walk: &'a mut Walk<'w>,
    container: &'a Container<'c>,
    /// What the text of each open group is for; those that are too deep are all for the same.
    groups: Vec<Purpose>,
    beyond: u64,
    /// Whether the group has only begun with `\*`.
    optional: bool,
    object: object::Digits,
    code: Vec<u8>,
    cut: bool,
}

/// Groups in each other that are told apart.
const DEPTH: usize = 1_000;

impl<'a, 'w, 'c> Reading<'a, 'w, 'c> {
    fn new(walk: &'a mut Walk<'w>, container: &'a Container<'c>) -> Self {
        Reading {
            walk,
            container,
            groups: Vec::new(),
            beyond: 0,
            optional: false,
            object: object::Digits::default(),
            code: Vec::new(),
            cut: false,
        }
    }

    fn all(&mut self, source: &mut dyn Source) -> Result<(), Ended> {
        let mut lexer = Lexer::new(BufReader::new(source));
        while let Some(token) = lexer.next()? {
            match token {
                Token::Begin => self.begin(),
                Token::End => self.end().map_err(Ended::Stop)?,
                Token::Word(word) => self.word(&word),
                Token::Star => self.optional = true,
                Token::Octet(octet) => self.octet(octet),
                Token::Binary(octets) => octets.iter().for_each(|octet| self.binary(*octet)),
            }
        }
        while !self.groups.is_empty() {
            self.end().map_err(Ended::Stop)?;
        }
        Ok(())
    }

    fn purpose(&self) -> Purpose {
        self.groups.last().copied().unwrap_or(Purpose::Text)
    }

    fn begin(&mut self) {
        self.optional = false;
        if self.groups.len() < DEPTH {
            self.groups.push(self.purpose());
        } else {
            self.beyond = self.beyond.saturating_add(1);
        }
    }

    fn end(&mut self) -> Result<(), Stop> {
        self.optional = false;
        if self.beyond > 0 {
            self.beyond = self.beyond.saturating_sub(1);
            return Ok(());
        }
        let ended = self.groups.pop();
        if ended == Some(self.purpose()) && !self.groups.is_empty() {
            return Ok(());
        }
        match ended {
            Some(Purpose::Object) => self.object_ends(),
            Some(Purpose::Field) => {
                self.field_ends();
                Ok(())
            }
            Some(Purpose::Template) => {
                self.template_ends();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A control word, which may say what the text of its group is for.
    fn word(&mut self, word: &[u8]) {
        let optional = std::mem::take(&mut self.optional);
        let purpose = match word {
            b"objdata" => {
                self.find(Finding::EmbeddedObject);
                Some(Purpose::Object)
            }
            b"objocx" => return self.find(Finding::ActiveX),
            b"objupdate" => return self.find(Finding::AutoOpen),
            b"objautlink" | b"objlink" => return self.find(Finding::ExternalLink),
            b"fldinst" => Some(Purpose::Field),
            b"template" => Some(Purpose::Template),
            _ if optional && self.purpose() != Purpose::Field => Some(Purpose::Ignored),
            _ => None,
        };
        if let (Some(purpose), Some(last)) = (purpose, self.groups.last_mut()) {
            *last = purpose;
        }
    }

    fn octet(&mut self, octet: u8) {
        match self.purpose() {
            Purpose::Object => self.cut |= !self.object.digit(octet, OBJECT),
            Purpose::Field | Purpose::Template if self.code.len() < CODE => self.code.push(octet),
            _ => {}
        }
    }

    fn binary(&mut self, octet: u8) {
        if self.purpose() == Purpose::Object {
            self.cut |= !self.object.octet(octet, OBJECT);
        }
    }

    fn find(&mut self, finding: Finding) {
        self.walk.find(self.container, finding);
    }

    fn field_ends(&mut self) {
        let code = std::mem::take(&mut self.code);
        let code = String::from_utf8_lossy(&code).to_uppercase();
        let word = code
            .trim_start_matches(['"', ' '])
            .split_whitespace()
            .next();
        let elsewhere = code.contains("://") || code.contains("\\\\");
        match word.unwrap_or_default() {
            "DDE" | "DDEAUTO" => self.find(Finding::Dde),
            "INCLUDEPICTURE" | "INCLUDETEXT" | "INCLUDE" | "IMPORT" | "LINK" if elsewhere => {
                self.find(Finding::ExternalLink);
            }
            _ => {}
        }
    }

    fn template_ends(&mut self) {
        let template = std::mem::take(&mut self.code);
        let template = String::from_utf8_lossy(&template).into_owned();
        if template.contains("://") || template.trim_start().starts_with("\\\\") {
            self.find(Finding::ExternalTemplate);
        }
    }

    fn object_ends(&mut self) -> Result<(), Stop> {
        let octets = std::mem::take(&mut self.object).octets();
        let object = object::Object::of(&octets);
        let names = object
            .names
            .iter()
            .map(|name| crate::look::name(name))
            .collect();
        let member = Member::new(self.container.path, names, "object");
        let mut content = object.content;
        self.walk.embedded(self.container, member, &mut content)
    }
}
