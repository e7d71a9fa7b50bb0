//! The boundary parameter, and what the delimiter lines make of it (`bd`).

use super::{Draft, Slot, Trick, trick};

pub(super) const TRICKS: &[Trick] = &[
    trick("bd-parameter", Slot::Boundary, parameter),
    trick("bd-twice", Slot::Boundary, twice),
    trick("bd-blanks", Slot::Boundary, blanks),
    trick("bd-extended", Slot::Boundary, extended),
    trick("bd-quoting", Slot::Boundary, quoting),
    trick("bd-separator", Slot::Boundary, separator),
    trick("bd-missing", Slot::Boundary, missing),
    trick("bd-length", Slot::Boundary, length),
    trick("bd-characters", Slot::Boundary, characters),
    trick("bd-octets", Slot::Boundary, octets),
    trick("bd-hyphens", Slot::Boundary, hyphens),
    trick("bd-comment", Slot::Boundary, comment),
    trick("bd-folded", Slot::Boundary, folded),
];

/// Parameter and delimiter of one row each, with the string that only this message has for `{b}`.
fn choose(draft: &mut Draft, rows: &[(&str, &str)]) {
    let (parameters, delimiter) = draft.random.pick(rows);
    draft.bound(parameters, delimiter);
}

fn parameter(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; BOUNDARY=\"{b}\"; charset=utf-8; charset=us-ascii", "{b}"),
            ("; x-boundary=\"other\"; boundary=\"{b}\"", "{b}"),
            ("; boundary =\"{b}\"", "{b}"),
            ("; boundary= \"{b}\"", "{b}"),
            ("; boundary\t=\t\"{b}\"", "{b}"),
            ("; charset = \"utf-8\"; boundary = \"{b}\"", "{b}"),
            ("; foo; boundary=\"{b}\"", "{b}"),
            ("; =x; boundary=\"{b}\"", "{b}"),
            ("; \"boundary\"=\"{b}\"", "{b}"),
            ("; boundary==\"{b}\"", "{b}"),
            ("; boundary:\"{b}\"", "{b}"),
            ("; boundary \"{b}\"", "{b}"),
            ("; (x)boundary=\"{b}\"", "{b}"),
            ("; name=\"a;boundary=other\"; boundary=\"{b}\"", "{b}"),
            ("; name=\"a\\\";boundary=other;\"; boundary=\"{b}\"", "{b}"),
        ],
    );
}

fn twice(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary=\"{b}\"; boundary=\"{b}x\"", "{b}"),
            ("; boundary=\"{b}x\"; boundary=\"{b}\"", "{b}"),
            ("; boundary=\"{b}\"; BOUNDARY=\"other\"", "{b}"),
            ("; boundary=\"other\"; Boundary={b}", "{b}"),
            ("; boundary=\"\"; boundary=\"{b}\"", "{b}"),
            ("; boundary=\"a\"; boundary=\"b\"; boundary=\"{b}\"", "{b}"),
        ],
    );
}

fn blanks(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary=\"{b} \"", "{b}"),
            ("; boundary=\"{b} \"", "{b} "),
            ("; boundary=\" {b}\"", "{b}"),
            ("; boundary=\" {b}\"", " {b}"),
            ("; boundary=\"{b}\t\"", "{b}"),
            ("; boundary={b} tail", "{b} tail"),
            ("; boundary={b} tail", "{b}"),
            ("; boundary={b}\ttail", "{b}"),
            ("; boundary=\"{b} tail\"", "{b} tail"),
            ("; boundary=\"{b} tail\"", "{b}"),
        ],
    );
}

fn extended(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary*0=\"{b}\"; boundary*1=\"tail\"", "{b}tail"),
            ("; boundary*1=\"tail\"; boundary*0=\"{b}\"", "{b}tail"),
            ("; boundary*0=\"{b}\"; boundary*2=\"tail\"", "{b}"),
            ("; boundary*0=\"{b}\"; boundary*2=\"tail\"", "{b}tail"),
            ("; boundary*=us-ascii''%41{b}", "A{b}"),
            ("; boundary*=us-ascii''%41{b}", "%41{b}"),
            ("; boundary*=us-ascii''%41{b}; boundary=\"{b}\"", "{b}"),
            ("; boundary=\"{b}\"; boundary*=utf-8''{b}x", "{b}x"),
            ("; boundary*0*=us-ascii''%41{b}; boundary*1=x", "A{b}x"),
            ("; boundary*=\"{b}\"", "{b}"),
            ("; boundary*='{b}'", "{b}"),
            ("; boundary=\"=?us-ascii?Q?abc=44ef?=\"", "abcDef"),
            (
                "; boundary=\"=?us-ascii?Q?abc=44ef?=\"",
                "=?us-ascii?Q?abc=44ef?=",
            ),
            ("; boundary==?us-ascii?B?YWJj?=", "abc"),
        ],
    );
}

