//! Scripts by what stands at their very start.
//!
//! Mail is full of text *about* scripts: patches, logs, listings, warnings. So only marks count that stand first and
//! that nobody writes at the head of a letter; everything else is left to the name and the declared type.

use super::bytes::slice;
use super::found::{Found, MACROS, PROGRAM, SCRIPT};

/// The script at the start of `text`; `start` is the same without blanks before it.
pub(super) fn by_head(text: &[u8]) -> Option<Found> {
    interpreter(text)
        .or_else(|| encoded(text))
        .or_else(|| opening(text.trim_ascii_start()))
        .or_else(|| windows(text.trim_ascii_start()))
}

/// `#!/bin/sh`, with a path; `#!` alone is also what comments and jokes start with.
fn interpreter(text: &[u8]) -> Option<Found> {
    let path = text.strip_prefix(b"#!")?.trim_ascii_start();
    let line = path
        .split(|octet| matches!(octet, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    let program = line
        .split(|octet| *octet == b' ')
        .next()
        .unwrap_or_default();
    let known = program.starts_with(b"/") && program.len() > 3;
    known.then_some(Found::new(
        "text/x-shellscript",
        "script with an interpreter line",
        SCRIPT,
    ))
}

/// Encoded Visual Basic or `JScript`: `#@~^`, the length in six octets of base64, `==`.
fn encoded(text: &[u8]) -> Option<Found> {
    let known = text.starts_with(b"#@~^") && text.get(10..12) == Some(b"==");
    known.then_some(Found::new("text/vbscript.encode", "encoded script", SCRIPT))
}

/// Words that open a file of a type that is run. ASCII case does not matter.
fn opening(text: &[u8]) -> Option<Found> {
    const OPENINGS: &[(&[u8], Found)] = &[
        (
            b"@echo off",
            Found::new("application/x-bat", "batch file", SCRIPT),
        ),
        (
            b"<?php",
            Found::new("application/x-php", "PHP script", SCRIPT),
        ),
        (
            b"windows registry editor version ",
            Found::new("text/x-regedit", "registry entries", SCRIPT),
        ),
        (
            b"regedit4\r\n",
            Found::new("text/x-regedit", "registry entries", SCRIPT),
        ),
        (
            b"regedit4\n",
            Found::new("text/x-regedit", "registry entries", SCRIPT),
        ),
        (
            b"[internetshortcut]",
            Found::new("application/x-mswinurl", "Internet shortcut", PROGRAM),
        ),
        (
            b"[{000214a0-0000-0000-c000-000000000046}]",
            Found::new("application/x-mswinurl", "Internet shortcut", PROGRAM),
        ),
        (
            b"[desktop entry]",
            Found::new("application/x-desktop", "desktop entry", PROGRAM),
        ),
        (
            b"[shell]\r\ncommand=",
            Found::new("application/x-ms-shortcut", "Explorer command", PROGRAM),
        ),
        (
            b"[autorun]",
            Found::new("application/x-setupscript", "autorun file", SCRIPT),
        ),
        (
            b"[version]\r\nsignature",
            Found::new("application/x-setupscript", "setup information", SCRIPT),
        ),
        (
            b"id;p",
            Found::new("application/x-sylk", "spreadsheet in SYLK", MACROS),
        ),
        (
            b"web\r\n1\r\nhttp",
            Found::new("text/x-ms-iqy", "web query", MACROS),
        ),
        (
            b"web\n1\nhttp",
            Found::new("text/x-ms-iqy", "web query", MACROS),
        ),
    ];
    let opens = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    OPENINGS
        .iter()
        .find(|(word, _)| opens(word))
        .map(|(_, found)| *found)
}

/// Visual Basic and `JScript`: the first line is code of the language, and the host of Windows scripts is used.
fn windows(text: &[u8]) -> Option<Found> {
    const BASIC: &[&[u8]] = &[
        b"on error resume next",
        b"option explicit",
        b"dim ",
        b"set ",
        b"const ",
        b"private sub ",
        b"private function ",
        b"public sub ",
        b"wscript.",
        b"createobject(",
    ];
    const JSCRIPT: &[&[u8]] = &[
        b"var ",
        b"function ",
        b"(function",
        b"try{",
        b"try {",
        b"eval(",
        b"new activexobject",
        b"/*@cc_on",
        b"wsh =",
    ];
    const HOST: &[&[u8]] = &[
        b"wscript.shell",
        b"shell.application",
        b"scripting.filesystemobject",
        b"msxml2.xmlhttp",
        b"adodb.stream",
        b"winmgmts:",
    ];
    let starts = |words: &[&[u8]]| {
        let start = |word: &&[u8]| slice(text, 0, word.len()).eq_ignore_ascii_case(word);
        words.iter().any(start)
    };
    let (basic, jscript) = (starts(BASIC), starts(JSCRIPT));
    if !basic && !jscript {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let holds = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    let hosted = HOST.iter().any(|word| holds(word));
    match () {
        () if hosted && basic && (holds(b"createobject") || holds(b"getobject")) => {
            Some(Found::new("text/vbscript", "Visual Basic script", SCRIPT))
        }
        () if hosted && jscript && (holds(b"activexobject") || holds(b"wscript.createobject")) => {
            Some(Found::new("text/javascript", "JScript", SCRIPT))
        }
        () => None,
    }
}
