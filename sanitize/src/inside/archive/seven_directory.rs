//! How large the directory of a 7-Zip archive is, before anything makes room for it (7zFormat.txt).

use std::io::{self, Read, Seek, SeekFrom};

/// Octets of a description of a packed directory that are read; a true one takes some thirty.
const DESCRIPTION: u64 = 4 << 10;

/// Octets of the directory, unpacked.
pub(super) fn size(source: &mut (impl Read + Seek)) -> io::Result<u64> {
    let mut start = [0; 32];
    source.seek(SeekFrom::Start(0))?;
    source.read_exact(&mut start)?;
    let number = |at: usize| {
        let octets = start.get(at..at.saturating_add(8));
        octets.and_then(|octets| octets.try_into().ok().map(u64::from_le_bytes))
    };
    let (at, packed) = (
        number(12).unwrap_or_default(),
        number(20).unwrap_or_default(),
    );
    let mut directory = Vec::new();
    source.seek(SeekFrom::Start(at.saturating_add(32)))?;
    source
        .take(packed.min(DESCRIPTION))
        .read_to_end(&mut directory)?;
    Ok(unpacked(&directory).unwrap_or_default().max(packed))
}

/// What a packed directory unpacks to: the largest of the sizes that its description tells.
fn unpacked(directory: &[u8]) -> Option<u64> {
    const PACKED: u8 = 0x17;
    const PACK_INFO: u8 = 0x06;
    const FOLDER: u8 = 0x0B;
    const SIZES: u8 = 0x0C;
    const END: u8 = 0x00;
    let mut rest = Numbers(directory);
    if rest.octet()? != PACKED || rest.octet()? != PACK_INFO {
        return None;
    }
    rest.number()?;
    let streams = rest.number()?.min(DESCRIPTION);
    loop {
        match rest.octet()? {
            0x09 => (0..streams).try_for_each(|_| rest.number().map(drop))?,
            END => break,
            _ => return None,
        }
    }
    rest.octet()?; // what is said of coders
    if rest.octet()? != FOLDER || rest.number()? != 1 {
        return None;
    }
    rest.octet()?;
    let outputs = rest.folder()?;
    if rest.octet()? != SIZES {
        return None;
    }
    let sizes = (0..outputs).map_while(|_| rest.number());
    sizes.max()
}

struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The first octet tells by its high bits how many follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.octet()?;
        let more = first.leading_ones();
        let mut value = 0_u64;
        for place in 0..more {
            value |= u64::from(self.octet()?) << place.checked_mul(8)?;
        }
        let high = u64::from(first) & 0x7F_u64.checked_shr(more).unwrap_or_default();
        Some(value | high.checked_shl(more.checked_mul(8)?).unwrap_or_default())
    }

    /// The coders of a folder and how they are joined: how many outputs there are.
    fn folder(&mut self) -> Option<u64> {
        let coders = self.number()?.min(DESCRIPTION);
        let (mut inputs, mut outputs) = (0_u64, 0_u64);
        for _ in 0..coders {
            let flags = self.octet()?;
            self.0 = self.0.get(usize::from(flags & 0x0F)..)?;
            let own = if flags & 0x10 == 0 {
                (1, 1)
            } else {
                (self.number()?, self.number()?)
            };
            inputs = inputs.checked_add(own.0)?;
            outputs = outputs.checked_add(own.1)?;
            if flags & 0x20 != 0 {
                let properties = self.number()?;
                self.0 = self.0.get(usize::try_from(properties).ok()?..)?;
            }
        }
        let joints = outputs.checked_sub(1)?.min(DESCRIPTION);
        for _ in 0..joints.checked_mul(2)? {
            self.number()?;
        }
        let free = inputs.checked_sub(joints)?.min(DESCRIPTION);
        if free > 1 {
            (0..free).try_for_each(|_| self.number().map(drop))?;
        }
        Some(outputs)
    }
}
