//! Studies: which reading of a body is delivered, and what the others show.

use encodify::base64::STANDARD;
use tamis_sanitize::decode::Encoding;
use tamis_sanitize::study::{Studied, Study};
use tamis_sanitize::{Extent, Kind, Kinds, Limits, Recode, Recoder, Transfer};

use Encoding::{Base64, BinHex, QuotedPrintable, SevenBit, Unknown, Uuencode, Yenc};

const PROGRAM: &[u8] = b"#!/bin/sh\necho hello to everybody who is reading this file\nrm -rf the files that are there\n";

fn study(raw: &[u8], encodings: &[Encoding], charset: Option<&str>, is_text: bool) -> Studied {
    let results = [1, 7, raw.len().max(1)].map(|chunk| {
        let mut study = Study::of(encodings, charset, is_text, &Limits::default());
        for piece in raw.chunks(chunk) {
            study.push(piece);
        }
        study.finish()
    });
    assert!(
        results.iter().all(|result| *result == results[0]),
        "{results:?}"
    );
    results[0].clone()
}

fn recode(raw: &[u8], studied: &Studied, to: Transfer) -> Vec<u8> {
    let mut recoder = Recoder::new(&Recode {
        from: Extent::new(0, raw.len() as u64),
        chain: studied.choice.clone(),
        to,
    });
    let mut out = Vec::new();
    for piece in raw.chunks(11) {
        recoder.push(piece, &mut out);
    }
    recoder.finish(&mut out);
    out
}

/// The content that is delivered of a body that says to be in these encodings, and what any reading shows.
#[track_caller]
fn check(raw: impl AsRef<[u8]>, encodings: &[Encoding], content: impl AsRef<[u8]>, shows: &[Kind]) {
    let raw = raw.as_ref();
    let studied = study(raw, encodings, None, false);
    let delivered = recode(raw, &studied, Transfer::Base64);
    let delivered: Vec<u8> = delivered
        .into_iter()
        .filter(|byte| !b"\r\n".contains(byte))
        .collect();
    let delivered = STANDARD.decode(&delivered).expect("base64");
    assert_eq!(
        String::from_utf8_lossy(&delivered),
        String::from_utf8_lossy(content.as_ref())
    );
    assert_eq!(studied.size, delivered.len() as u64);
    for kind in shows {
        assert!(
            studied.kinds.union(studied.quoted).contains(*kind),
            "{studied:?}"
        );
    }
    if shows.is_empty() {
        let plain = [Kind::Text, Kind::Unknown].into_iter().collect::<Kinds>();
        assert_eq!(studied.kinds.union(plain), plain);
    }
}

fn base64() -> String {
    STANDARD.encode(PROGRAM)
}

#[test]
fn the_only_encoding_is_taken_at_its_word() {
    check(base64(), &[Base64], PROGRAM, &[Kind::Script]);
    check("Hello =3D you", &[QuotedPrintable], "Hello = you", &[]);
    check("Hello =3D you", &[SevenBit], "Hello =3D you", &[]);
}

#[test]
fn of_several_encodings_the_one_that_fits_is_delivered() {
    for encodings in [
        [Base64, SevenBit],
        [SevenBit, Base64],
        [QuotedPrintable, Base64],
    ] {
        check(base64(), &encodings, PROGRAM, &[Kind::Script]);
    }
    for encodings in [[Base64, SevenBit], [SevenBit, Base64]] {
        let text = "Hello, this is a plain letter, in words.\r\n";
        check(text, &encodings, text, &[]);
    }
    let quoted = "var shell =3D new ActiveXObject(=22WScript.Shell=22);=\r\n";
    let plain = "var shell = new ActiveXObject(\"WScript.Shell\");";
    check(quoted, &[Base64, QuotedPrintable], plain, &[Kind::Script]);
    check(quoted, &[SevenBit, QuotedPrintable], plain, &[Kind::Script]);
}

#[test]
fn names_that_nobody_knows_are_tried() {
    check(base64(), &[Unknown], PROGRAM, &[Kind::Script]);
    check(
        "begin 644 x.sh\r\n#0V%T\r\n`\r\nend\r\n",
        &[Unknown],
        "Cat",
        &[Kind::Archive],
    );
    check(
        "begin 644 x.sh\r\n#0V%T\r\n`\r\nend\r\n",
        &[Uuencode],
        "Cat",
        &[Kind::Archive],
    );
    check(
        "=ybegin line=1 size=1 name=x\r\nk\r\n=yend\r\n",
        &[Unknown],
        "A",
        &[Kind::Archive],
    );
    check(
        "=ybegin line=1 size=1 name=x\r\nk\r\n=yend\r\n",
        &[Yenc],
        "A",
        &[Kind::Archive],
    );
    check(base64(), &[Yenc], PROGRAM, &[Kind::Script]);
    check(
        "Hello, this is text.\r\n",
        &[Unknown],
        "Hello, this is text.\r\n",
        &[],
    );
    check(
        "Hello, this is text.\r\n",
        &[Uuencode],
        "Hello, this is text.\r\n",
        &[],
    );
    check(
        "Hello, this is text.\r\n",
        &[BinHex],
        "Hello, this is text.\r\n",
        &[],
    );
}

#[test]
fn base64_under_another_name_shows_what_it_is() {
    check(base64(), &[SevenBit], base64(), &[Kind::Script]);
    let lines: String = base64().chars().flat_map(|c| [c, ' ']).collect();
    check(&lines, &[SevenBit], &lines, &[Kind::Script]);
}

