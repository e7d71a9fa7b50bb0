//! Hard cases of the order of commands and of macros, over real sockets.

mod mta;

use mta::probe::{Act, Probe};
use mta::{ACTIONS, PROTOCOL, shown};
use std::time::Duration;
use tamis_milter::{Protocol, Refusal, Wish};

/// One command: letter and payload.
type Step = (u8, &'static [u8]);

const NOT_HERE: &str = "550 5.7.1 not here";

fn refusal() -> Act {
    Act::Refuse(Refusal::Reply(NOT_HERE.parse().expect("reply")))
}

#[tokio::test]
async fn abort_outside_a_message_is_nothing() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    for _ in 0..3 {
        mta.tell(b'A', b"").await;
    }
    mta.message(&[]).await;
    assert_eq!(shown(&mta.end().await), ["c"]);
    mta.tell(b'A', b"").await;
    mta.tell(b'A', b"").await;
    mta.tell(b'Q', b"").await;
    mta.ended().await;
    assert!(!probe.until("close").await.contains(&"abort".to_owned()));
}

#[tokio::test]
async fn abort_keeps_the_connection_and_drops_the_message() {
    let probe = Probe::new().watching(&["j", "tls_version", "i", "rcpt_addr"]);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.tell(b'D', b"Cj\0mx\0").await;
    assert_eq!(mta.letter(b'C', b"client.example\0U").await, 'c');
    mta.tell(b'D', b"H{tls_version}\0TLSv1.3\0").await;
    assert_eq!(mta.letter(b'H', b"x\0").await, 'c');
    let steps: [&[Step]; 4] = [
        &[],
        &[(b'R', b"<b>\0")],
        &[(b'T', b""), (b'L', b"A\0 b\0")],
        &[(b'N', b""), (b'B', b"x")],
    ];
    for steps in steps {
        mta.tell(b'D', b"Mi\x001\0").await;
        assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
        mta.tell(b'D', b"R{rcpt_addr}\0b\0").await;
        for (letter, payload) in steps {
            assert_eq!(mta.letter(*letter, payload).await, 'c');
        }
        mta.tell(b'A', b"").await;
        assert_eq!(mta.letter(b'M', b"<clean>\0").await, 'c');
        let seen = probe.seen();
        assert_eq!(
            seen[seen.len() - 2..],
            ["abort", "mail <clean> j=mx tls_version=TLSv1.3"]
        );
    }
}

#[tokio::test]
async fn helo_inside_a_message() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    // Postfix: HELO first, then two aborts. Sendmail: the abort first.
    assert_eq!(mta.letter(b'H', b"again\0").await, 'c');
    mta.tell(b'A', b"").await;
    mta.tell(b'A', b"").await;
    assert_eq!(mta.letter(b'M', b"<b>\0").await, 'c');
    mta.tell(b'A', b"").await;
    assert_eq!(mta.letter(b'H', b"again\0").await, 'c');
    assert_eq!(
        probe.seen(),
        [
            "mail <a>",
            "helo again",
            "abort",
            "mail <b>",
            "abort",
            "helo again"
        ]
    );
}

#[tokio::test]
async fn the_second_helo_replaces_the_macros() {
    let probe = Probe::new().watching(&["tls_version", "cipher"]);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.tell(b'D', b"H{cipher}\0NULL\0").await;
    assert_eq!(mta.letter(b'H', b"one\0").await, 'c');
    mta.tell(b'A', b"").await;
    mta.tell(b'D', b"H{tls_version}\0TLSv1.3\0").await;
    assert_eq!(mta.letter(b'H', b"two\0").await, 'c');
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    assert_eq!(
        probe.seen(),
        [
            "helo one cipher=NULL",
            "helo two tls_version=TLSv1.3",
            "mail <a> tls_version=TLSv1.3"
        ]
    );
}

