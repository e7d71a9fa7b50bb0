//! Banners put into text parts.

use crate::carry_out::{content, edited, part};
use proptest::prelude::*;
use tamis_sanitize::banner::{Banner, CONTENT_MOST, Place, Skipped, apply};
use tamis_sanitize::{Changes, PartEdit};

fn banner(text: &str, place: Place) -> Banner {
    Banner {
        text: text.to_owned(),
        html: None,
        place,
    }
}

/// A message with one part: what its Content-Type says, and its body in base64.
fn message(content_type: &str, octets: &[u8]) -> String {
    let body = encodify::base64::STANDARD.encode(octets);
    format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--edge--\r\n"
    )
}

/// The message with the banner in one of its parts. A second time it is there already.
fn bannered(message: &str, number: &str, banner: &Banner) -> Result<String, Skipped> {
    let put = |message: &str| {
        let decoded = content(message, number);
        apply(&part(message, number), &decoded, banner)
    };
    let edit = PartEdit::Change(Changes {
        text: Some(put(message)?),
        ..Changes::default()
    });
    let result = edited(message, &[(number, edit)]);
    assert_eq!(put(&result), Err(Skipped::Present), "twice: {result}");
    Ok(result)
}

/// The content of a part with the banner, and the charset that it is declared to be in.
fn of_octets(
    content_type: &str,
    octets: &[u8],
    banner: &Banner,
) -> Result<(Option<String>, Vec<u8>), Skipped> {
    let result = bannered(&message(content_type, octets), "1", banner)?;
    let charset = part(&result, "1").charset().map(str::to_owned);
    Ok((charset, content(&result, "1")))
}

#[track_caller]
fn plain(banner: &Banner, before: &str, after: &str) {
    let got = of_octets("text/plain; charset=utf-8", before.as_bytes(), banner);
    let (charset, octets) = got.expect("a banner");
    assert_eq!(charset.as_deref(), Some("utf-8"));
    assert_eq!(String::from_utf8_lossy(&octets), after);
}

#[track_caller]
fn html(banner: &Banner, before: &str, after: &str) {
    let got = of_octets("text/html; charset=utf-8", before.as_bytes(), banner);
    let (_, octets) = got.expect("a banner");
    assert_eq!(String::from_utf8_lossy(&octets), after);
}

#[test]
fn plain_text_gets_lines_above_or_below() {
    let top = banner("From outside.\nTake care. \n\n", Place::Top);
    plain(
        &top,
        "Hi\r\nthere\r\n",
        "From outside.\r\nTake care.\r\n\r\nHi\r\nthere\r\n",
    );
    plain(
        &top,
        "Hi\nthere\n",
        "From outside.\r\nTake care.\r\n\r\nHi\r\nthere\r\n",
    );
    plain(&top, "", "From outside.\r\nTake care.\r\n");
    plain(
        &top,
        "\u{feff}Gr\u{fc}\u{df}e",
        "\u{feff}From outside.\r\nTake care.\r\n\r\nGr\u{fc}\u{df}e",
    );
    let bottom = banner("From outside.", Place::Bottom);
    plain(&bottom, "Hi\r\n", "Hi\r\n\r\nFrom outside.\r\n");
    plain(&bottom, "Hi", "Hi\r\n\r\nFrom outside.\r\n");
    plain(
        &bottom,
        "Hi\r\n-- \r\nme \r\n",
        "Hi\r\n-- \r\nme \r\n\r\nFrom outside.\r\n",
    );
    plain(
        &bottom,
        "> From outside.",
        "> From outside.\r\n\r\nFrom outside.\r\n",
    );
    plain(
        &top,
        "From outside.\r\nTake care.!",
        "From outside.\r\nTake care.\r\n\r\nFrom outside.\r\nTake care.!",
    );
}

#[test]
fn what_has_the_banner_is_left_alone() {
    for (place, text) in [
        (Place::Top, "Take care.\r\n\r\nHi\r\n"),
        (Place::Top, "Take care."),
        (Place::Bottom, "Hi\r\n\r\nTake care.\r\n\r\n"),
    ] {
        let got = of_octets("text/plain", text.as_bytes(), &banner("Take care.", place));
        assert_eq!(got, Err(Skipped::Present), "{text}");
    }
    let empty = of_octets("text/plain", b"x", &banner(" \n", Place::Top));
    assert_eq!(empty, Err(Skipped::Present));
}

