//! A file in text while its lines go by.

use super::line::{Opens, is_run};
use super::scan::Block;
use crate::decode::uuencode::{self, Alphabet, may_be_data};
use crate::decode::{Decoder, Encoding, binhex};
use crate::kind::{Kind, Kinds};
use crate::look::Look;
use std::ops::Range;

/// Lines that are no data and may stand among those of uuencode: readers skip them.
const JUNK_MOST: u32 = 8;

/// Decoded octets that are worth a look.
const LOOK_LEAST: usize = 24;

/// Types of text that the scan is for.
const ENCODED: [&str; 3] = [
    "application/x-uuencode",
    "application/x-yenc",
    "application/mac-binhex40",
];

/// What an open file makes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The line belongs to it.
    Goes,
    /// The line belongs to it if more of it follows; something else may begin here.
    Doubtful,
    /// The line is its last one.
    Ends,
    /// The line does not belong to it any more.
    Ended,
}

/// A file whose end was not seen yet.
#[derive(Debug)]
pub(super) struct Open {
    encoding: Encoding,
    mark: Mark,
    range: Range<u64>,
    data: Range<u64>,
    name: Option<Vec<u8>>,
    junk: u32,
    /// Whether its last line was seen.
    whole: bool,
    /// Whether data of a body in base64 were seen.
    begun: bool,
    decoder: Decoder,
    decoded: Vec<u8>,
    look: Option<Look>,
}

/// How it shows where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// A line `end`; lines that are no data tell too.
    End(Alphabet),
    /// A line `=yend`.
    Yend,
    /// A colon.
    Colon,
    /// A line of padding, or one that is no base64.
    Padding,
    /// The first line that is no base64.
    Run,
    /// A delimiter.
    Delimiter,
}

impl Open {
    /// What opens with this line.
    pub(super) fn new(opens: Opens, line: &[u8], at: &Range<u64>) -> Self {
        let encoding = opens.encoding();
        let (mark, from) = match &opens {
            Opens::Uuencode { from, .. } => (Mark::End(Alphabet::Uu), *from),
            Opens::Xxencode { from, .. } => (Mark::End(Alphabet::Xx), *from),
            Opens::Yenc => (Mark::Yend, at.start),
            Opens::BinHex { from } => (Mark::Colon, *from),
            Opens::NamedBase64 { .. } => (Mark::Padding, at.start),
            Opens::Base64 => (Mark::Run, at.start),
            Opens::Body { from, .. } => (Mark::Delimiter, *from),
        };
        let mut open = Open {
            encoding,
            mark,
            range: from..at.end,
            data: from..at.end,
            name: None,
            junk: 0,
            whole: false,
            begun: false,
            decoder: Decoder::new(encoding),
            decoded: Vec::new(),
            look: None,
        };
        match opens {
            Opens::Uuencode { begin, .. } | Opens::Xxencode { begin, .. } => {
                open.decode(&begin);
                open.decode(line);
            }
            Opens::Yenc | Opens::Base64 => open.decode(line),
            Opens::BinHex { .. } => {
                open.data.start = at.start;
                open.whole = colon(line.get(1..).unwrap_or_default()) == Next::Ends;
                open.decode(line);
            }
            Opens::NamedBase64 { name } => {
                open.name = Some(name).filter(|name| !name.is_empty());
                open.data.start = at.end;
            }
            Opens::Body { name, .. } => {
                open.name = name;
                open.data.start = at.end;
            }
        }
        open
    }

    /// Takes the next line.
    pub(super) fn line(&mut self, line: &[u8], at: &Range<u64>) -> Next {
        let next = match self.mark {
            Mark::End(alphabet) => self.enclosed(line, alphabet),
            Mark::Yend if line.starts_with(b"=yend") => Next::Ends,
            Mark::Padding if line.starts_with(b"====") => Next::Ends,
            Mark::Colon if !self.whole => colon(line),
            Mark::Padding | Mark::Run if is_run(line.trim_ascii()) => Next::Goes,
            Mark::Colon | Mark::Padding | Mark::Run => Next::Ended,
            Mark::Delimiter if line.starts_with(b"--") => Next::Ended,
            Mark::Delimiter if self.encoding == Encoding::Base64 => self.digits(line.trim_ascii()),
            Mark::Yend | Mark::Delimiter => Next::Goes,
        };
        if next == Next::Ended {
            return next;
        }
        self.whole |= next == Next::Ends;
        if self.junk == 0 {
            self.range.end = at.end;
            let data = !(self.mark == Mark::Padding && self.whole);
            self.data.end = if data { at.end } else { self.data.end };
        }
        self.decode(line);
        next
    }

