//! Every command in every state: what comes back, and what comes back to the message after that.
//!
//! | sign | meaning |
//! |---|---|
//! | `c` `a` `d` `r` `t` `s` `O` | this answer |
//! | `.` | no answer, and the connection goes on |
//! | `x` | no answer, and the connection ends |

use crate::case::{Case, Does};

const COMMANDS: &str = "ODCH M RTLNBE AKQ UZ";

/// The way to a state, and what comes back to each of [`COMMANDS`].
const STATES: &[(&str, &str, &str)] = &[
    ("start", "", "Oxxx x xxxxxx xxx xx"),
    ("negotiated", "O=>O", "x.cc c tttttt ..x cx"),
    ("connected", "O=>O C=>c", "x.cc c tttttt ..x cx"),
    ("greeted", "O=>O C=>c H=>c", "x.cc c tttttt ..x cx"),
    ("mail", "O=>O M=>c", "x.cc c cccccc ..x cx"),
    ("recipient", "O=>O M=>c R=>c", "x.cc c cccccc ..x cx"),
    ("data", "O=>O M=>c R=>c T=>c", "x.cc c cccccc ..x cx"),
    ("field", "O=>O M=>c R=>c L=>c", "x.cc c ttcccc ..x cx"),
    ("end-of-header", "O=>O M=>c N=>c", "x.cc c ttttcc ..x cx"),
    ("body", "O=>O M=>c N=>c B=>c", "x.cc c ttttcc ..x cx"),
    ("ended", "O=>O message", "x.cc c tttttt ..x cx"),
    ("aborted", "O=>O M=>c R=>c A", "x.cc c tttttt ..x cx"),
    ("aborted-twice", "O=>O M=>c A A", "x.cc c tttttt ..x cx"),
    ("new-connection", "O=>O C=>c K", "O.cc c tttttt ..x cx"),
    ("out-of-place", "O=>O R=>t", "x.cc c tttttt ..x cx"),
    (
        "late-recipient",
        "O=>O M=>c L=>c R=>t",
        "x.cc c tttttt ..x cx",
    ),
    ("unknown-command", "O=>O U=>c", "x.cc c tttttt ..x cx"),
    ("macros", "O=>O D", "x.cc c tttttt ..x cx"),
];

const CONNECT: &str = "connect client.example 192.0.2.1 1234";
const BODY: &str = "body text\\r\\n";

/// The same where the filter said a last word on the way; behind it the word on the next message.
const WORDS: &[(&str, Does, &str, &str, &str)] = &[
    (
        CONNECT,
        Does::Reject,
        "O=>O C=>r",
        "x.rr r tttttt ..x cx",
        "r",
    ),
    (
        CONNECT,
        Does::Accept,
        "O=>O C=>a",
        "x.aa a tttttt ..x cx",
        "a",
    ),
    (
        "helo x",
        Does::TempFail,
        "O=>O H=>t",
        "x.ct t tttttt ..x cx",
        "t",
    ),
    (
        "mail <a>",
        Does::Reject,
        "O=>O M=>r",
        "x.cc r rrrrrr ..x cx",
        "c",
    ),
    (
        "mail <a>",
        Does::Accept,
        "O=>O M=>a",
        "x.cc a aaaaaa ..x cx",
        "c",
    ),
    (
        "rcpt <b>",
        Does::Reject,
        "O=>O M=>c R=>r",
        "x.cc c rccccc ..x cx",
        "c",
    ),
    (
        "rcpt <b>",
        Does::Accept,
        "O=>O M=>c R=>a",
        "x.cc c aaaaaa ..x cx",
        "c",
    ),
    (
        "data",
        Does::TempFail,
        "O=>O M=>c T=>t",
        "x.cc c ctcccc ..x cx",
        "c",
    ),
    (
        "data",
        Does::Discard,
        "O=>O M=>c T=>d",
        "x.cc c dddddd ..x cx",
        "c",
    ),
    (
        "header A: b",
        Does::Discard,
        "O=>O M=>c L=>d",
        "x.cc c dddddd ..x cx",
        "c",
    ),
    (
        "header A: b",
        Does::Fail,
        "O=>O M=>c L=>t",
        "x.cc c tttttt ..x cx",
        "c",
    ),
    (
        "eoh",
        Does::Reject,
        "O=>O M=>c N=>r",
        "x.cc c rrrrrr ..x cx",
        "c",
    ),
    (
        "eoh",
        Does::Panic,
        "O=>O M=>c N=>t",
        "x.cc c tttttt ..x cx",
        "c",
    ),
    (
        BODY,
        Does::Skip,
        "O=>O M=>c B=>s",
        "x.cc c ttttsc ..x cx",
        "c",
    ),
    (
        BODY,
        Does::Accept,
        "O=>O M=>c B=>a",
        "x.cc c aaaaaa ..x cx",
        "c",
    ),
    (
        "unknown FOO",
        Does::Reject,
        "O=>O U=>r",
        "x.cc c tttttt ..x rx",
        "c",
    ),
    (
        "end",
        Does::Reject,
        "O=>O M=>c E=>r",
        "x.cc c tttttt ..x cx",
        "c",
    ),
    (
        "end",
        Does::Discard,
        "O=>O M=>c E=>d",
        "x.cc c tttttt ..x cx",
        "c",
    ),
    (
        "end",
        Does::Fail,
        "O=>O M=>c E=>t",
        "x.cc c tttttt ..x cx",
        "c",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let states = STATES.iter().flat_map(|(name, way, answers)| {
        row(answers).map(move |(command, sign)| {
            let script = format!("{way} {}", turns(command, sign, 'c'));
            Case::new(format!("state/{name}/{command}"), script)
        })
    });
    let words = WORDS.iter().flat_map(|(line, does, way, answers, next)| {
        let word = line.split(' ').next().unwrap_or_default();
        let said = way.chars().last().unwrap_or_default();
        row(answers).map(move |(command, sign)| {
            let next = next.chars().next().unwrap_or_default();
            // A new connection is a new matter, and so is a new greeting if it was the name that was refused.
            let forgotten = command == 'K' || (command == 'C' && word == "helo");
            let next = if forgotten { 'c' } else { next };
            let script = format!("{way} {}", turns(command, sign, next));
            Case::new(format!("word/{word}-{said}/{command}"), script).when(line, *does)
        })
    });
    states.chain(words).collect()
}

/// Each command with its sign.
fn row(answers: &'static str) -> impl Iterator<Item = (char, char)> {
    let bare = |text: &'static str| text.chars().filter(|char| *char != ' ');
    assert_eq!(bare(answers).count(), bare(COMMANDS).count(), "{answers}");
    bare(COMMANDS).zip(bare(answers))
}

/// The command, then the begin of a message that the filter has nothing to say about.
fn turns(command: char, sign: char, next: char) -> String {
    let after = format!("A M:<next>\\0=>{next} R:<next>\\0=>{next} A");
    match sign {
        'x' => format!("{command}=>end"),
        '.' => format!("{command} {after}"),
        sign => format!("{command}=>{sign} {after}"),
    }
}
