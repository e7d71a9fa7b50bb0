//! Commands that are not answered and commands that are left out, each alone.

use crate::case::{Case, Does};
use tamis_milter::Protocol;

/// Agreed on everywhere, so that values are shown as they were sent.
const LEADING_SPACE: u32 = Protocol::LEADING_SPACE.bits();

/// Each command with its silence, its omission, and the line that the filter sees.
const COMMANDS: &[(char, Protocol, Protocol, &str)] = &[
    (
        'C',
        Protocol::SILENT_CONNECT,
        Protocol::NO_CONNECT,
        "connect client.example 192.0.2.1 1234",
    ),
    ('H', Protocol::SILENT_HELO, Protocol::NO_HELO, "helo x"),
    (
        'U',
        Protocol::SILENT_UNKNOWN,
        Protocol::NO_UNKNOWN,
        "unknown FOO",
    ),
    ('M', Protocol::SILENT_MAIL, Protocol::NO_MAIL, "mail <a>"),
    ('R', Protocol::SILENT_RCPT, Protocol::NO_RCPT, "rcpt <b>"),
    ('T', Protocol::SILENT_DATA, Protocol::NO_DATA, "data"),
    (
        'L',
        Protocol::SILENT_HEADER,
        Protocol::NO_HEADER,
        "header A: b",
    ),
    (
        'N',
        Protocol::SILENT_END_OF_HEADERS,
        Protocol::NO_END_OF_HEADERS,
        "eoh",
    ),
    (
        'B',
        Protocol::SILENT_BODY,
        Protocol::NO_BODY,
        "body text\\r\\n",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = silences();
    cases.extend(unheard());
    cases.extend(omissions());
    cases.extend(all());
    cases
}

/// A whole connection where commands of these letters are sent so.
fn session(change: impl Fn(char) -> String) -> String {
    let turns: Vec<String> = COMMANDS
        .iter()
        .map(|(letter, ..)| change(*letter))
        .collect();
    format!("{} E=>c", turns.join(" "))
}

fn lines(without: char) -> Vec<&'static str> {
    let lines = COMMANDS.iter().filter(|(letter, ..)| *letter != without);
    lines
        .map(|(.., line)| *line)
        .chain(["end", "close"])
        .collect()
}

/// One silence agreed on: that command alone has no answer. Not offered: it has one like all others.
fn silences() -> Vec<Case> {
    let mut cases = Vec::new();
    for (letter, silence, ..) in COMMANDS {
        let bit = silence.bits() | LEADING_SPACE;
        let turns = |one: char| {
            if one == *letter {
                one.to_string()
            } else {
                format!("{one}=>c")
            }
        };
        let agreed = format!("O:6/1/{bit:x}=>O:6/0/{bit:x} {}", session(turns));
        let case = Case::new(format!("silent/{letter}"), agreed).protocol(*silence);
        cases.push(case.shows(&lines(' ')));
        let not = format!(
            "O:6/1/100000=>O:6/0/100000 {}",
            session(|one| format!("{one}=>c"))
        );
        let case = Case::new(format!("silent/{letter}-not-offered"), not).protocol(*silence);
        cases.push(case.shows(&lines(' ')));
        let unasked = format!(
            "O:6/1/{bit:x}=>O:6/0/100000 {}",
            session(|one| format!("{one}=>c"))
        );
        cases.push(Case::new(format!("silent/{letter}-not-asked-for"), unasked).shows(&lines(' ')));
    }
    cases
}

/// A word that is not heard is said with the next answer that is.
fn unheard() -> Vec<Case> {
    let words = [
        ("reject", Does::Reject, 'r'),
        ("tempfail", Does::TempFail, 't'),
        ("accept", Does::Accept, 'a'),
        ("fail", Does::Fail, 't'),
    ];
    let mut cases = Vec::new();
    for (letter, silence, _, line) in COMMANDS {
        for (name, does, said) in words {
            // An unknown command decides about nothing else, and cannot be accepted.
            if *letter == 'U' {
                continue;
            }
            // One recipient cannot be refused afterwards: the message has to wait.
            let said = if *letter == 'R' && said == 'r' {
                't'
            } else {
                said
            };
            let at = COMMANDS
                .iter()
                .position(|(one, ..)| one == letter)
                .unwrap_or_default();
            let bit = silence.bits() | LEADING_SPACE;
            let before = COMMANDS[..at].iter().map(|(one, ..)| format!("{one}=>c"));
            let after = COMMANDS[at + 1..].iter().map(|(one, ..)| match one {
                'U' => "U=>c".to_owned(),
                one => format!("{one}=>{said}"),
            });
            let turns: Vec<String> = before.chain([letter.to_string()]).chain(after).collect();
            let script = format!("O:6/1/{bit:x}=>O {} E=>{said}", turns.join(" "));
            let case = Case::new(format!("unheard/{name}-at-{letter}"), script);
            cases.push(case.protocol(*silence).when(line, does));
        }
    }
    cases
}

/// One omission agreed on: the filter does not see the command. Offered or not, one that comes is answered.
fn omissions() -> Vec<Case> {
    let mut cases = Vec::new();
    for (letter, _, omission, _) in COMMANDS {
        let bit = omission.bits() | LEADING_SPACE;
        let left_out = |one: char| {
            if one == *letter {
                String::new()
            } else {
                format!("{one}=>c")
            }
        };
        let answered = |one: char| format!("{one}=>c");
        for (name, offer, turns) in [
            (
                "left-out",
                format!("O:6/1/{bit:x}=>O:6/0/{bit:x}"),
                session(left_out),
            ),
            (
                "sent-all-the-same",
                format!("O:6/1/{bit:x}=>O:6/0/{bit:x}"),
                session(answered),
            ),
            (
                "not-offered",
                "O:6/1/100400=>O:6/0/100400".to_owned(),
                session(answered),
            ),
        ] {
            let case = Case::new(format!("omit/{letter}-{name}"), format!("{offer} {turns}"));
            cases.push(case.protocol(*omission).shows(&lines(*letter)));
        }
        let macros = format!("O:6/1/{bit:x}=>O D:{letter}j\\0h\\0 {}", session(left_out));
        let case = Case::new(format!("omit/{letter}-with-its-macros"), macros);
        cases.push(case.protocol(*omission).shows(&lines(*letter)));
    }
    cases
}

fn all() -> Vec<Case> {
    let both = Protocol::ALL_OMITTED | Protocol::ALL_SILENT;
    vec![
        Case::new(
            "silent/all",
            "O=>O C H U M R R T L L N B B E=>c M R T L N B E=>c A M E=>c",
        )
        .protocol(Protocol::ALL_SILENT),
        Case::new(
            "silent/all-at-an-old-mta",
            "O:2/3f/7f=>O:2/0/0 C=>c H=>c message",
        )
        .protocol(Protocol::ALL_SILENT),
        Case::new("omit/all", "O=>O E=>c E=>c A E=>c")
            .protocol(Protocol::ALL_OMITTED)
            .shows(&["end", "end", "end", "close"]),
        Case::new(
            "omit/all-at-an-old-mta",
            "O:2/3f/0=>O:2/0/3f C=>c H=>c message U=>c",
        )
        .protocol(Protocol::ALL_OMITTED)
        .shows(&["end", "close"]),
        Case::new("omit/all-and-silent", "O=>O C H U M R T L N B E=>c")
            .protocol(both)
            .shows(&["end", "close"]),
    ]
}