    /// A line of a body in base64. Behind the data, an empty line belongs to it if more data follow.
    fn digits(&mut self, line: &[u8]) -> Next {
        let run = is_run(line);
        self.begun |= run;
        self.junk = match (self.begun, run) {
            (true, false) if line.is_empty() => 1,
            (true, false) => return Next::Ended,
            _ => 0,
        };
        Next::Goes
    }

    /// A line of uuencode or xxencode. Junk belongs to the file only if data follow.
    fn enclosed(&mut self, line: &[u8], alphabet: Alphabet) -> Next {
        if uuencode::is_end(line) {
            self.junk = 0;
            return Next::Ends;
        }
        if may_be_data(line, alphabet) {
            self.junk = 0;
            return Next::Goes;
        }
        self.junk = self.junk.saturating_add(1);
        if self.junk > JUNK_MOST || uuencode::begin(line).is_some() {
            return Next::Ended;
        }
        Next::Doubtful
    }

    fn decode(&mut self, line: &[u8]) {
        self.decoder.push(line, &mut self.decoded);
        self.decoder.push(b"\r\n", &mut self.decoded);
        if self.look.is_some() || self.decoded.len() >= LOOK_LEAST {
            self.look.get_or_insert_default().push(&self.decoded);
            self.decoded.clear();
        }
    }

    /// The file as a block; if it is none that can be taken out of the text, what it is all the same.
    pub(super) fn close(mut self) -> Result<Block, Kinds> {
        self.decoder.finish(&mut self.decoded);
        let mut look = self.look.take();
        let is_file = match self.mark {
            Mark::End(_) => self.decoder.has_found(),
            Mark::Yend | Mark::Colon => self.whole && self.decoder.has_found(),
            Mark::Padding => self.whole,
            Mark::Delimiter => self.name.is_some(),
            Mark::Run => false,
        };
        if look.is_none() && !is_file {
            return Err(Kinds::NONE);
        }
        let mut look = look.take().unwrap_or_default();
        look.push(&self.decoded);
        let looked = look.finish();
        let kinds = looked.kinds;
        // Encoded text in text is no file: what stands in it is found by itself.
        let encoded = looked
            .media_type
            .is_some_and(|found| ENCODED.contains(&found));
        let notable = notable(if encoded { Kinds::NONE } else { kinds });
        // What has no mark of its own is a file if it is one that matters.
        let matters = matches!(self.mark, Mark::Run | Mark::Delimiter) && !notable.is_empty();
        if !is_file && !matters {
            return Err(notable);
        }
        let named = self.decoder.file_name().map(<[u8]>::to_vec);
        Ok(Block {
            range: self.range,
            data: self.data,
            encoding: self.encoding,
            name: self.name.or(named),
            kinds,
        })
    }
}

/// A line of `BinHex`.
fn colon(line: &[u8]) -> Next {
    let line = line.trim_ascii();
    match line.strip_suffix(b":") {
        Some(data) if binhex::is_data(data) => Next::Ends,
        None if binhex::is_data(line) => Next::Goes,
        _ => Next::Ended,
    }
}

/// What is worth telling of what text quotes.
pub(super) fn notable(kinds: Kinds) -> Kinds {
    const FILES: [Kind; 6] = [
        Kind::Executable,
        Kind::Script,
        Kind::MacroOffice,
        Kind::Office,
        Kind::Archive,
        Kind::Pdf,
    ];
    let is_file = kinds.iter().any(|kind| FILES.contains(&kind));
    let told = |kind: &Kind| FILES.contains(kind) || *kind == Kind::Encrypted;
    kinds.iter().filter(|kind| is_file && told(kind)).collect()
}