#[tokio::test]
async fn recipients_and_data_again_after_data_was_refused() {
    let data = std::sync::atomic::AtomicUsize::new(0);
    let probe = Probe::scripted(move |line| {
        let refused = line == "data" && data.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2;
        if refused { refusal() } else { Act::Continue }
    });
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    assert_eq!(mta.letter(b'R', b"<b>\0").await, 'c');
    assert_eq!(mta.letter(b'T', b"").await, 'y');
    assert_eq!(mta.letter(b'T', b"").await, 'y');
    assert_eq!(mta.letter(b'R', b"<c>\0").await, 'c');
    assert_eq!(mta.letter(b'T', b"").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
    assert_eq!(
        probe.seen(),
        [
            "mail <a>", "rcpt <b>", "data", "data", "rcpt <c>", "data", "end"
        ]
    );
}

#[tokio::test]
async fn a_refused_recipient_is_one_recipient() {
    let probe = Probe::answering("rcpt <no>", refusal);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    assert_eq!(mta.letter(b'R', b"<no>\0").await, 'y');
    assert_eq!(mta.letter(b'R', b"<yes>\0").await, 'c');
    assert_eq!(mta.letter(b'R', b"<no>\0").await, 'y');
    assert_eq!(mta.letter(b'T', b"").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
}

#[tokio::test]
async fn a_recipient_that_the_mta_refused() {
    for asked in [true, false] {
        let bit = if asked {
            Protocol::REJECTED_RECIPIENTS
        } else {
            Protocol::NONE
        };
        let probe = Probe::new().wishing(Wish::new().protocol(bit));
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.negotiate().await;
        assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
        mta.tell(b'D', b"R{rcpt_mailer}\0error\0{rcpt_addr}\0User unknown\0")
            .await;
        assert_eq!(mta.letter(b'R', b"<x>\0").await, 'c');
        mta.tell(b'D', b"R{rcpt_mailer}\0smtp\0").await;
        assert_eq!(mta.letter(b'R', b"<b>\0").await, 'c');
        assert_eq!(
            probe.seen(),
            [
                "mail <a>",
                if asked { "rejected <x>" } else { "rcpt <x>" },
                "rcpt <b>"
            ]
        );
    }
}

#[tokio::test]
async fn messages_of_one_connection_do_not_mix() {
    let probe =
        Probe::answering("rcpt <no>", || Act::Discard).watching(&["i", "auth_authen", "rcpt_addr"]);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.tell(b'D', b"Mi\x001\0{auth_authen}\0me\0").await;
    assert_eq!(mta.letter(b'M', b"<one>\0").await, 'c');
    mta.tell(b'D', b"R{rcpt_addr}\0b\0").await;
    assert_eq!(mta.letter(b'R', b"<b>\0").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
    mta.tell(b'D', b"M").await;
    assert_eq!(mta.letter(b'M', b"<two>\0").await, 'c');
    assert_eq!(mta.letter(b'R', b"<no>\0").await, 'd');
    // Sendmail sends no abort after the last word on a message.
    mta.tell(b'D', b"Mi\x003\0").await;
    assert_eq!(mta.letter(b'M', b"<three>\0").await, 'c');
    assert_eq!(mta.letter(b'R', b"<b>\0").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
    let expected = [
        "mail <one> i=1 auth_authen=me",
        "rcpt <b> i=1 auth_authen=me rcpt_addr=b",
        "end i=1 auth_authen=me rcpt_addr=b",
        "mail <two>",
        "rcpt <no>",
        "mail <three> i=3",
        "rcpt <b> i=3",
        "end i=3",
    ];
    assert_eq!(probe.seen(), expected);
}

#[tokio::test]
async fn a_new_connection_on_the_same_socket() {
    let probe = Probe::new().watching(&["j"]);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.tell(b'D', b"Cj\0mx\0").await;
    assert_eq!(mta.letter(b'C', b"one\0U").await, 'c');
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    mta.tell(b'K', b"").await;
    assert_eq!(mta.letter(b'C', b"two\0U").await, 'c');
    mta.tell(b'K', b"").await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'C', b"three\0U").await, 'c');
    mta.tell(b'Q', b"").await;
    mta.ended().await;
    let expected = [
        "connect one unknown j=mx",
        "mail <a> j=mx",
        "abort",
        "close",
        "connect two unknown",
        "close",
        "connect three unknown",
        "close",
    ];
    let mut seen = probe.until("close").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    seen.extend(probe.seen());
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_message_right_after_another_and_one_that_was_not_ended() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    for abort in [false, true, false] {
        assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
        assert_eq!(shown(&mta.end().await), ["c"]);
        if abort {
            mta.tell(b'A', b"").await;
        }
    }
    probe.seen();
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    assert_eq!(mta.letter(b'M', b"<b>\0").await, 'c');
    assert_eq!(probe.seen(), ["mail <a>", "abort", "mail <b>"]);
}

#[tokio::test]
async fn unknown_commands_change_nothing() {
    let probe = Probe::answering("unknown BAR j=1 i=2 x=3", refusal).watching(&["j", "i", "x"]);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'U', b"FOO\0").await, 'c');
    mta.tell(b'D', b"Hj\x001\0").await;
    assert_eq!(mta.letter(b'H', b"x\0").await, 'c');
    mta.tell(b'D', b"Mi\x002\0").await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    mta.tell(b'D', b"Ux\x003\0").await;
    assert_eq!(mta.letter(b'U', b"BAR\0").await, 'y');
    assert_eq!(mta.letter(b'R', b"<b>\0").await, 'c');
    assert_eq!(mta.letter(b'U', b"FOO\0").await, 'c');
    assert_eq!(mta.letter(b'T', b"").await, 'c');
    let expected = [
        "unknown FOO",
        "helo x j=1",
        "mail <a> j=1 i=2",
        "unknown BAR j=1 i=2 x=3",
        "rcpt <b> j=1 i=2",
        "unknown FOO j=1 i=2",
        "data j=1 i=2",
    ];
    assert_eq!(probe.seen(), expected);
}

