//! Delimiter lines, and boundaries inside each other (`bd`).

use super::{Draft, Slot, Trick, trick};

pub(super) const TRICKS: &[Trick] = &[
    trick("bd-case", Slot::Delimiter, |d| {
        d.mark_boundary = Some(d.boundary.to_ascii_uppercase());
    }),
    trick("bd-rest-of-line", Slot::Delimiter, rest_of_line),
    trick("bd-front-of-line", Slot::Delimiter, front_of_line),
    trick("bd-hyphens-of-line", Slot::Delimiter, hyphens_of_line),
    trick("bd-ends-of-line", Slot::Delimiter, ends_of_line),
    trick("bd-cut", Slot::Delimiter, |d| {
        d.mark_boundary = Some(d.boundary[..d.boundary.len().saturating_sub(1)].to_vec());
    }),
    trick("bd-amid-line", Slot::Delimiter, amid_line),
    trick("bd-in-part-header", Slot::Delimiter, in_part_header),
    trick("bd-early-close", Slot::Delimiter, early_close),
    trick("bd-close-as-delimiter", Slot::Delimiter, close_as_delimiter),
    trick("bd-first-glued", Slot::Border, |d| d.top.border.clear()),
    trick("bd-nested-prefix", Slot::Container, |d| {
        nested(d, "{b}in", "{b}in");
    }),
    trick("bd-nested-same", Slot::Container, |d| {
        nested(d, "{b}", "{b}");
    }),
    trick("bd-nested-other-case", Slot::Container, |d| {
        nested(d, "{B}", "{B}");
    }),
    trick("bd-nested-mismatch", Slot::Container, |d| {
        nested(d, "{b}one", "{b}two");
    }),
];

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