#[test]
fn a_page_gets_it_where_its_body_begins_or_ends() {
    const B: &str = "<div>a &lt;b&gt; &amp; c<br>\r\nd</div>\r\n";
    let top = banner("a <b> & c\nd", Place::Top);
    let check = |before: &str, after: &str| html(&top, before, &after.replace('@', B));
    check("<p>x", "@<p>x");
    check("x", "@x");
    check("", "@");
    check(
        "<html><BODY bgcolor='>'>\r\n<p>x</body></html>",
        "<html><BODY bgcolor='>'>@\r\n<p>x</body></html>",
    );
    check("<!-- <body> --><body><p>", "<!-- <body> --><body>@<p>");
    check("<!--><body><p>-->", "<!--><body>@<p>-->");
    check("<!----!><body><p>-->", "<!----!><body>@<p>-->");
    check("<!--!><p>--><body>", "<!--!><p>--><body>@");
    check("<!--", "@<!--");
    check(
        "<!DOCTYPE html><html><head><title><body></title><style>p > a {}</style><meta a=\"<p>\"></head>\r\n<body>x",
        "<!DOCTYPE html><html><head><title><body></title><style>p > a {}</style><meta a=\"<p>\"></head>\r\n<body>@x",
    );
    check(
        "<div style='display:none'><body>x",
        "@<div style='display:none'><body>x",
    );
    check("<html>x<body>y", "<html>@x<body>y");
    check("<html=\"><p>x", "@<html=\"><p>x");
    check("<html \"><p>x", "<html \">@<p>x");
    check("<title>never closed<body>x", "@<title>never closed<body>x");
    check(
        "<script><!--<script></script>x",
        "@<script><!--<script></script>x",
    );
    check("1 < 2", "@1 < 2");

    let bottom = banner("a <b> & c\nd", Place::Bottom);
    let check = |before: &str, after: &str| html(&bottom, before, &after.replace('@', B));
    check("<p>x", "<p>x@");
    check("<body>x</body></html>\r\n", "<body>x@</body></html>\r\n");
    check("<body>x</body>y</body>", "<body>x</body>y@</body>");
    check(
        "<body>x</body></html>list footer",
        "<body>x</body></html>list footer@",
    );
    check(
        "<body>x</html><!-- </body> -->",
        "<body>x@</html><!-- </body> -->",
    );
    check("<body>x<!-- open </body>", "<body>x@<!-- open </body>");
    check("x<title>y</title", "x@<title>y</title");
    check("x<textarea></body>", "x@<textarea></body>");
    check("x<a title=\"</body>", "x@<a title=\"</body>");
}

#[test]
fn a_page_may_get_a_piece_of_its_own() {
    let own = Banner {
        text: "x".to_owned(),
        html: Some("<p class=\"w\">\u{20ac}</p>\n".to_owned()),
        place: Place::Top,
    };
    html(&own, "<body>y", "<body><p class=\"w\">\u{20ac}</p>\r\ny");
    let whole = Banner {
        html: Some("<html><body>x</body></html>".to_owned()),
        ..own
    };
    html(&whole, "y", "<html><body>x</body></html>\r\ny");
}

/// A banner above text: the charset that the part is declared to be in then, and its octets.
#[track_caller]
fn coded(declared: &str, octets: &[u8], text: &str, charset: &str, expected: &[u8]) {
    let got = of_octets(declared, octets, &banner(text, Place::Top));
    let got = got.map(|(charset, octets)| (charset.unwrap_or_default(), octets));
    assert_eq!(got, Ok((charset.to_owned(), expected.to_vec())));
}

#[track_caller]
fn skipped(declared: &str, octets: &[u8], text: &str, expected: Skipped) {
    let got = of_octets(declared, octets, &banner(text, Place::Top));
    assert_eq!(got, Err(expected));
}

