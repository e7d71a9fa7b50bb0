//! Files that stand in text: found whole, named, told what they are; and nothing found where there is none.

use proptest::prelude::*;
use tamis_sanitize::decode::{Decoder, Encoding, Leniency};
use tamis_sanitize::study::{TextFinds, TextScan};
use tamis_sanitize::{Kind, Kinds};

fn scan(text: &[u8], chunk: usize) -> TextFinds {
    let mut scan = TextScan::new();
    for piece in text.chunks(chunk.max(1)) {
        scan.push(piece);
    }
    scan.finish()
}

/// The octets of a program, as far as anybody looks.
fn program() -> Vec<u8> {
    let mut octets =
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0\x40\0\0\0".to_vec();
    octets.resize(60, 0);
    octets.extend([0x80, 0, 0, 0]);
    octets.resize(128, 0);
    octets.extend(b"PE\0\0\x4c\x01\x03\0");
    octets.resize(400, 7);
    octets
}

fn lines(text: &[u8], width: usize) -> Vec<u8> {
    text.chunks(width)
        .flat_map(|line| [line, b"\r\n"].concat())
        .collect()
}

fn base64(octets: &[u8], width: usize) -> Vec<u8> {
    lines(encodify::base64::STANDARD.encode(octets).as_bytes(), width)
}

fn by_six_bits(octets: &[u8], alphabet: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut out = Vec::new();
    for line in octets.chunks(45) {
        out.push(alphabet(u8::try_from(line.len()).expect("small")));
        for group in line.chunks(3) {
            let mut bits = [0; 4];
            bits[1..=group.len()].copy_from_slice(group);
            let bits = u32::from_be_bytes(bits);
            out.extend(
                [18, 12, 6, 0]
                    .map(|shift| alphabet(u8::try_from((bits >> shift) & 63).expect("small"))),
            );
        }
        out.extend(b"\r\n");
    }
    out
}

fn uuencoded(name: &str, octets: &[u8]) -> Vec<u8> {
    let data = by_six_bits(octets, |value| if value == 0 { b'`' } else { value + 32 });
    [
        format!("begin 644 {name}\r\n").as_bytes(),
        &data,
        b"`\r\nend\r\n",
    ]
    .concat()
}

fn xxencoded(name: &str, octets: &[u8]) -> Vec<u8> {
    let alphabet = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let data = by_six_bits(octets, |value| alphabet[usize::from(value)]);
    [
        format!("begin 644 {name}\r\n").as_bytes(),
        &data,
        b"+\r\nend\r\n",
    ]
    .concat()
}

fn yencoded(name: &str, octets: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    for octet in octets {
        match octet.wrapping_add(42) {
            critical @ (0 | 9 | 10 | 13 | 32 | 46 | 61) => {
                data.extend([b'=', critical.wrapping_add(64)]);
            }
            other => data.push(other),
        }
    }
    let head = format!("=ybegin line=128 size={} name={name}\r\n", octets.len());
    [head.as_bytes(), &data, b"\r\n=yend size=1\r\n"].concat()
}

/// One block, whole and decoded to the program, with text around it.
#[track_caller]
fn check_block(encoded: &[u8], encoding: Encoding, name: &str) {
    let text = [b"Hello,\r\n\r\n", encoded, b"\r\nBye\r\n"].concat();
    for chunk in [1, 2, 13, 100, text.len()] {
        let finds = scan(&text, chunk);
        let [block] = finds.blocks.as_slice() else {
            panic!("{finds:?} in pieces of {chunk}")
        };
        let part = |range: &std::ops::Range<u64>| {
            &text[usize::try_from(range.start).expect("small")
                ..usize::try_from(range.end).expect("small")]
        };
        assert_eq!(
            String::from_utf8_lossy(part(&block.range)),
            String::from_utf8_lossy(encoded)
        );
        assert_eq!(block.encoding, encoding);
        assert_eq!(block.name.as_deref(), Some(name.as_bytes()));
        assert!(block.kinds.contains(Kind::Executable), "{:?}", block.kinds);
        let mut decoder = Decoder::reading(block.encoding, Leniency::File);
        let mut out = Vec::new();
        decoder.push(part(&block.data), &mut out);
        decoder.finish(&mut out);
        assert_eq!(out, program());
        assert!(!finds.more);
    }
}

