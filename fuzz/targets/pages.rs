//! Pages and drawings: no panic, nothing beyond the bounds.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;

const STARTS: &[shared::Start] = &[
    ("a.html", b"<html>"),
    ("a.html", b"<a href=\"data:application/zip;base64,"),
    ("a.html", b"\xFF\xFE<\0h\0t\0m\0l\0>\0"),
    ("a.html", b"+ADw-script+AD4-"),
    ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\">"),
];

fuzz_target!(|input: &[u8]| shared::among(STARTS, input));
