//! Floods of packets that cost their sender nothing: the connection ends, the log says why, and others go on.

mod mta;

use mta::probe::Probe;
use mta::{Mta, packet, shown};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Packets in each flood.
const FLOOD: usize = 1_000_000;

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0.lock().expect("lock"), "{field}={value:?} ");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
        self.0.lock().expect("lock").push('\n');
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Sends the packet again and again until the connection is gone, and gives how many octets of answers came meanwhile.
async fn flood(mut mta: Mta, flood: &[u8]) -> Result<usize, &'static str> {
    let many = flood.repeat(1000);
    let mut heard = 0;
    for _ in 0..FLOOD / 1000 {
        if !mta.try_raw(&many).await {
            return Ok(heard);
        }
        heard += mta.rest_now().await;
    }
    Err("the flood was taken to its end")
}

/// A flood of this packet, in a message or outside, ends the connection; another one goes on.
async fn check(way: &[(u8, &str)], letter: u8, payload: &str) {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let probe = Probe::new();
    let server = probe.serve().await;
    let (mut mta, mut other) = (server.mta().await, server.mta().await);
    mta.negotiate().await;
    other.negotiate().await;
    for (letter, payload) in way {
        assert_eq!(mta.letter(*letter, payload.as_bytes()).await, 'c');
    }
    let taken = flood(mta, &packet(letter, payload.as_bytes())).await;
    let name = char::from(letter);
    assert!(
        taken.is_ok_and(|heard| heard < 5 * 300_000),
        "{name} {taken:?}"
    );
    probe.until("close").await;
    let told = log.0.lock().expect("lock").clone();
    let reason = "reason=too many packets that end no message";
    assert_eq!(told.matches(reason).count(), 1, "{name}: {told}");
    other.message(&[]).await;
    assert_eq!(shown(&other.end().await), ["c"]);
}

#[tokio::test]
async fn a_million_macros() {
    check(&[], b'D', "Mi\0Q1\0{auth_authen}\0me\0").await;
}

#[tokio::test]
async fn a_million_aborts() {
    check(&[], b'A', "").await;
}

#[tokio::test]
async fn a_million_empty_pieces_of_a_body() {
    check(&[(b'M', "<a>\0"), (b'R', "<b>\0")], b'B', "").await;
}

#[tokio::test]
async fn a_million_recipients() {
    check(&[(b'M', "<a>\0")], b'R', "<b@example.net>\0").await;
}

#[tokio::test]
async fn a_million_header_fields() {
    check(&[(b'M', "<a>\0"), (b'R', "<b>\0")], b'L', "A\0b\0").await;
}

#[tokio::test]
async fn the_message_of_a_flood_is_refused_for_now() {
    let probe = Probe::new();
    let server = probe.serve_with(|settings| settings.packets = 100).await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    for _ in 0..98 {
        assert_eq!(mta.letter(b'R', b"<b>\0").await, 'c');
    }
    assert_eq!(mta.letter(b'R', b"<b>\0").await, 't');
    mta.ended().await;
    let seen = probe.until("close").await;
    assert_eq!(seen[seen.len() - 2..], ["abort", "close"]);
}

#[tokio::test]
async fn messages_one_after_the_other_are_no_flood() {
    let probe = Probe::new();
    let server = probe.serve_with(|settings| settings.packets = 100).await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    for _ in 0..50 {
        mta.message(&[]).await;
        assert_eq!(shown(&mta.end().await), ["c"]);
    }
}

#[tokio::test]
async fn a_message_for_a_hundred_thousand_recipients_is_no_flood() {
    let probe = Probe::new()
        .wishing(tamis_milter::Wish::new().protocol(tamis_milter::Protocol::SILENT_RCPT));
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    let one = [packet(b'D', b"R{rcpt_addr}\0b\0"), packet(b'R', b"<b>\0")].concat();
    for _ in 0..100 {
        mta.raw(&one.repeat(1000)).await;
    }
    assert_eq!(shown(&mta.end().await), ["c"]);
    assert_eq!(probe.seen().len(), 100_002);
}

/// Sends a packet for ever, an octet at a time, until the server has had enough.
async fn dribble(mut mta: Mta) {
    mta.negotiate().await;
    let octets = packet(b'D', &[b'x'; 1_000]);
    for octet in octets {
        if !mta.raw_or_gone(&[octet]).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a packet that took 20 seconds was waited for");
}

#[tokio::test]
async fn who_dribbles_keeps_no_place_from_others() {
    let probe = Probe::new();
    let server = probe
        .serve_with(|settings| {
            settings.connections = 20;
            settings.packet = Duration::from_millis(500);
        })
        .await;
    let mut dribbling = Vec::new();
    for _ in 0..20 {
        dribbling.push(tokio::spawn(dribble(server.mta().await)));
    }
    // Every place is taken; this one waits until they are thrown out, each after the time for one packet.
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    assert_eq!(shown(&mta.end().await), ["c"]);
    for dribbler in dribbling {
        dribbler.await.expect("thrown out");
    }
}
