//! Several messages on one connection, and every way in which one may end before its time.

use crate::case::{Case, Does};
use crate::script::MESSAGE;

/// What the filter is shown of a whole message.
const SHOWN: &[&str] = &[
    "mail <a>",
    "rcpt <b>",
    "data",
    "header A: b",
    "eoh",
    "body text\\r\\n",
    "end",
];

/// Ways to break off: what the MTA sends, and what the filter hears of a message that is open.
const BREAKS: &[(&str, &str, &[&str], bool)] = &[
    ("abort", "A", &["abort"], true),
    ("abort-twice", "A A", &["abort"], true),
    (
        "next-mail",
        "M:<c>\\0=>c A",
        &["abort", "mail <c>", "abort"],
        true,
    ),
    ("new-connection", "K", &["abort", "close"], true),
    (
        "new-client",
        "C=>c",
        &["abort", "connect client.example 192.0.2.1 1234"],
        true,
    ),
    ("quit", "Q=>end", &["abort"], false),
    ("abort-quit", "A Q=>end", &["abort"], false),
    ("end-of-file", "eof", &["abort"], false),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = breaks();
    cases.extend(series());
    cases.extend(asides());
    cases
}

/// Broken off after each command, then, where the connection lives, a whole message.
fn breaks() -> Vec<Case> {
    let turns: Vec<&str> = MESSAGE.split(' ').collect();
    let mut cases = Vec::new();
    for done in 1..turns.len() {
        for (name, turn, heard, lives) in BREAKS {
            let after = if *lives { "message" } else { "" };
            let script = format!("O=>O {} {turn} {after}", turns[..done].join(" "));
            let mut shows: Vec<&str> = SHOWN[..done].to_vec();
            shows.extend(*heard);
            if *lives {
                shows.extend(SHOWN);
            }
            shows.push("close");
            let at = &turns[done - 1][..1];
            cases.push(Case::new(format!("break/{name}-after-{at}"), script).shows(&shows));
        }
    }
    cases
}

/// Messages one after the other; what became of one does not matter to the next.
fn series() -> Vec<Case> {
    let words = [
        ("accepted", Does::Accept, 'a'),
        ("discarded", Does::Discard, 'd'),
        ("rejected", Does::Reject, 'r'),
        ("refused-for-now", Does::TempFail, 't'),
        ("failed", Does::Fail, 't'),
        ("panicked", Does::Panic, 't'),
    ];
    let odd = "M:<odd>\\0";
    let mut cases: Vec<Case> = words
        .iter()
        .flat_map(|(name, does, letter)| {
            ["", "A", "A A", "E-"].map(|ending| {
                let end = if ending == "E-" {
                    format!("E=>{letter}")
                } else {
                    ending.to_owned()
                };
                let script = format!("O=>O message {odd}=>{letter} {end} message A message");
                Case::new(format!("series/{name}-then-{ending}"), script).when("mail <odd>", *does)
            })
        })
        .collect();
    let long = format!("O=>O C=>c H=>c {}", "message ".repeat(50));
    cases.push(Case::new("series/fifty", long));
    let apart = format!("O=>O C=>c H=>c {}", "message A ".repeat(50));
    cases.push(Case::new("series/fifty-with-aborts", apart));
    let sockets = format!("O=>O {}", "C=>c H=>c message K ".repeat(10));
    cases.push(Case::new("series/ten-connections-on-one-socket", sockets));
    cases
}

/// HELO and unknown commands between the commands of a message change nothing about it.
fn asides() -> Vec<Case> {
    let turns: Vec<&str> = MESSAGE.split(' ').collect();
    let mut cases = Vec::new();
    for done in 0..=turns.len() {
        for (name, turn) in [("helo", "H=>c"), ("unknown", "U=>c"), ("macros", "D")] {
            let (before, after) = turns.split_at(done);
            let script = format!("O=>O {} {turn} {}", before.join(" "), after.join(" "));
            cases.push(Case::new(format!("aside/{name}-at-{done}"), script));
        }
    }
    cases
}
