//! Macros at odd places and of odd shapes: never answered, never fatal unless they are beyond the limits.

use crate::case::Case;

/// Packets of macros that are taken as far as they go.
const SHAPES: &[(&str, &str)] = &[
    ("usual", "D"),
    ("no-letter", "D:"),
    ("letter-alone", "D:M"),
    ("unknown-letter", "D:zi\\0Q\\0"),
    ("letter-of-the-offer", "D:Oi\\0Q\\0"),
    ("letter-of-an-abort", "D:Ai\\0Q\\0"),
    ("letter-nul", "D:\\0i\\0Q\\0"),
    ("letter-ff", "D:\\xffi\\0Q\\0"),
    ("odd-number", "D:Mi\\0Q\\0j\\0"),
    ("name-alone", "D:Mi\\0"),
    ("no-end", "D:Mi\\0Q"),
    ("no-end-at-all", "D:Mi"),
    ("empty-name", "D:M\\0Q\\0"),
    ("empty-value", "D:Mi\\0\\0"),
    ("nothing-but-ends", "D:M\\0\\0\\0\\0\\0\\0"),
    ("same-name-twice", "D:Mi\\0Q1\\0i\\0Q2\\0"),
    ("braces", "D:M{i}\\0Q\\0"),
    ("half-a-brace", "D:M{\\0Q\\0}\\0Q\\0"),
    ("eight-bit", "D:M\\xff\\xc3\\0\\xe4\\x80\\0"),
    ("line-ends", "D:Mi\\0Q\\r\\nX:\\sy\\0"),
    ("long-value", "D:*60000"),
    ("largest", "D:*65535"),
];

/// Where they come, and the turns after them.
const PLACES: &[(&str, &str, &str)] = &[
    ("before-connect", "O=>O", "C=>c message"),
    ("before-mail", "O=>O C=>c H=>c", "message"),
    ("between-recipients", "O=>O M=>c R=>c", "R=>c T=>c E=>c"),
    ("inside-the-header", "O=>O M=>c L=>c", "L=>c N=>c E=>c"),
    ("inside-the-body", "O=>O M=>c B=>c", "B=>c E=>c message"),
    ("after-the-end", "O=>O message", "message"),
    ("after-an-abort", "O=>O M=>c A", "message"),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (place, before, after) in PLACES {
        for (shape, turn) in SHAPES {
            let script = format!("{before} {turn} {after}");
            cases.push(Case::new(format!("macros/{shape}/{place}"), script));
        }
    }
    cases.push(Case::new("macros/before-the-offer", "D=>end"));
    cases.push(Case::new(
        "macros/beyond-the-limit",
        "O=>O M=>c D:*65536=>end",
    ));
    let many = |count: usize| format!("O=>O D:M{} message", "a\\0b\\0".repeat(count));
    cases.push(Case::new("macros/512-names", many(512)));
    let many = format!("O=>O D:M{}=>end", "a\\0b\\0".repeat(513));
    cases.push(Case::new("macros/513-names", many));
    let hundred = format!("O=>O {} message", "D ".repeat(100));
    cases.push(Case::new("macros/a-hundred-in-a-row", hundred));
    cases
}
