//! Hard cases that no other group has: recipients, missing steps, large and odd headers, pieces of bodies.

use crate::case::Case;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = envelopes();
    cases.extend(steps());
    cases.extend(headers());
    cases.extend(bodies());
    cases
}

fn envelopes() -> Vec<Case> {
    let parameters: Vec<String> = (1..=20)
        .map(|number| format!("P{number}={number}"))
        .collect();
    let many = format!("O=>O M:<a>\\0{}\\0=>c E=>c", parameters.join("\\0"));
    let shown = format!("mail <a> {}", parameters.join(" "));
    vec![
        Case::new("hc27/no-helo", "O=>O C=>c message"),
        Case::new("hc27/neither-connect-nor-helo", "O=>O message"),
        Case::new(
            "hc31/duplicate-recipients",
            "O=>O M=>c R=>c R=>c R:<c>\\0=>c R=>c T=>c E=>c",
        )
        .shows(&[
            "mail <a>", "rcpt <b>", "rcpt <b>", "rcpt <c>", "rcpt <b>", "data", "end", "close",
        ]),
        Case::new("hc38/twenty-parameters", many).shows(&[shown.as_str(), "end", "close"]),
        Case::new("hc41/no-macros-at-all", "O=>O C=>c H=>c message message"),
        Case::new(
            "hc41/queue-id-late",
            "O=>O D:M M=>c D:R R=>c D:Ti\\0Q1\\0 T=>c E=>c",
        ),
    ]
}

/// Steps that old MTAs do not know, or that were left out.
fn steps() -> Vec<Case> {
    let old = "O:2/3f/7f=>O:2/0/0";
    let ways = [
        ("no-data", "M=>c R=>c L=>c N=>c B=>c E=>c"),
        ("no-end-of-header", "M=>c R=>c T=>c L=>c B=>c E=>c"),
        ("no-header", "M=>c R=>c T=>c N=>c B=>c E=>c"),
        ("no-header-nor-its-end", "M=>c R=>c T=>c B=>c E=>c"),
        ("no-body", "M=>c R=>c T=>c L=>c N=>c E=>c"),
        ("no-recipient", "M=>c T=>c L=>c N=>c B=>c E=>c"),
        ("end-after-the-recipient", "M=>c R=>c E=>c"),
        ("end-after-mail", "M=>c E=>c"),
    ];
    let case = |(name, way): (&str, &str)| {
        let today = Case::new(format!("hc37/{name}"), format!("O=>O {way} {way}"));
        let before = Case::new(
            format!("hc37/{name}-in-version-2"),
            format!("{old} {way} {way}"),
        );
        [today, before]
    };
    ways.into_iter().flat_map(case).collect()
}

fn headers() -> Vec<Case> {
    let long = "v".repeat(60_000);
    let many = "L=>c ".repeat(300);
    let mut shown = vec!["mail <a>"];
    shown.extend(vec!["header A: b"; 300]);
    shown.extend(["eoh", "end", "close"]);
    vec![
        Case::new(
            "hc44/a-long-value",
            format!("O=>O M=>c L:n\\0{long}\\0=>c E=>c"),
        )
        .shows(&["mail <a>", &format!("header n:{long}"), "end", "close"]),
        Case::new(
            "hc44/the-longest-name",
            format!("O=>O M=>c L:{long}\\0v\\0=>c E=>c"),
        ),
        Case::new(
            "hc44/three-hundred-fields",
            format!("O=>O M=>c {many}N=>c E=>c"),
        )
        .shows(&shown),
        Case::new(
            "hc44/white-space-alone",
            "O=>O M=>c L:n\\0\\s\\n\\s\\n\\sx\\s\\s\\0=>c E=>c",
        )
        .shows(&["mail <a>", "header n: \\n \\n x  ", "end", "close"]),
        Case::new("hc46/no-field-at-all", "O=>O M=>c N=>c B=>c E=>c").shows(&[
            "mail <a>",
            "eoh",
            "body text\\r\\n",
            "end",
            "close",
        ]),
        Case::new(
            "hc47/a-body-like-a-header",
            "O=>O M=>c L=>c N=>c B:X-Not:\\sone\\r\\n=>c E=>c",
        )
        .shows(&[
            "mail <a>",
            "header A: b",
            "eoh",
            "body X-Not: one\\r\\n",
            "end",
            "close",
        ]),
    ]
}

fn bodies() -> Vec<Case> {
    let ends = |lines: &[&str]| -> Vec<String> {
        let whole = ["mail <a>"]
            .into_iter()
            .chain(lines.iter().copied())
            .chain(["end", "close"]);
        whole.map(str::to_owned).collect()
    };
    let large = "B:*65535=>c ".repeat(80);
    vec![
        Case::new("hc48/cr-and-lf-apart", "O=>O M=>c B:a\\r=>c B:\\nb=>c E=>c")
            .shows(&ends(&["body a\\r", "body \\nb"])),
        Case::new(
            "hc48/one-octet-each",
            "O=>O M=>c B:-=>c B:-=>c B:b=>c B:\\r=>c B:\\n=>c E=>c",
        )
        .shows(&ends(&[
            "body -", "body -", "body b", "body \\r", "body \\n",
        ])),
        Case::new("hc48/utf-8-apart", "O=>O M=>c B:\\xc3=>c B:\\xa4=>c E=>c")
            .shows(&ends(&["body \\xc3", "body \\xa4"])),
        Case::new("hc49/no-body", "O=>O M=>c N=>c E=>c").shows(&ends(&["eoh"])),
        Case::new("hc49/an-empty-line", "O=>O M=>c B:\\r\\n=>c E=>c")
            .shows(&ends(&["body \\r\\n"])),
        Case::new("hc49/no-end-of-line", "O=>O M=>c B:x=>c E=>c").shows(&ends(&["body x"])),
        Case::new(
            "hc50/every-bare-octet",
            "O=>O M=>c B:a\\rb\\nc\\0\\xff=>c E=>c",
        )
        .shows(&ends(&["body a\\rb\\nc\\x00\\xff"])),
        Case::new("hc50/a-long-line", "O=>O M=>c B:*5000=>c E=>c")
            .shows(&ends(&["body 5000 octets"])),
        Case::new("hc52/five-megabytes", format!("O=>O M=>c {large}E=>c")),
    ]
}
