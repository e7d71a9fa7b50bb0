//! Archives, compressed streams and disc images: no panic, nothing beyond the bounds.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;

const STARTS: &[shared::Start] = &[
    ("a.zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ("a.tar", b""),
    ("a.7z", b"7z\xBC\xAF\x27\x1C\0\x04"),
    ("a.rar", b"Rar!\x1A\x07\0"),
    ("a.rar", b"Rar!\x1A\x07\x01\0"),
    ("a.cab", b"MSCF\0\0\0\0"),
    ("a.lzh", b"\x20\0-lh5-"),
    ("a.ar", b"!<arch>\n"),
    ("a.cpio", b"070701"),
    ("a.rpm", b"\xED\xAB\xEE\xDB\x03\0"),
    ("a.gz", b"\x1F\x8B\x08\0\0\0\0\0\0\xFF"),
    ("a.bz2", b"BZh91AY&SY"),
    ("a.xz", b"\xFD7zXZ\0\0\x04\xE6\xD6\xB4\x46"),
    (
        "a.lzma",
        b"\x5D\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0",
    ),
    ("a.lz", b"LZIP\x01\x14"),
    ("a.zst", b"\x28\xB5\x2F\xFD"),
    ("a.Z", b"\x1F\x9D\x90"),
    ("a.iso", b"\x01CD001\x01\0"),
    ("a.bin", b"\0\x05\x16\x07\0\x02\0\0"),
];

fuzz_target!(|input: &[u8]| shared::among(STARTS, input));
