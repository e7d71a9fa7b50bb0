//! The stream `Ole10Native` (\[MS-OLEDS\], section 2.3.6), and what the packager of Windows writes into it: a file with the
//! names that it had.

use std::io::{self, Read};

/// Octets of a name that are kept.
const NAME: usize = 1_024;
/// Octets of a name that are read.
const NAME_READ: usize = 64 << 10;

/// The packager put the file in, and not just the way to it.
const EMBEDDED: u8 = 3;

/// A file in a document.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::inside::document) struct Package {
    /// Its names: the label, where it came from, where it is put when it is opened.
    pub(in crate::inside::document) names: Vec<String>,
    /// Octets of its content, which is what is read next.
    pub(in crate::inside::document) size: u64,
}

impl Package {
    /// Reads everything before the content. What is no package is content altogether.
    pub(in crate::inside::document) fn read(from: &mut impl Read) -> io::Result<Self> {
        let size = u32_le(from)?;
        let mut head = [0; 2];
        from.read_exact(&mut head)?;
        if head != [2, 0] {
            return Ok(Package {
                names: Vec::new(),
                size: u64::from(size).saturating_sub(2),
            });
        }
        let mut names = vec![name(from)?, name(from)?];
        let [_, _, kind, _] = u32_le(from)?.to_le_bytes();
        let mut size = 0;
        if kind == EMBEDDED {
            u32_le(from)?; // octets of the name that follows, which has an end of its own
            names.push(name(from)?);
            size = u32_le(from)?;
        }
        let mut known: Vec<String> = Vec::new();
        for name in names {
            if !name.is_empty() && !known.contains(&name) {
                known.push(name);
            }
        }
        Ok(Package {
            names: known,
            size: u64::from(size),
        })
    }
}

fn u32_le(from: &mut impl Read) -> io::Result<u32> {
    let mut octets = [0; 4];
    from.read_exact(&mut octets)?;
    Ok(u32::from_le_bytes(octets))
}

/// A name in the code page of its machine, up to a NUL.
fn name(from: &mut impl Read) -> io::Result<String> {
    let mut octets = Vec::new();
    for count in 0_usize.. {
        let mut octet = [0];
        from.read_exact(&mut octet)?;
        if octet == [0] {
            break;
        }
        if count > NAME_READ {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if octets.len() < NAME {
            octets.extend(octet);
        }
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&octets);
    Ok(text.into_owned())
}
