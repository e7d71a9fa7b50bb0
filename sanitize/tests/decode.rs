//! Transfer decoding: what each encoding stands for, what was wrong with it, and that pieces change neither.

use proptest::prelude::*;
use tamis_sanitize::Code;
use tamis_sanitize::decode::{Decoder, Encoding};

fn decode<'a>(
    encoding: Encoding,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<u8>, Vec<Code>) {
    let mut decoder = Decoder::new(encoding);
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut out);
    }
    decoder.finish(&mut out);
    (out, decoder.flaws().codes().collect())
}

#[track_caller]
fn check(encoding: Encoding, raw: impl AsRef<[u8]>, expected: impl AsRef<[u8]>, flaws: &[Code]) {
    let (raw, expected) = (raw.as_ref(), expected.as_ref());
    for chunk in [1, 2, 3, 5, 77, raw.len().max(1)] {
        let (out, codes) = decode(encoding, raw.chunks(chunk));
        assert_eq!(
            String::from_utf8_lossy(&out),
            String::from_utf8_lossy(expected),
            "{:?} in pieces of {chunk}",
            String::from_utf8_lossy(raw)
        );
        assert_eq!(
            codes,
            flaws,
            "{:?} in pieces of {chunk}",
            String::from_utf8_lossy(raw)
        );
    }
}

#[test]
fn clean_base64() {
    let check = |raw: &str, expected: &str| check(Encoding::Base64, raw, expected, &[]);
    check("", "");
    check("SGVsbG8gd29ybGQ=\r\n", "Hello world");
    check("SGVsbG8gd29ybA==", "Hello worl");
    check("SGVs\r\nbG8g\r\nd29ybGQ=", "Hello world");
    check("SGVs\nbG8g\n", "Hello ");
    check("SGVsb\r\nG8gd2\r\n9ybGQ=", "Hello world");
    check("\r\nSGVsbG8=\r\n\r\n", "Hello");
    check("SGVsbG8gd29ybA=\r\n=\r\n", "Hello worl");
}

#[test]
fn base64_goes_on_after_junk() {
    let check =
        |raw: &str, expected: &[u8]| check(Encoding::Base64, raw, expected, &[Code::Base64Junk]);
    check("SGVs*bG8=", b"Hello");
    check("S G\tVsbG8=", b"Hello");
    check(" SGVsbG8=\r\n", b"Hello");
    check("SGVsbG8=*", b"Hello");
    check("S-G_V.s\0bG8\u{e4}=", b"Hello");
    check("<SGVs><bG8=>", b"Hello");
    check("****", b"");
}

#[test]
fn base64_goes_on_after_padding() {
    let check =
        |raw: &str, expected: &[u8]| check(Encoding::Base64, raw, expected, &[Code::Base64Padding]);
    check("SGVsbG8", b"Hello");
    check("SGVsb", b"Hel");
    check("SGVsbA", b"Hell");
    check("SGVsbA=", b"Hell");
    check("SGVsbG8=d29ybGQ=", b"Helloworld");
    check("SGVsbA==d29ybGQ=", b"Hellworld");
    check("SA==\r\nZQ==\r\nbA==\r\n", b"Hel");
    check("SGVsbG8==", b"Hello");
    check("SGVs=", b"Hel");
    check("====", b"");
}

#[test]
fn base64_of_a_list_with_its_footer() {
    check(
        Encoding::Base64,
        "SGVsbG8=\r\n-- \r\nfoot",
        b"Hello~\x8a-",
        &[Code::Base64Junk, Code::Base64Padding],
    );
}

#[test]
fn clean_quoted_printable() {
    let check = |raw: &str, expected: &str| check(Encoding::QuotedPrintable, raw, expected, &[]);
    check("a=3Db=0D=0A", "a=b\r\n");
    check("one=\r\ntwo=\r\nthree", "onetwothree");
    check("one=\ntwo=\nthree", "onetwothree");
    check("blank \t\r\nkept", "blank\r\nkept");
    check("blank \t\nkept", "blank\nkept");
    check("=20\r\nkept=09 \r\n", " \r\nkept\t\r\n");
    check("in  side", "in  side");
    check("end=\r\n", "end");
    check(" \r\n\r\n \r\n", "\r\n\r\n\r\n");
    check("=E2=82=AC", "\u{20ac}");
}

#[test]
fn quoted_printable_that_not_all_read_alike_in_a_file() {
    let check = |raw: &str, expected: &str| {
        let flaws = &[Code::QuotedPrintableLoose];
        check(Encoding::QuotedPrintable, raw, expected, flaws);
    };
    check("a=3db=0D", "a=b\r");
    check("=E2=82=aC", "\u{20ac}");
    check("end=", "end");
    check("end  ", "end");
    check("end=\r\n  ", "end");
    check("two=\r\n kinds\nof line ends", "two kinds\nof line ends");
}

#[test]
fn quoted_printable_with_octets_that_should_be_escaped() {
    let check = |raw: &str| {
        let flaws = &[Code::QuotedPrintableInvalid];
        check(Encoding::QuotedPrintable, raw, raw, flaws);
    };
    check("a\u{1}b");
    check("a\u{7f}b");
}

#[test]
fn quoted_printable_lines_that_end_in_cr_alone() {
    let flaws = &[Code::BareCr, Code::QuotedPrintableInvalid];
    check(Encoding::QuotedPrintable, "a=\rb= \rc", "abc", flaws);
    check(Encoding::QuotedPrintable, "a=\r\r\nb", "ab", flaws);
}

