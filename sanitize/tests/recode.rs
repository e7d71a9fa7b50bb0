//! Content written anew: what is written stands for what was read, in lines that mean nothing to readers that scan.

#![expect(
    clippy::single_range_in_vec_init,
    reason = "ranges of octets that are kept"
)]

use proptest::prelude::*;
use tamis_sanitize::decode::{Decoder, Encoding, Leniency};
use tamis_sanitize::{Extent, Recode, Recoder, Stage, Transfer};

fn recode(raw: &[u8], chain: &[Stage], to: Transfer, chunk: usize) -> Vec<u8> {
    let mut recoder = Recoder::new(&Recode {
        from: Extent::new(0, raw.len() as u64),
        chain: chain.to_vec(),
        to,
    });
    let mut out = Vec::new();
    for piece in raw.chunks(chunk.max(1)) {
        recoder.push(piece, &mut out);
    }
    recoder.finish(&mut out);
    out
}

fn decode(raw: &[u8], encoding: Encoding) -> Vec<u8> {
    let mut decoder = Decoder::new(encoding);
    let mut out = Vec::new();
    decoder.push(raw, &mut out);
    decoder.finish(&mut out);
    assert!(
        decoder.flaws().is_empty(),
        "{:?}",
        String::from_utf8_lossy(raw)
    );
    out
}

#[track_caller]
fn check(to: Transfer, raw: &str, expected: &str) {
    for chunk in [1, 2, 17, 1_000] {
        let written = recode(raw.as_bytes(), &[], to, chunk);
        assert_eq!(
            String::from_utf8_lossy(&written),
            expected,
            "in pieces of {chunk}"
        );
    }
}

#[test]
fn text_is_quoted() {
    let check = |raw: &str, expected: &str| check(Transfer::QuotedPrintable, raw, expected);
    check("", "");
    check("Hello\r\n", "Hello\r\n");
    check("\r\n", "=0D=0A");
    check("\n\r\na", "=0D=0A\r\na");
    check("a\nb\r\n\r\nc", "a\r\nb\r\n\r\nc");
    check("a \r\nb\t\nc ", "a=20\r\nb=09\r\nc=20");
    check("1 + 1 = 2", "1 + 1 =3D 2");
    check("Gr\u{fc}\u{df}e", "Gr=C3=BC=C3=9Fe");
    check("a\rb\0\r\r\n", "a=0Db=00=0D\r\n");
    let long = "x".repeat(150);
    check(&long, &format!("{0}=\r\n{0}", "x".repeat(75)));
    check(
        &format!("{}=", "x".repeat(74)),
        &format!("{}=\r\n=3D", "x".repeat(74)),
    );
}

#[test]
fn no_line_of_text_looks_like_structure() {
    let check = |raw: &str, expected: &str| check(Transfer::QuotedPrintable, raw, expected);
    check("--b\r\n--b--\r\n-b", "=2D-b\r\n=2D-b--\r\n-b");
    check(
        "begin 644 x\r\nbeginning\r\nBEGIN \r\n",
        "=62egin 644 x\r\nbeginning\r\n=42EGIN=20\r\n",
    );
    check("=ybegin line=1", "=3Dybegin line=3D1");
    check("(This file must", "=28This file must");
    check(":abc:\r\n", "=3Aabc:\r\n");
    check(
        "From me\r\nfrom you\r\nFromage",
        "=46rom me\r\n=66rom you\r\nFromage",
    );
    check(".\r\n..\r\n.x\r\n.", "=2E\r\n..\r\n.x\r\n=2E");
    check(
        "content-Type: x\r\nContented\r\nMIME-Version: 1\r\n",
        "=63ontent-Type: x\r\nContented\r\n=4DIME-Version: 1\r\n",
    );
    let soft = format!("{}--b\r\n", "x".repeat(75));
    check(&soft, &format!("{}=\r\n=2D-b\r\n", "x".repeat(75)));
}

#[test]
fn files_are_base64_in_lines() {
    let check = |raw: &str, expected: &str| check(Transfer::Base64, raw, expected);
    check("", "");
    check("Hello", "SGVsbG8=");
    check(&"\0".repeat(57), &"A".repeat(76));
    check(&"\0".repeat(58), &format!("{}\r\nAA==", "A".repeat(76)));
}

