//! Magic numbers that `infer` does not know, or where it knows too little. A row is a place, the octets there, and what
//! they mean; the first row that fits counts.

use super::bytes::{has, slice, u8_at, u16_le, u32_le};
use super::found::{
    ARCHIVE, AUDIO, ENCRYPTED, Found, IMAGE, MACROS, MESSAGE, NONE, OFFICE, PACKAGE, PROGRAM,
    SCRIPT, TEXT, VIDEO,
};

/// One format.
struct Signature {
    at: usize,
    magic: &'static [u8],
    found: Found,
}

/// What binary content is by a magic number.
pub(super) fn by_head(head: &[u8]) -> Option<Found> {
    table(BINARY, head).or_else(|| structured(head))
}

/// What text is by the words that it starts with.
pub(super) fn by_text(text: &[u8]) -> Option<Found> {
    table(TEXTUAL, text)
        .or_else(|| uuencoded(text))
        .or_else(|| binhex(text))
}

fn table(rows: &[Signature], head: &[u8]) -> Option<Found> {
    rows.iter()
        .find(|row| has(head, row.at, row.magic))
        .map(|row| row.found)
}

/// Formats that need more than octets at a place.
fn structured(head: &[u8]) -> Option<Found> {
    let archive = |media_type, label| Some(Found::new(media_type, label, ARCHIVE));
    match () {
        () if is_tar(head) => archive("application/x-tar", "tar archive"),
        () if is_lha(head) => archive("application/x-lzh-compressed", "LHA archive"),
        () if is_arj(head) => archive("application/x-arj", "ARJ archive"),
        () if is_arc(head) => archive("application/x-arc", "ARC archive"),
        () if is_lzma(head) => archive("application/x-lzma", "LZMA stream"),
        () if is_macbinary(head) => archive("application/x-macbinary", "MacBinary file"),
        () if is_flash(head) => Some(Found::new(
            "application/x-shockwave-flash",
            "Flash program",
            PROGRAM,
        )),
        () if is_bitmap(head) => Some(Found::new("image/bmp", "Windows bitmap", IMAGE)),
        () if has(head, 40, b" EMF") && has(head, 0, b"\x01\0\0\0") => {
            Some(Found::new("image/emf", "enhanced metafile", IMAGE))
        }
        () => None,
    }
}

/// The checksum of the first header (POSIX.1-1988, section 10.1.1): older archives have no magic number.
fn is_tar(head: &[u8]) -> bool {
    let header = slice(head, 0, 512);
    let field = slice(header, 148, 8);
    let digits = field
        .iter()
        .skip_while(|octet| **octet == b' ')
        .take_while(|octet| octet.is_ascii_digit());
    let written = digits.fold(0_u32, |sum, digit| {
        sum.saturating_mul(8)
            .saturating_add(u32::from(digit.saturating_sub(b'0')))
    });
    let others = header.iter().map(|octet| u32::from(*octet)).sum::<u32>();
    let spaces = field.iter().map(|octet| u32::from(*octet)).sum::<u32>();
    let sum = others.saturating_sub(spaces).saturating_add(8 * 32);
    header.len() == 512 && written > 0 && written == sum
}

/// `-lh5-` and the like at octet 2.
fn is_lha(head: &[u8]) -> bool {
    match slice(head, 2, 5) {
        [b'-', b'l', b'h', method, b'-'] => matches!(method, b'0'..=b'9' | b'd' | b'e' | b'x'),
        [b'-', b'l', b'z', method, b'-'] => matches!(method, b's' | b'2'..=b'5'),
        [b'-', b'p', b'm', method, b'-'] => matches!(method, b'0'..=b'2' | b's'),
        _ => false,
    }
}

/// Header id, length of the main header, length of its fixed part.
fn is_arj(head: &[u8]) -> bool {
    let (length, fixed) = (u16_le(head, 2), u8_at(head, 4));
    has(head, 0, b"\x60\xEA")
        && length.is_some_and(|length| length <= 2_600)
        && fixed.is_none_or(|fixed| (28..=64).contains(&fixed))
}

