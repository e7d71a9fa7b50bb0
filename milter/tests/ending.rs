//! Hard cases of the end of a message: changes, the new body, progress, failures and replies, over real sockets.

mod mta;

use bytes::Bytes;
use mta::probe::{Act, Probe};
use mta::{ACTIONS, Mta, PROTOCOL, shown};
use std::io;
use std::time::{Duration, Instant};
use tamis_milter::{
    Actions, Body, Delivery, Edits, EnvelopeAddress, EnvelopeEdit, HeaderEdit, HeaderName,
    HeaderValue, Nth, Parameters, Place, Refusal, Reply, Wish,
};

const ALL: Actions = Actions::from_bits(0xFF);

fn name(name: &str) -> HeaderName {
    HeaderName::new(name).expect("name")
}

fn value(value: &str) -> HeaderValue {
    HeaderValue::new(value.as_bytes()).expect("value")
}

fn address(address: &str) -> EnvelopeAddress {
    EnvelopeAddress::new(address.as_bytes()).expect("address")
}

fn pieces(pieces: &'static [&'static str]) -> Body {
    Box::new(
        pieces
            .iter()
            .map(|piece| Ok(Bytes::from_static(piece.as_bytes()))),
    )
}

/// One of each kind, with two where the order matters.
fn edits() -> Edits {
    let mut edits = Edits::new();
    edits
        .header(HeaderEdit::Insert(Place::Top, name("X-Top"), value("1")))
        .header(HeaderEdit::Insert(Place::Top, name("X-Second"), value("2")))
        .header(HeaderEdit::Append(name("X-End"), value("")))
        .header(HeaderEdit::Delete(name("received"), Nth::FIRST))
        .header(HeaderEdit::Delete(
            name("Received"),
            Nth::new(2).expect("number"),
        ))
        .header(HeaderEdit::Change(
            name("Subject"),
            Nth::FIRST,
            value("a\r\n b"),
        ))
        .envelope(EnvelopeEdit::Remove(address("<b@example.net>")))
        .envelope(EnvelopeEdit::Add(
            address("c@example.net"),
            Parameters::none(),
        ))
        .envelope(EnvelopeEdit::Add(
            address("<d@example.net>"),
            Parameters::of_recipient(&["NOTIFY=NEVER"]).expect("parameters"),
        ))
        .envelope(EnvelopeEdit::Sender(address("<>"), Parameters::none()))
        .quarantine("looks odd")
        .expect("reason");
    edits
}

const HEADER: &[(&str, &str)] = &[
    ("Received", " one"),
    ("Received", " two"),
    ("Subject", " hi"),
];

/// A filter that does this at the end of every message.
async fn ending(wish: Wish, act: impl Fn() -> Act + Send + Sync + 'static) -> (mta::Server, Probe) {
    let probe = Probe::answering("end", act).wishing(wish);
    (probe.serve().await, probe)
}

/// What an MTA that offers this hears at the end of a message with the given changes.
async fn check(
    offer: [u32; 3],
    delivery: impl Fn() -> Delivery + Send + Sync + 'static,
    expected: &[&str],
) {
    let (server, _) = ending(Wish::new().likes(ALL), move || Act::Deliver(delivery())).await;
    let mut mta = server.mta().await;
    mta.offer(offer[0], offer[1], offer[2]).await;
    mta.message(HEADER).await;
    assert_eq!(shown(&mta.end().await), expected);
    mta.message(HEADER).await;
}

const FULL: [u32; 3] = [6, ACTIONS, PROTOCOL];

#[tokio::test]
async fn all_changes_in_an_order_that_both_mtas_read_alike() {
    let expected = |space: &str| {
        [
            "m \\x00\\x00\\x00\\x02Received\\x00\\x00".to_owned(),
            "m \\x00\\x00\\x00\\x01received\\x00\\x00".to_owned(),
            format!("m \\x00\\x00\\x00\\x01Subject\\x00{space}a\\n b\\x00"),
            format!("h X-End\\x00{space}\\x00"),
            format!("i \\x00\\x00\\x00\\x00X-Second\\x00{space}2\\x00"),
            format!("i \\x00\\x00\\x00\\x00X-Top\\x00{space}1\\x00"),
            "- <b@example.net>\\x00".to_owned(),
            "+ <c@example.net>\\x00".to_owned(),
            "2 <d@example.net>\\x00NOTIFY=NEVER\\x00".to_owned(),
            "e <>\\x00\\x00".to_owned(),
            "q looks odd\\x00".to_owned(),
            "b new\\r\\nbody".to_owned(),
            "c".to_owned(),
        ]
    };
    for (protocol, space) in [(PROTOCOL, " "), (0x7F, "")] {
        let delivery = || Delivery {
            edits: edits(),
            body: Some(pieces(&["new\r", "\nbo", "dy"])),
        };
        let expected = expected(space);
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check([6, ACTIONS, protocol], delivery, &expected).await;
    }
}

