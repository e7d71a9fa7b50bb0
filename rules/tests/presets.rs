//! The shipped presets load, are described, and do what they say.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{clean, cut, decide, envelope, found, preset, read, say, unscanned};
use tamis_rules::{Decision, Needs, Sources, preset::PRESETS};

/// The presets that speak of content alone; what the others say of traffic stands in `presets_traffic.rs`.
const CONTENT: [&str; 4] = ["default", "no-executables", "no-images", "strict"];

/// A message with one part beside a text: its type, name and content in base64.
fn with_part(media_type: &str, name: &str, base64: &str) -> String {
    let name = match name {
        "" => String::new(),
        name => format!("Content-Disposition: attachment; filename=\"{name}\"\n"),
    };
    format!(
        "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         #!/bin/sh\nrm -rf build\n--b\nContent-Type: {media_type}\n{name}Content-Transfer-Encoding: base64\n\n{base64}\n--b--\n"
    )
}

fn decided(preset_name: &str, message: &str) -> Decision {
    decide(
        &preset(preset_name),
        &envelope("a@b.example", &["c@d.example"]),
        &read(message),
        &[],
    )
}

/// The start of a Windows program: an MZ header that points to a PE header behind it.
fn program() -> String {
    let mut bytes = vec![0_u8; 512];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x86].copy_from_slice(&[0x64, 0x86]);
    bytes[0x94..0x96].copy_from_slice(&[0xf0, 0]);
    bytes[0x98..0x9a].copy_from_slice(&[0x0b, 0x02]);
    encode(&bytes)
}

fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (at, group) in bytes.chunks(3).enumerate() {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let sextet = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap();
            out.push(if place <= group.len() {
                char::from(ALPHABET[sextet])
            } else {
                '='
            });
        }
        if at % 19 == 18 {
            out.push('\n');
        }
    }
    out
}

#[test]
fn every_preset_loads_and_is_described() {
    for shipped in PRESETS {
        let policy = preset(shipped.name);
        assert!(policy.len() >= 6);
        assert!(policy.warnings().is_empty(), "{}", shipped.name);
        assert!(
            shipped.says.ends_with('.') && shipped.text.starts_with("# "),
            "{}",
            shipped.name
        );
    }
    assert!(Sources::preset("no-such").is_none());
}

#[test]
fn scanners_and_limits() {
    for name in CONTENT {
        let policy = preset(name);
        let envelope = envelope("a@b.example", &["c@d.example"]);
        let plain = "Subject: a\n\nhello\n";
        for (scans, expected) in [
            (vec![], "deliver"),
            (vec![clean("clamd")], "deliver"),
            (
                vec![clean("a"), found("b", "Eicar-Test")],
                "550 5.7.1 Eicar-Test found",
            ),
            (
                vec![clean("a"), unscanned("b", "timeout")],
                "451 4.7.1 message could not be scanned, try again later",
            ),
            (
                vec![unscanned("b", "io"), found("a", "Eicar-Test")],
                "550 5.7.1 Eicar-Test found",
            ),
        ] {
            assert_eq!(
                say(&decide(&policy, &envelope, &read(plain), &scans)),
                expected
            );
        }
        let later = "451 4.7.1 message could not be inspected to its end, try again later";
        assert_eq!(
            say(&decide(&policy, &envelope, &cut(support::MIXED), &[])),
            later
        );
        let needs = Needs {
            every_engine: true,
            message: true,
            edit: true,
            keep: true,
            ..Needs::default()
        };
        assert_eq!(policy.needs(&envelope), needs);
    }
}

