//! Visual Basic in a document (\[MS-OVBA\]): what its code does by itself.
//!
//! The source of a module is compressed (section 2.4.1) and begins with its attributes; where it begins in the stream is
//! found by them, so that no broken directory hides it. Code that was kept only in compiled form still names its procedures.

use crate::finding::Finding;
use memchr::memmem;

/// Octets of source that are made of one module.
const SOURCE: usize = 4 << 20;
/// Octets that one chunk becomes.
const CHUNK: usize = 4_096;

/// Procedures that run by themselves, in lower case.
const BY_ITSELF: &[&str] = &[
    "autoexec",
    "autoopen",
    "autoclose",
    "autonew",
    "autoexit",
    "auto_open",
    "auto_close",
    "auto_exec",
    "document_open",
    "document_close",
    "document_new",
    "document_beforeclose",
    "documentopen",
    "documentbeforeclose",
    "newdocument",
    "workbook_open",
    "workbook_activate",
    "workbook_close",
    "workbook_beforeclose",
    "workbook_newsheet",
    "worksheet_activate",
    "worksheet_calculate",
    "presentation_open",
    "slideshowbegin",
    "onslideshowpagechange",
    "app_documentopen",
    "userform_initialize",
    "webbrowser_documentcomplete",
];

/// What a stream of a project tells. Its being there tells that there are macros.
pub(super) fn findings(stream: &[u8]) -> Vec<Finding> {
    let mut found = vec![Finding::Macro];
    let narrow: Vec<u8> = stream.iter().copied().filter(|octet| *octet != 0).collect();
    if runs_by_itself(&narrow) || runs_by_itself(&source(stream)) {
        found.push(Finding::AutoOpen);
    }
    found
}

fn runs_by_itself(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    BY_ITSELF
        .iter()
        .any(|name| memmem::find(&text, name.as_bytes()).is_some())
}

/// All sources in a stream.
fn source(stream: &[u8]) -> Vec<u8> {
    let mut source = Vec::new();
    for at in memmem::find_iter(stream, b"\0Attribut") {
        // Signature, chunk header, and the flags before the first octets, of which the NUL is one.
        let begins = at.saturating_sub(3);
        if stream.get(begins) == Some(&1) {
            let container = stream.get(begins.saturating_add(1)..).unwrap_or_default();
            decompress(container, &mut source);
        }
        if source.len() >= SOURCE {
            break;
        }
    }
    source
}

/// Decompresses chunk after chunk, as far as they make sense.
fn decompress(mut container: &[u8], to: &mut Vec<u8>) {
    while let Some(([low, high], rest)) = container.split_first_chunk::<2>() {
        let header = u16::from_le_bytes([*low, *high]);
        let size = usize::from(header & 0x0FFF).saturating_add(1);
        let signed = header & 0x7000 == 0x3000;
        if !signed || to.len() >= SOURCE {
            return;
        }
        let (chunk, behind) = rest.split_at(size.min(rest.len()));
        if header & 0x8000 == 0 {
            to.extend_from_slice(chunk);
        } else {
            decompress_chunk(chunk, to);
        }
        container = behind;
    }
}

/// One chunk: flags for eight tokens each, a token an octet or a copy of what came before in the chunk.
fn decompress_chunk(chunk: &[u8], to: &mut Vec<u8>) {
    let start = to.len();
    let mut octets = chunk.iter().copied();
    while let Some(flags) = octets.next() {
        for bit in 0..8_u8 {
            let Some(first) = octets.next() else { return };
            if flags >> bit & 1 == 0 {
                to.push(first);
                continue;
            }
            let Some(second) = octets.next() else { return };
            let done = to.len().saturating_sub(start);
            if !copy(u16::from_le_bytes([first, second]), done, to) {
                return;
            }
        }
        if to.len().saturating_sub(start) > CHUNK {
            return;
        }
    }
}

/// A copy token (section 2.4.1.3.19). False if it makes no sense.
fn copy(token: u16, done: usize, to: &mut Vec<u8>) -> bool {
    let mut bits = 4_u32;
    while 1_usize << bits < done {
        bits = bits.saturating_add(1);
    }
    let bits = bits.min(12);
    let length = usize::from(token & (0xFFFF >> bits)).saturating_add(3);
    let offset = usize::from(token >> (16_u32.saturating_sub(bits))).saturating_add(1);
    if offset > done {
        return false;
    }
    for _ in 0..length {
        let at = to.len().saturating_sub(offset);
        let Some(octet) = to.get(at).copied() else {
            return false;
        };
        to.push(octet);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(container: &[u8], expected: &[u8]) {
        let mut source = Vec::new();
        decompress(container, &mut source);
        assert_eq!(source, expected, "{container:02X?}");
    }

    /// The examples of section 3.2.
    #[test]
    fn examples_of_the_specification() {
        check(
            b"\x19\xB0\x00abcdefgh\x00ijklmnop\x00qrstuv.",
            b"abcdefghijklmnopqrstuv.",
        );
        check(
            b"\x2F\xB0\x00#aaabcde\x82f\x00\x70aghij\x01\x38\x08akl\x00\x30mnop\x06q\x02\x70\x04\x10rstuv\x10wxyz\x00\x3C",
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        );
        check(b"\x03\xB0\x02\x61\x45\x00", &[b'a'; 73]);
    }
}