#[tokio::test]
async fn the_last_piece_of_the_body_with_the_end() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    probe.seen();
    assert_eq!(mta.letter(b'B', b"one ").await, 'c');
    assert_eq!(mta.letter(b'E', b"two").await, 'c');
    assert_eq!(probe.seen(), ["body one ", "body two", "end"]);
}

#[tokio::test]
async fn the_last_piece_may_be_refused() {
    let probe = Probe::answering("body two", refusal);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    assert_eq!(mta.letter(b'E', b"two").await, 'y');
    mta.message(&[]).await;
    assert_eq!(mta.letter(b'E', b"three").await, 'c');
}

#[tokio::test]
async fn steps_are_missing() {
    // Every step that leaves at least one out is a place to begin once MAIL was not wanted.
    let all: [Step; 6] = [
        (b'R', b"<b>\0"),
        (b'T', b""),
        (b'L', b"A\0 b\0"),
        (b'N', b""),
        (b'B', b"x"),
        (b'E', b""),
    ];
    for first in 0..all.len() {
        let probe = Probe::new().wishing(Wish::new().protocol(Protocol::NO_MAIL));
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.negotiate().await;
        for _ in 0..2 {
            for (letter, payload) in &all[first..] {
                assert_eq!(mta.letter(*letter, payload).await, 'c');
            }
        }
        assert_eq!(probe.seen().len(), 2 * (all.len() - first));
    }
}