#[tokio::test]
async fn no_change_is_no_packet() {
    check(FULL, Delivery::default, &["c"]).await;
}

#[tokio::test]
async fn a_field_that_is_not_there_is_not_changed_into_a_new_one() {
    let change = |field: &'static str, nth: u32| {
        move || {
            let mut edits = Edits::new();
            edits.header(HeaderEdit::Change(
                name(field),
                Nth::new(nth).expect("number"),
                value("x"),
            ));
            Delivery { edits, body: None }
        }
    };
    check(
        FULL,
        change("RECEIVED", 2),
        &["m \\x00\\x00\\x00\\x02RECEIVED\\x00 x\\x00", "c"],
    )
    .await;
    check(FULL, change("Received", 3), &["t"]).await;
    check(FULL, change("X-None", 1), &["t"]).await;
}

#[tokio::test]
async fn a_field_can_be_emptied_without_being_deleted() {
    let empty = || {
        let mut edits = Edits::new();
        edits.header(HeaderEdit::Change(name("Subject"), Nth::FIRST, value("")));
        Delivery { edits, body: None }
    };
    check(
        FULL,
        empty,
        &["m \\x00\\x00\\x00\\x01Subject\\x00 \\x00", "c"],
    )
    .await;
    check(
        [6, ACTIONS, 0],
        empty,
        &["m \\x00\\x00\\x00\\x01Subject\\x00 \\x00", "c"],
    )
    .await;
}

#[tokio::test]
async fn an_empty_body_is_not_the_same_as_no_new_body() {
    let with = |body: &'static [&'static str]| {
        move || Delivery {
            edits: Edits::new(),
            body: Some(pieces(body)),
        }
    };
    check(FULL, with(&[]), &["b", "c"]).await;
    check(FULL, with(&["", ""]), &["b", "c"]).await;
    check(FULL, with(&["no line end"]), &["b no line end", "c"]).await;
    check(FULL, with(&[".\r\n..\r\n"]), &["b .\\r\\n..\\r\\n", "c"]).await;
}

