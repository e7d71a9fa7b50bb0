//! MIME fields that stand in text: the header section of a part that is quoted, or that was meant to be one.
//!
//! Programs that dig files out of mail take them wherever they stand. So does this: where such fields are followed by an
//! empty line, they name the encoding and the file that follows.

use super::line::Opens;
use crate::decode::Encoding;
use crate::kind::{Kind, Kinds};
use crate::limits::Limits;
use crate::look::{self, kinds_of_name};
use crate::value::{content_disposition, content_type, file_names, transfer_encodings};

/// Octets of such a header section that are kept.
const KEPT_MOST: usize = 8 << 10;

/// Lines among the fields that are none.
const JUNK_MOST: u32 = 3;

/// How the first field starts, in small letters.
const START: &[u8] = b"content-";

/// Fields that go on.
#[derive(Debug)]
pub(super) struct Fields {
    /// Where the first one starts.
    from: u64,
    raw: Vec<u8>,
    junk: u32,
}

impl Fields {
    /// The fields that begin with this line, if any do.
    pub(super) fn begin(line: &[u8], from: u64) -> Option<Self> {
        let start = line.get(..START.len())?;
        let begins = start.eq_ignore_ascii_case(START) && is_field(line);
        begins.then(|| {
            let mut fields = Fields {
                from,
                raw: Vec::new(),
                junk: 0,
            };
            fields.keep(line);
            fields
        })
    }

    /// Takes the next line, which is not empty. False if the fields have ended.
    pub(super) fn line(&mut self, line: &[u8]) -> bool {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if folded || is_field(line) {
            self.keep(line);
            return true;
        }
        self.junk = self.junk.saturating_add(1);
        self.junk <= JUNK_MOST
    }

    /// What follows behind the empty line: data in an encoding, or a file whose name says that it is one to care about.
    pub(super) fn opens(self) -> Option<Opens> {
        let limits = Limits::default();
        let (mut types, mut dispositions) = (Vec::new(), Vec::new());
        let mut encoding = Encoding::SevenBit;
        for (name, value) in self.fields() {
            let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            if is("content-type") {
                types.push(content_type(value, &limits));
            } else if is("content-disposition") {
                dispositions.push(content_disposition(value, &limits));
            } else if is("content-transfer-encoding") {
                let named = transfer_encodings(value).0;
                let changes = named.into_iter().find(|named| !named.is_identity());
                encoding = changes.unwrap_or(encoding);
            }
        }
        let mut names = file_names(&dispositions, &types);
        // Of several, the one to care about: somebody reads it so.
        let active = names.iter().position(|name| is_active_name(name));
        let opens = !encoding.is_identity() || active.is_some();
        let at = active.unwrap_or(0);
        let name = (at < names.len()).then(|| names.swap_remove(at));
        opens.then_some(Opens::Body {
            encoding,
            from: self.from,
            name: name.map(String::into_bytes),
        })
    }

    /// The fields: name, and everything behind the colon.
    fn fields(&self) -> Vec<(&[u8], &[u8])> {
        let mut fields = Vec::new();
        let mut rest = self.raw.as_slice();
        while !rest.is_empty() {
            let ends = |at: usize| !matches!(rest.get(at.saturating_add(1)), Some(b' ' | b'\t'));
            let end = memchr::memchr_iter(b'\n', rest).find(|at| ends(*at));
            let end = end.map_or(rest.len(), |end| end.saturating_add(1));
            let (field, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = after;
            if let Some(colon) = memchr::memchr(b':', field) {
                let (name, value) = field.split_at_checked(colon).unwrap_or((field, &[]));
                fields.push((name.trim_ascii(), value.get(1..).unwrap_or_default()));
            }
        }
        fields
    }

    fn keep(&mut self, line: &[u8]) {
        if self.raw.len().saturating_add(line.len()) < KEPT_MOST {
            self.raw.extend_from_slice(line);
            self.raw.extend_from_slice(b"\r\n");
        }
    }
}

/// Whether the line is a field: a name and a colon.
fn is_field(line: &[u8]) -> bool {
    let name = memchr::memchr(b':', line).and_then(|colon| line.get(..colon));
    name.is_some_and(|name| {
        let name = name.trim_ascii_end();
        !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
    })
}

/// Whether a file of this name does something when it is opened, or may hold one that does.
fn is_active_name(text: &str) -> bool {
    let kinds = kinds_of_name(&look::name(text));
    kinds.intersects(Kinds::from_iter([
        Kind::Executable,
        Kind::Script,
        Kind::MacroOffice,
        Kind::Archive,
        Kind::Html,
    ]))
}
