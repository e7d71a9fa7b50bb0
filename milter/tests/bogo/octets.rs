//! NUL, eight-bit octets, line ends and nothing at all in every field of every command.

use crate::case::Case;

/// Octets that any string may hold.
const ODD: &[(&str, &str)] = &[
    ("8-bit", "\\xe4\\xff\\x80"),
    ("utf-8", "\\xc3\\xa4\\xe2\\x82\\xac"),
    ("line-end", "a\\r\\nb"),
    ("bare-cr", "a\\rb"),
    ("bare-lf", "a\\nb"),
    ("escape", "\\x1b[31m"),
    ("delete", "\\x7f"),
    ("empty", ""),
    ("blank", "\\s"),
    ("percent", "%s%n"),
    (
        "long",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
    ),
];

/// Where a string may stand: the turn with `@` for it, and the line of the filter with `@` for it.
const FIELDS: &[(&str, &str, &str)] = &[
    ("host", "C:@\\0U=>c", "connect @ unknown"),
    (
        "path-of-a-client",
        "C:h\\0L\\0\\0@\\0=>c",
        "connect h unix @",
    ),
    ("helo", "H:@\\0=>c", "helo @"),
    ("sender", "M:@\\0=>c", "mail @"),
    ("parameter", "M:<a>\\0@\\0=>c", "mail <a> @"),
    ("recipient", "M=>c R:@\\0=>c", "rcpt @"),
    ("name", "M=>c L:@\\0v\\0=>c", "header @:v"),
    ("value", "M=>c L:n\\0@\\0=>c", "header n:@"),
    ("unknown", "U:@\\0=>c", "unknown @"),
    ("body", "M=>c B:@=>c", "body @"),
    ("last-piece", "M=>c E:@=>c", "body @"),
];

/// Payloads of the wrong shape: refused for now, then the connection ends.
const SHAPES: &[(&str, &str)] = &[
    ("connect-empty", "C:=>t,end"),
    ("connect-without-end", "C:host=>t,end"),
    ("connect-host-alone", "C:host\\0=>t,end"),
    ("connect-family-alone", "C:host\\04=>t,end"),
    ("connect-half-a-port", "C:host\\04\\0=>t,end"),
    ("connect-no-address", "C:host\\04\\0\\x19=>t,end"),
    (
        "connect-address-without-end",
        "C:host\\04\\0\\x19192.0.2.1=>t,end",
    ),
    (
        "connect-two-addresses",
        "C:host\\04\\0\\x19192.0.2.1\\0192.0.2.2\\0=>t,end",
    ),
    (
        "connect-nul-in-the-host",
        "C:ho\\0st\\04\\0\\x19192.0.2.1\\0=>t,end",
    ),
    ("helo-without-end", "H:x=>t,end"),
    ("helo-nul-inside", "H:a\\0b\\0=>t,end"),
    ("mail-empty", "M:=>t,end"),
    ("mail-without-end", "M:<a>=>t,end"),
    ("mail-parameter-without-end", "M:<a>\\0SIZE=1=>t,end"),
    ("recipient-empty", "M=>c R:=>t,end"),
    ("recipient-without-end", "M=>c R:<b>=>t,end"),
    ("field-empty", "M=>c L:=>t,end"),
    ("field-name-alone", "M=>c L:A\\0=>t,end"),
    ("field-value-without-end", "M=>c L:A\\0b=>t,end"),
    ("field-nul-in-the-value", "M=>c L:A\\0b\\0c\\0=>t,end"),
    ("field-nul-behind-the-value", "M=>c L:A\\0b\\0\\0=>t,end"),
    ("unknown-empty", "U:=>t,end"),
    ("unknown-without-end", "U:FOO=>t,end"),
    ("unknown-nul-inside", "U:F\\0O\\0=>t,end"),
];

/// Payloads that look wrong and are not.
const FINE: &[(&str, &str, &str)] = &[
    ("helo-empty", "H:=>c", "helo "),
    ("client-unknown", "C:h\\0U=>c", "connect h unknown"),
    (
        "client-unknown-with-more",
        "C:h\\0U\\0\\x19x\\0=>c",
        "connect h unknown",
    ),
    (
        "client-ipv6",
        "C:h\\06\\0\\x192001:db8::1\\0=>c",
        "connect h 2001:db8::1 25",
    ),
    (
        "client-ipv6-tagged",
        "C:h\\06\\0\\x19IPv6:2001:db8::1\\0=>c",
        "connect h 2001:db8::1 25",
    ),
    (
        "client-ipv4-in-ipv6",
        "C:h\\06\\0\\x19::ffff:192.0.2.1\\0=>c",
        "connect h 192.0.2.1 25",
    ),
    (
        "client-port-0",
        "C:h\\04\\0\\0127.0.0.1\\0=>c",
        "connect h 127.0.0.1 0",
    ),
    ("null-sender", "M:<>\\0=>c", "mail <>"),
    ("no-brackets", "M:a@example.org\\0=>c", "mail a@example.org"),
    ("source-route", "M:<@x,@y:a@z>\\0=>c", "mail <@x,@y:a@z>"),
    ("quoted", "M:<\"a\\sb\"@c>\\0=>c", "mail <\\\"a b\\\"@c>"),
    (
        "empty-parameter",
        "M:<a>\\0\\0SIZE=1\\0=>c",
        "mail <a>  SIZE=1",
    ),
    ("nul-in-the-body", "M=>c B:a\\0b=>c", "body a\\x00b"),
    ("nul-in-the-last-piece", "M=>c E:a\\0b=>c", "body a\\x00b"),
    (
        "lone-dots",
        "M=>c B:.\\r\\n..\\r\\n=>c",
        "body .\\r\\n..\\r\\n",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (field, turn, line) in FIELDS {
        for (what, octets) in ODD {
            // An empty last piece is no piece.
            if *field == "last-piece" && octets.is_empty() {
                continue;
            }
            let name = format!("octets/{what}-in-{field}");
            cases.push(one(
                name,
                &turn.replace('@', octets),
                &line.replace('@', &shown(octets)),
            ));
        }
    }
    for (name, turns) in SHAPES {
        cases.push(Case::new(
            format!("shape/{name}"),
            format!("O:6/1/1fffff=>O {turns}"),
        ));
    }
    for (name, turns, line) in FINE {
        cases.push(one(format!("fine/{name}"), turns, line));
    }
    cases
}

/// The line is shown among others, behind MAIL where that comes first.
fn one(name: String, turns: &str, line: &str) -> Case {
    let mut shows = Vec::new();
    if turns.starts_with("M=>c ") {
        shows.push("mail <a>".to_owned());
    }
    shows.push(line.to_owned());
    if turns.contains(" E:") {
        shows.push("end".to_owned());
    } else if turns.starts_with('M') {
        shows.push("abort".to_owned());
    }
    shows.push("close".to_owned());
    Case::new(name, format!("O:6/1/1fffff=>O {turns}")).shows(&shows)
}

/// Octets as the filter of the cases writes them down.
fn shown(octets: &str) -> String {
    octets.replace("\\s", " ")
}