#[test]
fn files_in_text_are_found() {
    let program = program();
    check_block(
        &uuencoded("a b.exe", &program),
        Encoding::Uuencode,
        "a b.exe",
    );
    check_block(&xxencoded("a.exe", &program), Encoding::Xxencode, "a.exe");
    check_block(&yencoded("a.exe", &program), Encoding::Yenc, "a.exe");
    let named = [
        b"begin-base64 644 a.exe\r\n".as_slice(),
        &base64(&program, 60),
        b"====\r\n",
    ]
    .concat();
    check_block(&named, Encoding::Base64, "a.exe");
}

/// What is found of files that have no mark of their own: name and kinds of each, and the text without them.
#[track_caller]
fn check_files(text: &[u8], files: &[(Option<&str>, Kind)], rest: &str) {
    for chunk in [1, 7, 100, text.len()] {
        let finds = scan(text, chunk);
        let shown = String::from_utf8_lossy(text);
        assert_eq!(finds.blocks.len(), files.len(), "{shown}: {finds:?}");
        let mut left = text.to_vec();
        for (block, (name, kind)) in finds.blocks.iter().zip(files).rev() {
            assert_eq!(block.name.as_deref(), name.map(str::as_bytes), "{shown}");
            assert!(block.kinds.contains(*kind), "{shown}: {block:?}");
            let at = |octet: u64| usize::try_from(octet).expect("small");
            left.drain(at(block.range.start)..at(block.range.end));
        }
        assert_eq!(String::from_utf8_lossy(&left), rest);
        assert_eq!(finds.quoted, Kinds::NONE);
    }
}

#[test]
fn base64_of_files_that_matter_is_taken_out() {
    let program = program();
    let long = program.repeat(60);
    for encoded in [
        base64(&program, 76),
        base64(&program, 60),
        base64(&program, 72),
        base64(&long, 100_000),
    ] {
        let files = &[(None, Kind::Executable)];
        check_files(&encoded, files, "");
        let amid = [b"see:\r\n\r\n", encoded.as_slice(), b"-- \r\nRegards\r\n"].concat();
        check_files(&amid, files, "see:\r\n\r\n-- \r\nRegards\r\n");
    }
    let text = base64(
        b"It is all plain text that was written in base64, and that is what it stays.",
        76,
    );
    check_files(&text, &[], &String::from_utf8_lossy(&text));
}

#[test]
fn quoted_parts_are_taken_out_with_their_fields() {
    let program = program();
    let text = |fields: &str, body: &[u8]| {
        let before = b"This is what I got:\r\n\r\nMIME-Version: 1.0\r\n--b\r\n";
        [
            before,
            fields.as_bytes(),
            b"\r\n",
            body,
            b"--b--\r\nRegards\r\n",
        ]
        .concat()
    };
    let rest = "This is what I got:\r\n\r\nMIME-Version: 1.0\r\n--b\r\n--b--\r\nRegards\r\n";
    let check = |fields: &str, body: &[u8], name, kind| {
        check_files(&text(fields, body), &[(name, kind)], rest);
    };
    let encoded = base64(&program, 76);
    check(
        "Content-Transfer-Encoding: base64\r\n",
        &encoded,
        None,
        Kind::Executable,
    );
    check(
        "Content-Type: image/png;\r\n name=x.png\r\ncontent-transfer-ENCODING: base64\r\n",
        &encoded,
        Some("x.png"),
        Kind::Executable,
    );
    let spaced: Vec<u8> = encoded.iter().flat_map(|byte| [*byte, b'!']).collect();
    let spaced = [spaced.as_slice(), b"\r\n"].concat();
    check(
        "Content-Transfer-Encoding: base64\r\n",
        &spaced,
        None,
        Kind::Executable,
    );
    check(
        "Content-Type: application/x; name=a.js\r\nContent-transfer-encoding: Quoted-Printable\r\n",
        b"var shell =3D new ActiveXObject(=22WScript.Shell=22);=\r\n shell.Run(=22calc=22);\r\n",
        Some("a.js"),
        Kind::Script,
    );
    check(
        "Content-Disposition: attachment;\r\n filename=\"a b.vbs\"\r\n",
        b"MsgBox \"Hello\"\r\n",
        Some("a b.vbs"),
        Kind::Text,
    );
}

#[test]
fn a_file_without_its_end_is_told_of() {
    let whole = yencoded("a.exe", &program());
    let finds = scan(&whole[..whole.len() - 20], 50);
    assert_eq!(finds.blocks, []);
    assert_eq!(finds.quoted, Kinds::of(Kind::Executable));
}