#[test]
fn damaged_base64_is_read_as_a_file() {
    let encoded = base64();
    let footer = format!("{encoded}\r\n-- \r\nmailing list footer\r\nwith base64 words\r\n");
    check(footer, &[Base64], PROGRAM, &[Kind::Script]);
    let one_word = format!("{encoded}\r\nlist\r\n____\r\n");
    check(one_word, &[Base64], PROGRAM, &[Kind::Script]);
    let junk: String = encoded.chars().flat_map(|c| [c, '*']).collect();
    check(junk, &[Base64], PROGRAM, &[Kind::Script]);
    let chunks: String = PROGRAM
        .chunks(40)
        .map(|chunk| STANDARD.encode(chunk) + "\r\n")
        .collect();
    check(chunks, &[Base64], PROGRAM, &[Kind::Script]);
    let early = STANDARD.encode(&PROGRAM[..4]) + &STANDARD.encode(&PROGRAM[4..]);
    check(early, &[Base64], PROGRAM, &[Kind::Script]);
    check(
        encoded.trim_end_matches('='),
        &[Base64],
        PROGRAM,
        &[Kind::Script],
    );
    let mixed: Vec<u8> = (0..=255u8).cycle().take(999).collect();
    let url_safe = encodify::base64::URL_SAFE.encode(&mixed);
    check(url_safe, &[Base64], &mixed, &[]);
}

/// The text that is delivered of a body in this charset.
#[track_caller]
fn check_text(raw: &[u8], charset: &str, text: &str, utf8: bool) {
    let studied = study(raw, &[SevenBit], Some(charset), true);
    assert!(studied.text, "{studied:?}");
    assert_eq!(studied.utf8, utf8);
    let quoted = recode(raw, &studied, Transfer::QuotedPrintable);
    let mut decoder = tamis_sanitize::decode::Decoder::new(QuotedPrintable);
    let mut out = Vec::new();
    decoder.push(&quoted, &mut out);
    decoder.finish(&mut out);
    assert_eq!(String::from_utf8_lossy(&out), text);
}

#[test]
fn text_that_hides_ascii_becomes_utf_8() {
    check_text(
        b"+ADw-b+AD4-Hi +- +2Dzf/w!\r\n",
        "utf-7",
        "<b>Hi + \u{1f3ff}!\r\n",
        true,
    );
    check_text(b"<\0b\0>\0", "UTF-16", "<b>", true);
    check_text(
        b"\xfe\xff\0<\0b\xd8\x3c\xdf\xff",
        "utf-16",
        "<b\u{1f3ff}",
        true,
    );
    check_text(b"<\0\0\0b\0\0\0", "utf-32", "<b", true);
    check_text(
        "Gr\u{fc}\u{df}e\r\n".as_bytes(),
        "x-nobody-knows",
        "Gr\u{fc}\u{df}e\r\n",
        true,
    );
    check_text(
        b"Gr\xfc\xdfe\r\n",
        "x-nobody-knows",
        "Gr\u{fc}\u{df}e\r\n",
        true,
    );
    check_text(b"Hello\r\n", "iso-8859-15", "Hello\r\n", false);
    check_text(b"Hello\r\n", "unknown-8bit", "Hello\r\n", false);
}

#[test]
fn what_utf_7_hides_is_seen() {
    let raw = b"+ADw-html+AD4APA-script+AD4-alert(1)+ADw-/script+AD4-";
    let studied = study(raw, &[SevenBit], Some("utf-7"), true);
    assert!(studied.kinds.contains(Kind::Html), "{studied:?}");
}

#[test]
fn text_with_line_ends_of_its_own_is_kept_as_a_file() {
    let studied = study(STANDARD.encode("a\nb\n").as_bytes(), &[Base64], None, true);
    assert!(studied.text && !studied.lines);
    let studied = study(
        STANDARD.encode("a\r\nb\r\n").as_bytes(),
        &[Base64],
        None,
        true,
    );
    assert!(studied.text);
    let studied = study(b"a=\nb\n=41\n", &[QuotedPrintable], None, true);
    assert!(studied.text && studied.lines);
}

#[test]
fn files_in_text_are_blocks_of_the_content_that_is_delivered() {
    let text = "Hi\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n";
    let studied = study(STANDARD.encode(text).as_bytes(), &[Base64], None, true);
    let [block] = studied.blocks.as_slice() else {
        panic!("{studied:?}")
    };
    assert_eq!(block.range, 4..38);
    assert_eq!(block.name.as_deref(), Some(b"cat.txt".as_slice()));
}

#[test]
fn files_without_padding_end_where_text_begins() {
    let program = &PROGRAM[..90];
    let encoded = STANDARD.encode(program);
    assert!(!encoded.ends_with('='));
    for footer in [
        "-- \r\nlist mailing list\r\nlist@example.org\r\n",
        "_______________________________________________\r\nlist\r\n",
        "\r\nSent by: somebody\r\n",
    ] {
        check(
            format!("{encoded}\r\n{footer}"),
            &[Base64],
            program,
            &[Kind::Script],
        );
    }
    // Junk amid data is no footer, and what goes on behind one is data.
    let (first, second) = encoded.split_at(60);
    for junk in ["*", "!*.", " "] {
        let lines = format!("{first}\r\n{second}{junk}\r\n{first}{junk}\r\n{second}");
        let content = [program, program].concat();
        check(lines, &[Base64], content, &[Kind::Script]);
    }
    let lines = format!("{first}\r\n-- some words --\r\n{second}\r\n");
    check(lines, &[Base64], program, &[Kind::Script]);
    let padding = format!("{first}\r\n====\r\n{second}\r\n");
    check(padding, &[Base64], program, &[Kind::Script]);
}

#[test]
fn files_in_the_lines_of_what_is_no_text_are_told_of_and_stay() {
    let raw = "Hi\r\nbegin 644 update.js\r\n#0V%T\r\n`\r\nend\r\n";
    check(raw, &[SevenBit], raw, &[Kind::Script]);
}