fn quoting(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary=\"{b}\\x\"", "{b}x"),
            ("; boundary=\"{b}\\x\"", "{b}\\x"),
            ("; boundary={b}\\x", "{b}\\x"),
            ("; boundary=\"{b}\\\"x\"", "{b}\"x"),
            ("; boundary=\"{b}\\\\x\"", "{b}\\x"),
            ("; boundary=\"{b}", "{b}"),
            ("; boundary={b}\"", "{b}"),
            ("; boundary='{b}'", "{b}"),
            ("; boundary='{b}'", "'{b}'"),
            ("; boundary=\"{b}\"tail", "{b}"),
            ("; boundary=\"{b}\"tail", "{b}tail"),
            ("; boundary=\"{b}\" tail", "{b}"),
            ("; boundary=x\"{b}\"", "{b}"),
            ("; boundary=\"\"{b}\"\"", "{b}"),
            ("; boundary=<{b}>", "{b}"),
            ("; boundary=[{b}]", "[{b}]"),
        ],
    );
}

fn separator(draft: &mut Draft) {
    choose(
        draft,
        &[
            (" boundary=\"{b}\"", "{b}"),
            (", boundary=\"{b}\"", "{b}"),
            (" ; boundary=\"{b}\"", "{b}"),
            (";; boundary=\"{b}\"", "{b}"),
            (";;;; boundary=\"{b}\";;", "{b}"),
            ("\tboundary=\"{b}\"", "{b}"),
            ("\r\n boundary=\"{b}\"", "{b}"),
            (";charset=utf-8,boundary=\"{b}\"", "{b}"),
            ("; charset=utf-8 boundary=\"{b}\"", "{b}"),
            ("; charset=\"utf-8\"boundary=\"{b}\"", "{b}"),
            (":boundary=\"{b}\"", "{b}"),
            ("; boundary=\"{b};x\"", "{b};x"),
            ("; boundary=\"{b};x\"", "{b}"),
            ("; boundary={b};x", "{b};x"),
            ("; boundary={b},x", "{b}"),
        ],
    );
}

fn missing(draft: &mut Draft) {
    match draft.random.below(5) {
        0 => draft.parameters.clear(),
        1 => draft.bound("; boundary=\"\"", ""),
        2 => draft.bound("; boundary=", "{b}"),
        3 => draft.bound("; boundary=\"unused\"", "{b}"),
        _ => {
            let value = format!("inline; boundary=\"=_b{}\"", draft.token);
            draft.top.field("Content-Disposition").value = value.into_bytes();
            draft.parameters.clear();
        }
    }
}

fn length(draft: &mut Draft) {
    let tail = "q".repeat(draft.random.pick(&[55, 60, 200, 240, 500, 980, 3_000]));
    let boundary = format!("{{b}}{tail}");
    draft.bound(&format!("; boundary=\"{boundary}\""), &boundary);
}

fn characters(draft: &mut Draft) {
    let character = draft.random.pick(&[
        "<@>", "&", "{}", "!", "#%", "*", "~$^`", "|", "'", "(x)", "(x", "?", ":", "/", ",", "=",
        "[]",
    ]);
    let boundary = format!("{{b}}{character}");
    let parameter = if draft.random.one_in(2) {
        format!("; boundary={boundary}")
    } else {
        format!("; boundary=\"{boundary}\"")
    };
    draft.bound(&parameter, &boundary);
}

/// Octets that are no ASCII character: readers decode, drop or refuse them.
fn octets(draft: &mut Draft) {
    let odd = draft.random.pick::<&[u8]>(&[
        b"\xe9",
        b"\xc3\xa9",
        b"\0",
        b"\x01",
        b"\x7f",
        b"\x0b",
        b"\xc2\xa0",
    ]);
    let plain = draft.boundary.clone();
    let both = [&plain[..], odd].concat();
    draft.parameters = [b"; boundary=\"", &both[..], b"\""].concat();
    draft.boundary = if draft.random.one_in(3) { plain } else { both };
}

fn hyphens(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary=\"{b}--\"", "{b}--"),
            ("; boundary=\"--{b}\"", "--{b}"),
            ("; boundary=\"--{b}\"", "{b}"),
            ("; boundary=\"-\"", "-"),
            ("; boundary=\"--\"", "--"),
            ("; boundary=\"{b}-\"", "{b}-"),
        ],
    );
}

fn comment(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary=\"{b}\" (x)", "{b}"),
            ("; boundary=(x)\"{b}\"", "{b}"),
            ("; boundary={b}(x)", "{b}"),
            ("; boundary={b}(x)", "{b}(x)"),
            ("; (boundary=\"other\") boundary=\"{b}\"", "{b}"),
            ("; boundary(x)=\"{b}\"", "{b}"),
            (" (;boundary=other); boundary=\"{b}\"", "{b}"),
            ("; boundary=\"{b}\"; (unclosed", "{b}"),
        ],
    );
}

fn folded(draft: &mut Draft) {
    choose(
        draft,
        &[
            ("; boundary=\r\n \"{b}\"", "{b}"),
            ("; boundary\r\n =\"{b}\"", "{b}"),
            (";\r\n\tboundary=\"{b}\"\r\n ", "{b}"),
            ("; boundary=\"{b}\r\n x\"", "{b} x"),
            ("; boundary=\"{b}\r\n x\"", "{b}x"),
            (";\r boundary=\"{b}\"", "{b}"),
            (";\n boundary=\"{b}\"", "{b}"),
            (";\r\nboundary=\"{b}\"", "{b}"),
        ],
    );
}
