//! Hard cases of the negotiation and of what was agreed on, over real sockets.

mod mta;

use mta::probe::{Act, Probe};
use mta::{ACTIONS, PROTOCOL, shown};
use tamis_milter::{Actions, Protocol, Refusal, Wish};

/// One command: letter and payload.
type Step = (u8, &'static [u8]);

const NOT_HERE: &str = "550 5.7.1 not here";

fn refusal() -> Act {
    Act::Refuse(Refusal::Reply(NOT_HERE.parse().expect("reply")))
}

fn silent() -> Wish {
    Wish::new().protocol(Protocol::ALL_SILENT)
}

#[tokio::test]
async fn every_version_gets_what_it_knows() {
    let wish = Wish::new()
        .needs(Actions::ADD_HEADER)
        .likes(Actions::QUARANTINE)
        .protocol(Protocol::NO_UNKNOWN);
    let server = Probe::new().wishing(wish).serve().await;
    let cases = [
        ([2, 0x3F, 0x7F], [2, 0x21, 0]),
        ([2, 0, 0], [2, 0x1, 0]),
        ([3, 0x1FF, 0x17F], [3, 0x21, 0x100]),
        ([4, 0x1FF, 0x37F], [4, 0x21, 0x100]),
        ([6, ACTIONS, PROTOCOL], [6, 0x21, 0x10_0500]),
        ([7, 0xFFFF_FFFF, 0xCFFF_FFFF], [6, 0x21, 0x10_0500]),
        ([0x0100_0007, ACTIONS, PROTOCOL], [6, 0x21, 0x10_0500]),
    ];
    for ([version, actions, protocol], expected) in cases {
        let mut mta = server.mta().await;
        assert_eq!(
            mta.offer(version, actions, protocol).await,
            expected,
            "{version} {actions:x} {protocol:x}"
        );
    }
}

#[tokio::test]
async fn a_needed_action_is_missing() {
    let probe =
        Probe::new().wishing(Wish::new().needs(Actions::REPLACE_BODY | Actions::ADD_HEADER));
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    assert_eq!(mta.offer(6, 0x1, PROTOCOL).await[1], 0x1);
    assert_eq!(mta.letter(b'H', b"client.example\0").await, 'c');
    for _ in 0..2 {
        assert_eq!(mta.letter(b'M', b"<a@example.org>\0").await, 't');
        assert_eq!(mta.letter(b'R', b"<b@example.net>\0").await, 't');
        assert_eq!(shown(&mta.end().await), ["t"]);
    }
    assert_eq!(probe.seen(), ["helo client.example"]);
}

#[tokio::test]
async fn answers_that_the_mta_insists_on_are_given() {
    let server = Probe::new().wishing(silent()).serve().await;
    let mut mta = server.mta().await;
    assert_eq!(mta.offer(2, 0x3F, 0x7F).await[2], 0);
    mta.message(&[("Subject", "hi")]).await;
    assert_eq!(shown(&mta.end().await), ["c"]);
}

#[tokio::test]
async fn answers_that_the_mta_does_not_wait_for_are_not_given() {
    let probe = Probe::new().wishing(silent());
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    assert_eq!(
        mta.negotiate().await[2],
        Protocol::ALL_SILENT.bits() | 0x10_0400
    );
    for _ in 0..2 {
        let all: [Step; 9] = [
            (b'C', b"client.example\0U"),
            (b'H', b"client.example\0"),
            (b'U', b"FOO\0"),
            (b'M', b"<a@example.org>\0"),
            (b'R', b"<b@example.net>\0"),
            (b'T', b""),
            (b'L', b"Subject\0 hi\0"),
            (b'N', b""),
            (b'B', b"text\r\n"),
        ];
        for (letter, payload) in all {
            mta.tell(letter, payload).await;
        }
        mta.silence().await;
        assert_eq!(shown(&mta.end().await), ["c"]);
        assert_eq!(probe.seen().len(), 10);
    }
}

/// Answers with a refusal where the MTA does not listen; gives the answer at the end.
async fn check_unheard(line: &'static str, expected: &str) {
    let server = Probe::answering(line, refusal)
        .wishing(silent())
        .serve()
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    for (letter, payload) in [
        (b'C', "client.example\0U"),
        (b'H', "x\0"),
        (b'M', "<a>\0"),
        (b'R', "<b>\0"),
        (b'T', ""),
        (b'L', "A\0 b\0"),
        (b'N', ""),
        (b'B', "text"),
    ] {
        mta.tell(letter, payload.as_bytes()).await;
    }
    assert_eq!(shown(&mta.end().await), [expected], "{line}");
}

#[tokio::test]
async fn a_refusal_that_is_not_heard_is_repeated_at_the_end() {
    let text = "y 550 5.7.1 not here\\x00";
    for line in [
        "connect client.example unknown",
        "helo x",
        "mail <a>",
        "data",
        "header A: b",
        "eoh",
        "body text",
    ] {
        check_unheard(line, text).await;
    }
    // One recipient cannot be refused any more, so the message waits.
    check_unheard("rcpt <b>", "t").await;
    check_unheard("nothing", "c").await;
}

#[tokio::test]
async fn unwanted_commands_of_an_old_mta_are_answered_and_not_shown() {
    let probe = Probe::new().wishing(Wish::new().protocol(Protocol::ALL_OMITTED));
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    assert_eq!(mta.offer(6, ACTIONS, 0x400).await[2], 0x400);
    assert_eq!(mta.letter(b'C', b"client.example\0U").await, 'c');
    assert_eq!(mta.letter(b'H', b"x\0").await, 'c');
    assert_eq!(mta.letter(b'U', b"FOO\0").await, 'c');
    mta.message(&[("Subject", "hi")]).await;
    assert_eq!(mta.letter(b'B', b"text").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
    assert_eq!(probe.seen(), ["end"]);
}

#[tokio::test]
async fn macros_of_omitted_commands_still_come() {
    let probe = Probe::new()
        .wishing(Wish::new().protocol(Protocol::ALL_OMITTED))
        .watching(&["j", "i", "mail_addr"]);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.tell(b'D', b"Cj\0mx\0").await;
    for queue_id in ["1", "2"] {
        mta.tell(b'D', format!("M{{mail_addr}}\0from{queue_id}\0").as_bytes())
            .await;
        mta.tell(b'D', format!("Ei\0{queue_id}\0").as_bytes()).await;
        assert_eq!(shown(&mta.end().await), ["c"]);
        assert_eq!(
            probe.seen(),
            [format!("end j=mx i={queue_id} mail_addr=from{queue_id}")]
        );
    }
    // Without its own macros a message does not see those of the former one.
    assert_eq!(shown(&mta.end().await), ["c"]);
    assert_eq!(probe.seen(), ["end j=mx"]);
}

#[tokio::test]
async fn skip_is_said_only_where_it_is_known() {
    for (offered, letter) in [(PROTOCOL, 's'), (0x7F, 'c')] {
        let probe = Probe::answering("body one", || Act::Skip);
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.offer(6, ACTIONS, offered).await;
        mta.message(&[]).await;
        probe.seen();
        assert_eq!(mta.letter(b'B', b"one").await, letter);
        assert_eq!(mta.letter(b'B', b"two").await, letter);
        assert_eq!(shown(&mta.end().await), ["c"]);
        mta.message(&[]).await;
        assert_eq!(mta.letter(b'B', b"two").await, 'c');
        let seen = probe.seen();
        assert_eq!(seen[..2], ["body one", "end"]);
        assert_eq!(seen.last().map(String::as_str), Some("body two"));
    }
}
