//! The ways in which a member of a ZIP archive is compressed (APPNOTE.TXT 6.3.10, section 4.4.5).

use crate::inside::archive::stream::{self, DICTIONARY_KIB};
use crate::map::Unread;
use std::io::{self, BufRead, Read};

/// A reader of the content that begins here. Methods that tell their own end are read to it, whatever the headers say.
pub(super) fn content<'a>(
    method: u16,
    mut raw: impl BufRead + 'a,
    packed: u64,
) -> Result<Box<dyn Read + 'a>, Unread> {
    Ok(match method {
        0 => Box::new(raw.take(packed)),
        8 => Box::new(flate2::bufread::DeflateDecoder::new(raw)),
        12 => Box::new(bzip2::bufread::BzDecoder::new(raw)),
        14 => Box::new(lzma(&mut raw).map_err(|_| Unread::Damaged)?.open(raw)?),
        93 => Box::new(stream::zstd(raw)?),
        95 => Box::new(lzma_rust2::XzReader::new_mem_limit(
            raw,
            true,
            DICTIONARY_KIB,
        )),
        _ => return Err(Unread::Unsupported),
    })
}

/// How LZMA content is packed (section 5.8.8).
struct Lzma {
    properties: u8,
    dictionary: u32,
}

fn lzma(raw: &mut impl Read) -> io::Result<Lzma> {
    let mut header = [0; 9];
    raw.read_exact(&mut header)?;
    let [_, _, _, _, properties, dictionary @ ..] = header;
    Ok(Lzma {
        properties,
        dictionary: u32::from_le_bytes(dictionary),
    })
}

impl Lzma {
    fn open<R: Read>(self, raw: R) -> Result<impl Read + use<R>, Unread> {
        if self.dictionary > DICTIONARY_KIB << 10 {
            return Err(Unread::Limit);
        }
        // The length of the content is not known here: it ends with a mark, or with what was packed.
        lzma_rust2::LzmaReader::new_with_props(
            raw,
            u64::MAX,
            self.properties,
            self.dictionary,
            None,
        )
        .map_err(|_| Unread::Damaged)
    }
}
