//! What stands around the parts of a multipart: preamble and epilogue are text that nobody shows, unless a parser takes it
//! for something else.

use crate::defect::Code;
use crate::study::TextScan;

/// Preamble and epilogue of one multipart, as they stream by.
#[derive(Debug, Default)]
pub(super) struct Around {
    preamble: Preamble,
    epilogue: Epilogue,
    /// What looks for files in both.
    scan: Option<Box<TextScan>>,
}

/// `Email::MIME` takes a preamble for a part that has a colon somewhere, an empty line, and text behind that.
#[derive(Debug, Default)]
struct Preamble {
    colon: bool,
    /// Whether the line has been white space only.
    blank: bool,
    reach: Reach,
}

/// How far that goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
enum Reach {
    #[default]
    Nothing,
    Text,
    EmptyLine,
    TextBehind,
}

/// rspamd reads on in an epilogue that has a line which starts with two hyphens. A line of nothing but hyphens, as mailing
/// lists add it, does no harm.
#[derive(Debug, Default)]
struct Epilogue {
    text: bool,
    /// Hyphens that the line starts with, if there is nothing else so far.
    hyphens: Option<u32>,
    delimiter: bool,
}

impl Around {
    pub(super) fn preamble(&mut self, raw: &[u8]) {
        self.preamble.push(raw);
        self.look(raw);
    }

    pub(super) fn epilogue(&mut self, raw: &[u8]) {
        self.epilogue.push(raw);
        self.look(raw);
    }

    /// White space in front of the first text counts too: it depends on it what a line is.
    fn look(&mut self, raw: &[u8]) {
        self.scan.get_or_insert_default().push(raw);
    }

    /// What is wrong with the preamble. Asked at the end, as the others.
    pub(super) fn of_preamble(&self) -> impl Iterator<Item = Code> {
        let Preamble { colon, reach, .. } = self.preamble;
        let text = (reach > Reach::Nothing).then_some(Code::PreambleText);
        let fields = colon && reach == Reach::TextBehind;
        text.into_iter()
            .chain(fields.then_some(Code::PreambleFields))
    }

    /// What is wrong with the epilogue.
    pub(super) fn of_epilogue(&self) -> impl Iterator<Item = Code> {
        let text = self.epilogue.text.then_some(Code::EpilogueText);
        let delimiter = self.epilogue.delimiter;
        text.into_iter()
            .chain(delimiter.then_some(Code::EpilogueDelimiter))
    }

    /// Whether a file stands in either.
    pub(super) fn holds_file(&mut self) -> bool {
        let scan = self.scan.take();
        scan.is_some_and(|scan| !scan.finish().is_empty())
    }
}

impl Preamble {
    fn push(&mut self, raw: &[u8]) {
        for byte in raw {
            match byte {
                b'\n' => {
                    if self.blank && self.reach == Reach::Text {
                        self.reach = Reach::EmptyLine;
                    }
                    self.blank = true;
                }
                byte if byte.is_ascii_whitespace() => {}
                byte => {
                    self.colon |= *byte == b':';
                    self.reach = match self.reach {
                        Reach::Nothing | Reach::Text => Reach::Text,
                        Reach::EmptyLine | Reach::TextBehind => Reach::TextBehind,
                    };
                    self.blank = false;
                }
            }
        }
    }
}

impl Epilogue {
    fn push(&mut self, raw: &[u8]) {
        for byte in raw {
            self.text |= !byte.is_ascii_whitespace();
            self.hyphens = match (byte, self.hyphens) {
                (b'\n', _) => Some(0),
                (b'-', Some(count)) => Some(count.saturating_add(1)),
                (b'\r', count) => count,
                (_, count) => {
                    self.delimiter |= count.is_some_and(|count| count >= 2);
                    None
                }
            };
        }
    }
}
