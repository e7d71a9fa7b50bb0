//! The boundary parameter, delimiter lines, nested boundaries (`bd`).

use super::{Draft, Slot, Trick};

pub(super) const TRICKS: &[Trick] = &[
    Trick {
        id: "bd-parameter",
        slot: Slot::Boundary,
        apply: parameter,
    },
    Trick {
        id: "bd-twice",
        slot: Slot::Boundary,
        apply: twice,
    },
    Trick {
        id: "bd-blanks",
        slot: Slot::Boundary,
        apply: blanks,
    },
    Trick {
        id: "bd-extended",
        slot: Slot::Boundary,
        apply: extended,
    },
    Trick {
        id: "bd-quoting",
        slot: Slot::Boundary,
        apply: quoting,
    },
    Trick {
        id: "bd-separator",
        slot: Slot::Boundary,
        apply: separator,
    },
    Trick {
        id: "bd-missing",
        slot: Slot::Boundary,
        apply: missing,
    },
    Trick {
        id: "bd-length",
        slot: Slot::Boundary,
        apply: length,
    },
    Trick {
        id: "bd-characters",
        slot: Slot::Boundary,
        apply: characters,
    },
    Trick {
        id: "bd-octets",
        slot: Slot::Boundary,
        apply: octets,
    },
    Trick {
        id: "bd-hyphens",
        slot: Slot::Boundary,
        apply: hyphens,
    },
    Trick {
        id: "bd-comment",
        slot: Slot::Boundary,
        apply: comment,
    },
    Trick {
        id: "bd-folded",
        slot: Slot::Boundary,
        apply: folded,
    },
    Trick {
        id: "bd-case",
        slot: Slot::Delimiter,
        apply: |d| d.mark_boundary = Some(d.boundary.to_ascii_uppercase()),
    },
    Trick {
        id: "bd-rest-of-line",
        slot: Slot::Delimiter,
        apply: rest_of_line,
    },
    Trick {
        id: "bd-front-of-line",
        slot: Slot::Delimiter,
        apply: front_of_line,
    },
    Trick {
        id: "bd-hyphens-of-line",
        slot: Slot::Delimiter,
        apply: hyphens_of_line,
    },
    Trick {
        id: "bd-ends-of-line",
        slot: Slot::Delimiter,
        apply: ends_of_line,
    },
    Trick {
        id: "bd-cut",
        slot: Slot::Delimiter,
        apply: |d| {
            d.mark_boundary = Some(d.boundary[..d.boundary.len().saturating_sub(1)].to_vec());
        },
    },
    Trick {
        id: "bd-amid-line",
        slot: Slot::Delimiter,
        apply: amid_line,
    },
    Trick {
        id: "bd-in-part-header",
        slot: Slot::Delimiter,
        apply: in_part_header,
    },
    Trick {
        id: "bd-early-close",
        slot: Slot::Delimiter,
        apply: early_close,
    },
    Trick {
        id: "bd-close-as-delimiter",
        slot: Slot::Delimiter,
        apply: close_as_delimiter,
    },
    Trick {
        id: "bd-first-glued",
        slot: Slot::Border,
        apply: |d| d.top.border.clear(),
    },
    Trick {
        id: "bd-nested-prefix",
        slot: Slot::Container,
        apply: |d| nested(d, "{b}in", "{b}in"),
    },
    Trick {
        id: "bd-nested-same",
        slot: Slot::Container,
        apply: |d| nested(d, "{b}", "{b}"),
    },
    Trick {
        id: "bd-nested-other-case",
        slot: Slot::Container,
        apply: |d| nested(d, "{B}", "{B}"),
    },
    Trick {
        id: "bd-nested-mismatch",
        slot: Slot::Container,
        apply: |d| nested(d, "{b}one", "{b}two"),
    },
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

fn rest_of_line(draft: &mut Draft) {
    let rests: &[&[u8]] = &[
        b" ",
        b"\t",
        b"   \t",
        b" junk",
        b"zz",
        b"0",
        b"\xc2\xa0",
        b"\0",
        b";x",
        b"-",
        b" --",
        b"\x0b",
        b"\"",
        b"\xff",
    ];
    draft.mark[2] = draft.random.pick(rests).to_vec();
}

fn front_of_line(draft: &mut Draft) {
    let fronts: &[&[u8]] = &[
        b" --",
        b"\t--",
        b"\x0b--",
        b"\x0c--",
        b"\xc2\xa0--",
        b"\0--",
        b">--",
        b"> --",
        b"\xef\xbb\xbf--",
    ];
    draft.mark[1] = draft.random.pick(fronts).to_vec();
}

fn hyphens_of_line(draft: &mut Draft) {
    let hyphens: &[&[u8]] = &[b"-", b"---", b"- -", b"\xe2\x80\x94", b"", b"----"];
    draft.mark[1] = draft.random.pick(hyphens).to_vec();
}

/// Line ends in front of the delimiter and behind it.
fn ends_of_line(draft: &mut Draft) {
    let ends: &[&[u8]] = &[
        b"\n",
        b"\r",
        b"\r\r\n",
        b"\n\r",
        b"\0\r\n",
        b"\x0b",
        b"\x0c\r\n",
    ];
    let end = draft.random.pick(ends).to_vec();
    let place = draft.random.pick(&[0, 3]);
    draft.mark[place] = end;
    if place == 0 {
        draft.text.truncate(draft.text.len().saturating_sub(2));
    }
}

fn amid_line(draft: &mut Draft) {
    draft.mark[0] = draft
        .random
        .pick::<&[u8]>(&[b" ", b"", b"text", b"=\r\n", b"\t"])
        .to_vec();
    draft.text.truncate(draft.text.len().saturating_sub(2));
}

/// The delimiter comes before the header of the text part has ended.
fn in_part_header(draft: &mut Draft) {
    draft.text = b"Content-Type: text/plain".to_vec();
}

fn early_close(draft: &mut Draft) {
    let close = [b"\r\n--", &draft.boundary[..], b"--\r\n"].concat();
    draft.text.extend_from_slice(&close);
}

/// The file stands behind a line that looks like a close delimiter.
fn close_as_delimiter(draft: &mut Draft) {
    let rests: &[&[u8]] = &[b"--", b"--x", b"-- x", b"---", b"--\t"];
    draft.mark[2] = draft.random.pick(rests).to_vec();
}

/// Puts the file into an inner multipart whose boundary resembles that of the outer one.
fn nested(draft: &mut Draft, parameter: &str, delimiter: &str) {
    let outer = String::from_utf8_lossy(&draft.boundary).into_owned();
    let fill = |text: &str| {
        text.replace("{b}", &outer)
            .replace("{B}", &outer.to_ascii_uppercase())
    };
    let (parameter, delimiter) = (fill(parameter), fill(delimiter));
    let mut out = format!("Content-Type: multipart/mixed; boundary=\"{parameter}\"\r\n\r\n--{delimiter}\r\nContent-Type: text/plain\r\n\r\ninner\r\n--{delimiter}\r\n").into_bytes();
    out.extend_from_slice(&draft.file_part());
    out.extend_from_slice(format!("\r\n--{delimiter}--\r\n").as_bytes());
    draft.entity = Some(out);
}