#[test]
fn what_each_takes_out() {
    let (text, shell, html) = (
        encode(b"hello, world\n"),
        encode(b"#!/bin/sh\nrm -rf /\n"),
        encode(b"<!DOCTYPE html><html><body>x</body></html>"),
    );
    let (noise, png) = (
        encode(&[0x93, 0, 7, 0xfe, 1, 2, 0x80, 3, 0, 0, 0xd1]),
        encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"),
    );
    let any = "application/octet-stream";
    // Type, name, content; then whether default, no-executables and no-images take it out.
    let cases: &[(&str, &str, &str, [bool; 3])] = &[
        (any, "setup.exe", &program(), [true, true, true]),
        (any, "harmless.txt", &program(), [true, true, true]),
        ("image/png", "photo.png", &program(), [true, true, true]),
        (any, "", &program(), [true, true, true]),
        ("text/plain", "", &program(), [true, true, true]),
        ("text/plain", "", &shell, [false, false, false]),
        ("text/plain", "build", &shell, [true, true, true]),
        (any, "setup.exe", &text, [true, true, true]),
        (any, "Update.JS", &text, [true, true, true]),
        (any, "deploy", &shell, [true, true, true]),
        (any, "shortcut.lnk", &noise, [true, true, true]),
        (any, "old.com", &noise, [true, true, true]),
        ("text/html", "www.example.com", &html, [false, false, false]),
        ("text/plain", "example.com", &text, [false, false, false]),
        (any, "example.com", &program(), [true, true, true]),
        ("text/plain", "notes.txt", &text, [false, false, false]),
        ("text/html", "page.html", &html, [false, false, false]),
        ("text/x-python", "tool.py", &text, [false, true, false]),
        (any, "favourite.url", &text, [false, true, false]),
        (any, "budget.xlsm", &noise, [false, true, false]),
        (any, "backup.iso", &noise, [false, true, false]),
        (any, "archive.zip", &noise, [false, false, false]),
        (any, "report.docx", &noise, [false, false, false]),
        (
            "application/pdf",
            "report.pdf",
            &noise,
            [false, false, false],
        ),
        ("image/png", "photo.png", &png, [false, false, true]),
        (any, "data.bin", &png, [false, false, true]),
        (any, "photo.jpg", &noise, [false, false, true]),
    ];
    for (media_type, name, content, expected) in cases {
        let message = with_part(media_type, name, content);
        for (preset_name, stripped) in ["default", "no-executables", "no-images"]
            .into_iter()
            .zip(expected)
        {
            let expected = if *stripped {
                "deliver strip(2)+keep"
            } else {
                "deliver"
            };
            assert_eq!(
                say(&decided(preset_name, &message)),
                expected,
                "{preset_name}: {media_type} {name}"
            );
        }
    }
}

#[test]
fn fragments_and_references_go() {
    for media_type in [
        "message/partial; id=\"x@y\"; number=1; total=2",
        "message/external-body; access-type=URL; URL=\"http://example.org/a\"",
    ] {
        let message = format!(
            "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n\
             Content-Type: {media_type}\n\nContent-Type: text/plain\n\nhello\n--b--\n"
        );
        for name in CONTENT {
            assert_eq!(
                say(&decided(name, &message)),
                "deliver strip(2)+keep",
                "{name}: {media_type}"
            );
        }
    }
}

#[test]
fn pictures_inside_the_text_go_too() {
    let png = encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0");
    let message = format!(
        "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n\
         <html><img src=\"cid:1\"></html>\n--b\nContent-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline\n\
         Content-Transfer-Encoding: base64\n\n{png}\n--b--\n"
    );
    assert_eq!(
        say(&decided("no-images", &message)),
        "deliver strip(2)+keep"
    );
    assert_eq!(say(&decided("default", &message)), "deliver");
}

#[test]
fn a_preset_can_be_included_behind_own_rules() {
    let text = "include = 'preset:default'\n[[rule]]\nname = 'own'\nwhen = { part.name = 'setup.exe' }\nthen = { strip = false }\n";
    let decision = decide(
        &support::policy(text),
        &envelope("a@b.example", &["c@d.example"]),
        &read(&with_part(
            "application/octet-stream",
            "setup.exe",
            &program(),
        )),
        &[],
    );
    assert_eq!(say(&decision), "deliver");
    assert_eq!(
        decision.reasons[0].to_string(),
        "own (policy.toml:2): strip = false part 2 \"setup.exe\""
    );
}
