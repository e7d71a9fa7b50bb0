//! What a PDF document is made of, as far as it says what the document does: its actions, and the files in it.

use super::filter::Filter;
use super::token::{Token, Tokens};
use crate::finding::{Finding, Findings};
use crate::map::Extent;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

/// Dictionaries in each other that are followed.
const DEPTH: usize = 64;
/// Names of one file.
const NAMES: usize = 8;
/// Filters of one stream.
const FILTERS: usize = 8;

/// Octets of the line end before the mark at the end of a stream.
const LINE_END: u64 = 2;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Outline {
    found: Findings,
    streams: Vec<Stream>,
    /// Names of the files that streams of these numbers are.
    files: BTreeMap<u64, Vec<String>>,
    /// What is done at the beginning stands in these objects.
    opening: Vec<u64>,
    /// Whether an object is no array.
    actions: BTreeMap<u64, bool>,
    pub(super) encrypted: bool,
    /// Whether there was more than may be opened.
    pub(super) more: bool,
    most: usize,
}

#[derive(Debug)]
struct Stream {
    number: u64,
    content: Extent,
    filters: Vec<Filter>,
    objects: bool,
    file: bool,
}

/// A file in the document.
pub(super) struct File<'a> {
    pub(super) names: &'a [String],
    pub(super) content: Extent,
    pub(super) filters: &'a [Filter],
}

/// A dictionary that is being read.
#[derive(Debug, Default)]
struct Dictionary {
    key: Option<Vec<u8>>,
    names: Vec<String>,
    files: Vec<u64>,
    filters: Vec<Filter>,
    objects: bool,
    file: bool,
    length: Option<u64>,
}

impl Outline {
    pub(super) fn new(most: usize) -> Self {
        Outline {
            most,
            ..Outline::default()
        }
    }

    /// What the document does.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        let opens = self.opening.iter().any(|number| {
            // What is not there is not believed to be harmless.
            self.actions.get(number).copied().unwrap_or(true)
        });
        let mut found = self.found;
        if opens {
            found.insert(Finding::OpenAction);
        }
        found.iter()
    }

    /// Where the object streams lie.
    pub(super) fn object_streams(&self) -> Vec<(Extent, Vec<Filter>)> {
        let streams = self.streams.iter().filter(|stream| stream.objects);
        streams
            .map(|stream| (stream.content, stream.filters.clone()))
            .collect()
    }

    /// The files in it.
    pub(super) fn embedded(&self) -> impl Iterator<Item = File<'_>> {
        let files = self
            .streams
            .iter()
            .filter(|stream| stream.file || self.files.contains_key(&stream.number));
        files.map(|stream| File {
            names: self
                .files
                .get(&stream.number)
                .map(Vec::as_slice)
                .unwrap_or_default(),
            content: stream.content,
            filters: &stream.filters,
        })
    }

    /// Reads objects; those of the file itself have numbers and streams.
    pub(super) fn read(&mut self, from: impl BufRead, is_file: bool) -> io::Result<()> {
        let mut reading = Reading {
            outline: self,
            numbers: [0; 2],
            object: 0,
            fresh: false,
            open: Vec::new(),
            last: Dictionary::default(),
        };
        let mut tokens = Tokens::new(from);
        while let Some(token) = tokens.next()? {
            if is_file && token == Token::Word(b"stream".to_vec()) {
                reading.stream(&mut tokens)?;
            } else {
                reading.token(token);
            }
        }
        Ok(())
    }
}

/// Where the reading stands.
struct Reading<'a> {
    outline: &'a mut Outline,
    /// The last numbers, for references and the beginnings of objects.
    numbers: [u64; 2],
    object: u64,
    /// Whether the object has only begun.
    fresh: bool,
    open: Vec<Dictionary>,
    /// The last dictionary that was closed outside any other.
    last: Dictionary,
}

