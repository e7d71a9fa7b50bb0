//! What stands around the load: attached messages, encodings of whole messages, blocks in text (`ne`), charsets (`ch`).

use super::draft::Field;
use super::{Draft, Slot, Trick};
use crate::make::encode::{base64_lines, uuencode};

pub(super) const TRICKS: &[Trick] = &[
    Trick {
        id: "ne-message",
        slot: Slot::Container,
        apply: |d| attach(d, "message/rfc822", false),
    },
    Trick {
        id: "ne-message-base64",
        slot: Slot::Container,
        apply: |d| attach(d, "message/rfc822", true),
    },
    Trick {
        id: "ne-message-other",
        slot: Slot::Container,
        apply: message_other,
    },
    Trick {
        id: "ne-message-file",
        slot: Slot::Container,
        apply: message_file,
    },
    Trick {
        id: "ne-message-deep",
        slot: Slot::Container,
        apply: message_deep,
    },
    Trick {
        id: "ne-multipart-deep",
        slot: Slot::Container,
        apply: multipart_deep,
    },
    Trick {
        id: "ne-digest",
        slot: Slot::Container,
        apply: digest,
    },
    Trick {
        id: "ne-message-in-text",
        slot: Slot::Container,
        apply: message_in_text,
    },
    Trick {
        id: "ne-uuencode-in-text",
        slot: Slot::Container,
        apply: uuencode_in_text,
    },
    Trick {
        id: "ne-yenc-in-text",
        slot: Slot::Container,
        apply: |d| {
            let block = yenc(&d.load.content, d.load.name);
            in_text(d, "text/plain", &block);
        },
    },
    Trick {
        id: "ne-base64-in-text",
        slot: Slot::Container,
        apply: base64_in_text,
    },
    Trick {
        id: "ne-only-part",
        slot: Slot::Container,
        apply: only_part,
    },
    Trick {
        id: "ch-script-in-html",
        slot: Slot::Container,
        apply: script_in_html,
    },
];

/// A message with the file part in it.
fn inner(draft: &Draft) -> Vec<u8> {
    let boundary = format!("=_i{}", draft.token);
    let mut out = format!(
        "From: inner@example.org\r\nSubject: inner\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: text/plain\r\n\r\ninner text\r\n--{boundary}\r\n"
    )
    .into_bytes();
    out.extend_from_slice(&draft.file_part());
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    out
}

fn attach(draft: &mut Draft, media_type: &str, encoded: bool) {
    let message = inner(draft);
    let (field, body) = if encoded {
        (
            "Content-Transfer-Encoding: base64\r\n",
            base64_lines(&message).into_bytes(),
        )
    } else {
        ("", message)
    };
    let head = format!("Content-Type: {media_type}\r\n{field}\r\n");
    draft.entity = Some([head.as_bytes(), &body].concat());
}

fn message_other(draft: &mut Draft) {
    let media_type = draft.random.pick(&[
        "message/global",
        "message/news",
        "message/x-unknown",
        "message/partial; id=\"x@example.org\"; number=1; total=1",
        "message/partial; id=\"x@example.org\"; number=1; total=2",
        "message/external-body; access-type=URL; URL=\"https://example.org/invoice.exe\"",
        "message/delivery-status",
        "message/http",
        "message",
        "text/rfc822-headers",
        "text/rfc822",
        "application/rfc822",
    ]);
    let encoded = draft.random.one_in(4);
    attach(draft, media_type, encoded);
}

fn message_file(draft: &mut Draft) {
    let name = draft
        .random
        .pick(&["mail.eml", "mail.msg", "mail.mht", "mail"]);
    let media_type = format!("application/octet-stream; name=\"{name}\"");
    attach(draft, &media_type, true);
}

fn message_deep(draft: &mut Draft) {
    let depth = draft.random.pick(&[2, 9, 40, 120]);
    attach(draft, "message/rfc822", false);
    let head =
        b"Content-Type: message/rfc822\r\n\r\nFrom: inner@example.org\r\nMIME-Version: 1.0\r\n"
            .repeat(depth);
    let entity = draft.entity.take().unwrap_or_default();
    draft.entity = Some([head, entity].concat());
}

