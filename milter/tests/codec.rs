//! Tables of what is parsed, what is written, and what is refused, octet by octet.

use bytes::{Bytes, BytesMut};
use tamis_milter::proto::command::{Client, Command, Malformed, Offer, Path, Peer};
use tamis_milter::proto::frame::{Deframer, Frame, FrameError, Stranger};
use tamis_milter::proto::invalid::InvalidEdit;
use tamis_milter::proto::macros::Stage;
use tamis_milter::proto::negotiate::InvalidMacros;
use tamis_milter::proto::reply::{InvalidReply, LINE_MAX};
use tamis_milter::proto::session::Session;
use tamis_milter::{
    Actions, EnvelopeAddress, HeaderName, HeaderValue, Nth, Parameters, Protocol, Reply, Wish,
};

fn frame(letter: u8, payload: &[u8]) -> Frame {
    Frame {
        letter,
        payload: Bytes::copy_from_slice(payload),
    }
}

fn octets(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

#[test]
fn frames_are_cut_or_refused() {
    let cut = |octets: &[u8]| {
        let mut deframer = Deframer::new();
        deframer.push(octets);
        deframer.cut()
    };
    assert_eq!(cut(b""), Ok(None));
    assert_eq!(cut(&[0, 0, 0]), Ok(None));
    assert_eq!(cut(&[0, 0, 0, 1]), Ok(None));
    assert_eq!(cut(&[0, 0, 0, 1, b'N']), Ok(Some(frame(b'N', b""))));
    assert_eq!(
        cut(&[0, 0, 0, 3, b'B', 1, 2, 9, 9]),
        Ok(Some(frame(b'B', &[1, 2])))
    );
    assert_eq!(cut(&[0, 0, 0, 0]), Err(FrameError::Empty));
    assert_eq!(cut(&[0, 0x10, 0, 0]), Ok(None));
    assert_eq!(cut(&[0, 0x10, 0, 1]), Err(FrameError::TooLong(0x10_0001)));
    assert_eq!(cut(&[0xFF; 4]), Err(FrameError::TooLong(u32::MAX)));
    assert_eq!(cut(b"GET /"), Err(FrameError::Stranger(Stranger::Http)));
    assert_eq!(cut(b"ehlo "), Err(FrameError::Stranger(Stranger::Smtp)));
    assert_eq!(
        cut(b"\x16\x03\x01\x00"),
        Err(FrameError::Stranger(Stranger::Tls))
    );
    assert_eq!(cut(b"ping"), Err(FrameError::Stranger(Stranger::Text)));
}

#[test]
fn only_the_first_packet_can_be_a_strangers() {
    let mut deframer = Deframer::new();
    deframer.push(b"\0\0\0\x01NGET /");
    assert_eq!(deframer.cut(), Ok(Some(frame(b'N', b""))));
    assert_eq!(
        deframer.cut(),
        Err(FrameError::TooLong(u32::from_be_bytes(*b"GET ")))
    );
}

fn check_command(letter: u8, payload: &[u8], expected: &Result<Command, Malformed>) {
    let parsed = Command::parse(frame(letter, payload)).map_err(|error| error.why);
    assert_eq!(
        &parsed,
        expected,
        "{}{}",
        char::from(letter),
        payload.escape_ascii()
    );
}

#[test]
fn commands_with_strings() {
    let path = |address, parameters: &[&'static str]| Path {
        address: octets(address),
        parameters: parameters.iter().map(|one| octets(one)).collect(),
    };
    let fine = [
        (b'H', "client\0", Command::Helo(octets("client"))),
        (b'H', "\0", Command::Helo(octets(""))),
        (b'H', "", Command::Helo(octets(""))),
        (b'M', "<>\0", Command::Mail(path("<>", &[]))),
        (
            b'M',
            "<a b@c>\0SIZE=1\0BODY=8BITMIME\0",
            Command::Mail(path("<a b@c>", &["SIZE=1", "BODY=8BITMIME"])),
        ),
        (b'M', "\0\0", Command::Mail(path("", &[""]))),
        (b'R', "\"a b\"@c\0", Command::Rcpt(path("\"a b\"@c", &[]))),
        (
            b'R',
            "<@x,@y:a@b>\0NOTIFY=NEVER\0",
            Command::Rcpt(path("<@x,@y:a@b>", &["NOTIFY=NEVER"])),
        ),
        (b'R', "<\u{fc}@b>\0", Command::Rcpt(path("<\u{fc}@b>", &[]))),
        (b'L', "A\0b\0", Command::Header(octets("A"), octets("b"))),
        (b'L', "A\0\0", Command::Header(octets("A"), octets(""))),
        (
            b'L',
            "\0\n b\0",
            Command::Header(octets(""), octets("\n b")),
        ),
        (b'U', "FOO bar\0", Command::Unknown(octets("FOO bar"))),
        (b'B', "", Command::Body(octets(""))),
        (b'B', "\0\r", Command::Body(octets("\0\r"))),
        (b'E', "end", Command::EndOfMessage(octets("end"))),
        (b'T', "", Command::Data),
        (b'N', "ignored", Command::EndOfHeaders),
        (b'A', "", Command::Abort),
        (b'Q', "", Command::Quit),
        (b'K', "", Command::QuitNewConnection),
    ];
    for (letter, payload, command) in fine {
        check_command(letter, payload.as_bytes(), &Ok(command));
    }
    let broken = [
        (b'H', "a", Malformed::Unterminated),
        (b'H', "a\0b\0", Malformed::Strings),
        (b'M', "", Malformed::Strings),
        (b'M', "<a>", Malformed::Unterminated),
        (b'R', "<a>\0X", Malformed::Unterminated),
        (b'L', "", Malformed::Strings),
        (b'L', "A\0", Malformed::Strings),
        (b'L', "A\0b", Malformed::Unterminated),
        (b'L', "A\0b\0c\0", Malformed::Strings),
        (b'U', "", Malformed::Strings),
        (b'x', "", Malformed::Letter),
        (b'O', "\0\0\0\x06\0\0\0\0\0\0\0", Malformed::Short),
    ];
    for (letter, payload, why) in broken {
        check_command(letter, payload.as_bytes(), &Err(why));
    }
    check_command(b'M', &[0; 1025], &Err(Malformed::Excess));
    check_command(b'D', &b"C".repeat(70_000), &Err(Malformed::Excess));
}

#[test]
fn every_kind_of_client() {
    let client = |peer| {
        Ok(Command::Connect(Client {
            host: octets("h"),
            peer,
        }))
    };
    let inet = |ip: &str, port| Peer::Inet(ip.parse().expect("address"), port);
    let cases = [
        ("U", Peer::Unknown),
        ("U\x01\x02trailing", Peer::Unknown),
        ("4\x04\x19192.0.2.1\0", inet("192.0.2.1", 1049)),
        ("4\0\x00127.0.0.1\0", inet("127.0.0.1", 0)),
        ("6\0\x01::1\0", inet("::1", 1)),
        ("6\0\x01IPv6:2001:db8::1\0", inet("2001:db8::1", 1)),
        ("6\0\x01::ffff:192.0.2.1\0", inet("192.0.2.1", 1)),
        ("L\0\0/run/x\0", Peer::Unix(octets("/run/x"))),
        (
            "4\0\x01nonsense\0",
            Peer::Other(b'4', 1, octets("nonsense")),
        ),
        (
            "6\0\x01\u{e9}\u{e9}\u{e9}\0",
            Peer::Other(b'6', 1, octets("\u{e9}\u{e9}\u{e9}")),
        ),
        ("9\0\x01x\0", Peer::Other(b'9', 1, octets("x"))),
    ];
    for (rest, peer) in cases {
        check_command(b'C', format!("h\0{rest}").as_bytes(), &client(peer));
    }
    for (payload, why) in [
        ("", Malformed::Unterminated),
        ("h", Malformed::Unterminated),
        ("h\0", Malformed::Short),
        ("h\x004", Malformed::Short),
        ("h\x004\0\x01", Malformed::Strings),
        ("h\x004\0\x01127.0.0.1", Malformed::Unterminated),
    ] {
        check_command(b'C', payload.as_bytes(), &Err(why));
    }
}

/// Payload, stage, and the pairs of name and value.
type MacroCase = (
    &'static [u8],
    Option<Stage>,
    &'static [(&'static str, &'static str)],
);

#[test]
fn macros_are_taken_as_far_as_they_go() {
    let pairs = |pairs: &[(&'static str, &'static str)]| -> Box<[(Bytes, Bytes)]> {
        pairs
            .iter()
            .map(|(name, value)| (octets(name), octets(value)))
            .collect()
    };
    let cases: [MacroCase; 8] = [
        (b"", None, &[]),
        (b"C", Some(Stage::Connect), &[]),
        (b"x", None, &[]),
        (b"Mi\x001\0", Some(Stage::Mail), &[("i", "1")]),
        (
            b"E{a}\0\0b\0c\0",
            Some(Stage::EndOfMessage),
            &[("{a}", ""), ("b", "c")],
        ),
        (b"Ra\0b\0odd\0", Some(Stage::Rcpt), &[("a", "b")]),
        (b"La\0b\0c\0no end", Some(Stage::Header), &[("a", "b")]),
        (b"Bno end", Some(Stage::Body), &[]),
    ];
    for (payload, stage, expected) in cases {
        check_command(b'D', payload, &Ok(Command::Macros(stage, pairs(expected))));
    }
}

#[test]
fn offers_are_read_to_their_third_number() {
    let offer = Offer {
        version: 6,
        actions: Actions::from_bits(0x1FF),
        protocol: Protocol::from_bits(0x80),
    };
    check_command(
        b'O',
        &[0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0, 0, 0x80, 1, 2],
        &Ok(Command::Negotiate(offer)),
    );
}

/// The answer to an offer, as it stands on the wire.
fn negotiated(wish: &Wish, version: u32, actions: u32, protocol: u32) -> Vec<u8> {
    let (mut session, mut out) = (Session::new(wish.clone()), BytesMut::new());
    let offer = [version, actions, protocol].map(u32::to_be_bytes).concat();
    session
        .receive(frame(b'O', &offer), &mut out)
        .expect("offer");
    out.to_vec()
}

#[test]
fn sizes_are_echoed_only_where_they_are_offered() {
    for (offered, agreed) in [
        (0x3000_0000_u32, 0x2000_0000_u32),
        (0x1000_0000, 0x1000_0000),
        (0x4000_0400, 0x400),
    ] {
        assert_eq!(
            negotiated(&Wish::new(), 6, 0, offered)[13..17],
            agreed.to_be_bytes()
        );
    }
}

#[test]
fn lists_of_macros_for_both_ends_of_the_message() {
    let wish = Wish::new()
        .macros(Stage::Mail, &["i", "{auth_authen}"])
        .expect("list");
    let wish = wish
        .macros_of_message(&["i"], &["i", "{client_addr}"])
        .expect("lists");
    let answer = negotiated(&wish, 6, 0x1FF, 0);
    let expected = b"\0\0\0\x02i {auth_authen}\0\0\0\0\x06i\0\0\0\0\x05i {client_addr}\0";
    assert_eq!(answer[9..13], 0x100_u32.to_be_bytes());
    assert_eq!(
        answer[17..].escape_ascii().to_string(),
        expected.escape_ascii().to_string()
    );
    assert_eq!(negotiated(&wish, 6, 0xFF, 0).len(), 17);
    for names in [&[][..], &[""], &["a b"], &["a\0"]] {
        assert_eq!(Wish::new().macros(Stage::Helo, names), Err(InvalidMacros));
    }
    assert_eq!(
        Wish::new().macros(Stage::EndOfMessage, &["i"]),
        Err(InvalidMacros)
    );
}

#[test]
fn replies() {
    let new =
        |code, status, text: &str| Reply::new(code, status, text).map(|reply| reply.to_string());
    assert_eq!(new(550, (7, 1), "no"), Ok("550 5.7.1 no".to_owned()));
    assert_eq!(new(451, (7, 1), ""), Ok("451 4.7.1 ".to_owned()));
    assert_eq!(
        new(550, (7, 1), "a\nb"),
        Ok("550-5.7.1 a / 550 5.7.1 b".to_owned())
    );
    for code in [0, 200, 354, 399, 600, 5500] {
        assert_eq!(new(code, (7, 1), "no"), Err(InvalidReply::Code), "{code}");
    }
    assert_eq!(new(550, (1000, 1), "no"), Err(InvalidReply::Status));
    for text in ["a\rb", "\0", "\u{e9}", "a\tb", "a\r\nb"] {
        assert_eq!(new(550, (7, 1), text), Err(InvalidReply::Text), "{text:?}");
    }
    assert!(new(550, (7, 1), &"x".repeat(LINE_MAX - 10)).is_ok());
    assert_eq!(
        new(550, (7, 1), &"x".repeat(LINE_MAX - 9)),
        Err(InvalidReply::Line)
    );
    assert!(new(550, (7, 1), &"x\n".repeat(31)).is_ok());
    assert_eq!(
        new(550, (7, 1), &"x\n".repeat(32)),
        Err(InvalidReply::Lines)
    );
}

#[test]
fn replies_are_read() {
    let cases = [
        ("550 5.7.1 no", Ok("550 5.7.1 no")),
        ("550 no", Ok("550 5.7.0 no")),
        ("550", Ok("550 5.7.0 ")),
        ("451 4 viruses", Ok("451 4.7.0 4 viruses")),
        ("421 4.3.2", Ok("421 4.3.2 ")),
        ("550 4.7.1 no", Err(InvalidReply::Status)),
        ("550 2.0.0 ok", Err(InvalidReply::Status)),
        ("250 ok", Err(InvalidReply::Code)),
        ("55 no", Err(InvalidReply::Code)),
        ("+50 no", Err(InvalidReply::Code)),
        ("", Err(InvalidReply::Code)),
    ];
    for (text, expected) in cases {
        let reply = text.parse::<Reply>().map(|reply| reply.to_string());
        assert_eq!(reply, expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn text_of_any_origin_becomes_a_reply() {
    let reply = Reply::lossy(550, (7, 1), "Vir\u{fc}s\r\nin \u{202e}x").expect("reply");
    assert_eq!(reply.to_string(), "550-5.7.1 Vir?s / 550 5.7.1 in ?x");
    let long = Reply::lossy(550, (7, 1), &"word ".repeat(5000))
        .expect("reply")
        .to_string();
    assert_eq!(long.split(" / ").count(), 32);
    assert!(
        long.split(" / ")
            .all(|line| line.len() <= LINE_MAX && line.contains("word"))
    );
    assert_eq!(
        Reply::lossy(550, (7, 1), "").expect("reply").to_string(),
        "550 5.7.1 "
    );
    assert_eq!(Reply::lossy(250, (7, 1), "x"), Err(InvalidReply::Code));
}

#[test]
fn names_and_values_of_fields() {
    for name in ["", "a b", "a:", "a\n", "\u{e9}", "\0", &"x".repeat(401)] {
        assert_eq!(HeaderName::new(name), Err(InvalidEdit::Name), "{name:?}");
    }
    assert!(HeaderName::new("X-!~{}").is_ok());
    let value = |value: &str| {
        HeaderValue::new(value.as_bytes())
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    for (given, expected) in [
        ("plain", Ok("plain")),
        ("", Ok("")),
        ("a\r\n b\n\tc", Ok("a\n b\n\tc")),
        ("\n a", Ok("\n a")),
        ("t\u{e9}xt", Ok("t\u{e9}xt")),
        ("a\nb", Err(InvalidEdit::Folding)),
        ("a\n", Err(InvalidEdit::Folding)),
        ("a\n \n b", Err(InvalidEdit::Folding)),
        ("a\rb", Err(InvalidEdit::Control)),
        ("a\0b", Err(InvalidEdit::Control)),
        ("a\r\r\n b", Err(InvalidEdit::Control)),
    ] {
        assert_eq!(value(given), expected.map(str::to_owned), "{given:?}");
    }
    assert_eq!(value(&"x".repeat(65_001)), Err(InvalidEdit::ValueLength));
}

#[test]
fn long_values_are_folded() {
    let long = format!("{} {}", "word ".repeat(400), "x".repeat(3000));
    let value = HeaderValue::new(long.as_bytes()).expect("value");
    let lines: Vec<&[u8]> = value.as_bytes().split(|octet| *octet == b'\n').collect();
    assert!(lines.len() > 3);
    assert!(
        lines
            .iter()
            .all(|line| line.len() <= 998 || line.len() == 3001),
        "{:?}",
        lines.iter().map(|line| line.len())
    );
    assert!(
        lines
            .iter()
            .skip(1)
            .all(|line| line.starts_with(b" ") && !line.trim_ascii().is_empty())
    );
    assert_eq!(lines.concat(), long.as_bytes());
    // Blanks at the end are no line of their own.
    let blank = [b"x".repeat(900), b" ".repeat(500)].concat();
    assert!(
        !HeaderValue::new(&blank)
            .expect("value")
            .as_bytes()
            .contains(&b'\n')
    );
}

#[test]
fn addresses_and_parameters() {
    for address in [
        "<>",
        "<a@b>",
        "a@b",
        "<\"a b, c\"@d>",
        "<\u{fc}@b>",
        "<a\\,b@c>",
        "root",
    ] {
        assert!(
            EnvelopeAddress::new(address.as_bytes()).is_ok(),
            "{address}"
        );
    }
    for address in [
        "",
        "a, b",
        "<a@b> <c@d>",
        "<a@b>\0",
        "a\nb",
        "<a b@c>",
        "<a@b",
        "\"a@b",
        "a@b>",
        "<a\\",
    ] {
        assert_eq!(
            EnvelopeAddress::new(address.as_bytes()),
            Err(InvalidEdit::Address),
            "{address}"
        );
    }
    assert!(Parameters::of_sender(&["RET=HDRS", "envid=x"]).is_ok());
    assert!(Parameters::of_recipient(&["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;a@b"]).is_ok());
    for parameter in ["SIZE=1", "NOTIFY=NEVER", "RET=\u{e9}", "RET=a b", "", "R"] {
        assert_eq!(
            Parameters::of_sender(&[parameter]),
            Err(InvalidEdit::Parameter),
            "{parameter}"
        );
    }
}

#[test]
fn reasons() {
    let reason = |reason: &str| tamis_milter::Edits::new().quarantine(reason).map(|_| ());
    assert_eq!(reason("virus"), Ok(()));
    for bad in ["", "a\nb", "a\0", &"x".repeat(1001)] {
        assert_eq!(reason(bad), Err(InvalidEdit::Reason));
    }
}

#[test]
fn fields_count_from_one() {
    assert_eq!(Nth::new(0), None);
    assert_eq!(Nth::new(1), Some(Nth::FIRST));
}