impl Reading<'_> {
    fn token(&mut self, token: Token) {
        if std::mem::take(&mut self.fresh) && self.outline.actions.len() < self.outline.most {
            let action = token != Token::ArrayBegins;
            self.outline.actions.insert(self.object, action);
        }
        match token {
            Token::DictionaryBegins => {
                self.opening_value();
                if self.open.len() < DEPTH {
                    self.open.push(Dictionary::default());
                }
            }
            Token::DictionaryEnds => self.close(),
            Token::Name(name, disguised) => self.name(name, disguised),
            Token::Text(text) => self.text(&text),
            Token::ArrayBegins => self.place(),
            Token::Word(word) => self.word(&word),
        }
    }

    fn find(&mut self, finding: Finding) {
        self.outline.found.insert(finding);
    }

    /// A name is a key, or the value of one. Which it is does not matter for what it says.
    fn name(&mut self, name: Vec<u8>, disguised: bool) {
        if disguised {
            self.find(Finding::Obfuscated);
        }
        match name.as_slice() {
            b"JS" | b"JavaScript" => self.find(Finding::Javascript),
            b"AA" => self.find(Finding::OpenAction),
            b"Launch" => self.find(Finding::Launch),
            b"SubmitForm" | b"ImportData" | b"XFA" => self.find(Finding::SubmitForm),
            b"GoToR" | b"GoToE" => self.find(Finding::ExternalLink),
            b"RichMedia" | b"RichMediaContent" | b"3D" | b"Movie" | b"Rendition" => {
                self.find(Finding::EmbeddedObject);
            }
            b"EmbeddedFiles" => self.find(Finding::EmbeddedFile),
            b"Encrypt" => self.outline.encrypted = true,
            _ => {}
        }
        if let Some(dictionary) = self.open.last_mut() {
            dictionary.objects |= name == b"ObjStm";
            dictionary.file |= name == b"EmbeddedFile";
            if dictionary.filters.len() < FILTERS {
                dictionary.filters.extend(Filter::of(&name));
            }
            dictionary.key = Some(name);
        }
    }

    fn is_file_key(&self) -> bool {
        let key = self
            .open
            .last()
            .and_then(|dictionary| dictionary.key.as_deref());
        matches!(
            key,
            Some(b"F" | b"UF" | b"DOS" | b"Mac" | b"Unix" | b"Desc")
        )
    }

    fn text(&mut self, text: &[u8]) {
        if self.is_file_key()
            && let Some(dictionary) = self.open.last_mut()
            && dictionary.names.len() < NAMES
        {
            dictionary.names.push(text_of(text));
        }
    }

    /// An action stands here itself, behind the key that says when it is done.
    fn opening_value(&mut self) {
        let key = self
            .open
            .last()
            .and_then(|dictionary| dictionary.key.as_deref());
        if key == Some(b"OpenAction") {
            self.find(Finding::OpenAction);
        }
    }

    /// An array behind that key is a place in the document to be shown.
    fn place(&mut self) {
        if let Some(dictionary) = self.open.last_mut()
            && dictionary.key.as_deref() == Some(b"OpenAction")
        {
            dictionary.key = None;
        }
    }

    fn word(&mut self, word: &[u8]) {
        match word {
            b"obj" => {
                let [number, _] = self.numbers;
                self.object = number;
                self.fresh = true;
                self.open.clear();
                self.last = Dictionary::default();
            }
            b"R" => self.reference(),
            _ => {
                let number = std::str::from_utf8(word)
                    .ok()
                    .and_then(|word| word.parse().ok());
                if let Some(number) = number {
                    let [_, last] = self.numbers;
                    self.numbers = [last, number];
                    if let Some(dictionary) = self.open.last_mut()
                        && dictionary.key.as_deref() == Some(b"Length")
                    {
                        dictionary.length = Some(number);
                        dictionary.key = None;
                    }
                }
            }
        }
    }

    fn reference(&mut self) {
        let [number, _] = self.numbers;
        let is_file = self.is_file_key();
        let Some(dictionary) = self.open.last_mut() else {
            return;
        };
        if is_file && dictionary.files.len() < NAMES {
            dictionary.files.push(number);
        }
        match dictionary.key.as_deref() {
            Some(b"OpenAction") => self.outline.opening.push(number),
            // A length that stands elsewhere is not believed.
            _ if dictionary.length.is_some() => dictionary.length = None,
            _ => {}
        }
    }

    /// A dictionary ends: what it says of files is true of the one around it.
    fn close(&mut self) {
        let Some(closed) = self.open.pop() else {
            return;
        };
        if !closed.names.is_empty() && self.outline.files.len() < self.outline.most {
            for number in &closed.files {
                let known = self.outline.files.entry(*number).or_default();
                known.extend(closed.names.iter().cloned());
                known.dedup();
                known.truncate(NAMES);
            }
        }
        match self.open.last_mut() {
            Some(outer) => {
                if outer.key.as_deref() == Some(b"EF") {
                    outer.files.extend(closed.files.into_iter().take(NAMES));
                }
            }
            None => self.last = closed,
        }
    }

    /// The content of a stream begins. It ends at the next mark, or behind it where its length says so; what follows the mark
    /// is read as objects all the same, in case that is a lie.
    fn stream(&mut self, tokens: &mut Tokens<impl BufRead>) -> io::Result<()> {
        tokens.line_end()?;
        let start = tokens.at;
        let stated = self.last.length.unwrap_or_default();
        let mark = tokens.find(b"endstream")?;
        let end = match mark.checked_sub(start.saturating_add(stated)) {
            Some(more) if more > LINE_END => mark,
            _ => start.saturating_add(stated),
        };
        self.outline.more |= self.outline.streams.len() >= self.outline.most;
        if !self.outline.more {
            let dictionary = std::mem::take(&mut self.last);
            self.outline.streams.push(Stream {
                number: self.object,
                content: Extent::new(start, end),
                filters: dictionary.filters,
                objects: dictionary.objects,
                file: dictionary.file,
            });
        }
        Ok(())
    }
}

/// Text as the document has it: UTF-16 behind its mark, UTF-8, or one octet a character (section 7.9.2).
fn text_of(text: &[u8]) -> String {
    match text {
        [0xFE, 0xFF, wide @ ..] => encoding_rs::UTF_16BE
            .decode_without_bom_handling(wide)
            .0
            .into_owned(),
        [0xFF, 0xFE, wide @ ..] => encoding_rs::UTF_16LE
            .decode_without_bom_handling(wide)
            .0
            .into_owned(),
        _ => match std::str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(text)
                .0
                .into_owned(),
        },
    }
}
