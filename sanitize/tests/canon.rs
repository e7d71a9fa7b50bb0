//! Canonical forms, octet by octet: what is written anew, and what is not.

use tamis_sanitize::canon::passes::{octets, whole};
use tamis_sanitize::canon::{Dropped, What};
use tamis_sanitize::study::Study;
use tamis_sanitize::{Canon, Canonical, Limits, MessageMap, Needs, PartId, Reader, Treatment};

const SEED: [u8; 16] = [0xab; 16];

/// The boundary that the first multipart gets.
const FIRST: &str = "0xabababababababababababababababab";

fn read(message: &[u8]) -> MessageMap {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message);
    reader.finish().map().clone()
}

/// One pass.
fn pass(message: &str) -> (MessageMap, Canonical) {
    let map = read(message.as_bytes());
    let treatment = Treatment::default();
    let mut canon = Canon::new(&map, SEED, &treatment);
    for part in canon.to_study() {
        let mut study = Study::new(map.part(part), &Limits::default());
        let body = map.part(part).body();
        let index = |at: u64| usize::try_from(at).expect("small");
        study.push(&message.as_bytes()[index(body.start)..index(body.end)]);
        canon.learn(part, study.finish());
    }
    let canonical = canon.finish();
    (map, canonical)
}

/// Lines with LF, as a message with CRLF. `{B}` is the boundary of the first multipart that is written.
fn crlf(text: &str) -> String {
    text.replace("{B}", FIRST).replace('\n', "\r\n")
}

fn check(message: &str, expected: &str) {
    let message = crlf(message);
    let (map, canonical) = pass(&message);
    let result = octets(&canonical.message(&map), message.as_bytes());
    let result = String::from_utf8_lossy(&result).into_owned();
    assert_eq!(result, crlf(expected), "{:?}", map.defects());
    let limits = Limits::default();
    let again = whole(result.as_bytes(), &limits, &Treatment::default(), SEED).expect("settled");
    assert_eq!(again.passes, 0, "{result}");
}

fn dropped(message: &str) -> Vec<(PartId, What)> {
    let (_, canonical) = pass(&crlf(message));
    let what = |dropped: &Dropped| (dropped.part, dropped.what);
    canonical.dropped.iter().map(what).collect()
}

const TOP: &str = "From: a@example.org\nTo: b@example.net\nSubject: x\nDate: Tue, 03 Jun 2025 09:30:00 +0000\n\
                   MIME-Version: 1.0\n";

fn with(rest: &str) -> String {
    format!("{TOP}{rest}")
}

#[test]
fn a_plain_message_stays() {
    let message = with("Content-Type: text/plain\n\nHello\n");
    check(&message, &message);
    assert!(pass(&crlf(&message)).1.is_identity());
}

#[test]
fn a_continuation_that_lost_its_white_space_gets_it_back_in_an_attached_message() {
    let attached = |field: &str, boundary: &str| {
        with(&format!(
            "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: message/rfc822\n\n{TOP}{field}\n\n\
             --{boundary}\nContent-Type: text/plain\n\nHello\n--{boundary}--\n--q--\n"
        ))
    };
    check(
        &attached("Content-Type: multipart/mixed;\nboundary=b", "b"),
        &attached("Content-Type: multipart/mixed;\n boundary=b", "b"),
    );
}

#[test]
fn a_multipart_without_end_gets_a_fresh_frame_and_keeps_its_parts() {
    check(
        &with(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nX-Own: 1\n\nHello\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n",
        ),
        &with(
            "Content-Type: multipart/mixed;\n boundary=\"{B}\"\n\n--{B}\nContent-Type: text/plain\nX-Own: 1\n\nHello\n--{B}\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n\n--{B}--\n",
        ),
    );
}

#[test]
fn what_is_around_a_repair_keeps_its_octets() {
    check(
        &with(
            "Content-Type: multipart/mixed; boundary=b\n\nA preamble.\n--b\nContent-Type: text/plain\n\nHello\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: (really) quoted-printable\n\nun caf=E9\n--b--\nAn epilogue.\n",
        ),
        &with(
            "Content-Type: multipart/mixed; boundary=b\n\nA preamble.\n--b\nContent-Type: text/plain\n\nHello\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nun caf=E9\n--b--\nAn epilogue.\n",
        ),
    );
}

#[test]
fn a_header_section_is_mended_without_the_body() {
    let message = with("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n");
    let message = format!(
        "Subject : y\nno field at all\n{}",
        message.replace("--b\n\n", "--b\nContent-Type: text/plain\n\n")
    );
    let (map, canonical) = pass(&crlf(&message));
    assert!(canonical.body.is_none(), "{:?}", map.defects());
    assert!(!canonical.header.is_empty());
    let result = octets(&canonical.message(&map), crlf(&message).as_bytes());
    assert!(!String::from_utf8_lossy(&result).contains("no field at all"));
    assert_eq!(dropped(&message), [(PartId::ROOT, What::Field)]);
}

