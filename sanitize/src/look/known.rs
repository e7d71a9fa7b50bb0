//! What the types that the `infer` crate recognises mean to us. It goes by magic numbers, some of two octets: those that
//! would make a program of chance are not in the table.

use super::found::{ARCHIVE, AUDIO, Found, IMAGE, NONE, OFFICE, PACKAGE, PDF, PROGRAM, VIDEO};

/// What `infer` makes of the head of binary content.
pub(super) fn by_head(head: &[u8]) -> Option<Found> {
    let known = infer::get(head)?;
    let row = TABLE.iter().find(|row| row.media_type == known.mime_type());
    row.copied()
}

const fn row(media_type: &'static str, label: &'static str, kinds: crate::kind::Kinds) -> Found {
    Found::new(media_type, label, kinds)
}

const TABLE: &[Found] = &[
    row("application/wasm", "WebAssembly program", PROGRAM),
    row("application/x-mach-binary", "Mach-O program", PROGRAM),
    row("application/vnd.android.dex", "Android program", PROGRAM),
    row("application/vnd.android.dey", "Android program", PROGRAM),
    row(
        "application/x-google-chrome-extension",
        "browser extension",
        PROGRAM,
    ),
    row("application/x-shockwave-flash", "Flash program", PROGRAM),
    row(
        "application/vnd.debian.binary-package",
        "Debian package",
        PACKAGE,
    ),
    row("application/x-rpm", "RPM package", PACKAGE),
    row("application/x-qemu-disk", "virtual disk", ARCHIVE),
    row("application/x-par2", "PAR2 archive", ARCHIVE),
    row("application/gzip", "gzip stream", ARCHIVE),
    row("application/x-bzip2", "bzip2 stream", ARCHIVE),
    row("application/vnd.bzip3", "bzip3 stream", ARCHIVE),
    row("application/x-xz", "xz stream", ARCHIVE),
    row("application/x-lzip", "lzip stream", ARCHIVE),
    row("application/x-lz4", "LZ4 stream", ARCHIVE),
    row("application/zstd", "zstd stream", ARCHIVE),
    row("application/x-compress", "compress stream", ARCHIVE),
    row("application/x-unix-archive", "Unix archive", ARCHIVE),
    row("application/x-tar", "tar archive", ARCHIVE),
    row("application/x-cpio", "cpio archive", ARCHIVE),
    row(
        "application/vnd.ms-cab-compressed",
        "Windows cabinet",
        ARCHIVE,
    ),
    row("application/pdf", "PDF document", PDF),
    row("application/postscript", "PostScript document", OFFICE),
    row("application/x-mobipocket-ebook", "Mobipocket book", OFFICE),
    row("application/vnd.sqlite3", "SQLite database", NONE),
    row("application/font-woff", "font", NONE),
    row("application/font-sfnt", "font", NONE),
    row("application/dicom", "DICOM picture", IMAGE),
    row("image/jpeg", "JPEG picture", IMAGE),
    row("image/jp2", "JPEG 2000 picture", IMAGE),
    row("image/png", "PNG picture", IMAGE),
    row("image/gif", "GIF picture", IMAGE),
    row("image/webp", "WebP picture", IMAGE),
    row("image/x-canon-cr2", "camera picture", IMAGE),
    row("image/tiff", "TIFF picture", IMAGE),
    row("image/bmp", "Windows bitmap", IMAGE),
    row("image/vnd.ms-photo", "JPEG XR picture", IMAGE),
    row("image/vnd.adobe.photoshop", "Photoshop picture", IMAGE),
    row("image/vnd.microsoft.icon", "Windows icon", IMAGE),
    row("image/heif", "HEIF picture", IMAGE),
    row("image/avif", "AVIF picture", IMAGE),
    row("image/jxl", "JPEG XL picture", IMAGE),
    row("image/vnd.djvu", "DjVu document", IMAGE),
    row("image/vnd.dwg", "AutoCAD drawing", IMAGE),
    row("video/mp4", "MP4 video", VIDEO),
    row("video/x-m4v", "MP4 video", VIDEO),
    row("video/x-matroska", "Matroska video", VIDEO),
    row("video/webm", "WebM video", VIDEO),
    row("video/quicktime", "QuickTime video", VIDEO),
    row("video/x-msvideo", "AVI video", VIDEO),
    row("video/x-ms-wmv", "Windows Media", VIDEO),
    row("video/mpeg", "MPEG video", VIDEO),
    row("video/x-flv", "Flash video", VIDEO),
    row("audio/midi", "MIDI music", AUDIO),
    row("audio/mpeg", "MP3 sound", AUDIO),
    row("audio/m4a", "MP4 sound", AUDIO),
    row("audio/opus", "Opus sound", AUDIO),
    row("audio/ogg", "Ogg sound", AUDIO),
    row("audio/x-flac", "FLAC sound", AUDIO),
    row("audio/x-wav", "Wave sound", AUDIO),
    row("audio/amr", "AMR sound", AUDIO),
    row("audio/aac", "AAC sound", AUDIO),
    row("audio/x-aiff", "AIFF sound", AUDIO),
    row("audio/x-dsf", "DSF sound", AUDIO),
    row("audio/x-ape", "Monkey's Audio", AUDIO),
];
