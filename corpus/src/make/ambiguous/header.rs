//! Header syntax (`hs`), repeated fields (`dh`), the border between header and body, encoded words as fields (`ew`).

use super::draft::Field;
use super::{Draft, Slot, Trick, trick};

pub(super) const TRICKS: &[Trick] = &[
    trick("hs-blank-before-colon", Slot::Syntax, blank_before_colon),
    trick("hs-name-folded", Slot::Syntax, |d| {
        d.any_field().colon = b"\r\n : ".to_vec();
    }),
    trick("hs-name-octet", Slot::Syntax, name_octet),
    trick("hs-value-octet", Slot::Syntax, value_octet),
    trick("hs-byte-order-mark", Slot::Syntax, byte_order_mark),
    trick("hs-garbage-line", Slot::Syntax, garbage_line),
    trick("hs-first-line-folded", Slot::Syntax, first_line_folded),
    trick("hs-blank-continuation", Slot::Syntax, blank_continuation),
    trick("hs-empty-first-line", Slot::Syntax, empty_first_line),
    trick("hs-long-field", Slot::Syntax, long_field),
    trick("hs-many-fields", Slot::Syntax, many_fields),
    trick("hs-mime-version", Slot::Syntax, mime_version),
    trick("hs-header-missing", Slot::Syntax, |d| {
        d.text = format!("\r\ntext without fields {}\r\n", d.token).into_bytes();
    }),
    trick("hs-leading-blank-line", Slot::Border, |d| {
        d.part.fields.insert(0, Field::line(""));
    }),
    trick("hs-border-blank", Slot::Border, border_blank),
    trick("hs-border-missing", Slot::Border, |d| d.part.border.clear()),
    trick("hs-border-line-ends", Slot::Border, border_line_ends),
    trick("dh-type-of-message", Slot::Repeat, type_of_message),
    trick("dh-type-of-part", Slot::Repeat, type_of_part),
    trick("dh-encoding", Slot::Repeat, encoding),
    trick("dh-encoding-three", Slot::Repeat, |d| {
        encoding(d);
        encoding(d);
    }),
    trick("dh-disposition", Slot::Repeat, disposition),
    trick("dh-encoding-of-message", Slot::Repeat, encoding_of_message),
    trick("dh-content-id", Slot::Repeat, content_id),
    trick("ew-disposition", Slot::Repeat, word_as_disposition),
];

fn blank_before_colon(draft: &mut Draft) {
    let blank = draft.random.pick(&[" : ", "\t: ", "  : ", " \t: ", " :"]);
    draft.any_field().colon = blank.into();
}

/// Octets that some readers take for blanks, drop, or end the field at.
const ODD: &[&[u8]] = &[
    b"\0",
    b"\x01",
    b"\x0b",
    b"\x0c",
    b"\x7f",
    b"\xc2\xa0",
    b"\xa0",
    b"\xe2\x80\x8b",
    b"\xad",
    b"\x1b",
];

fn name_octet(draft: &mut Draft) {
    let octet = draft.random.pick(ODD);
    let at = draft.random.below(3);
    let name = &mut draft.any_field().name;
    let place = match at {
        0 => 0,
        1 => name.len() / 2,
        _ => name.len(),
    };
    name.splice(place..place, octet.iter().copied());
}

fn value_octet(draft: &mut Draft) {
    let octet = draft.random.pick(ODD);
    let front = draft.random.one_in(2);
    let section = draft.part.field("Content-Transfer-Encoding");
    if front {
        section.value.splice(0..0, octet.iter().copied());
    } else {
        section.value.extend_from_slice(octet);
    }
}