fn multipart_deep(draft: &mut Draft) {
    let depth = draft.random.pick(&[2, 9, 60, 120]);
    let mut out = draft.file_part();
    for level in 0..depth {
        let boundary = format!("=_l{level}{}", draft.token);
        let head = format!(
            "Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n"
        );
        out = [
            head.as_bytes(),
            &out,
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
    }
    draft.entity = Some(out);
}

fn digest(draft: &mut Draft) {
    let boundary = format!("=_d{}", draft.token);
    let head = format!(
        "Content-Type: multipart/digest; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n\r\n"
    );
    let out = [
        head.as_bytes(),
        &inner(draft),
        format!("\r\n--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    draft.entity = Some(out);
}

fn message_in_text(draft: &mut Draft) {
    let message = inner(draft);
    in_text(draft, "text/plain", &message);
}

fn uuencode_in_text(draft: &mut Draft) {
    let block = uuencode(&draft.load.content, draft.load.name);
    let block = match draft.random.below(5) {
        0 => block.replace("begin 644", "begin 0644"),
        1 => block.replace('`', " "),
        2 => block.trim_end_matches("end").to_owned(),
        3 => block.replace("begin 644 ", "begin 644  "),
        _ => block,
    };
    let media_type = draft
        .random
        .pick(&["text/plain", "text/html", "text/x-unknown"]);
    in_text(draft, media_type, block.as_bytes());
}

fn base64_in_text(draft: &mut Draft) {
    let data = base64_lines(&draft.load.content);
    let block = match draft.random.below(3) {
        0 => {
            draft.load.forbidden &= !draft.load.is_text();
            data
        }
        1 => format!("begin-base64 644 {}\r\n{data}\r\n====", draft.load.name),
        _ => format!(
            "Content-Type: application/octet-stream; name=\"{}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}",
            draft.load.name
        ),
    };
    in_text(draft, "text/plain", block.as_bytes());
}

/// Puts a block into a text part, or into the text of a message that is no multipart, or that has no MIME fields at all.
fn in_text(draft: &mut Draft, media_type: &str, block: &[u8]) {
    let around = [b"See below.\r\n\r\n", block, b"\r\n\r\nThat is all.\r\n"].concat();
    match draft.random.below(3) {
        0 => {
            let head = format!("Content-Type: {media_type}\r\n\r\n");
            draft.entity = Some([head.as_bytes(), &around].concat());
        }
        1 => {
            draft.media_type = media_type.into();
            draft.parameters.clear();
            draft.body = Some(around);
        }
        _ => {
            draft.top.remove("MIME-Version");
            draft.top.remove("Content-Type");
            draft.body = Some(around);
        }
    }
}

/// The message is the file: no multipart around it.
fn only_part(draft: &mut Draft) {
    draft.top.remove("Content-Type");
    let fields: Vec<Field> = draft.part.fields.clone();
    draft.top.fields.extend(fields);
    draft.body = Some([&draft.data[..], b"\r\n"].concat());
}

/// An HTML file with a script in a charset in which its tags do not look like tags.
fn script_in_html(draft: &mut Draft) {
    let script = format!(
        "<html><head></head><body><script>/* {} */ run()</script></body></html>",
        draft.load.mark
    );
    let wide = |big: bool, units: &str| -> Vec<u8> {
        let pair = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        units.encode_utf16().flat_map(pair).collect()
    };
    let utf7 = script.replace('<', "+ADw-").replace('>', "+AD4-");
    let (charset, content) = match draft.random.below(6) {
        0 => ("utf-7", utf7.into_bytes()),
        1 => ("utf-16", wide(false, &format!("\u{feff}{script}"))),
        2 => ("utf-16be", wide(true, &script)),
        3 => ("utf-16le", wide(false, &script)),
        4 => ("us-ascii", wide(false, &format!("\u{feff}{script}"))),
        _ => ("x-unknown", script.into_bytes()),
    };
    draft.load.content = content;
    draft.load.forbidden = true;
    draft.load.name = "page.html";
    let head = format!(
        "Content-Type: text/html; charset={charset}; name=\"page.html\"\r\nContent-Disposition: attachment; filename=\"page.html\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        base64_lines(&draft.load.content)
    );
    draft.entity = Some(head.into_bytes());
}

/// A file in yEnc, with its lines of control.
pub(super) fn yenc(content: &[u8], name: &str) -> Vec<u8> {
    let mut out = format!("=ybegin line=128 size={} name={name}\r\n", content.len()).into_bytes();
    let mut column = 0;
    for octet in content {
        let shifted = octet.wrapping_add(42);
        let critical = matches!(shifted, 0 | b'\n' | b'\r' | b'=' | b'.');
        if critical {
            out.extend_from_slice(&[b'=', shifted.wrapping_add(64)]);
        } else {
            out.push(shifted);
        }
        column += 1;
        if column == 128 {
            out.extend_from_slice(b"\r\n");
            column = 0;
        }
    }
    let checksum = crate::make::zip::crc32(content);
    out.extend_from_slice(
        format!("\r\n=yend size={} crc32={checksum:08x}", content.len()).as_bytes(),
    );
    out
}
