//! Workbooks of Excel up to 2003 (\[MS-XLS\]): macro sheets, names that run by themselves, links to other programs.

use crate::finding::Finding;

/// Records (section 2.3).
const BOUND_SHEET: u16 = 0x0085;
const NAME: u16 = 0x0018;
const SUPPLYING_BOOK: u16 = 0x01AE;
/// Names that are kept as a number (section 2.5.66): open, close, activate, deactivate.
const BY_ITSELF: &[u8] = &[1, 2, 10, 11];

/// What the records of a workbook tell.
pub(super) fn findings(stream: &[u8]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut rest = stream;
    while let Some((header, behind)) = rest.split_first_chunk::<4>() {
        let [a, b, c, d] = *header;
        let size = usize::from(u16::from_le_bytes([c, d]));
        let (record, next) = behind.split_at(size.min(behind.len()));
        if let Some(finding) = finding(u16::from_le_bytes([a, b]), record)
            && !found.contains(&finding)
        {
            found.push(finding);
        }
        rest = next;
    }
    found
}

fn finding(kind: u16, record: &[u8]) -> Option<Finding> {
    match kind {
        // Visibility and type stand behind the place of the sheet.
        BOUND_SHEET => (record.get(5) == Some(&1)).then_some(Finding::XlmMacro),
        NAME => runs_by_itself(record).then_some(Finding::AutoOpen),
        SUPPLYING_BOOK => asks_a_program(record).then_some(Finding::Dde),
        _ => None,
    }
}

/// Section 2.4.150: flags, a key, the length of the name, ten octets more, then the name.
fn runs_by_itself(record: &[u8]) -> bool {
    let builtin = record.first().is_some_and(|flags| flags & 0x20 != 0);
    let name = record.get(14..).unwrap_or_default();
    let length = usize::from(record.get(3).copied().unwrap_or_default());
    // An octet says whether each character takes one or two.
    let text = name.iter().skip(1).filter(|octet| **octet != 0);
    let text: Vec<u8> = text.take(length).map(u8::to_ascii_lowercase).collect();
    if builtin {
        text.first()
            .is_some_and(|number| BY_ITSELF.contains(number))
    } else {
        text.starts_with(b"auto_")
    }
}

/// Section 2.5.277: the path of a link to another program has the character 3 between program and topic.
fn asks_a_program(record: &[u8]) -> bool {
    let sheets = record.get(..2) == Some(&[0, 0]);
    sheets && record.iter().skip(4).any(|octet| *octet == 3)
}
