//! The ways in which a member of a ZIP archive is compressed (APPNOTE.TXT 6.3.10, section 4.4.5).

use crate::inside::archive::frames::Frames;
use crate::inside::archive::stream::DICTIONARY_KIB;
use crate::map::Unread;
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};
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
        9 => Box::new(deflate64::Deflate64Decoder::with_buffer(raw)),
        93 => Box::new(Frames::new(raw.take(packed))),
        95 => Box::new(lzma_rust2::XzReader::new_mem_limit(
            raw,
            false,
            DICTIONARY_KIB,
        )),
        98 => Box::new(ppmd(raw)?),
        _ => return Err(Unread::Unsupported),
    })
}

/// PPMd (section 5.10.3): order, size of the model and what to do when that is full, in two octets.
fn ppmd<R: BufRead>(mut raw: R) -> Result<impl Read + use<R>, Unread> {
    let mut settings = [0; 2];
    raw.read_exact(&mut settings).map_err(|_| Unread::Damaged)?;
    let settings = u16::from_le_bytes(settings);
    let order = u32::from(settings & 0xF).saturating_add(1);
    let mebibytes = u32::from((settings >> 4) & 0xFF).saturating_add(1);
    let restoration = match settings >> 12 {
        0 => RestoreMethod::Restart,
        1 => RestoreMethod::CutOff,
        _ => return Err(Unread::Unsupported),
    };
    if mebibytes << 10 > DICTIONARY_KIB {
        return Err(Unread::Limit);
    }
    Ppmd8Decoder::new(raw, order, mebibytes << 20, restoration).map_err(|_| Unread::Damaged)
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
