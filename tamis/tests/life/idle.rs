//! Connections on which nothing happens: MTAs keep them for minutes, and there are thousands.

use crate::started::Started;
use crate::support::{self, PATIENCE};
use crate::talk::{TODAY, Talk, letters};
use std::fs;

/// Connections at the same time.
const CROWD: u64 = 500;

/// Octets that one may take. It takes about 3,200, and 3,700 after a message; what an allocator adds is not in our hands.
const MOST: u64 = 6 << 10;

/// Resident octets of a process.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kib = line.and_then(|it| it.split_whitespace().next());
    kib.and_then(|it| it.parse::<u64>().ok()).expect("a number") << 10
}

/// Sends a short message. Gives the letters of the end.
fn send(talk: &mut Talk) -> String {
    talk.client("192.0.2.1", 2_525);
    assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
    talk.content(&[("Subject", b" x")], b"hello world\r\n", 60_000);
    letters(&talk.end())
}

#[test]
fn a_silent_connection_takes_a_few_kibibytes() {
    let dir = support::directory();
    let mut started = Started::new(dir.path(), "");
    let address = format!("127.0.0.1:{}", started.port());
    let open = || Talk::open(&address, TODAY);
    // What is made once is made before.
    for mut talk in (0..20).map(|_| open()).collect::<Vec<_>>() {
        assert_eq!(send(&mut talk), "c");
    }
    let before = resident(started.id());
    let mut crowd: Vec<Talk> = (0..CROWD).map(|_| open()).collect();
    let negotiated = resident(started.id()).saturating_sub(before) / CROWD;
    for talk in &mut crowd {
        assert_eq!(send(talk), "c");
    }
    let used = resident(started.id()).saturating_sub(before) / CROWD;
    assert!(
        negotiated < MOST && used < MOST,
        "{negotiated} octets for each, {used} after a message"
    );
    drop(crowd);
    support::wait_for("the end", PATIENCE, || {
        started.stop().success().then_some(())
    });
}
