//! An object in RTF: digits that become octets, and an object of OLE 1 in them (\[MS-OLEDS\], section 2.2).

use crate::inside::compound::MAGIC;
use crate::inside::document::ole::native::Package;

/// Octets of a class name that are believed.
const CLASS: u32 = 256;

/// The digits of an object, with whatever stands between them.
#[derive(Debug, Default)]
pub(super) struct Digits {
    high: Option<u8>,
    octets: Vec<u8>,
}

impl Digits {
    /// Takes a digit; anything else is passed over, as Word does. False if there is no more room.
    pub(super) fn digit(&mut self, octet: u8, most: usize) -> bool {
        let Some(value) = char::from(octet)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
        else {
            return true;
        };
        match self.high.take() {
            None => {
                self.high = Some(value);
                true
            }
            Some(high) => self.octet(high << 4 | value, most),
        }
    }

    /// Takes an octet as it is.
    pub(super) fn octet(&mut self, octet: u8, most: usize) -> bool {
        let fits = self.octets.len() < most;
        if fits {
            self.octets.push(octet);
        }
        fits
    }

    pub(super) fn octets(self) -> Vec<u8> {
        self.octets
    }
}

/// What an object holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Object<'a> {
    pub(super) names: Vec<String>,
    pub(super) content: &'a [u8],
}

impl<'a> Object<'a> {
    /// A file that the packager put in; a compound file wherever it begins; and else all of it.
    pub(super) fn of(octets: &'a [u8]) -> Self {
        if let Some(object) = packaged(octets) {
            return object;
        }
        let compound = memchr::memmem::find(octets, MAGIC).unwrap_or(0);
        let native = native(octets).unwrap_or(octets);
        let content = if compound > 0 {
            octets.get(compound..).unwrap_or_default()
        } else {
            native
        };
        Object {
            names: Vec::new(),
            content,
        }
    }
}

/// The data behind the header: version, format, class, topic, item.
fn native(octets: &[u8]) -> Option<&[u8]> {
    let (_, mut rest) = octets.split_at_checked(8)?;
    for _ in 0..3 {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length);
        if length > CLASS {
            return None;
        }
        rest = behind.get(usize::try_from(length).ok()?..)?;
    }
    rest.get(4..)
}

fn packaged(octets: &[u8]) -> Option<Object<'_>> {
    let data = native(octets)?;
    if !data.starts_with(&[2, 0]) {
        return None;
    }
    // In a stream of a compound file its length stands before it.
    let length = u32::try_from(data.len()).ok()?.to_le_bytes();
    let whole = [&length[..], data].concat();
    let mut from = whole.as_slice();
    let package = Package::read(&mut from).ok()?;
    let start = data.len().checked_sub(from.len())?;
    let content = data.get(start..)?;
    let size = usize::try_from(package.size).unwrap_or(usize::MAX);
    Some(Object {
        names: package.names,
        content: content.get(..size.min(content.len()))?,
    })
}