#[test]
fn containers_get_crlf() {
    let check = |raw: &str, expected: &str| check(Transfer::Raw, raw, expected);
    check("a\nb\r\nc\n\nd", "a\r\nb\r\nc\r\n\r\nd");
    check("\n", "\r\n");
    check("a\rb\r\n", "a\rb\r\n");
}

#[test]
fn ranges_are_cut_out() {
    let cut = |ranges: &[std::ops::Range<u64>]| {
        let written = recode(
            b"0123456789",
            &[Stage::Cut(ranges.to_vec())],
            Transfer::Raw,
            3,
        );
        String::from_utf8(written).expect("ASCII")
    };
    assert_eq!(cut(&[]), "");
    assert_eq!(cut(&[0..10]), "0123456789");
    assert_eq!(cut(&[0..2, 4..5, 8..100]), "01489");
    assert_eq!(cut(&[3..3, 3..4]), "3");
}

#[test]
fn stages_follow_each_other() {
    let chain = [
        Stage::Decode(Encoding::Base64, Leniency::File),
        Stage::Cut(vec![4..32]),
        Stage::Decode(Encoding::Uuencode, Leniency::Most),
    ];
    let raw = encodify::base64::STANDARD.encode("Hi\r\nbegin 644 x\r\n#0V%T\r\nend\r\n");
    assert_eq!(recode(raw.as_bytes(), &chain, Transfer::Raw, 5), b"Cat");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_written_stands_for_what_was_read(
        content in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'='), Just(b'-')], 0..300),
        chunk in 1usize..50,
    ) {
        let whole = |to| recode(&content, &[], to, content.len());
        for to in [Transfer::QuotedPrintable, Transfer::Base64, Transfer::Raw] {
            prop_assert_eq!(recode(&content, &[], to, chunk), whole(to));
        }
        prop_assert_eq!(&decode(&whole(Transfer::Base64), Encoding::Base64), &content);
        let lines = whole(Transfer::Raw);
        let quoted = whole(Transfer::QuotedPrintable);
        prop_assert_eq!(decode(&quoted, Encoding::QuotedPrintable), lines);
        for line in quoted.split(|byte| *byte == b'\n') {
            let text = line.strip_suffix(b"\r").unwrap_or(line);
            prop_assert!(text.len() <= 76 && !text.starts_with(b"--"));
            prop_assert!(text.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~')));
            prop_assert!(!text.ends_with(b" ") && !text.ends_with(b"\t"));
        }
    }

    #[test]
    fn any_octets_in_any_pieces_decode_alike(
        raw in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b'='), Just(b'y'), Just(b':'), b'A'..b'z'], 0..200),
        head in prop_oneof![Just(""), Just("begin 644 x\n"), Just("=ybegin line=1 name=x\r\n"), Just(":"), Just("SGVsbG8=")],
        chunk in 1usize..20,
    ) {
        let raw = [head.as_bytes(), &raw].concat();
        for encoding in [Encoding::Base64, Encoding::QuotedPrintable, Encoding::Uuencode, Encoding::Xxencode, Encoding::Yenc, Encoding::BinHex] {
            for leniency in [Leniency::Most, Leniency::File, Leniency::StopAtJunk, Leniency::StopAtPadding, Leniency::SkipPadding, Leniency::UrlSafe, Leniency::ByLine] {
                let chain = [Stage::Decode(encoding, leniency)];
                let whole = recode(&raw, &chain, Transfer::Raw, raw.len());
                prop_assert_eq!(recode(&raw, &chain, Transfer::Raw, chunk), whole, "{:?} {:?}", encoding, leniency);
            }
        }
    }

    #[test]
    fn any_text_in_any_pieces_becomes_the_same_utf_8(
        raw in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'+'), Just(b'-'), Just(0u8), Just(0xd8), b'A'..b'z'], 0..100),
        chunk in 1usize..20,
    ) {
        for name in ["utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32", "x-nobody-knows"] {
            let charset = tamis_sanitize::charset::Charset::of_name(name).expect("to be converted");
            let chain = [Stage::ToUtf8(charset)];
            let whole = recode(&raw, &chain, Transfer::Base64, raw.len());
            prop_assert_eq!(&recode(&raw, &chain, Transfer::Base64, chunk), &whole);
            prop_assert!(String::from_utf8(decode(&whole, Encoding::Base64)).is_ok());
        }
    }
}