#[test]
fn text_stays_in_its_charset_if_that_holds_the_banner() {
    let check = |declared: &str, octets: &[u8], text: &str, charset: &str, expected: &[u8]| {
        let declared = format!("text/plain{declared}");
        coded(&declared, octets, text, charset, expected);
    };
    check("", b"a", "b", "", b"b\r\n\r\na");
    check("", b"a", "\u{fc}", "utf-8", b"\xc3\xbc\r\n\r\na");
    check("; charset=us-ascii", b"a", "b", "us-ascii", b"b\r\n\r\na");
    check(
        "; charset=us-ascii",
        b"a",
        "\u{fc}",
        "utf-8",
        b"\xc3\xbc\r\n\r\na",
    );
    check(
        "; charset=utf-8",
        b"\xff",
        "\u{fc}",
        "utf-8",
        b"\xc3\xbc\r\n\r\n\xff",
    );
    let latin = "; charset=iso-8859-1";
    check(latin, b"\xe9", "\u{fc}", "iso-8859-1", b"\xfc\r\n\r\n\xe9");
    check(
        latin,
        b"\xe9",
        "\u{20ac}",
        "utf-8",
        b"\xe2\x82\xac\r\n\r\n\xc3\xa9",
    );
    let windows = "; charset=windows-1252";
    check(
        windows,
        b"\xe9",
        "\u{20ac}",
        "windows-1252",
        b"\x80\r\n\r\n\xe9",
    );
    let shift_jis = "; charset=shift_jis";
    check(
        shift_jis,
        b"\x93\xfa",
        "\u{672c}",
        "shift_jis",
        b"\x96\x7b\r\n\r\n\x93\xfa",
    );
    check(
        shift_jis,
        b"\x93\xfa",
        "\u{fc}",
        "utf-8",
        "\u{fc}\r\n\r\n\u{65e5}".as_bytes(),
    );
    let iso_2022 = "; charset=iso-2022-jp";
    check(
        iso_2022,
        b"\x1b$BF|\x1b(B",
        "\u{672c}",
        "iso-2022-jp",
        b"\x1b$BK\\\x1b(B\r\n\r\n\x1b$BF|\x1b(B",
    );
    check("; charset=cp437", b"\x81", "a", "cp437", b"a\r\n\r\n\x81");
    check("; charset=utf-16le", b"a\0", "b", "utf-8", b"b\r\n\r\na");
    check(
        "; charset=utf-16",
        b"\xff\xfea\0",
        "b",
        "utf-8",
        b"b\r\n\r\na",
    );
    check(
        "; charset=utf-7",
        b"a+AOk-",
        "b",
        "utf-8",
        b"b\r\n\r\na\xc3\xa9",
    );
}

#[test]
fn a_page_stays_in_its_charset() {
    let check = |declared: &str, octets: &[u8], charset: &str, expected: &[u8]| {
        let declared = format!("text/html{declared}");
        coded(&declared, octets, "\u{fc} \u{20ac}", charset, expected);
    };
    check(
        "; charset=utf-8",
        b"a",
        "utf-8",
        b"<div>\xc3\xbc \xe2\x82\xac</div>\r\na",
    );
    check(
        "; charset=iso-8859-1",
        b"\xe9",
        "iso-8859-1",
        b"<div>\xfc &#8364;</div>\r\n\xe9",
    );
    check(
        "",
        b"<meta charset=gbk>\xb0",
        "",
        b"<meta charset=gbk><div>&#252; &#8364;</div>\r\n\xb0",
    );
    check(
        "; charset=cp437",
        b"\x81",
        "cp437",
        b"<div>&#252; &#8364;</div>\r\n\x81",
    );
    let iso_2022 = "; charset=iso-2022-jp";
    check(
        iso_2022,
        b"\x1b$B<body>>\x1b(B<body>",
        "iso-2022-jp",
        b"<div>&#252; &#8364;</div>\r\n\x1b$B<body>>\x1b(B<body>",
    );
    check(
        "; charset=utf-16le",
        b"<\0p\0>\0",
        "utf-8",
        b"<div>\xc3\xbc \xe2\x82\xac</div>\r\n<p>",
    );
}

#[test]
fn text_that_cannot_be_read_for_sure_is_left_alone() {
    let plain = |charset: &str| format!("text/plain; charset={charset}");
    skipped(&plain("x-nobody-knows"), b"a", "b", Skipped::UnknownCharset);
    skipped(&plain("hz-gb-2312"), b"a", "b", Skipped::UnknownCharset);
    skipped(&plain("shift_jis"), b"\x93", "\u{fc}", Skipped::Undecodable);
    skipped(
        &plain("iso-2022-jp"),
        b"\x1b$BF|",
        "a",
        Skipped::Undecodable,
    );
    skipped(&plain("cp437"), b"\x81", "\u{fc}", Skipped::Undecodable);
    skipped(&plain("utf-16le"), b"\0\xd8", "b", Skipped::Undecodable);
    let page = "<meta charset=utf-16>";
    let wide: Vec<u8> = page.bytes().flat_map(|octet| [octet, 0]).collect();
    skipped(
        "text/html; charset=utf-16le",
        &wide,
        "b",
        Skipped::Undecodable,
    );
}