/// Marker, method, and a name that is printable up to its NUL.
fn is_arc(head: &[u8]) -> bool {
    let name = slice(head, 2, 13);
    let end = name.iter().position(|octet| *octet == 0);
    let printable = |name: &[u8]| name.iter().all(u8::is_ascii_graphic) && name.len() >= 3;
    has(head, 0, b"\x1A")
        && matches!(u8_at(head, 1), Some(1..=11))
        && end.is_some_and(|end| printable(slice(name, 0, end)))
}

/// Usual properties, a dictionary of a power of two or half as much again, and a size that is unknown or below 256 GiB.
fn is_lzma(head: &[u8]) -> bool {
    let dictionary = u32_le(head, 1).is_some_and(|size| {
        let odd = size >> size.trailing_zeros().min(31);
        size >= 4_096 && matches!(odd, 1 | 3)
    });
    let size = slice(head, 5, 8);
    let known =
        size == [0xFF; 8] || size.len() == 8 && slice(size, 5, 3) == [0, 0, 0] && size != [0; 8];
    has(head, 0, b"\x5D") && dictionary && known && u8_at(head, 13) == Some(0)
}

/// Zeros where the format has them, a name with a length, printable type and creator.
fn is_macbinary(head: &[u8]) -> bool {
    let zeros = [0, 74, 82].iter().all(|at| u8_at(head, *at) == Some(0));
    let length = u8_at(head, 1)
        .map(usize::from)
        .filter(|length| (1..=63).contains(length));
    let name = |length| slice(head, 2, length).iter().all(|octet| *octet >= 32);
    let kind = slice(head, 65, 8);
    zeros
        && length.is_some_and(name)
        && kind.len() == 8
        && kind.iter().all(|octet| matches!(octet, 32..=126))
        && u8_at(head, 122).is_some_and(|v| matches!(v, 0 | 129 | 130))
}

fn is_flash(head: &[u8]) -> bool {
    matches!(slice(head, 0, 3), b"FWS" | b"CWS" | b"ZWS")
        && u8_at(head, 3).is_some_and(|version| (1..=60).contains(&version))
}

