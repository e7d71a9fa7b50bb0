//! The values of Content-Type (`ct`) and Content-Transfer-Encoding (`te`, `ew`).

use super::draft::Field;
use super::{Draft, Slot, Trick, trick};
use crate::make::encode::{base64_lines, quoted_printable};

pub(super) const TRICKS: &[Trick] = &[
    trick("ct-multipart", Slot::Type, multipart),
    trick("ct-junk-in-front", Slot::Type, junk_in_front),
    trick("ct-not-multipart", Slot::Type, not_multipart),
    trick("ct-subtype", Slot::Type, subtype),
    trick("ct-of-part", Slot::Load, of_part),
    trick("ct-boundary-on-leaf", Slot::Load, boundary_on_leaf),
    trick("ct-encoded-multipart", Slot::Edge, encoded_multipart),
    trick("te-resembling", Slot::Encoding, resembling),
    trick("te-decorated", Slot::Encoding, decorated),
    trick("te-several", Slot::Encoding, several),
    trick("te-untrue", Slot::Encoding, untrue),
    trick("te-missing", Slot::Encoding, missing),
    trick("te-folded", Slot::Encoding, folded),
    trick("ew-encoding", Slot::Encoding, encoded_word),
];

fn multipart(draft: &mut Draft) {
    let values: &[&[u8]] = &[
        b"multipart",
        b"multipart/",
        b"multipart / mixed",
        b"multipart/ mixed",
        b"multipart /mixed",
        b"(a)multipart/(b)mixed(c)",
        b"\"multipart/mixed\"",
        b"\"multipart\"/\"mixed\"",
        b"'multipart/mixed'",
        b"=?us-ascii?Q?multipart/mixed?=",
        b"=?us-ascii?B?bXVsdGlwYXJ0L21peGVk?=",
        b"multipart/mixed/x",
        b"multipart\\mixed",
        b"multipart//mixed",
        b"multipart.mixed",
        b"<multipart/mixed>",
        b"multipart/mixed charset",
        b"multi\tpart/mixed",
        b"multipart/\r\n mixed",
        b"multipart/mixed\0",
        b"m\xc3\xbcltipart/mixed",
    ];
    draft.media_type = draft.random.pick(values).to_vec();
}

fn junk_in_front(draft: &mut Draft) {
    let junk = draft.random.pick(&[
        ";",
        "; ",
        ",",
        "=",
        "/",
        "text/plain, ",
        "text/plain; ",
        "text/plain\r\n ",
        "type=",
        ":",
        "()",
    ]);
    draft.media_type = format!("{junk}multipart/mixed").into_bytes();
}

fn not_multipart(draft: &mut Draft) {
    let value = draft.random.pick(&[
        "text/plain",
        "text/html",
        "application/octet-stream",
        "x-multipart/mixed",
        "message/rfc822",
        "mixed",
        "text",
        "",
        "application/mixed",
        "message/multipart",
    ]);
    draft.media_type = value.into();
    if value.is_empty() {
        draft.media_type = b" ".to_vec();
    }
}

fn subtype(draft: &mut Draft) {
    let value = draft.random.pick(&[
        "x-unknown",
        "alternative",
        "related",
        "digest",
        "parallel",
        "report",
        "form-data",
        "signed",
        "encrypted",
        "appledouble",
        "x-mixed-replace",
        "byteranges",
        "voice-message",
    ]);
    draft.media_type = format!("multipart/{value}").into_bytes();
}

fn of_part(draft: &mut Draft) {
    let values = [
        "",
        "attachment",
        "octet-stream",
        "text",
        "text/",
        "/",
        "application",
        "text/plain",
        "text/html",
        "image/png",
        "foo/bar",
        "message",
        "multipart",
        "multipart/mixed",
        "text / plain",
        "message/x-unknown",
        "message/delivery-status",
        "text/rfc822-headers",
    ];
    let value = draft.random.pick(&values);
    draft.part.field("Content-Type").value = value.into();
}

fn boundary_on_leaf(draft: &mut Draft) {
    let boundary = draft.random.pick(&["x", "other", ""]);
    let value = &mut draft.part.field("Content-Type").value;
    value.extend_from_slice(format!("; boundary=\"{boundary}\"").as_bytes());
}

