//! Hard cases of framing and of connections that end badly, over real sockets.

mod mta;

use bytes::Bytes;
use mta::probe::{Act, Probe};
use mta::{ACTIONS, Mta, PROTOCOL, packet, shown};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tamis_milter::{Actions, Delivery, Edits, Wish};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SESSION: &[(u8, &[u8])] = &[
    (b'D', b"Cj\0mx.example\0"),
    (b'C', b"client.example\x004\x04\xd2192.0.2.1\0"),
    (b'H', b"client.example\0"),
    (b'M', b"<a@example.org>\0SIZE=5\0"),
    (b'R', b"<b@example.net>\0"),
    (b'T', b""),
    (b'L', b"Subject\0 hi\0"),
    (b'N', b""),
    (b'B', b"text\r\n"),
    (b'E', b""),
    (b'Q', b""),
];

/// The whole session in pieces of this many octets: what the MTA hears and what the filter sees.
async fn in_pieces(size: usize) -> (Vec<u8>, Vec<String>) {
    let probe = Probe::new();
    let server = probe.serve().await;
    let offer = packet(b'O', &[6, ACTIONS, PROTOCOL].map(u32::to_be_bytes).concat());
    let all: Vec<u8> = [offer]
        .into_iter()
        .chain(
            SESSION
                .iter()
                .map(|(letter, payload)| packet(*letter, payload)),
        )
        .flatten()
        .collect();
    let mut socket = TcpStream::connect(("127.0.0.1", server.port))
        .await
        .expect("connect");
    socket.set_nodelay(true).expect("nodelay");
    for piece in all.chunks(size) {
        socket.write_all(piece).await.expect("write");
        if size < 10 {
            tokio::task::yield_now().await;
        }
    }
    let mut heard = Vec::new();
    socket.read_to_end(&mut heard).await.expect("read");
    (heard, probe.until("close").await)
}

#[tokio::test]
async fn any_fragmentation_is_the_same() {
    let whole = in_pieces(100_000).await;
    assert_eq!(whole.1.len(), 10, "{:?}", whole.1);
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(in_pieces(size).await, whole, "{size}");
    }
}

/// Inside a message, these octets end the connection after this answer; the filter hears abort and close once each.
async fn check_end(octets: &[u8], answer: Option<&str>) {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[("Subject", " hi")]).await;
    mta.raw(octets).await;
    if octets.is_empty() || answer == Some("end") {
        mta.hang_up().await;
    } else if let Some(answer) = answer {
        assert_eq!(shown(&[mta.hear().await]), [answer]);
    }
    mta.ended().await;
    let seen = probe.until("close").await;
    let told: Vec<_> = seen
        .iter()
        .filter(|line| *line == "abort" || *line == "close")
        .collect();
    assert_eq!(told, ["abort", "close"], "{}", octets.escape_ascii());
}

#[tokio::test]
async fn a_packet_of_length_zero() {
    check_end(&[0, 0, 0, 0], None).await;
}

#[tokio::test]
async fn a_packet_beyond_the_limit() {
    check_end(&[0xFF, 0xFF, 0xFF, 0xFF], None).await;
    check_end(&[0x00, 0x10, 0x00, 0x01, b'B'], None).await;
}

#[tokio::test]
async fn the_largest_packet_is_taken() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    assert_eq!(mta.letter(b'B', &vec![b'x'; (1 << 20) - 1]).await, 'c');
    assert!(probe.seen().contains(&"body 1048575 octets".to_owned()));
}

#[tokio::test]
async fn the_end_outside_a_message() {
    let probe = Probe::new();
    let server = probe.serve().await;
    for negotiated in [false, true] {
        let mut mta = server.mta().await;
        if negotiated {
            mta.negotiate().await;
        }
        mta.hang_up().await;
        mta.ended().await;
        assert_eq!(probe.until("close").await, ["close"]);
    }
}

#[tokio::test]
async fn the_end_inside_a_message() {
    check_end(b"", None).await;
}

#[tokio::test]
async fn the_end_inside_a_packet() {
    check_end(&[0, 0, 1], Some("end")).await;
    check_end(&[0, 0, 0, 9, b'B', b'x'], Some("end")).await;
}

#[tokio::test]
async fn an_unknown_letter() {
    check_end(&packet(b'?', b""), None).await;
    check_end(&packet(0, b"xyz"), None).await;
}

