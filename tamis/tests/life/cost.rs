//! What it costs to have given up files and system calls: processor time of two daemons, one confined and one not, that get
//! the same messages in turn. Prints a table; nothing is asserted of it, because machines differ.

use crate::descriptors::used;
use crate::started::Started;
use crate::support;
use crate::talk::{TODAY, Talk};
use std::path::Path;
use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::payload;

/// How often each daemon has its turn.
const TURNS: usize = 10;

/// A message, and how many of it are sent in a turn.
struct Kind {
    name: &'static str,
    count: usize,
    fields: Vec<(&'static str, &'static [u8])>,
    body: Vec<u8>,
}

fn kinds() -> [Kind; 3] {
    let text =
        |octets: usize| b"The quick brown fox jumps over the lazy dog.\r\n".repeat(octets / 46);
    let attachment: [(&str, &[u8]); 4] = [
        ("Subject", b" x"),
        ("MIME-Version", b" 1.0"),
        (
            "Content-Type",
            b" application/octet-stream; name=\"run.exe\"",
        ),
        ("Content-Transfer-Encoding", b" base64"),
    ];
    [
        Kind {
            name: "14 kB of text, in memory",
            count: 1_000,
            fields: vec![("Subject", b" x")],
            body: text(14_000),
        },
        Kind {
            name: "400 kB of text, in a file",
            count: 100,
            fields: vec![("Subject", b" x")],
            body: text(400_000),
        },
        Kind {
            name: "a program, taken out and kept",
            count: 200,
            fields: attachment.to_vec(),
            body: base64_lines(&payload::executable()).into_bytes(),
        },
    ]
}

/// A daemon, and a connection to it.
fn daemon(place: &Path, confine: &str) -> (Started, Talk) {
    let started = Started::new(place, &format!("confine = \"{confine}\"\n"));
    let mut talk = Talk::open(&format!("127.0.0.1:{}", started.port()), TODAY);
    talk.client("192.0.2.1", 2_525);
    (started, talk)
}

/// Sends a turn of messages. Gives the hundredths of a second that they have cost.
fn turn((started, talk): &mut (Started, Talk), kind: &Kind) -> u64 {
    let before = used(started.id());
    for _ in 0..kind.count {
        assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
        talk.content(&kind.fields, &kind.body, 65_000);
        let end = talk.end();
        assert_eq!(end.last().map(|packet| packet.0), Some(b'c'));
    }
    used(started.id()) - before
}

#[test]
#[ignore = "it measures: cargo test --release -p tamis --test life -- --ignored --nocapture cost"]
fn what_confinement_costs() {
    let places = [support::directory(), support::directory()];
    let mut free = daemon(places[0].path(), "off");
    let mut confined = daemon(places[1].path(), "on");
    println!("| message | off, ms | on, ms | ratio |\n|---|---|---|---|");
    for kind in kinds() {
        let mut spent = (0, 0);
        for _ in 0..TURNS {
            spent.0 += turn(&mut free, &kind);
            spent.1 += turn(&mut confined, &kind);
        }
        let messages = f64::from(u32::try_from(kind.count * TURNS).expect("a number"));
        let each =
            |spent: u64| f64::from(u32::try_from(spent).expect("a number")) * 10.0 / messages;
        let (off, on) = (each(spent.0), each(spent.1));
        println!("| {} | {off:.3} | {on:.3} | {:.2} |", kind.name, on / off);
    }
    assert!(free.0.stop().success() && confined.0.stop().success());
}
