//! Last words before the end of a message, at every stage, and what follows them.

use crate::case::{Case, Does};
use crate::script::MESSAGE;

const WORDS: &[(&str, Does, &str)] = &[
    ("accept", Does::Accept, "a"),
    ("discard", Does::Discard, "d"),
    ("reject", Does::Reject, "r"),
    ("tempfail", Does::TempFail, "t"),
    (
        "reply-550",
        Does::Reply("550 5.7.1 no"),
        "y:550\\s5.7.1\\sno\\0",
    ),
    (
        "reply-421",
        Does::Reply("421 4.3.2 later"),
        "y:421\\s4.3.2\\slater\\0",
    ),
    (
        "reply-of-two-lines",
        Does::Reply("550 5.7.1 no\n5.7.1 100%"),
        "y:550-5.7.1\\sno\\r\\n550\\s5.7.1\\s5.7.1\\s100%%\\0",
    ),
    ("error", Does::Fail, "t"),
    ("panic", Does::Panic, "t"),
];

const LINES: &[&str] = &[
    "mail <a>",
    "rcpt <b>",
    "data",
    "header A: b",
    "eoh",
    "body text\\r\\n",
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, does, answer) in WORDS {
        for (at, line) in LINES.iter().enumerate() {
            cases.push(in_message(name, *does, answer, at, line));
        }
        if *name != "discard" {
            cases.extend(before_messages(name, *does, answer));
        }
    }
    cases.extend(ends());
    cases.extend(skips());
    cases
}

/// The word at one stage of a message. It is repeated for whatever still comes; a refusal of a recipient or of DATA is about
/// nothing else, unless the filter failed.
fn in_message(name: &str, does: Does, answer: &str, at: usize, line: &'static str) -> Case {
    let turns: Vec<&str> = MESSAGE.split(' ').collect();
    let letters = turns
        .iter()
        .map(|turn| turn.split('=').next().unwrap_or_default());
    let refusal = matches!(does, Does::Reject | Does::TempFail | Does::Reply(_));
    let goes_on = refusal && (line == "rcpt <b>" || line == "data");
    let script: Vec<String> = letters
        .enumerate()
        .map(|(number, letter)| {
            let word = if number == at || (number > at && !goes_on) {
                answer
            } else {
                "c"
            };
            format!("{letter}=>{word}")
        })
        .collect();
    let script = format!("O=>O {} M:<next>\\0=>c E=>c", script.join(" "));
    let word = line.split(' ').next().unwrap_or_default();
    Case::new(format!("early/{name}-at-{word}"), script).when(line, does)
}

/// The word before any message is about the whole connection.
fn before_messages(name: &str, does: Does, answer: &str) -> [Case; 2] {
    let rest = format!("M=>{answer} E=>{answer} A M=>{answer} A");
    let connect = format!("O=>O C=>{answer} H=>{answer} {rest} K message");
    let helo = format!("O=>O C=>c H=>{answer} {rest} K C=>c message");
    [
        Case::new(format!("early/{name}-at-connect"), connect)
            .when("connect client.example 192.0.2.1 1234", does),
        Case::new(format!("early/{name}-at-helo"), helo).when("helo x", does),
    ]
}

/// The last word itself: one packet, and the next message is a new one.
fn ends() -> Vec<Case> {
    let words = WORDS.iter().filter(|(name, ..)| *name != "accept");
    words
        .flat_map(|(name, does, answer)| {
            let after = "M=>c A M=>c A";
            [
                Case::new(
                    format!("end/{name}"),
                    format!("O=>O M=>c E=>{answer} {after}"),
                )
                .when("end", *does),
                Case::new(
                    format!("end/{name}-in-the-last-piece"),
                    format!("O=>O M=>c E:last=>{answer} {after}"),
                )
                .when("body last", *does),
            ]
        })
        .collect()
}

/// The rest of a body is skipped where the MTA knows the word.
fn skips() -> Vec<Case> {
    let body = "body text\\r\\n";
    let agreed = "O:6/1/400=>O:6/0/400";
    let cases = [
        (
            "known",
            format!("{agreed} M=>c B=>s B:more=>s B:more=>s E=>c"),
        ),
        (
            "not-known",
            "O:6/1/1=>O:6/0/0 M=>c B=>c B:more=>c B:more=>c E=>c".to_owned(),
        ),
        ("with-the-end", format!("{agreed} M=>c B=>s E:more=>c")),
        (
            "next-message",
            format!("{agreed} M=>c B=>s E=>c M=>c B:new=>c E=>c"),
        ),
        (
            "aborted",
            format!("{agreed} M=>c B=>s A M=>c B:new=>c E=>c"),
        ),
    ];
    let shows = [
        vec!["mail <a>", body, "end"],
        vec!["mail <a>", body, "end"],
        vec!["mail <a>", body, "end"],
        vec!["mail <a>", body, "end", "mail <a>", "body new", "end"],
        vec!["mail <a>", body, "abort", "mail <a>", "body new", "end"],
    ];
    let cases = cases
        .into_iter()
        .zip(shows)
        .map(|((name, script), mut shows)| {
            shows.push("close");
            Case::new(format!("skip/{name}"), script)
                .when("body text\\r\\n", Does::Skip)
                .shows(&shows)
        });
    cases.collect()
}
