//! Compressed streams of one file: gzip (RFC 1952), bzip2, xz, lzma, lzip, zstd (RFC 8878), compress.

use super::compress::Lzw;
use super::frames::{self, Frames};
use crate::inside::container::Container;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::FileName;
use crate::map::{Member, Unread};
use std::io::{self, BufReader, Read, SeekFrom};

/// Octets that a dictionary may take, in KiB: as much as the strongest customary setting of xz.
pub(super) const DICTIONARY_KIB: u32 = 96 << 10;
/// Octets of a name in a header that are read.
const NAME: usize = 1_024;

/// How a stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Gzip,
    Bzip2,
    Xz,
    Lzip,
    /// The format before xz, whose first octets are settings: the customary ones.
    Lzma,
    Zstd,
    Compress,
}

/// The format that content with this head has.
fn by_head(head: &[u8]) -> Option<Format> {
    const MAGIC: &[(&[u8], Format)] = &[
        (b"\x1F\x8B\x08", Format::Gzip),
        (b"BZh", Format::Bzip2),
        (b"\xFD7zXZ\0", Format::Xz),
        (b"LZIP", Format::Lzip),
        (b"\x5D\0\0", Format::Lzma),
        (b"\x28\xB5\x2F\xFD", Format::Zstd),
        (b"\x1F\x9D", Format::Compress),
    ];
    let found = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
    let skipped = frames::is_skipped(head).then_some(Format::Zstd);
    found.map(|(_, format)| *format).or(skipped)
}

/// Unpacks the one file.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let lzma = container.detected == Some("application/x-lzma");
    let Some(format) = by_head(head).or(lzma.then_some(Format::Lzma)) else {
        return Ok(Opened::NotOne);
    };
    let names = match inner_names(source, container, format) {
        Ok(names) => names,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let member = Member::new(container.path, names, "content");
    let raw = BufReader::new(source);
    match format {
        Format::Gzip => walk.member(
            container,
            member,
            &mut flate2::bufread::MultiGzDecoder::new(raw),
        ),
        Format::Bzip2 => walk.member(
            container,
            member,
            &mut bzip2::bufread::MultiBzDecoder::new(raw),
        ),
        Format::Xz => {
            let mut content = lzma_rust2::XzReader::new_mem_limit(raw, true, DICTIONARY_KIB);
            walk.member(container, member, &mut content)
        }
        Format::Lzip => walk.member(container, member, &mut lzma_rust2::LzipReader::new(raw)),
        Format::Lzma => {
            match foreign::call(|| lzma_rust2::LzmaReader::new_mem_limit(raw, DICTIONARY_KIB, None))
            {
                Ok(mut content) => walk.member(container, member, &mut content),
                Err(_) if !lzma => return Ok(Opened::NotOne),
                // The dictionary is larger than anybody needs.
                Err(_) => walk.closed(member, Unread::Limit),
            }
        }
        Format::Compress => match Lzw::new(raw) {
            Ok(mut content) => walk.member(container, member, &mut content),
            Err(_) => return Ok(Opened::NotOne),
        },
        Format::Zstd => walk.member(container, member, &mut Frames::new(raw)),
    }?;
    Ok(Opened::Whole)
}

/// What the file is called: as a gzip header says, and as the stream itself without its last extension.
fn inner_names(
    source: &mut dyn Source,
    container: &Container<'_>,
    format: Format,
) -> io::Result<Vec<FileName>> {
    let mut names = Vec::new();
    if format == Format::Gzip
        && let Some(name) = gzip_name(source)?
    {
        names.push(look::name(&name));
    }
    for name in container.names {
        let name = stripped(&name.text);
        if !name.is_empty() && names.iter().all(|known| known.text != name) {
            names.push(look::name(&name));
        }
    }
    Ok(names)
}

/// `setup.exe` of `setup.exe.gz`, `files.tar` of `files.tgz`.
fn stripped(name: &str) -> String {
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return name.to_owned();
    };
    match ending.to_ascii_lowercase().as_str() {
        "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "tlz" => format!("{stem}.tar"),
        "svgz" => format!("{stem}.svg"),
        "gz" | "bz2" | "bz" | "xz" | "lz" | "lzma" | "zst" | "z" => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// The original name, if the header has one (RFC 1952, section 2.3.1).
fn gzip_name(source: &mut dyn Source) -> io::Result<Option<String>> {
    source.seek(SeekFrom::Start(0))?;
    let header = flate2::read::GzDecoder::new(source.take(NAME as u64));
    let name = header.header().and_then(|header| header.filename());
    Ok(name.map(|name| String::from_utf8_lossy(name).into_owned()))
}