#[test]
fn plain_text_has_no_files() {
    let check = |text: &str| check_files(text.as_bytes(), &[], text);
    check("Let us\r\nbegin 644 times\r\nand end\r\n");
    check("begin by saying hello\r\nend\r\n");
    check("=ybegin is how yEnc starts\r\nand so on\r\n");
    check("Incomprehensibilities1234567890\r\nshort\r\n");
    check("(This file must be converted with BinHex 4.0)\r\n\r\nThat is what it says.\r\n");
    check(
        "-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEBCAAdFiEEX1sR0o0rQkI1g8t0m0c5xJb1k4gFAmB0o1sACgkQm0c5xJb1\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n",
    );
    check("Content-Transfer-Encoding: quoted-printable\r\n\r\nJust a letter =3D text\r\n");
    check("Content-Disposition: attachment; filename=notes.txt\r\n\r\nJust text\r\n");
    check(
        "Content-Type: is what it says\r\nand so on\r\nand on\r\nand on\r\nand on\r\n\r\nText\r\n",
    );
}

#[test]
fn a_file_hidden_behind_the_start_of_another_is_found() {
    let file = uuencoded("x.exe", &program());
    for before in [
        "=ybegin line=128 size=9 name=x\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
        "begin 644 y\r\n#0V%T\r\n",
        "begin 644 y\r\n",
        "begin-base64 644 y\r\nTVqQ\r\n",
        "(This file must be converted with BinHex 4.0)\r\n:\r\n",
        "TVqQAAMAAAAEAAAATVqQAAMAAAAEAAAA\r\n",
    ] {
        let text = [before.as_bytes(), &file].concat();
        let finds = scan(&text, text.len());
        let last = finds.blocks.last().unwrap_or_else(|| panic!("{before:?}"));
        assert_eq!(
            last.name.as_deref(),
            Some(b"x.exe".as_slice()),
            "{before:?}"
        );
        assert_eq!(last.range.end, text.len() as u64);
    }
}

#[test]
fn first_lines_are_found_in_every_spelling() {
    let file = String::from_utf8(uuencoded("x.exe", &program())).expect("ASCII");
    for (first, name) in [
        ("BEGIN 644 x.exe", Some("x.exe")),
        ("begin 6 x.exe", Some("x.exe")),
        ("begin\t0644\tx.exe", Some("x.exe")),
        ("begin 644", None),
        ("begin 644 ", None),
        ("<p><pre>begin 644 x.exe", Some("x.exe")),
    ] {
        let text = file.replacen("begin 644 x.exe", first, 1);
        let finds = scan(text.as_bytes(), 30);
        let [block] = finds.blocks.as_slice() else {
            panic!("{first}: {finds:?}")
        };
        assert_eq!(block.name.as_deref(), name.map(str::as_bytes));
        assert!(block.kinds.contains(Kind::Executable));
    }
}

#[test]
fn junk_does_not_hide_data() {
    let file = String::from_utf8(uuencoded("x.exe", &program())).expect("ASCII");
    let text = file.replacen("\r\nM", "\r\n\r\nwhat is this?\r\nM", 2);
    let finds = scan(text.as_bytes(), text.len());
    assert_eq!(finds.blocks.len(), 1);
    assert!(finds.blocks[0].kinds.contains(Kind::Executable));
}

#[test]
fn many_files_are_bounded() {
    let text = uuencoded("x", b"Cat").repeat(3_000);
    let finds = scan(&text, 5_000);
    assert!(finds.more && finds.blocks.len() <= 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn pieces_change_nothing(
        parts in proptest::collection::vec("(begin 644 x\r?\n|#0V%T\n|`\nend\n|=ybegin line=1 name=x\n|=yend\n|:[!-@]{40}:?\n|[A-Za-z0-9+/]{20,60}=?\r\n|Content-Transfer-Encoding: base64\n|\n|--\n|[ -~]{0,30}\n)", 0..20),
        chunk in 1usize..50,
    ) {
        let text = parts.concat();
        let whole = scan(text.as_bytes(), text.len());
        let mut end = 0;
        for block in &whole.blocks {
            prop_assert!(block.range.start >= end && block.range.end <= text.len() as u64);
            prop_assert!(block.data.start >= block.range.start && block.data.end <= block.range.end && block.data.start <= block.data.end);
            end = block.range.end;
        }
        prop_assert_eq!(scan(text.as_bytes(), chunk), whole);
    }
}

#[test]
fn a_line_that_starts_with_a_control_character_is_the_same_in_pieces() {
    for start in ["\r", "\x0c", "\0", "\t", " \r"] {
        let text = format!("\n{start}UEsDBAAAAIXAuZXhlUEsFBgAAAAAB\nCon");
        let whole = scan(text.as_bytes(), text.len());
        assert_eq!(scan(text.as_bytes(), 1), whole, "{start:?}");
    }
}