/// The pieces of a long body, as they come: lengths, and the octets joined.
async fn body_of(mta: &mut Mta) -> (Vec<usize>, Vec<u8>, Vec<u8>) {
    let (mut lengths, mut joined, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (letter, payload) in mta.end().await {
        if letter == b'b' {
            assert!(others.is_empty(), "something came between two pieces");
            lengths.push(payload.len());
            joined.extend_from_slice(&payload);
        } else {
            others.push(letter);
        }
    }
    (lengths, joined, others)
}

#[tokio::test]
async fn a_long_body_goes_in_packets_that_every_mta_takes() {
    let (server, _) = ending(Wish::new().needs(ALL), || {
        let mut left = 10 << 20;
        let body = std::iter::from_fn(move || {
            let size = 200_000.min(left);
            left -= size;
            (size > 0).then(|| Ok(Bytes::from(vec![b'x'; size])))
        });
        Act::Deliver(Delivery {
            edits: Edits::new(),
            body: Some(Box::new(body)),
        })
    })
    .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    let (lengths, joined, others) = body_of(&mut mta).await;
    assert_eq!(joined.len(), 10 << 20);
    assert!(lengths.iter().all(|length| (1..=65_535).contains(length)));
    assert_eq!(others, b"c");
}

#[tokio::test]
async fn the_mta_closes_in_the_middle_of_the_body() {
    let (server, probe) = ending(Wish::new().needs(ALL), || {
        let endless = std::iter::repeat_with(|| Ok(Bytes::from(vec![b'x'; 65_536])));
        Act::Deliver(Delivery {
            edits: Edits::new(),
            body: Some(Box::new(endless)),
        })
    })
    .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    mta.tell(b'E', b"").await;
    mta.hear().await;
    drop(mta);
    let seen = probe.until("close").await;
    assert_eq!(seen[seen.len() - 3..], ["end", "abort", "close"]);
}

#[tokio::test]
async fn what_was_not_agreed_on_is_not_sent() {
    for missing in [0x1, 0x2, 0x8, 0x10, 0x20, 0x40, 0x80] {
        let delivery = || Delivery {
            edits: edits(),
            body: Some(pieces(&["x"])),
        };
        check([6, ACTIONS & !missing, PROTOCOL], delivery, &["t"]).await;
    }
}

#[tokio::test]
async fn a_plain_recipient_can_be_added_by_either_action() {
    let add = || {
        let mut edits = Edits::new();
        edits.envelope(EnvelopeEdit::Add(
            address("c@example.net"),
            Parameters::none(),
        ));
        Delivery { edits, body: None }
    };
    check([6, 0x84, PROTOCOL], add, &["+ <c@example.net>\\x00", "c"]).await;
    check(
        [6, 0x80, PROTOCOL],
        add,
        &["2 <c@example.net>\\x00\\x00", "c"],
    )
    .await;
    check([6, 0x04, PROTOCOL], add, &["+ <c@example.net>\\x00", "c"]).await;
    check([6, 0x01, PROTOCOL], add, &["t"]).await;
}

#[tokio::test]
async fn the_filters_own_words() {
    let say = |reply: &'static str| {
        move || Act::Refuse(Refusal::Reply(reply.parse::<Reply>().expect("reply")))
    };
    for (reply, wire) in [
        ("550 5.7.1 100% no", "y 550 5.7.1 100%% no\\x00"),
        (
            "421 4.3.2 later\nmuch later",
            "y 421-4.3.2 later\\r\\n421 4.3.2 much later\\x00",
        ),
        ("550 no", "y 550 5.7.0 no\\x00"),
    ] {
        let (server, probe) = ending(Wish::new(), say(reply)).await;
        let mut mta = server.mta().await;
        mta.negotiate().await;
        mta.message(&[]).await;
        assert_eq!(shown(&mta.end().await), [wire]);
        assert!(!probe.seen().contains(&"abort".to_owned()));
    }
}

#[tokio::test]
async fn every_plain_answer_is_without_payload() {
    let acts: [(fn() -> Act, char); 5] = [
        (|| Act::Continue, 'c'),
        (|| Act::Accept, 'a'),
        (|| Act::Discard, 'd'),
        (|| Act::Refuse(Refusal::Reject), 'r'),
        (|| Act::Refuse(Refusal::TempFail), 't'),
    ];
    for (act, letter) in acts {
        let server = Probe::answering("mail <a>", act).serve().await;
        let mut mta = server.mta().await;
        mta.negotiate().await;
        let (heard, payload) = mta.ask(b'M', b"<a>\0").await;
        assert_eq!((char::from(heard), payload.len()), (letter, 0));
    }
}

#[tokio::test]
async fn signs_of_progress_before_the_body_and_none_after() {
    let probe = Probe::scripted(|line| match line {
        "end" => Act::Deliver(Delivery {
            edits: edits(),
            body: Some(Box::new((0..3).map(|number| {
                // Long enough for two signs on a busy machine.
                let work = if number == 0 { 800 } else { 120 };
                std::thread::sleep(Duration::from_millis(work));
                Ok(Bytes::from(vec![b'0' + number; 65_535]))
            }))),
        }),
        "eoh" => Act::Work(Duration::from_millis(120)),
        _ => Act::Continue,
    });
    let probe = probe.wishing(Wish::new().needs(ALL));
    let server = probe
        .serve_with(|settings| settings.progress = Duration::from_millis(20))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    // None outside the end of a message: the answer to the end of the header comes alone.
    mta.message(HEADER).await;
    let letters: String = mta
        .end()
        .await
        .iter()
        .map(|packet| char::from(packet.0))
        .collect();
    let rest = letters.trim_start_matches('p');
    assert!(letters.len() - rest.len() >= 2, "{letters}");
    assert_eq!(rest, "mmmhii-+2eqbbbc");
}

#[tokio::test]
async fn long_work_is_bridged() {
    let (server, _) = ending(Wish::new(), || Act::Work(Duration::from_millis(200))).await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    assert_eq!(shown(&mta.end().await), ["c"]);
    let probe = Probe::answering("end", || Act::Work(Duration::from_millis(800)));
    let server = probe
        .serve_with(|settings| settings.progress = Duration::from_millis(30))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    let heard = shown(&mta.end().await);
    assert!(heard.len() > 3, "{heard:?}");
    assert_eq!(
        heard
            .iter()
            .filter(|packet| *packet != "p")
            .collect::<Vec<_>>(),
        ["c"]
    );
}

