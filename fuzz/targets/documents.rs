//! Documents: no panic, nothing beyond the bounds.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;

const STARTS: &[shared::Start] = &[
    ("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    ("a.docx", b"PK\x03\x04"),
    ("a.pdf", b"%PDF-1.7\n1 0 obj <<"),
    ("a.rtf", b"{\\rtf1{\\object{\\*\\objdata "),
    (
        "a.one",
        b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3",
    ),
    ("a.mso", b"ActiveMime"),
    (
        "a.xml",
        b"<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument>",
    ),
    ("a.csv", b"=cmd|"),
    ("a.slk", b"ID;P\n"),
];

fuzz_target!(|input: &[u8]| shared::among(STARTS, input));