#[test]
fn what_is_signed_is_copied_or_no_longer_said_to_be_signed() {
    let signed = |encoding: &str| {
        with(&format!(
            "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\nHello\n--b\nContent-Type: application/pgp-signature; name*0=a; name=b\n\nsignature\n--b--\n"
        ))
    };
    let (map, kept) = pass(&crlf(&signed("7bit")));
    assert!(kept.loosened.is_empty(), "{:?}", map.defects());
    assert!(!kept.is_identity(), "{:?}", map.defects());
    let (_, loosened) = pass(&crlf(&signed("7bit, base64")));
    assert_eq!(loosened.loosened, [PartId::ROOT]);
}

#[test]
fn an_encoded_message_is_opened() {
    check(
        &with(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYUBleGFtcGxlLm9yZwpTdWJqZWN0OiB4CgpIZWxsbwo=\n--b--\n",
        ),
        &with(
            "Content-Type: multipart/mixed;\n boundary=\"{B}\"\n\n--{B}\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nFrom: a@example.org\nSubject: x\n\nHello\n\n--{B}--\n",
        ),
    );
}

#[test]
fn a_file_in_text_becomes_a_part() {
    check(
        &with("Content-Type: text/plain\n\nHello\nbegin 644 a.txt\n#86)C\n`\nend\nBye\n"),
        &with(
            "Content-Type: multipart/mixed;\n boundary=\"{B}\"\n\n--{B}\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nHello\nBye\n\n--{B}\nContent-Type: application/octet-stream;\n name=\"a.txt\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename=\"a.txt\"\n\nYWJj\n--{B}--\n",
        ),
    );
}

#[test]
fn a_reference_leaves_a_line_of_text() {
    let message = with(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/external-body; access-type=URL; URL=\"https://example.org/\"\n\nContent-Type: text/plain\n\nphantom\n--b--\n",
    );
    assert!(
        dropped(&message)
            .iter()
            .any(|(_, what)| *what == What::ExternalBody)
    );
    let (map, canonical) = pass(&crlf(&message));
    let result = octets(&canonical.message(&map), crlf(&message).as_bytes());
    assert!(!String::from_utf8_lossy(&result).contains("phantom"));
}

#[test]
fn lines_that_end_in_lf_end_in_crlf_behind_a_repair() {
    let message = with(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello\n",
    );
    let (map, canonical) = pass(&message);
    let result = octets(&canonical.message(&map), message.as_bytes());
    let bare = result
        .windows(2)
        .filter(|pair| pair[1] == b'\n' && pair[0] != b'\r');
    assert_eq!(bare.count(), 0, "{}", String::from_utf8_lossy(&result));
}

#[test]
fn what_is_nested_too_deep_is_flattened() {
    let mut body = "Content-Type: text/plain\n\nHello\n".to_owned();
    for level in 0..30 {
        body = format!(
            "Content-Type: multipart/mixed; boundary=level{level:02}z\n\n--level{level:02}z\n{body}--level{level:02}z--\n"
        );
    }
    let message = crlf(&with(&body));
    let result = whole(
        message.as_bytes(),
        &Limits::default(),
        &Treatment::default(),
        SEED,
    );
    let map = read(&result.expect("settled").octets);
    assert_eq!(map.parts().len(), 11);
}

#[test]
fn messages_too_deep_in_each_other_are_unwrapped() {
    let mut body = "Content-Type: text/plain\n\nHello\n".to_owned();
    for level in 0..12 {
        body = format!(
            "Content-Type: message/rfc822\n\nSubject: level {level}\nMIME-Version: 1.0\n{body}"
        );
    }
    let message = crlf(&with(&body));
    let (limits, treatment) = (Limits::default(), Treatment::default());
    // Each pass takes other boundaries from it.
    let seed = std::array::from_fn(|at| u8::try_from(at).unwrap_or_default());
    let result = whole(message.as_bytes(), &limits, &treatment, seed);
    let map = read(&result.expect("settled").octets);
    let count = |media_type: &str| {
        let parts = map.parts().iter();
        parts.filter(|part| part.media_type() == media_type).count()
    };
    assert_eq!(count("message/rfc822"), 5);
    // Nothing of the header sections is lost.
    assert_eq!(count("text/rfc822-headers"), 7);
    assert_eq!(count("text/plain"), 1);
}

#[test]
fn each_part_of_the_result_knows_where_it_comes_from() {
    let message = crlf(&with(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\nInner\n",
    ));
    let (map, canonical) = pass(&message);
    let result = octets(&canonical.message(&map), message.as_bytes());
    let origins = canonical.origins.of(&read(&result));
    let expected: Vec<_> = map.parts().iter().map(|part| Some(part.id())).collect();
    assert_eq!(origins, expected);
}