/// After this happens at this line, the MTA hears "try again later" and the next message is fine.
async fn check_failure(line: &'static str, act: fn() -> Act) {
    let probe = Probe::answering(line, act);
    let server = probe
        .serve_with(|settings| {
            settings.command = Duration::from_millis(80);
            settings.end = Duration::from_millis(80);
        })
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    let steps: [(u8, &str, &str); 7] = [
        (b'M', "<a>\0", "mail <a>"),
        (b'R', "<b>\0", "rcpt <b>"),
        (b'T', "", "data"),
        (b'L', "A\0 b\0", "header A: b"),
        (b'N', "", "eoh"),
        (b'B', "text", "body text"),
        (b'E', "", "end"),
    ];
    let mut expected = 'c';
    for (letter, payload, step) in steps {
        if step == line {
            expected = 't';
        }
        assert_eq!(
            mta.letter(letter, payload.as_bytes()).await,
            expected,
            "{line} {step}"
        );
    }
    let seen = probe.seen();
    assert_eq!(
        seen.iter().filter(|line| *line == "abort").count(),
        1,
        "{seen:?}"
    );
    assert_eq!(seen.last().map(String::as_str), Some("abort"), "{seen:?}");
    assert_eq!(mta.letter(b'M', b"<next>\0").await, 'c');
    assert_eq!(
        mta.letter(b'N', b"").await,
        if line == "eoh" { 't' } else { 'c' }
    );
}

#[tokio::test]
async fn every_failure_of_the_filter_is_try_again_later() {
    let lines = [
        "mail <a>",
        "rcpt <b>",
        "data",
        "header A: b",
        "eoh",
        "body text",
        "end",
    ];
    let acts: [fn() -> Act; 3] = [|| Act::Fail, || Act::Panic, || Act::Hang];
    for line in lines {
        for act in acts {
            check_failure(line, act).await;
        }
    }
}

#[tokio::test]
async fn a_failure_before_the_message_is_for_the_connection() {
    for act in [|| Act::Fail, || Act::Panic] {
        let server = Probe::answering("helo x", act).serve().await;
        let mut mta = server.mta().await;
        mta.negotiate().await;
        assert_eq!(mta.letter(b'H', b"x\0").await, 't');
        assert_eq!(mta.letter(b'M', b"<a>\0").await, 't');
        assert_eq!(shown(&mta.end().await), ["t"]);
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_to_its_end() {
    let broken = |at: usize, panics: bool| {
        move || {
            let body = (0..3).map(move |number| match number == at {
                true if panics => panic!("as the test says"),
                true => Err(io::Error::other("disk gone")),
                false => Ok(Bytes::from(vec![b'x'; 65_535])),
            });
            Act::Deliver(Delivery {
                edits: edits(),
                body: Some(Box::new(body)),
            })
        }
    };
    for panics in [false, true] {
        for (at, expected) in [(0, "t"), (2, "mmmhii-+2eqbbt")] {
            let (server, probe) = ending(Wish::new().needs(ALL), broken(at, panics)).await;
            let mut mta = server.mta().await;
            mta.negotiate().await;
            mta.message(HEADER).await;
            let letters: String = mta
                .end()
                .await
                .iter()
                .map(|packet| char::from(packet.0))
                .collect();
            assert_eq!(letters, expected);
            assert_eq!(probe.seen().last().map(String::as_str), Some("abort"));
            mta.message(HEADER).await;
        }
    }
}

#[tokio::test]
async fn a_body_that_takes_too_long() {
    let probe = Probe::answering("end", || {
        let body = (0..60).map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            Ok(Bytes::from(vec![b'x'; 65_535]))
        });
        Act::Deliver(Delivery {
            edits: Edits::new(),
            body: Some(Box::new(body)),
        })
    });
    let probe = probe.wishing(Wish::new().needs(ALL));
    let server = probe
        .serve_with(|settings| settings.end = Duration::from_millis(300))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    let started = Instant::now();
    let packets = mta.end().await;
    assert_eq!(packets.last().map(|packet| packet.0), Some(b't'));
    assert!(packets.len() > 1 && started.elapsed() < Duration::from_secs(2));
}
