//! A daemon with few file descriptors: nobody hangs, nothing is lost, and it does not burn the processor.

use crate::started::Started;
use crate::support::{self, PATIENCE};
use crate::talk::{TODAY, Talk, letters};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::fs;
use std::thread;
use std::time::Duration;

/// Descriptors of the daemon: 128 stay in reserve, 96 are for connections, and 30 for messages.
const FEW: u64 = 256;
const CONNECTIONS: usize = 96;
const MESSAGES: usize = 6;

fn open(started: &Started) -> Talk {
    Talk::open(&format!("127.0.0.1:{}", started.port()), TODAY)
}

/// Sends a body of so many octets. Gives the letters of the end.
fn send(talk: &mut Talk, octets: usize) -> String {
    talk.client("192.0.2.1", 2_525);
    assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
    talk.content(
        &[("Subject", b" x")],
        &b"hello world\r\n".repeat(octets / 13),
        60_000,
    );
    letters(&talk.end())
}

#[test]
fn those_that_are_too_many_wait_and_are_served() {
    let dir = support::directory();
    let mut started = Started::limited(dir.path(), "", FEW);
    let told = &started.events("too few descriptors")[0];
    let number = |key: &str| told[key].as_u64().expect("a number");
    assert_eq!(number("most"), FEW);
    assert_eq!(number("connections"), CONNECTIONS as u64);
    assert_eq!(number("messages"), MESSAGES as u64);
    assert_eq!(number("wanted"), 1_000);

    let held: Vec<Talk> = (0..CONNECTIONS).map(|_| open(&started)).collect();
    let port = started.port();
    let waiting: Vec<_> = (0..CONNECTIONS + 10)
        .map(|_| {
            thread::spawn(move || {
                let mut talk = Talk::open(&format!("127.0.0.1:{port}"), TODAY);
                send(&mut talk, 100)
            })
        })
        .collect();
    started.wait_for("every place is taken", 1);
    for mut talk in held {
        assert_eq!(send(&mut talk, 300_000), "c");
    }
    for thread in waiting {
        assert_eq!(thread.join().expect("served"), "c");
    }
    assert!(started.events("cannot accept a connection").is_empty());
    assert!(started.stop().success());
}

#[test]
fn messages_that_are_too_many_wait_and_are_refused_for_now() {
    let dir = support::directory();
    let mut started = Started::limited(dir.path(), "", FEW);
    let mut held: Vec<Talk> = (0..MESSAGES).map(|_| open(&started)).collect();
    for talk in &mut held {
        talk.client("192.0.2.1", 2_525);
        assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
    }
    // Its turn comes when one of them ends.
    let mut next = open(&started);
    next.client("192.0.2.1", 2_525);
    next.tell(b'M', b"<a@example.com>\0");
    thread::sleep(Duration::from_millis(100));
    held.pop().expect("a message").tell(b'A', b"");
    assert_eq!(next.hear().0, b'c');
    // Nobody ends.
    let mut late = open(&started);
    late.client("192.0.2.1", 2_525);
    let (letter, text) = late.ask(b'M', b"<a@example.com>\0");
    assert_eq!(letter, b'y');
    let text = String::from_utf8_lossy(&text);
    assert!(text.starts_with("452 4.3.1 "), "{text}");
    assert_eq!(
        started.events("no room for a message")[0]["full"],
        "messages"
    );
    drop((held, next, late));
    assert!(started.stop().success());
}

/// Bounds the descriptors of a running process.
fn bound(process: u32, most: u64) {
    let process = i32::try_from(process).expect("a process id");
    let limit = Rlimit {
        current: Some(most),
        maximum: Some(FEW),
    };
    prlimit(Pid::from_raw(process), Resource::Nofile, limit).expect("bounded");
}

/// Hundredths of a second that a process has used the processor.
pub(crate) fn used(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let (_, rest) = status.rsplit_once(") ").expect("a name");
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<u64>().expect("ticks");
    ticks(11) + ticks(12)
}

#[test]
fn without_any_left_nobody_is_lost_and_nothing_spins() {
    let dir = support::directory();
    let mut started = Started::limited(dir.path(), "[spool]\nmemory = \"0B\"\n", FEW);
    let (id, port) = (started.id(), started.port());
    let (mut small, mut large) = (open(&started), open(&started));
    bound(id, 0);
    let waiting = thread::spawn(move || {
        let mut talk = Talk::open(&format!("127.0.0.1:{port}"), TODAY);
        send(&mut talk, 300_000)
    });
    started.wait_for("cannot accept a connection", 1);
    let before = used(id);
    // Who is there already is served; what does not fit into memory is refused for now.
    assert_eq!(send(&mut small, 100), "c");
    large.client("192.0.2.1", 2_525);
    assert_eq!(large.envelope(&["<b@example.org>"]), "c");
    assert_eq!(large.letter(b'T', b""), 'c');
    assert_eq!(large.letter(b'L', b"Subject\0 x\0"), 'c');
    assert_eq!(large.letter(b'N', b""), 'c');
    let answers: Vec<u8> = (0..6)
        .map(|_| large.ask(b'B', &b"x".repeat(60_000)).0)
        .collect();
    assert!(answers.contains(&b't'), "{answers:?}");
    thread::sleep(Duration::from_secs(1));
    let spent = used(id) - before;
    assert!(spent < 70, "{spent} hundredths of a second for nothing");
    assert_eq!(started.events("cannot accept a connection").len(), 1);

    bound(id, FEW);
    assert_eq!(waiting.join().expect("served in the end"), "c");
    large.tell(b'A', b"");
    assert_eq!(send(&mut open(&started), 300_000), "c");
    support::wait_for("the end", PATIENCE, || {
        started.stop().success().then_some(())
    });
}