/// Magic number and the size of a known information header.
fn is_bitmap(head: &[u8]) -> bool {
    has(head, 0, b"BM") && matches!(u32_le(head, 14), Some(12 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// `begin 644 name` and a line whose first character tells its length.
fn uuencoded(text: &[u8]) -> Option<Found> {
    let mut lines = text
        .split(|octet| *octet == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .skip_while(|line| line.is_empty());
    let (first, second) = (lines.next()?, lines.next()?);
    let base64 = first.starts_with(b"begin-base64 ");
    let mode = first.strip_prefix(b"begin ")?;
    let digits = mode
        .iter()
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    let count = usize::from(second.first()?.checked_sub(32)?) & 63;
    let fits = count
        .div_ceil(3)
        .saturating_mul(4)
        .abs_diff(second.len().saturating_sub(1))
        <= 3;
    let known = base64 || (3..=4).contains(&digits) && (fits || second.first() == Some(&b'h'));
    known.then_some(Found::new(
        "application/x-uuencode",
        "uuencoded file",
        ARCHIVE,
    ))
}

/// The sentence that `BinHex` files start with; a few lines may stand before it.
fn binhex(text: &[u8]) -> Option<Found> {
    let start = slice(text, 0, 1_024);
    let at = memchr::memmem::find(start, b"(This file must be converted with BinHex")?;
    let first = at == 0 || start.get(at.saturating_sub(1)) == Some(&b'\n');
    first.then_some(Found::new(
        "application/mac-binhex40",
        "BinHex file",
        ARCHIVE,
    ))
}

const fn row(
    at: usize,
    magic: &'static [u8],
    media_type: &'static str,
    label: &'static str,
    kinds: crate::kind::Kinds,
) -> Signature {
    Signature {
        at,
        magic,
        found: Found::new(media_type, label, kinds),
    }
}

const TEXTUAL: &[Signature] = &[
    row(0, b"{\\rt", "application/rtf", "RTF document", OFFICE),
    row(
        0,
        b"%!PS-Adobe-3.0 EPSF",
        "application/postscript",
        "EPS drawing",
        IMAGE,
    ),
    row(
        0,
        b"%!PS-Adobe-2.0 EPSF",
        "application/postscript",
        "EPS drawing",
        IMAGE,
    ),
    row(
        0,
        b"%!PS",
        "application/postscript",
        "PostScript document",
        OFFICE,
    ),
    row(0, b"=ybegin ", "application/x-yenc", "yEnc file", ARCHIVE),
    row(
        0,
        b"age-encryption.org/v1",
        "application/x-age-encryption",
        "age encrypted file",
        ENCRYPTED,
    ),
    row(
        0,
        b"!<arch>\ndebian-binary",
        "application/vnd.debian.binary-package",
        "Debian package",
        PACKAGE,
    ),
    row(
        0,
        b"!<arch>\n",
        "application/x-unix-archive",
        "Unix archive",
        ARCHIVE,
    ),
    row(0, b"070701", "application/x-cpio", "cpio archive", ARCHIVE),
    row(0, b"070702", "application/x-cpio", "cpio archive", ARCHIVE),
    row(0, b"070707", "application/x-cpio", "cpio archive", ARCHIVE),
    row(0, b"GIF87a", "image/gif", "GIF picture", IMAGE),
    row(0, b"GIF89a", "image/gif", "GIF picture", IMAGE),
    row(0, b"/* XPM */", "image/x-xpixmap", "X pixmap", IMAGE),
    row(0, b"#EXTM3U", "audio/x-mpegurl", "playlist", AUDIO),
    row(0, b"BEGIN:VCALENDAR", "text/calendar", "calendar", TEXT),
    row(0, b"BEGIN:VCARD", "text/vcard", "address card", TEXT),
    row(0, b"%FDF-", "application/vnd.fdf", "form data", OFFICE),
];

const BINARY: &[Signature] = &[
    // programs
    row(0, b"\x7FELF", "application/x-elf", "ELF program", PROGRAM),
    row(
        0,
        b"\xFE\xED\xFA\xCE",
        "application/x-mach-binary",
        "Mach-O program",
        PROGRAM,
    ),
    row(
        0,
        b"\xFE\xED\xFA\xCF",
        "application/x-mach-binary",
        "Mach-O program",
        PROGRAM,
    ),
    row(
        0,
        b"\xCE\xFA\xED\xFE",
        "application/x-mach-binary",
        "Mach-O program",
        PROGRAM,
    ),
    row(
        0,
        b"\xCF\xFA\xED\xFE",
        "application/x-mach-binary",
        "Mach-O program",
        PROGRAM,
    ),
    row(
        0,
        b"\xCA\xFE\xBA\xBF",
        "application/x-mach-binary",
        "Mach-O program",
        PROGRAM,
    ),
    row(
        0,
        b"dex\n0",
        "application/vnd.android.dex",
        "Android program",
        PROGRAM,
    ),
    row(
        0,
        b"dey\n0",
        "application/vnd.android.dey",
        "Android program",
        PROGRAM,
    ),
    row(
        0,
        b"\0asm",
        "application/wasm",
        "WebAssembly program",
        PROGRAM,
    ),
    row(
        0,
        b"BC\xC0\xDE",
        "application/x-llvm",
        "LLVM program",
        PROGRAM,
    ),
    row(
        0,
        b"\xDE\xC0\x17\x0B",
        "application/x-llvm",
        "LLVM program",
        PROGRAM,
    ),
    row(
        0,
        b"\x1BLua",
        "application/x-lua-bytecode",
        "Lua bytecode",
        PROGRAM,
    ),
    row(
        0,
        b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        "application/x-ms-shortcut",
        "Windows shortcut",
        PROGRAM,
    ),
    row(
        0,
        b"ITSF\x03\0\0\0",
        "application/vnd.ms-htmlhelp",
        "compiled HTML help",
        PROGRAM,
    ),
    row(
        0,
        b"ITSF\x02\0\0\0",
        "application/vnd.ms-htmlhelp",
        "compiled HTML help",
        PROGRAM,
    ),
    row(
        0,
        b"ITSF",
        "application/vnd.ms-htmlhelp",
        "compiled HTML help",
        PROGRAM,
    ),
    row(
        0,
        b"ITOLITLS",
        "application/vnd.ms-htmlhelp",
        "compiled HTML help",
        PROGRAM,
    ),
    row(
        0,
        b"?_\x03\0",
        "application/winhlp",
        "Windows help",
        PROGRAM,
    ),
    row(
        0,
        b"Cr24",
        "application/x-chrome-extension",
        "browser extension",
        PACKAGE,
    ),
    row(
        0,
        b"PMCC",
        "application/x-ms-group",
        "Windows program group",
        PROGRAM,
    ),
    row(
        0,
        b"FasdUAS ",
        "application/x-applescript",
        "compiled AppleScript",
        SCRIPT,
    ),
    row(
        0,
        b"xar!",
        "application/x-xar",
        "XAR archive, as macOS packages are",
        PACKAGE,
    ),
    row(
        0,
        b"\xED\xAB\xEE\xDB",
        "application/x-rpm",
        "RPM package",
        PACKAGE,
    ),
    row(
        0,
        b"!<arch>\ndebian-binary",
        "application/vnd.debian.binary-package",
        "Debian package",
        PACKAGE,
    ),
    row(
        0,
        b"!<arch>\n",
        "application/x-unix-archive",
        "Unix archive",
        ARCHIVE,
    ),
    row(
        0,
        b"!<thin>\n",
        "application/x-unix-archive",
        "Unix archive",
        ARCHIVE,
    ),
    row(
        0,
        b"XBEH",
        "application/x-xbox-executable",
        "Xbox program",
        PROGRAM,
    ),
    row(
        0,
        b"XEX2",
        "application/x-xbox360-executable",
        "Xbox program",
        PROGRAM,
    ),
    row(
        8,
        b"\x19\x04\0\x10",
        "application/vnd.symbian.install",
        "Symbian package",
        PACKAGE,
    ),
    row(
        0,
        b"\x7A\x1A\x20\x10",
        "application/vnd.symbian.install",
        "Symbian package",
        PACKAGE,
    ),
    // archives
    row(
        0,
        b"Rar!\x1A\x07",
        "application/vnd.rar",
        "RAR archive",
        ARCHIVE,
    ),
    row(0, b"RE~^", "application/vnd.rar", "RAR archive", ARCHIVE),
    row(
        0,
        b"7z\xBC\xAF\x27\x1C",
        "application/x-7z-compressed",
        "7-Zip archive",
        ARCHIVE,
    ),
    row(
        0,
        b"MSCF\0\0\0\0",
        "application/vnd.ms-cab-compressed",
        "Windows cabinet",
        ARCHIVE,
    ),
    row(
        0,
        b"MSCF",
        "application/vnd.ms-cab-compressed",
        "Windows cabinet",
        ARCHIVE,
    ),
    row(
        0,
        b"ISc(",
        "application/x-installshield",
        "InstallShield cabinet",
        ARCHIVE,
    ),
    row(
        0,
        b"SZDD\x88\xF0\x27\x33",
        "application/x-ms-compress",
        "file compressed by DOS",
        ARCHIVE,
    ),
    row(
        0,
        b"KWAJ\x88\xF0\x27\xD1",
        "application/x-ms-compress",
        "file compressed by DOS",
        ARCHIVE,
    ),
    row(
        7,
        b"**ACE**",
        "application/x-ace-compressed",
        "ACE archive",
        ARCHIVE,
    ),
    row(
        0,
        b"ALZ\x01",
        "application/x-alz-compressed",
        "ALZ archive",
        ARCHIVE,
    ),
    row(0, b"EGGA", "application/x-egg", "EGG archive", ARCHIVE),
    row(
        0,
        b"SIT!",
        "application/x-stuffit",
        "StuffIt archive",
        ARCHIVE,
    ),
    row(
        0,
        b"StuffIt (c)",
        "application/x-stuffit",
        "StuffIt archive",
        ARCHIVE,
    ),
    row(
        0,
        b"StuffIt!",
        "application/x-stuffitx",
        "StuffIt archive",
        ARCHIVE,
    ),
    row(
        20,
        b"\xDC\xA7\xC4\xFD",
        "application/x-zoo",
        "ZOO archive",
        ARCHIVE,
    ),
    row(0, b"zPQ", "application/x-zpaq", "ZPAQ archive", ARCHIVE),
    row(0, b"7kSt", "application/x-zpaq", "ZPAQ archive", ARCHIVE),
    row(
        0,
        b"MSWIM\0\0\0",
        "application/x-ms-wim",
        "Windows image",
        ARCHIVE,
    ),
    row(0, b"\x1F\x8B", "application/gzip", "gzip stream", ARCHIVE),
    row(
        0,
        b"\x1F\x9D",
        "application/x-compress",
        "compress stream",
        ARCHIVE,
    ),
    row(
        0,
        b"\x1F\xA0",
        "application/x-compress",
        "compress stream",
        ARCHIVE,
    ),
    row(0, b"\x1F\x1E", "application/x-pack", "pack stream", ARCHIVE),
    row(0, b"LZIP\x01", "application/x-lzip", "lzip stream", ARCHIVE),
    row(
        0,
        b"\x89LZO\0\r\n\x1A\n",
        "application/x-lzop",
        "lzop stream",
        ARCHIVE,
    ),
    row(
        0,
        b"\x04\x22\x4D\x18",
        "application/x-lz4",
        "LZ4 stream",
        ARCHIVE,
    ),
    row(
        0,
        b"\x02\x21\x4C\x18",
        "application/x-lz4",
        "LZ4 stream",
        ARCHIVE,
    ),
    row(
        0,
        b"\xFF\x06\0\0sNaPpY",
        "application/x-snappy-framed",
        "Snappy stream",
        ARCHIVE,
    ),
    row(
        0,
        b"\x28\xB5\x2F\xFD",
        "application/zstd",
        "zstd stream",
        ARCHIVE,
    ),
    row(
        1,
        b"\x2A\x4D\x18",
        "application/zstd",
        "zstd or LZ4 stream",
        ARCHIVE,
    ),
    row(0, b"LRZI", "application/x-lrzip", "lrzip stream", ARCHIVE),
    row(0, b"rzip\0", "application/x-rzip", "rzip stream", ARCHIVE),
    row(
        0,
        b"\xC7\x71",
        "application/x-cpio",
        "cpio archive",
        ARCHIVE,
    ),
    row(
        0,
        b"\x71\xC7",
        "application/x-cpio",
        "cpio archive",
        ARCHIVE,
    ),
    row(
        0,
        b"\0\x05\x16\0",
        "application/applefile",
        "AppleSingle file",
        ARCHIVE,
    ),
    row(
        0,
        b"\0\x05\x16\x07",
        "multipart/appledouble",
        "AppleDouble header",
        NONE,
    ),
    row(
        0,
        b"\x78\x9F\x3E\x22",
        "application/vnd.ms-tnef",
        "Outlook rich text package",
        ARCHIVE,
    ),
    // disk images
    row(
        0,
        b"vhdxfile",
        "application/x-vhdx",
        "virtual hard disk",
        ARCHIVE,
    ),
    row(
        0,
        b"conectix",
        "application/x-vhd",
        "virtual hard disk",
        ARCHIVE,
    ),
    row(0, b"KDMV", "application/x-vmdk", "virtual disk", ARCHIVE),
    row(0, b"COWD", "application/x-vmdk", "virtual disk", ARCHIVE),
    row(
        0,
        b"# Disk DescriptorFile",
        "application/x-vmdk",
        "virtual disk",
        ARCHIVE,
    ),
    row(
        64,
        b"\x7F\x10\xDA\xBE",
        "application/x-virtualbox-vdi",
        "virtual disk",
        ARCHIVE,
    ),
    row(
        0,
        b"QFI\xFB",
        "application/x-qemu-disk",
        "virtual disk",
        ARCHIVE,
    ),
    row(
        0,
        b"hsqs",
        "application/vnd.squashfs",
        "SquashFS image",
        ARCHIVE,
    ),
    row(
        0,
        b"sqsh",
        "application/vnd.squashfs",
        "SquashFS image",
        ARCHIVE,
    ),
    row(
        0,
        b"\x45\x3D\xCD\x28",
        "application/x-cramfs",
        "CramFS image",
        ARCHIVE,
    ),
    row(
        0,
        b"DAA\0\0\0\0\0",
        "application/x-daa",
        "DAA disk image",
        ARCHIVE,
    ),
    row(
        0,
        b"CISO",
        "application/x-ciso",
        "compressed disk image",
        ARCHIVE,
    ),
    row(
        0,
        b"\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0",
        "application/x-cd-image",
        "raw CD image",
        ARCHIVE,
    ),
    row(
        0,
        b"encrcdsa",
        "application/x-apple-diskimage",
        "encrypted Apple disk image",
        ARCHIVE.union(ENCRYPTED),
    ),
    row(
        0,
        b"LUKS\xBA\xBE",
        "application/x-luks",
        "encrypted disk",
        ARCHIVE.union(ENCRYPTED),
    ),
    // what needs a key
    row(
        0,
        b"Salted__",
        "application/x-openssl-encrypted",
        "OpenSSL encrypted file",
        ENCRYPTED,
    ),
    row(
        0,
        b"age-encryption.org/v1",
        "application/x-age-encryption",
        "age encrypted file",
        ENCRYPTED,
    ),
    row(
        0,
        b"AES\x01",
        "application/x-aescrypt",
        "AES Crypt file",
        ENCRYPTED,
    ),
    row(
        0,
        b"AES\x02",
        "application/x-aescrypt",
        "AES Crypt file",
        ENCRYPTED,
    ),
    row(
        0,
        b"AES\x03",
        "application/x-aescrypt",
        "AES Crypt file",
        ENCRYPTED,
    ),
    row(
        0,
        b"\x03\xD9\xA2\x9A",
        "application/x-keepass",
        "KeePass store",
        ENCRYPTED,
    ),
    row(
        0,
        b"\x76\xE8\x04\x60\xC4\x11\xE3\x86",
        "application/x-microsoft-rpmsg-message",
        "rights-managed message",
        ENCRYPTED,
    ),
    // documents
    row(
        0,
        b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3",
        "application/onenote",
        "OneNote section",
        OFFICE,
    ),
    row(
        0,
        b"\xA1\x2F\xFF\x43\xD9\xEF\x76\x4C\x9E\xE2\x10\xEA\x57\x22\x76\x5F",
        "application/onenote",
        "OneNote table of contents",
        OFFICE,
    ),
    row(0, b"{\\rt", "application/rtf", "RTF document", OFFICE),
    row(
        4,
        b"Standard Jet DB",
        "application/x-msaccess",
        "Access database",
        OFFICE,
    ),
    row(
        4,
        b"Standard ACE DB",
        "application/x-msaccess",
        "Access database",
        OFFICE,
    ),
    row(
        0,
        b"ActiveMime",
        "application/x-activemime",
        "Word macro container",
        MACROS,
    ),
    row(
        0,
        b"\xFFWPC",
        "application/vnd.wordperfect",
        "WordPerfect document",
        OFFICE,
    ),
    row(
        0,
        b"\xDB\xA5\x2D\0",
        "application/msword",
        "old Word document",
        OFFICE,
    ),
    row(
        0,
        b"\x31\xBE\0\0",
        "application/msword",
        "Write document",
        OFFICE,
    ),
    row(
        0,
        b"\x09\x04\x06\0",
        "application/vnd.ms-excel",
        "old Excel workbook",
        OFFICE,
    ),
    row(
        0,
        b"\x09\x02\x06\0",
        "application/vnd.ms-excel",
        "old Excel workbook",
        OFFICE,
    ),
    row(
        0,
        b"\x09\0\x04\0",
        "application/vnd.ms-excel",
        "old Excel workbook",
        OFFICE,
    ),
    row(
        0,
        b"\x09\x08\x08\0\0\x05",
        "application/vnd.ms-excel",
        "old Excel workbook",
        OFFICE,
    ),
    row(
        0,
        b"\0\0\x02\0\x06\x04\x06\0",
        "application/vnd.lotus-1-2-3",
        "Lotus 1-2-3 sheet",
        OFFICE,
    ),
    row(
        0,
        b"\0\0\x1A\0",
        "application/vnd.lotus-1-2-3",
        "Lotus 1-2-3 sheet",
        OFFICE,
    ),
    row(
        0,
        b"HWP Document File",
        "application/x-hwp",
        "Hangul document",
        OFFICE,
    ),
    row(0, b"ITOLITLS", "application/x-ms-reader", "E-book", OFFICE),
    row(
        60,
        b"BOOKMOBI",
        "application/x-mobipocket-ebook",
        "Mobipocket book",
        OFFICE,
    ),
    row(
        0,
        b"\xC5\xD0\xD3\xC6",
        "application/postscript",
        "EPS drawing",
        IMAGE,
    ),
    row(
        0,
        b"%!PS",
        "application/postscript",
        "PostScript document",
        OFFICE,
    ),
    row(
        0,
        b"\x1B%-12345X@PJL",
        "application/vnd.hp-pcl",
        "print job",
        OFFICE,
    ),
    // mail
    row(
        0,
        b"!BDN",
        "application/vnd.ms-outlook-pst",
        "Outlook store",
        MESSAGE,
    ),
    row(
        0,
        b"\xCF\xAD\x12\xFE",
        "application/x-outlook-express",
        "Outlook Express folder",
        MESSAGE,
    ),
    // pictures
    row(
        0,
        b"\xD7\xCD\xC6\x9A",
        "image/wmf",
        "Windows metafile",
        IMAGE,
    ),
    row(
        0,
        b"\x01\0\x09\0\0\x03",
        "image/wmf",
        "Windows metafile",
        IMAGE,
    ),
    row(
        0,
        b"\0\0\x02\0\x01\0",
        "image/x-win-bitmap",
        "Windows cursor",
        IMAGE,
    ),
    row(0, b"icns", "image/x-icns", "macOS icon", IMAGE),
    row(0, b"gimp xcf", "image/x-xcf", "GIMP picture", IMAGE),
    row(0, b"DDS ", "image/vnd-ms.dds", "DirectDraw picture", IMAGE),
    row(0, b"qoif", "image/qoi", "QOI picture", IMAGE),
    row(
        0,
        b"\x76\x2F\x31\x01",
        "image/x-exr",
        "OpenEXR picture",
        IMAGE,
    ),
    row(0, b"SIMPLE  =", "image/fits", "FITS picture", IMAGE),
    row(0, b"\x8AMNG", "video/x-mng", "MNG animation", IMAGE),
    row(0, b"\x8BJNG", "image/x-jng", "JNG picture", IMAGE),
    row(0, b"FLIF", "image/flif", "FLIF picture", IMAGE),
    row(0, b"BPG\xFB", "image/bpg", "BPG picture", IMAGE),
    row(0, b"\xFF\x0A", "image/jxl", "JPEG XL picture", IMAGE),
    row(
        0,
        b"\xFF\x4F\xFF\x51",
        "image/jp2",
        "JPEG 2000 picture",
        IMAGE,
    ),
    row(0, b"\x0A\x05\x01", "image/x-pcx", "PCX picture", IMAGE),
    row(0, b"\x0A\x03\x01", "image/x-pcx", "PCX picture", IMAGE),
    row(
        0,
        b"\x59\xA6\x6A\x95",
        "image/x-sun-raster",
        "Sun picture",
        IMAGE,
    ),
    row(
        0,
        b"P4\n",
        "image/x-portable-bitmap",
        "portable bitmap",
        IMAGE,
    ),
    row(
        0,
        b"P5\n",
        "image/x-portable-graymap",
        "portable graymap",
        IMAGE,
    ),
    row(
        0,
        b"P6\n",
        "image/x-portable-pixmap",
        "portable pixmap",
        IMAGE,
    ),
    row(0, b"FORM", "image/x-iff", "IFF file", IMAGE),
    row(
        8,
        b"ACON",
        "application/x-navi-animation",
        "animated cursor",
        IMAGE,
    ),
    row(8, b"ftypheic", "image/heic", "HEIC picture", IMAGE),
    row(4, b"ftypmif1", "image/heif", "HEIF picture", IMAGE),
    row(4, b"ftypmsf1", "image/heif", "HEIF picture", IMAGE),
    row(4, b"ftypavi", "image/avif", "AVIF picture", IMAGE),
    row(4, b"ftyphei", "image/heic", "HEIC picture", IMAGE),
    row(4, b"ftyphev", "image/heic", "HEIC picture", IMAGE),
    row(4, b"ftypcrx", "image/x-canon-cr3", "camera picture", IMAGE),
    row(0, b"AC10", "image/vnd.dwg", "AutoCAD drawing", IMAGE),
    row(
        0,
        b"FUJIFILMCCD-RAW",
        "image/x-fuji-raf",
        "camera picture",
        IMAGE,
    ),
    row(0, b"IIRO", "image/x-olympus-orf", "camera picture", IMAGE),
    row(0, b"IIRS", "image/x-olympus-orf", "camera picture", IMAGE),
    row(
        0,
        b"IIU\0",
        "image/x-panasonic-rw2",
        "camera picture",
        IMAGE,
    ),
    // sound and moving pictures
    row(4, b"ftypqt", "video/quicktime", "QuickTime video", VIDEO),
    row(4, b"ftypM4A", "audio/mp4", "MP4 sound", AUDIO),
    row(4, b"ftypM4B", "audio/mp4", "MP4 sound", AUDIO),
    row(4, b"ftyp3g", "video/3gpp", "mobile video", VIDEO),
    row(4, b"ftyp", "video/mp4", "MP4 video", VIDEO),
    row(4, b"moov", "video/quicktime", "QuickTime video", VIDEO),
    row(4, b"mdat", "video/quicktime", "QuickTime video", VIDEO),
    row(8, b"AVI ", "video/x-msvideo", "AVI video", VIDEO),
    row(
        0,
        b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
        "video/x-ms-asf",
        "Windows Media",
        VIDEO,
    ),
    row(
        0,
        b".RMF",
        "application/vnd.rn-realmedia",
        "RealMedia",
        VIDEO,
    ),
    row(
        0,
        b"\x1A\x45\xDF\xA3",
        "video/x-matroska",
        "Matroska video",
        VIDEO,
    ),
    row(0, b"FLV\x01", "video/x-flv", "Flash video", VIDEO),
    row(0, b"\0\0\x01\xBA", "video/mpeg", "MPEG video", VIDEO),
    row(0, b"OggS", "audio/ogg", "Ogg sound or video", AUDIO),
    row(0, b"fLaC", "audio/x-flac", "FLAC sound", AUDIO),
    row(0, b"ID3", "audio/mpeg", "MP3 sound", AUDIO),
    row(0, b"#!AMR", "audio/amr", "AMR sound", AUDIO),
    row(0, b".snd", "audio/basic", "Sun sound", AUDIO),
    row(0, b"caff", "audio/x-caf", "Core Audio sound", AUDIO),
    row(0, b"MThd", "audio/midi", "MIDI music", AUDIO),
    row(0, b"wvpk", "audio/x-wavpack", "WavPack sound", AUDIO),
    row(
        0,
        b"Creative Voice File",
        "audio/x-voc",
        "Creative sound",
        AUDIO,
    ),
    // known, of no kind
    row(
        0,
        b"SQLite format 3\0",
        "application/vnd.sqlite3",
        "SQLite database",
        NONE,
    ),
    row(0, b"wOFF", "font/woff", "font", NONE),
    row(0, b"wOF2", "font/woff2", "font", NONE),
    row(0, b"\0\x01\0\0\0", "font/sfnt", "font", NONE),
    row(0, b"OTTO\0", "font/sfnt", "font", NONE),
    row(0, b"ttcf", "font/collection", "font", NONE),
    row(
        0,
        b"\x89HDF\r\n\x1A\n",
        "application/x-hdf5",
        "HDF5 data",
        NONE,
    ),
    row(0, b"PAR1", "application/x-parquet", "Parquet data", NONE),
];
