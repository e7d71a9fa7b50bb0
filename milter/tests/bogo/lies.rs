//! Lengths that lie, packets that end too early, and other protocols.

use crate::case::Case;

/// Where a connection may be when it happens, and what the filter hears then.
const PLACES: &[(&str, &str, &[&str])] = &[
    ("at-the-start", "", &["close"]),
    ("negotiated", "O=>O", &["close"]),
    (
        "in-the-envelope",
        "O=>O M=>c R=>c",
        &["mail <a>", "rcpt <b>", "abort", "close"],
    ),
    (
        "in-the-body",
        "O=>O M=>c B=>c",
        &["mail <a>", "body text\\r\\n", "abort", "close"],
    ),
    (
        "after-the-end",
        "O=>O M=>c E=>c",
        &["mail <a>", "end", "close"],
    ),
    (
        "after-an-abort",
        "O=>O M=>c A",
        &["mail <a>", "abort", "close"],
    ),
];

/// Octets that end the connection wherever they come.
const LIES: &[(&str, &str)] = &[
    ("length-0", "\\0\\0\\0\\0"),
    ("length-0-and-more", "\\0\\0\\0\\0M<a>\\0"),
    ("length-2^31", "\\x80\\0\\0\\0M"),
    ("length-2^31-1", "\\x7f\\xff\\xff\\xffB"),
    ("length-2^32-1", "\\xff\\xff\\xff\\xffB"),
    ("one-above-the-limit", "\\x00\\x10\\x00\\x01B"),
    ("length-1-of-nothing", "\\0\\0\\0\\x01\\0"),
    ("unknown-letter-z", "\\0\\0\\0\\x01z"),
    ("unknown-letter-ff", "\\0\\0\\0\\x01\\xff"),
    ("lower-case-m", "\\0\\0\\0\\x05m<a>\\0"),
    ("a-reply", "\\0\\0\\0\\x01c"),
];

/// What may be left of a packet when the connection ends.
const STUMPS: &[(&str, &str)] = &[
    ("nothing", ""),
    ("one-octet", "\\0"),
    ("three-octets", "\\0\\0\\0"),
    ("the-length", "\\0\\0\\0\\x06"),
    ("length-and-letter", "\\0\\0\\0\\x06M"),
    ("all-but-one", "\\0\\0\\0\\x06M<a>"),
    ("a-large-promise", "\\0\\x10\\0\\0B"),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (place, way, shows) in PLACES {
        for (lie, octets) in LIES {
            let script = format!("{way} raw:{octets}=>end");
            cases.push(Case::new(format!("lie/{lie}/{place}"), script).shows(shows));
        }
        for (stump, octets) in STUMPS {
            let script = if octets.is_empty() {
                format!("{way} eof")
            } else {
                format!("{way} raw:{octets} eof")
            };
            cases.push(Case::new(format!("cut/{stump}/{place}"), script).shows(shows));
        }
    }
    cases.extend(strangers());
    cases.extend(limits());
    cases
}

/// Other protocols at this port; text inside a connection is a length that lies.
fn strangers() -> Vec<Case> {
    let words = [
        ("http", "GET\\s/\\sHTTP/1.1\\r\\n\\r\\n"),
        ("smtp", "EHLO\\sclient\\r\\n"),
        ("tls", "\\x16\\x03\\x01\\x02\\x00\\x01\\x00"),
        ("proxy-v1", "PROXY\\sTCP4\\s192.0.2.1\\r\\n"),
        ("proxy-v2", "\\r\\n\\r\\n\\0\\r\\nQUIT\\n"),
        ("ssh", "SSH-2.0-OpenSSH\\r\\n"),
    ];
    let at_start = words.map(|(name, octets)| {
        Case::new(format!("stranger/{name}"), format!("raw:{octets}=>end")).shows(&["close"])
    });
    let later = words.map(|(name, octets)| {
        let script = format!("O=>O M=>c raw:{octets}=>end");
        let shows = ["mail <a>", "abort", "close"];
        Case::new(format!("stranger/{name}-later"), script).shows(&shows)
    });
    at_start.into_iter().chain(later).collect()
}

/// Sizes around each limit: what fits is taken, what does not ends the connection.
fn limits() -> Vec<Case> {
    let taken = [
        ("body-0", "B:=>c"),
        ("body-1", "B:x=>c"),
        ("body-65535", "B:*65535=>c"),
        ("body-65536", "B:*65536=>c"),
        ("body-262143", "B:*262143=>c"),
        ("body-1048575", "B:*1048575=>c"),
        ("body-1048576", "B:*1048576=>end"),
        ("end-with-65535", "E:*65535=>c"),
        ("end-with-1048575", "E:*1048575=>c"),
        ("end-with-1048576", "E:*1048576=>end"),
        ("data-with-octets", "T:*10=>c"),
        ("end-of-header-with-octets", "N:*10=>c"),
        ("abort-with-octets", "A:*70000 M=>c"),
    ];
    taken
        .map(|(name, turn)| Case::new(format!("limit/{name}"), format!("O=>O M=>c {turn}")))
        .into()
}
