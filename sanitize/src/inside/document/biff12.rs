//! Files of workbooks in binary form (\[MS-XLSB\], section 2.1.4): records, of which few tell what the workbook does.

use super::package::by_itself;
use crate::finding::Finding;
use std::io::{self, BufRead, BufReader, Read};

/// A name that is defined for a range or a macro (section 2.4.711).
const NAME: u16 = 39;
/// The source of external references (section 2.4.182).
const SUP_BOOK: u16 = 360;
/// Octets of a record that are read.
const READ: u64 = 1_024;
/// Records that are read.
const RECORDS: u32 = 4_000_000;

/// What the records of a file make the workbook do.
pub(super) fn findings(from: impl Read) -> io::Result<Vec<Finding>> {
    let mut from = BufReader::new(from);
    let mut found = Vec::new();
    for _ in 0..RECORDS {
        if from.fill_buf()?.is_empty() {
            break;
        }
        let (Some(kind), Some(size)) = (kind(&mut from)?, size(&mut from)?) else {
            break;
        };
        let mut octets = Vec::new();
        let mut record = from.by_ref().take(size);
        if matches!(kind, NAME | SUP_BOOK) {
            record.by_ref().take(READ).read_to_end(&mut octets)?;
        }
        io::copy(&mut record, &mut io::sink())?;
        let finding = match kind {
            NAME => name(&octets).and_then(|name| by_itself(&name)),
            SUP_BOOK => octets.starts_with(&[1, 0]).then_some(Finding::Dde),
            _ => None,
        };
        found.extend(finding.filter(|finding| !found.contains(finding)));
    }
    Ok(found)
}

/// One octet, or two if the first says so.
fn kind(from: &mut impl Read) -> io::Result<Option<u16>> {
    let Some(first) = octet(from)? else {
        return Ok(None);
    };
    if first & 0x80 == 0 {
        return Ok(Some(u16::from(first)));
    }
    let second = octet(from)?;
    Ok(second.map(|second| u16::from(first & 0x7F) | u16::from(second & 0x7F) << 7))
}

/// Seven bits in each of at most four octets, low ones first.
fn size(from: &mut impl Read) -> io::Result<Option<u64>> {
    let mut size = 0_u64;
    for shift in [0, 7, 14, 21] {
        let Some(next) = octet(from)? else {
            return Ok(None);
        };
        size |= u64::from(next & 0x7F) << shift;
        if next & 0x80 == 0 {
            break;
        }
    }
    Ok(Some(size))
}

fn octet(from: &mut impl Read) -> io::Result<Option<u8>> {
    let mut octet = [0];
    Ok((from.read(&mut octet)? > 0).then_some(octet[0]))
}

/// The text of a name: behind flags, key and sheet, characters of two octets each.
fn name(record: &[u8]) -> Option<String> {
    let count = record.get(9..)?.first_chunk::<4>()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let units = record.get(13..)?.chunks_exact(2).take(count);
    let units: Vec<u16> = units
        .filter_map(|unit| unit.first_chunk::<2>())
        .map(|unit| u16::from_le_bytes(*unit))
        .collect();
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::findings;
    use crate::finding::Finding;

    fn record(kind: u16, octets: &[u8]) -> Vec<u8> {
        let [low, high] = kind.to_le_bytes();
        let mut record = match kind {
            0..=127 => vec![low],
            _ => vec![low | 0x80, (high << 1) | (low >> 7)],
        };
        record.push(u8::try_from(octets.len()).expect("short"));
        record.extend(octets);
        record
    }

    #[test]
    fn names_and_sources_tell() {
        let mut name = vec![0; 9];
        let text: Vec<u8> = "_xlnm.Auto_Open"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        name.extend(15_u32.to_le_bytes());
        name.extend(text);
        let file = [record(1, b"x"), record(39, &name), record(360, &[1, 0, 0])].concat();
        let found = findings(&file[..]).expect("in memory");
        assert_eq!(found, [Finding::AutoOpen, Finding::Dde]);
        assert!(
            findings(&b"\xFF\xFF\xFF\xFF\xFF\xFF"[..])
                .expect("in memory")
                .is_empty()
        );
    }
}