#[test]
fn quoted_printable_escapes_that_are_none() {
    let check = |raw: &str, expected: &str| {
        check(
            Encoding::QuotedPrintable,
            raw,
            expected,
            &[Code::QuotedPrintableInvalid],
        );
    };
    check("a=XYb", "a=XYb");
    check("a=4", "a=4");
    check("a=4\r\nb", "a=4\r\nb");
    check("a= b", "a= b");
    check("a==41", "a=A");
    check("a=\r\n=Gb", "a=Gb");
    check("soft= \t\r\nbreak", "softbreak");
    check("soft= ", "soft");
}

#[test]
fn quoted_printable_holds_back_no_more_than_it_must() {
    let blanks = " ".repeat(1_000);
    check(
        Encoding::QuotedPrintable,
        format!("a{blanks}\r\nb"),
        "a\r\nb",
        &[Code::LongLine],
    );
    let more = format!("a{blanks} \r\nb \r\n");
    check(
        Encoding::QuotedPrintable,
        &more,
        format!("a{blanks} \r\nb\r\n"),
        &[Code::LongLine],
    );
    check(
        Encoding::QuotedPrintable,
        format!("a={blanks} \nb"),
        format!("a={blanks}\nb"),
        &[Code::LongLine, Code::QuotedPrintableInvalid],
    );
}

#[test]
fn what_stands_as_it_is_is_looked_at() {
    let check = |encoding, raw: &[u8], flaws: &[Code]| check(encoding, raw, raw, flaws);
    check(Encoding::SevenBit, b"plain\r\n", &[]);
    check(
        Encoding::SevenBit,
        "\u{e4}".as_bytes(),
        &[Code::Undeclared8Bit],
    );
    check(Encoding::Binary, b"a\0b\rc", &[Code::BareCr, Code::NulByte]);
    check(Encoding::Unknown, b"a\r\r\nb", &[Code::BareCr]);
    check(Encoding::EightBit, b"a\r\nb\r", &[Code::BareCr]);
    let line = |length: usize| [b"x".repeat(length).as_slice(), b"\r\n"].concat();
    check(Encoding::EightBit, &line(998), &[]);
    check(Encoding::EightBit, &line(999), &[Code::LongLine]);
    check(Encoding::EightBit, &line(998).repeat(3), &[]);
}

#[test]
fn the_raw_text_of_quoted_printable_is_looked_at() {
    check(
        Encoding::QuotedPrintable,
        b"a\0=00",
        b"a\0\0",
        &[Code::NulByte, Code::QuotedPrintableInvalid],
    );
    check(Encoding::QuotedPrintable, b"=00=0D", b"\0\r", &[]);
    check(Encoding::QuotedPrintable, b"a\rb", b"a\rb", &[Code::BareCr]);
}

/// Pieces of the lengths given, over and over.
fn cut<'a>(raw: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = raw;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at((*length).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

const ENCODINGS: [Encoding; 3] = [
    Encoding::Base64,
    Encoding::QuotedPrintable,
    Encoding::SevenBit,
];

/// The body that the writer of another library makes, and its encoding.
fn written(part: mail_builder::mime::MimePart<'_>) -> (Encoding, Vec<u8>) {
    let mut entity = Vec::new();
    part.write_part(&mut entity);
    let border = memchr::memmem::find(&entity, b"\r\n\r\n").expect("an empty line");
    let (header, body) = entity.split_at(border + 4);
    let header = String::from_utf8_lossy(header).to_lowercase();
    let encoding = [Encoding::Base64, Encoding::QuotedPrintable]
        .into_iter()
        .find(|encoding| header.contains(&format!("encoding: {}", encoding.name())));
    (encoding.unwrap_or(Encoding::SevenBit), body.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn pieces_change_nothing(
        text in "([A-Za-f0-9+/=* \\t\\r\\n\\x00\u{e4}]|=\\r\\n|=[0-9A-F]{2}| {0,3}\\r\\n|[A-Za-z0-9+/]{60}\\r?\\n){0,80}",
        lengths in proptest::collection::vec(1usize..90, 1..6),
    ) {
        for encoding in ENCODINGS {
            let whole = decode(encoding, [text.as_bytes()]);
            prop_assert_eq!(&decode(encoding, cut(text.as_bytes(), &lengths)), &whole);
            prop_assert_eq!(&decode(encoding, text.as_bytes().chunks(1)), &whole);
        }
    }

    #[test]
    fn no_octets_panic(
        raw in proptest::collection::vec(any::<u8>(), 0..600),
        lengths in proptest::collection::vec(1usize..90, 1..6),
    ) {
        for encoding in ENCODINGS {
            prop_assert_eq!(decode(encoding, cut(&raw, &lengths)), decode(encoding, [raw.as_slice()]));
        }
    }

    #[test]
    fn what_another_library_encodes_comes_back(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (encoding, body) = written(mail_builder::mime::MimePart::new("application/octet-stream", octets.clone()));
        prop_assert_eq!(encoding, Encoding::Base64);
        prop_assert_eq!(decode(encoding, body.chunks(61)), (octets, vec![]));
    }

    #[test]
    fn text_that_another_library_encodes_comes_back(text in "([ -~\u{e4}\u{20ac}]|\\r\\n){1,300}") {
        let (encoding, body) = written(mail_builder::mime::MimePart::new("text/plain", text.clone()));
        let (out, flaws) = decode(encoding, body.chunks(61));
        let out = String::from_utf8_lossy(&out).into_owned();
        let flaws: Vec<_> = flaws.into_iter().filter(|flaw| *flaw != Code::LongLine).collect();
        prop_assert_eq!((out.trim_end_matches("\r\n"), flaws), (text.trim_end_matches("\r\n"), vec![]));
    }
}