fn byte_order_mark(draft: &mut Draft) {
    let mark = draft
        .random
        .pick::<&[u8]>(&[b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe"]);
    let (section, name) = draft.any_section();
    let place = section.place(name);
    let mut field = section.fields.remove(place);
    field.name.splice(0..0, mark.iter().copied());
    section.fields.insert(0, field);
}

fn garbage_line(draft: &mut Draft) {
    let lines: &[&[u8]] = &[
        b"this line is no field",
        b"word",
        b"=====",
        b": nothing",
        b":",
        b"<html>",
        b"\xff\xfe\xfd",
        b">From someone@example.org Sun Nov 22 10:00:00 2026",
        b"Content-Type",
        b"two words: value",
        b"(comment): value",
        b"\"quoted\": value",
        b"--",
        b"\0",
    ];
    let line = draft.random.pick(lines);
    let first = draft.random.one_in(3);
    // In front of everything it would make the file a mailbox.
    let line = if !first && draft.random.one_in(12) {
        b"From someone@example.org Sun Nov 22 10:00:00 2026"
    } else {
        line
    };
    let (section, name) = draft.any_section();
    let place = if first { 0 } else { section.place(name) };
    section.fields.insert(place, Field::line(line));
}

fn first_line_folded(draft: &mut Draft) {
    let blank = draft.random.pick(b" \t");
    let (section, _) = draft.any_section();
    if let Some(first) = section.fields.first_mut() {
        first.name.insert(0, blank);
    }
}

/// A continuation line of white space only, in front of the value or behind the type.
fn blank_continuation(draft: &mut Draft) {
    let blank = draft
        .random
        .pick::<&[u8]>(&[b"\r\n \r\n ", b"\r\n\t\r\n\t", b"\r\n  \t \r\n "]);
    match draft.random.below(3) {
        0 => {
            // Another trick may have left no parameters.
            let behind = draft.parameters.len().min(1);
            draft
                .parameters
                .splice(behind..behind, blank.iter().copied())
                .for_each(drop);
        }
        1 => draft
            .part
            .field("Content-Type")
            .value
            .splice(0..0, blank.iter().copied())
            .for_each(drop),
        _ => draft
            .part
            .field("Content-Transfer-Encoding")
            .value
            .splice(0..0, blank.iter().copied())
            .for_each(drop),
    }
}

fn empty_first_line(draft: &mut Draft) {
    let fold = draft.random.pick(&[":\r\n ", ":\r\n\t", ": \r\n "]);
    draft.any_field().colon = fold.into();
}

fn long_field(draft: &mut Draft) {
    let length = draft.random.pick(&[1_200, 9_000, 40_000, 70_000]);
    let (section, name) = draft.any_section();
    let place = section.place(name);
    section
        .fields
        .insert(place, Field::new("X-Long", "x".repeat(length)));
}

fn many_fields(draft: &mut Draft) {
    let count = draft.random.pick(&[150, 600, 1_500]);
    let (section, name) = draft.any_section();
    let place = section.place(name);
    let fields = (0..count).map(|number| Field::new(&format!("X-Fill-{number}"), "x"));
    section.fields.splice(place..place, fields);
}

fn mime_version(draft: &mut Draft) {
    let values = [
        "",
        "2.0",
        "1.0 (comment)",
        "(comment) 1.0",
        "1 . 0",
        "\"1.0\"",
        "1.0;",
    ];
    match draft.random.below(3) {
        0 => draft.top.remove("MIME-Version"),
        1 => draft.top.field("MIME-Version").value = draft.random.pick(&values).into(),
        _ => draft
            .top
            .fields
            .insert(0, Field::new("MIME-Version", draft.random.pick(&values))),
    }
}

fn border_blank(draft: &mut Draft) {
    let border = draft.random.pick::<&[u8]>(&[
        b" \r\n",
        b"\t\r\n",
        b" \t \r\n",
        b"\x0b\r\n",
        b"\x0c\r\n",
        b"\xc2\xa0\r\n",
        b"\0\r\n",
    ]);
    let (section, _) = draft.any_section();
    section.border = border.to_vec();
}

fn border_line_ends(draft: &mut Draft) {
    let border =
        draft
            .random
            .pick::<&[u8]>(&[b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\r\n\r\n\r\n", b"\n\r"]);
    let (section, _) = draft.any_section();
    section.border = border.to_vec();
}

/// Puts a second field of that name in front of the first or behind it.
fn repeat(draft: &mut Draft, in_part: bool, name: &str, value: &str) {
    let behind = usize::from(draft.random.one_in(2));
    let section = if in_part {
        &mut draft.part
    } else {
        &mut draft.top
    };
    let place = (section.place(name) + behind).min(section.fields.len());
    section.fields.insert(place, Field::new(name, value));
}

fn type_of_message(draft: &mut Draft) {
    let boundary = format!("multipart/mixed; boundary=\"=_o{}\"", draft.token);
    let values = [
        "text/plain",
        "text/html",
        "application/octet-stream",
        "message/rfc822",
        "multipart/mixed",
        "image/png",
        &boundary,
        "(empty)",
    ];
    let value = draft.random.pick(&values).to_owned();
    repeat(draft, false, "Content-Type", &value);
}

fn type_of_part(draft: &mut Draft) {
    let values = [
        "text/plain",
        "text/html",
        "message/rfc822",
        "multipart/mixed",
        "multipart/mixed; boundary=x",
        "image/png",
        "application/pdf; name=\"a.pdf\"",
    ];
    let value = draft.random.pick(&values);
    repeat(draft, true, "Content-Type", value);
}

fn encoding(draft: &mut Draft) {
    let values = [
        "7bit",
        "8bit",
        "binary",
        "quoted-printable",
        "base64",
        "x-uuencode",
        "unknown",
        "7-bit",
    ];
    let value = draft.random.pick(&values);
    repeat(draft, true, "Content-Transfer-Encoding", value);
}

fn disposition(draft: &mut Draft) {
    let values = [
        "attachment; filename=\"notes.txt\"",
        "inline",
        "attachment; filename=\"other.pdf\"",
        "form-data; name=\"x\"",
    ];
    let value = draft.random.pick(&values);
    repeat(draft, true, "Content-Disposition", value);
}

fn encoding_of_message(draft: &mut Draft) {
    let value = draft
        .random
        .pick(&["base64", "quoted-printable", "x-unknown", "binary"]);
    draft
        .top
        .fields
        .push(Field::new("Content-Transfer-Encoding", value));
}

fn content_id(draft: &mut Draft) {
    repeat(draft, true, "Content-ID", "<one@example.org>");
    repeat(draft, true, "Content-ID", "<two@example.org>");
    repeat(draft, false, "Content-Type", "text/plain");
}

fn word_as_disposition(draft: &mut Draft) {
    let name = draft.load.name.replace('.', "=2E");
    draft.part.field("Content-Type").value = b"application/octet-stream".to_vec();
    draft.part.field("Content-Disposition").value =
        format!("=?us-ascii?Q?attachment=3B_filename=3D=22{name}=22?=").into_bytes();
}