#[tokio::test]
async fn a_payload_is_missing() {
    for letter in *b"CMRLU" {
        check_end(&packet(letter, b""), Some("t")).await;
        check_end(&packet(letter, b"x"), Some("t")).await;
    }
    check_end(&packet(b'H', b"x"), Some("t")).await;
}

#[tokio::test]
async fn what_can_do_without_a_payload() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'H', b"").await, 'c');
    mta.message(&[]).await;
    assert_eq!(mta.letter(b'B', b"").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
}

#[tokio::test]
async fn too_few_or_too_many_strings() {
    for payload in [
        "Name\0",
        "Name\0value",
        "Name\0value\0more\0",
        "Name\0value\0more",
    ] {
        check_end(&packet(b'L', payload.as_bytes()), Some("t")).await;
    }
}

#[tokio::test]
async fn a_slow_packet_ends_the_connection_a_slow_mta_does_not() {
    let probe = Probe::new();
    let server = probe
        .serve_with(|settings| settings.packet = Duration::from_millis(150))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(mta.letter(b'H', b"x\0").await, 'c');
    // An octet now and then does not help: the time is that of the whole packet.
    let (mut late, mut seen) = (0, Vec::new());
    for octet in &packet(b'H', &[b'x'; 60])[..50] {
        mta.poke(*octet).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
        seen.extend(probe.seen());
        if seen.contains(&"close".to_owned()) {
            break;
        }
        late += 1;
    }
    assert!(late < 30, "it went on for {late} octets");
    mta.ended().await;
    assert_eq!(seen, ["helo x", "close"]);
}

#[tokio::test]
async fn an_idle_connection_ends_at_last() {
    let probe = Probe::new();
    let server = probe
        .serve_with(|settings| settings.idle = Duration::from_millis(100))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.ended().await;
    assert_eq!(probe.until("close").await, ["close"]);
}

#[tokio::test]
async fn who_says_nothing_at_all_does_not_keep_a_place() {
    let probe = Probe::new();
    let server = probe
        .serve_with(|settings| settings.packet = Duration::from_millis(100))
        .await;
    let (mut stranger, mut mta) = (server.mta().await, server.mta().await);
    mta.negotiate().await;
    stranger.ended().await;
    assert_eq!(mta.letter(b'H', b"x\0").await, 'c');
}

#[tokio::test]
async fn an_mta_that_does_not_read_holds_the_body_back() {
    let pulled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&pulled);
    let probe = Probe::answering("end", move || {
        let count = Arc::clone(&count);
        let endless = std::iter::repeat_with(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(Bytes::from(vec![b'x'; 1 << 16]))
        });
        Act::Deliver(Delivery {
            edits: Edits::new(),
            body: Some(Box::new(endless)),
        })
    });
    let probe = probe.wishing(Wish::new().needs(Actions::REPLACE_BODY));
    let server = probe
        .serve_with(|settings| settings.write = Duration::from_millis(300))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    mta.tell(b'E', b"").await;
    let seen = probe.until("close").await;
    assert!(seen.contains(&"abort".to_owned()), "{seen:?}");
    // What the kernel buffers, and no more.
    let pulled = pulled.load(Ordering::SeqCst);
    assert!((1..400).contains(&pulled), "{pulled}");
}

/// What a stranger's first octets lead to.
#[tokio::test]
async fn other_protocols_are_turned_away() {
    for first in [
        "GET / HTTP/1.1\r\n\r\n",
        "EHLO client.example\r\n",
        "\x16\x03\x01\x02\x00",
        "hello\r\n",
    ] {
        let probe = Probe::new();
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.raw(first.as_bytes()).await;
        mta.ended().await;
        assert_eq!(probe.until("close").await, ["close"], "{first}");
    }
}

#[tokio::test]
async fn commands_before_the_negotiation_and_a_second_one() {
    for letter in *b"CDHMRTLNBEAKU" {
        let probe = Probe::new();
        let server = probe.serve().await;
        let mut mta = server.mta().await;
        mta.tell(letter, b"x\0y\0").await;
        mta.ended().await;
    }
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta: Mta = server.mta().await;
    mta.negotiate().await;
    mta.tell(b'O', &[6, ACTIONS, PROTOCOL].map(u32::to_be_bytes).concat())
        .await;
    mta.ended().await;
}

#[tokio::test]
async fn an_offer_that_is_too_short_or_too_old() {
    for payload in [
        &[0, 0, 0, 6][..],
        &[0; 11],
        &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
    ] {
        let server = Probe::new().serve().await;
        let mut mta = server.mta().await;
        mta.tell(b'O', payload).await;
        mta.ended().await;
    }
}
