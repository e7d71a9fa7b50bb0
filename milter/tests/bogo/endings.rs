//! The end of a message: changes, the new body and its packets, signs of progress, and nothing after the last word.

use crate::case::{Case, Does};

/// Everything up to the end, with one field that can be changed.
const WAY: &str = "M=>c R=>c T=>c L=>c N=>c B=>c";

/// The changes of `Does::Changes`, in the order in which both MTAs come to the same message.
const SENT: &str = "m:\\0\\0\\0\\x01A\\0\\s3\\0,h:X-End\\0\\s2\\0,i:\\0\\0\\0\\0X-Top\\0\\s1\\0,\
+:<c>\\0,-:<b>\\0,e:<>\\0\\0,q:odd\\0";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = changes();
    cases.extend(bodies());
    cases.extend(progress());
    cases
}

/// Changes that were agreed on are sent, and none if one of them was not.
fn changes() -> Vec<Case> {
    let script =
        |actions: u32, end: &str| format!("O:6/{actions:x}/1fffff=>O {WAY} E=>{end} M=>c A");
    let changing = |name: &str, script: String| {
        Case::new(format!("changes/{name}"), script)
            .likes(0xFF)
            .when("end", Does::Changes)
    };
    let mut cases = vec![
        changing("all-agreed", script(0xFF, &format!("{SENT},c"))),
        changing("none-agreed", script(0x100, "t")),
        changing(
            "with-other-sizes",
            format!("O:6/ff/3fffffff=>O {WAY} E=>{SENT},c M=>c A"),
        ),
        changing(
            "without-leading-space",
            format!(
                "O:6/ff/400=>O {WAY} E=>{},c M=>c A",
                SENT.replace("\\0\\s", "\\0")
            ),
        ),
        changing(
            "twice",
            format!("O:6/ff/1fffff=>O {WAY} E=>{SENT},c {WAY} E=>{SENT},c"),
        ),
    ];
    for bit in [0, 3, 4, 5, 6] {
        let without = 0xFF & !(1_u32 << bit);
        cases.push(changing(
            &format!("without-action-{bit}"),
            script(without, "t"),
        ));
    }
    // Adding a recipient can be done in two ways.
    let other = SENT.replace("+:<c>\\0", "2:<c>\\0\\0");
    cases.push(changing(
        "without-action-2",
        script(0xFB, &format!("{other},c")),
    ));
    cases.push(changing("without-both-ways-to-add", script(0x7B, "t")));
    cases.push(changing(
        "without-action-7",
        script(0x7F, &format!("{SENT},c")),
    ));
    // The field that is changed is not there: MTAs would add it.
    let absent = "O=>O M=>c R=>c T=>c L:B\\0\\sb\\0=>c N=>c E=>t M=>c";
    cases.push(changing("of-a-field-that-is-not-there", absent.to_owned()));
    cases
}

/// Packets of a new body are as large as was agreed on, come in one run, and none is empty unless the body is.
fn bodies() -> Vec<Case> {
    let replacing = |name: &str, offer: &str, lengths: &'static [usize], end: &str| {
        let script = format!("O:6/2/{offer}=>O {WAY} E=>{end} M=>c E=>{end}");
        Case::new(format!("new-body/{name}"), script)
            .likes(0xFF)
            .when("end", Does::Body(lengths))
    };
    vec![
        replacing("none", "1fffff", &[], "b,c"),
        replacing("empty-pieces", "1fffff", &[0, 0, 0], "b,c"),
        replacing("one-octet", "1fffff", &[1], "b*1,c"),
        replacing("small-pieces", "1fffff", &[1, 2, 3], "b*6,c"),
        replacing("65535", "1fffff", &[65_535], "b*65535,c"),
        replacing("65536", "1fffff", &[65_536], "b*65535,b*1,c"),
        replacing(
            "300000",
            "1fffff",
            &[300_000],
            "b*65535,b*65535,b*65535,b*65535,b*37860,c",
        ),
        replacing(
            "300000-with-256k",
            "101fffff",
            &[300_000],
            "b*262143,b*37857,c",
        ),
        replacing("300000-with-1m", "201fffff", &[300_000], "b*300000,c"),
        replacing("300000-with-both", "301fffff", &[300_000], "b*300000,c"),
        replacing("1048575-with-1m", "201fffff", &[1_048_575], "b*1048575,c"),
        replacing(
            "1048576-with-1m",
            "201fffff",
            &[1_048_576],
            "b*1048575,b*1,c",
        ),
        Case::new(
            "new-body/without-the-action",
            format!("O:6/1/1fffff=>O {WAY} E=>t M=>c A"),
        )
        .likes(0xFF)
        .when("end", Does::Body(&[10])),
        Case::new(
            "new-body/breaks-off",
            format!("O=>O {WAY} E=>b*65535,t M=>c A"),
        )
        .likes(0xFF)
        .when("end", Does::BrokenBody),
    ]
}

/// Signs of progress come while the filter works at the end of a message, before the first piece of a new body, and nowhere
/// else.
fn progress() -> Vec<Case> {
    let working = |name: &str, line: &'static str, does: Does, script: String| {
        Case::new(format!("progress/{name}"), script)
            .likes(0xFF)
            .when(line, does)
    };
    vec![
        working(
            "at-the-end",
            "end",
            Does::Works(200),
            format!("O=>O {WAY} E=>p+,c M=>c A"),
        ),
        working(
            "not-at-mail",
            "mail <a>",
            Does::Works(100),
            "O=>O M=>c A".to_owned(),
        ),
        working(
            "not-at-a-field",
            "header A: b",
            Does::Works(100),
            format!("O=>O {WAY} E=>c"),
        ),
        working(
            "not-at-a-piece",
            "body text\\r\\n",
            Does::Works(100),
            format!("O=>O {WAY} E=>c"),
        ),
        working(
            "in-the-last-piece",
            "body last",
            Does::Works(200),
            "O=>O M=>c E:last=>p+,c M=>c A".to_owned(),
        ),
        working(
            "not-between-pieces",
            "end",
            Does::SlowBody(200),
            format!("O=>O {WAY} E=>p+,b*65535,b*4465,b*65535,b*4465,b*65535,b*4465,c M=>c A"),
        ),
        working(
            "not-after-the-end",
            "end",
            Does::Works(100),
            format!("O=>O {WAY} E=>p+,c H=>c U=>c message").replace("message", "M:<z>\\0=>c A"),
        ),
    ]
}
