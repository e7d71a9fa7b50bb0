//! Containers that mail comes in: no panic, nothing beyond the bounds.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;

const STARTS: &[shared::Start] = &[
    ("a.eml", b"From: a@example.org\r\nContent-Type: "),
    ("a.mbox", b"From a Sun Nov 22 10:00:00 2026\nFrom: a\n"),
    ("winmail.dat", b"\x78\x9F\x3E\x22\x01\0"),
    (
        "smime.p7m",
        b"\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x80\x30\x80",
    ),
    ("a.msg", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    ("a.ics", b"BEGIN:VCALENDAR\r\nATTACH;ENCODING=BASE64:"),
    ("a.uu", b"begin 644 a\n"),
    ("a.txt", b"=ybegin line=128 size=9 name=a\n"),
    ("a.hqx", b"(This file must be converted with BinHex 4.0)\n:"),
];

fuzz_target!(|input: &[u8]| shared::among(STARTS, input));