#[tokio::test]
async fn commands_out_of_place_are_refused_for_now_and_the_next_message_is_fine() {
    let cases: [(&[Step], u8, &[u8]); 7] = [
        (&[], b'R', b"<b>\0"),
        (&[], b'L', b"A\0 b\0"),
        (&[], b'E', b""),
        (&[(b'M', b"<a>\0"), (b'L', b"A\0 b\0")], b'R', b"<b>\0"),
        (&[(b'M', b"<a>\0"), (b'N', b"")], b'L', b"A\0 b\0"),
        (&[(b'M', b"<a>\0"), (b'B', b"x")], b'N', b""),
        (&[(b'M', b"<a>\0"), (b'B', b"x")], b'T', b""),
    ];
    for (before, letter, payload) in cases {
        let probe = Probe::new();
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.negotiate().await;
        for (letter, payload) in before {
            assert_eq!(mta.letter(*letter, payload).await, 'c');
        }
        assert_eq!(mta.letter(letter, payload).await, 't');
        if letter != b'E' {
            assert_eq!(shown(&mta.end().await), ["t"]);
        }
        mta.message(&[]).await;
        assert_eq!(shown(&mta.end().await), ["c"]);
        let aborts = probe.seen().iter().filter(|line| *line == "abort").count();
        assert_eq!(aborts, usize::from(!before.is_empty()));
    }
}

#[tokio::test]
async fn mail_submitted_on_the_host_itself() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(
        mta.letter(b'C', b"localhost\x004\0\x00127.0.0.1\0").await,
        'c'
    );
    assert_eq!(mta.letter(b'H', b"localhost\0").await, 'c');
    assert_eq!(mta.letter(b'M', b"root@example.org\0").await, 'c');
    assert_eq!(mta.letter(b'R', b"b@example.net\0").await, 'c');
    assert_eq!(mta.letter(b'T', b"").await, 'c');
    assert_eq!(mta.letter(b'N', b"").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
    mta.tell(b'Q', b"").await;
    mta.ended().await;
    let expected = [
        "connect localhost 127.0.0.1 0",
        "helo localhost",
        "mail root@example.org",
        "rcpt b@example.net",
        "data",
        "eoh",
        "end",
        "close",
    ];
    assert_eq!(probe.until("close").await, expected);
}

#[tokio::test]
async fn header_values_arrive_whole() {
    let values: [&[u8]; 9] = [
        b" plain",
        b"",
        b" ",
        b"\t tab",
        b"\n folded at once",
        b" a\n b\n\tc",
        b" a\n \n b",
        b" trailing  ",
        b" \xFF\xC3\xA4",
    ];
    for (offered, space) in [(PROTOCOL, ""), (0x7F, " ")] {
        let probe = Probe::new();
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.offer(6, ACTIONS, offered).await;
        assert_eq!(mta.letter(b'M', b"<>\0").await, 'c');
        probe.seen();
        for value in values {
            assert_eq!(
                mta.letter(b'L', &[b"X-A\0", value, b"\0"].concat()).await,
                'c'
            );
            assert_eq!(
                probe.seen(),
                [format!("header X-A:{space}{}", value.escape_ascii())]
            );
        }
    }
}

#[tokio::test]
async fn accept_is_for_the_connection_or_for_the_message() {
    let probe = Probe::answering("helo friend", || Act::Accept);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'H', b"friend\0").await, 'a');
    // Some MTAs go on all the same.
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'a');
    assert_eq!(shown(&mta.end().await), ["a"]);
    assert_eq!(probe.seen(), ["helo friend"]);

    let probe = Probe::answering("mail <friend>", || Act::Accept);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<friend>\0").await, 'a');
    assert_eq!(mta.letter(b'M', b"<other>\0").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
    assert_eq!(probe.seen(), ["mail <friend>", "mail <other>", "end"]);
}

#[tokio::test]
async fn a_refusal_stays_for_whatever_still_comes_of_the_message() {
    let probe = Probe::answering("header A: b", refusal);
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    for (letter, payload) in [
        (b'L', "A\0 b\0"),
        (b'L', "C\0 d\0"),
        (b'N', ""),
        (b'B', "x"),
        (b'E', ""),
    ] {
        assert_eq!(mta.letter(letter, payload.as_bytes()).await, 'y');
    }
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    assert_eq!(probe.seen(), ["mail <a>", "header A: b", "mail <a>"]);
}