#[test]
fn what_is_no_text_or_too_long_gets_none() {
    let top = banner("b", Place::Top);
    for content_type in ["application/pdf", "text/csv", "multipart/mixed; boundary=b"] {
        let message = message(content_type, b"a").replace("base64", "7bit");
        let got = apply(&part(&message, "1"), b"a", &top);
        assert_eq!(got, Err(Skipped::NotText), "{content_type}");
    }
    let text = part(&message("text/plain", b"a"), "1");
    let long = vec![b'a'; CONTENT_MOST + 1];
    assert_eq!(apply(&text, &long, &top), Err(Skipped::TooLarge));
    assert!(apply(&text, &long[1..], &top).is_ok());
}

#[test]
fn parts_in_any_encoding_and_place_get_it() {
    let both = "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe aus der Stadt Wien\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi\r\n--b--\r\n";
    let top = banner("Take care.", Place::Top);
    let once = bannered(both, "1", &top).expect("a banner");
    let twice = bannered(&once, "2", &top).expect("a banner");
    assert_eq!(
        twice,
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nTake care.\r\n\r\nGr=C3=BC=C3=9Fe aus der Stadt Wien\r\n--b\r\nContent-Transfer-Encoding: 7bit\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div>Take care.</div>\r\n<p>Hi\r\n--b--\r\n"
    );
    let bare = "Subject: s\n\nHi\n";
    assert_eq!(
        bannered(bare, "/", &top).expect("a banner"),
        "Subject: s\nContent-Type: text/plain;\n charset=\"us-ascii\"\nContent-Transfer-Encoding: 7bit\nMIME-Version: 1.0\n\nTake care.\n\nHi\n"
    );
    let bottom = banner("--b--", Place::Bottom);
    let result = bannered(both, "2", &bottom).expect("a banner");
    assert_eq!(content(&result, "2"), b"<p>Hi<div>--b--</div>\r\n");
}

#[test]
fn a_page_of_many_openings_costs_no_more_than_its_length() {
    let top = banner("b", Place::Bottom);
    let text = part(&message("text/html; charset=iso-2022-jp", b"a"), "1");
    for piece in [
        "<",
        "<!--",
        "<!---",
        "<!----!>",
        "</",
        "<a ",
        "<a=",
        "<title>",
        "<title></",
        "<script></title>",
        "<a x='",
        "</body>",
        "-->",
        "\x1b$B",
    ] {
        let page = piece.repeat((1 << 20) / piece.len());
        let _ = apply(&text, page.as_bytes(), &top);
    }
}

const CHARSETS: [&str; 6] = [
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "iso-2022-jp",
    "gbk",
    "utf-16",
];

const PIECES: [&[u8]; 22] = [
    b"<", b">", b"</", b"<!--", b"-->", b"--!>", b"<body", b"<body>", b"</body>", b"</html>",
    b"<title>", b"</title", b"<a x='", b"'", b"=", b"a", b"\r\n", b"\n", b" ", b"\xe9", b"\x1b$B",
    b"\x1b(B",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_goes_and_twice_is_once(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..12),
        charset in 0..CHARSETS.len(),
        html: bool,
        bottom: bool,
        text in "[a<&\u{e9}\u{65e5} \n]{0,12}",
    ) {
        let octets: Vec<u8> = pieces.iter().flat_map(|piece| PIECES[*piece]).copied().collect();
        let place = if bottom { Place::Bottom } else { Place::Top };
        let subtype = if html { "html" } else { "plain" };
        let content_type = format!("text/{subtype}; charset={}", CHARSETS[charset]);
        let mail = message(&content_type, &octets);
        let banner = banner(&text, place);
        if let Ok(new) = apply(&part(&mail, "1"), &octets, &banner) {
            if new.charset == CHARSETS[charset] && !octets.trim_ascii().is_empty() {
                let around = (0..=octets.len()).any(|at| {
                    new.octets.starts_with(&octets[..at]) && new.octets.ends_with(&octets[at..])
                });
                prop_assert!(around, "{:?}", String::from_utf8_lossy(&new.octets));
            }
            prop_assert!(bannered(&mail, "1", &banner).is_ok());
        }
    }
}
