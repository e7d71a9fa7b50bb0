//! How much mail may be on its way at once: what does not fit is refused for now, and nobody else is.

mod daemon;
mod support;
#[allow(dead_code, reason = "other tests use more of it")]
#[path = "hard_cases/talk.rs"]
mod talk;

use daemon::Daemon;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use support::PATIENCE;
use talk::{Packet, TODAY, Talk, letters};

/// Keeps what it is told.
const POLICY: &str = "";

/// What is sent at a time.
const PIECE: usize = 64 << 10;

fn started(place: &std::path::Path) -> (Daemon, u16) {
    let metrics = support::free_port();
    let further = format!(
        "[limits]\nmessage_size = \"1MiB\"\nin_flight = \"1MiB\"\n[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n"
    );
    (Daemon::start(place, POLICY, &further), metrics)
}

fn session(daemon: &Daemon) -> Talk {
    let mut talk = Talk::open(&daemon.address(), TODAY);
    talk.client("192.0.2.1", 2_525);
    talk
}

/// Begins a message of the announced size, if there is one.
fn mail(talk: &mut Talk, size: Option<usize>) -> Packet {
    let size = size.map(|size| format!("SIZE={size}\0"));
    let sender = format!("<a@example.com>\0{}", size.unwrap_or_default());
    talk.ask(b'M', sender.as_bytes())
}

/// Recipient and header.
fn header(talk: &mut Talk) {
    assert_eq!(talk.letter(b'R', b"<b@example.org>\0"), 'c');
    assert_eq!(talk.letter(b'T', b""), 'c');
    assert_eq!(talk.letter(b'L', b"Subject\0 x\0"), 'c');
    assert_eq!(talk.letter(b'N', b""), 'c');
}

/// Pieces of a body, until one is answered with anything but "continue". Gives their number, and that answer.
fn body(talk: &mut Talk, pieces: usize) -> (usize, Option<Packet>) {
    let piece = [b"x".repeat(PIECE - 2), b"\r\n".to_vec()].concat();
    for count in 0..pieces {
        let answer = talk.ask(b'B', &piece);
        if answer.0 != b'c' {
            return (count, Some(answer));
        }
    }
    (pieces, None)
}

#[track_caller]
fn is_refused(answer: &Packet) {
    let text = String::from_utf8_lossy(&answer.1);
    assert_eq!(answer.0, b'y', "{text}");
    assert!(text.starts_with("452 4.3.1 "), "{text}");
}

/// The value of a metric.
fn metric(port: u16, name: &str) -> u64 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("a deadline");
    let request = b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n";
    stream.write_all(request).expect("written");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("a page");
    let line = page.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|rest| rest.trim().parse().ok());
    value.unwrap_or_else(|| panic!("{name} is not in {page}"))
}

#[test]
fn a_message_that_announces_too_much_is_refused_at_once() {
    let dir = support::directory();
    let (daemon, metrics) = started(dir.path());
    let mut talk = session(&daemon);
    is_refused(&mail(&mut talk, Some(2 << 20)));
    // What is not announced, or not a number, is found out later.
    assert_eq!(mail(&mut talk, Some(1 << 20)).0, b'c');
    assert_eq!(talk.letter(b'M', b"<a@example.com>\0SIZE=much\0"), 'c');
    let told = &daemon.events("no room for a message")[0];
    assert_eq!(
        (told["octets"].as_u64(), told["most"].as_u64()),
        (Some(2 << 20), Some(1 << 20))
    );
    assert_eq!(metric(metrics, "tamis_in_flight_most_bytes"), 1 << 20);
    let refused = "tamis_no_room_total{full=\"octets\"}";
    assert_eq!(metric(metrics, refused), 1);
}

#[test]
fn a_message_that_grows_too_large_is_refused_and_gives_its_room_back() {
    let dir = support::directory();
    let (daemon, metrics) = started(dir.path());
    let mut talk = session(&daemon);
    for round in 1..=3 {
        assert_eq!(mail(&mut talk, None).0, b'c');
        header(&mut talk);
        let (pieces, answer) = body(&mut talk, 20);
        assert_eq!(pieces, 15, "the header takes room too");
        is_refused(&answer.expect("a refusal"));
        // The MTA goes on as long as it likes: the answer is the same.
        is_refused(&talk.ask(b'B', b"more"));
        is_refused(&talk.end()[0]);
        let refused = "tamis_no_room_total{full=\"octets\"}";
        assert_eq!(metric(metrics, refused), round);
        assert_eq!(metric(metrics, "tamis_in_flight_bytes"), 0);
    }
    assert_eq!(mail(&mut talk, None).0, b'c');
    header(&mut talk);
    assert_eq!(body(&mut talk, 15), (15, None));
    assert_eq!(letters(&talk.end()), "c", "all room is there");
}

#[test]
fn whoever_came_first_goes_on() {
    let dir = support::directory();
    let (daemon, _) = started(dir.path());
    let (mut first, mut second) = (session(&daemon), session(&daemon));
    assert_eq!(mail(&mut first, None).0, b'c');
    header(&mut first);
    assert_eq!(body(&mut first, 10), (10, None));
    // What is left is known, and enough for a smaller one.
    is_refused(&mail(&mut second, Some(8 * PIECE)));
    assert_eq!(mail(&mut second, None).0, b'c');
    header(&mut second);
    let (pieces, answer) = body(&mut second, 8);
    assert_eq!(pieces, 5);
    is_refused(&answer.expect("a refusal"));
    assert_eq!(body(&mut first, 5), (5, None));
    assert_eq!(letters(&first.end()), "c");
    assert_eq!(mail(&mut second, Some(8 * PIECE)).0, b'c');
    header(&mut second);
    assert_eq!(body(&mut second, 8), (8, None));
    assert_eq!(letters(&second.end()), "c");
}

#[test]
fn a_connection_that_breaks_gives_its_room_back() {
    let dir = support::directory();
    let (daemon, metrics) = started(dir.path());
    let mut talk = session(&daemon);
    assert_eq!(mail(&mut talk, None).0, b'c');
    header(&mut talk);
    assert_eq!(body(&mut talk, 10), (10, None));
    drop(talk);
    support::wait_for("the room", PATIENCE, || {
        (metric(metrics, "tamis_in_flight_bytes") == 0).then_some(())
    });
    let mut talk = session(&daemon);
    assert_eq!(mail(&mut talk, Some(15 * PIECE)).0, b'c');
    header(&mut talk);
    assert_eq!(body(&mut talk, 15), (15, None));
    assert_eq!(letters(&talk.end()), "c");
}