/// The whole multipart in base64 or quoted-printable, or only said to be.
fn encoded_multipart(draft: &mut Draft) {
    let inner = {
        let mut parts = Vec::new();
        parts.extend_from_slice(&[b"--", &draft.boundary[..], b"\r\n"].concat());
        parts.extend_from_slice(&draft.text);
        parts.extend_from_slice(&draft.mark_line());
        parts.extend_from_slice(&draft.file_part());
        parts.extend_from_slice(&[b"\r\n--", &draft.boundary[..], b"--\r\n"].concat());
        parts
    };
    let (encoding, body) = match draft.random.below(4) {
        0 => ("base64", base64_lines(&inner).into_bytes()),
        1 => (
            "quoted-printable",
            quoted_printable(&inner, true).into_bytes(),
        ),
        2 => ("base64", inner),
        _ => ("quoted-printable", inner),
    };
    draft
        .top
        .fields
        .push(Field::new("Content-Transfer-Encoding", encoding));
    draft.body = Some(body);
}

/// The encoding that the data have, as its field says.
fn encoding(draft: &mut Draft) -> String {
    let value = &draft.part.field("Content-Transfer-Encoding").value;
    String::from_utf8_lossy(value).into_owned()
}

fn set(draft: &mut Draft, value: impl Into<Vec<u8>>) {
    draft.part.field("Content-Transfer-Encoding").value = value.into();
}

fn resembling(draft: &mut Draft) {
    let name = encoding(draft);
    let (front, rest) = name.split_at(name.len().min(4));
    let value = match draft.random.below(8) {
        0 => format!("x-{name}"),
        1 => format!("{front}-{rest}"),
        2 => format!("{front} {rest}"),
        3 => format!("{front}_{rest}"),
        4 => name.chars().take(4).collect(),
        5 => format!("{name}x"),
        6 => format!("{name}."),
        _ => format!("{front}=20{rest}"),
    };
    set(draft, value);
}

fn decorated(draft: &mut Draft) {
    let name = encoding(draft);
    let form = draft.random.pick(&[
        "{} (really)",
        "(really) {}",
        "{}(x)",
        "\"{}\"",
        "'{}'",
        "{};",
        "{}; x=y",
        "<{}>",
        "{} ",
        "{}\t",
        "{},",
        "={}",
        "[{}]",
        "{}\0",
        "\x0b{}",
        "{}\u{a0}",
        ";{}",
        "{}\r\n ",
        "{}:",
    ]);
    set(draft, form.replace("{}", &name));
}

fn several(draft: &mut Draft) {
    let name = encoding(draft);
    let form = draft.random.pick(&[
        "7bit, {}",
        "{}, 7bit",
        "{} 7bit",
        "7bit {}",
        "7bit; {}",
        "8bit/{}",
        "quoted-printable {}",
        "{} {}",
        "{}\r\n 8bit",
        "binary\r\n {}",
    ]);
    set(draft, form.replace("{}", &name));
}

fn untrue(draft: &mut Draft) {
    let value = draft.random.pick(&[
        "7bit",
        "8bit",
        "binary",
        "7-bit",
        "none",
        "identity",
        "quoted-printable",
        "unknown",
        "utf-8",
        "gzip",
        "hex",
        "x-yenc",
        "x-uuencode",
        "mac-binhex40",
    ]);
    set(draft, value);
}

fn missing(draft: &mut Draft) {
    let name = encoding(draft);
    draft.part.remove("Content-Transfer-Encoding");
    match draft.random.below(4) {
        0 => draft.part.fields.push(Field::new("Content-Encoding", name)),
        1 => draft
            .part
            .fields
            .push(Field::new("Transfer-Encoding", name)),
        2 => draft
            .part
            .fields
            .push(Field::new("Content-Transfer-Encodings", name)),
        _ => {}
    }
}

fn folded(draft: &mut Draft) {
    let name = encoding(draft);
    let form = draft.random.pick(&[
        "\r\n {}",
        "\r\n\t{}",
        "{}\r\n ",
        "\n {}",
        "\r {}",
        "{h}\r\n {t}",
    ]);
    let (head, tail) = name.split_at(name.len().min(3));
    set(
        draft,
        form.replace("{}", &name)
            .replace("{h}", head)
            .replace("{t}", tail),
    );
}

fn encoded_word(draft: &mut Draft) {
    let name = encoding(draft);
    set(draft, format!("=?us-ascii?Q?{name}?="));
}
