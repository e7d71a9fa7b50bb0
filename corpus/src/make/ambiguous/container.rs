//! What stands around the load: attached messages, deep nesting, archives (`ne`).

use super::block::in_text;
use super::draft::Field;
use super::{Draft, Slot, Trick, trick};
use crate::make::encode::base64_lines;
use crate::make::zip::{Entry, stored};

pub(super) const TRICKS: &[Trick] = &[
    trick("ne-message", Slot::Container, |d| {
        attach(d, "message/rfc822", false);
    }),
    trick("ne-message-base64", Slot::Container, |d| {
        attach(d, "message/rfc822", true);
    }),
    trick("ne-message-other", Slot::Container, message_other),
    trick("ne-message-file", Slot::Container, message_file),
    trick("ne-message-deep", Slot::Container, message_deep),
    trick("ne-multipart-deep", Slot::Container, multipart_deep),
    trick("ne-digest", Slot::Container, digest),
    trick("ne-message-in-text", Slot::Container, message_in_text),
    trick("ne-archive", Slot::Load, archive),
    trick("ne-only-part", Slot::Container, only_part),
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
    // The built-in policy takes fragments and references to content elsewhere out.
    let elsewhere = media_type.contains("partial") || media_type.contains("external-body");
    draft.load.forbidden |= elsewhere;
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

/// The load lies in an archive, under its own name or another.
fn archive(draft: &mut Draft) {
    let name = draft.random.pick(&[draft.load.name, "inner/file", "a.txt"]);
    let mut archive = stored(&[
        Entry::new("readme.txt", b"text"),
        Entry::new(name, &draft.load.content),
    ]);
    if name != draft.load.name {
        draft.load.forbidden &= !draft.load.is_text();
    }
    if draft.random.one_in(3) {
        archive.splice(0..0, *b"GIF89a something in front");
    }
    draft.load.content = archive;
    draft.load.name = draft.random.pick(&["files.zip", "files.dat", "photo.gif"]);
    draft.load.media_type = "application/octet-stream";
    draft.part.field("Content-Type").value =
        format!("application/octet-stream; name=\"{}\"", draft.load.name).into_bytes();
    draft.part.field("Content-Disposition").value =
        format!("attachment; filename=\"{}\"", draft.load.name).into_bytes();
    draft.data = base64_lines(&draft.load.content).into_bytes();
}

/// The message is the file: no multipart around it.
fn only_part(draft: &mut Draft) {
    draft.top.remove("Content-Type");
    let fields: Vec<Field> = draft.part.fields.clone();
    draft.top.fields.extend(fields);
    draft.body = Some([&draft.data[..], b"\r\n"].concat());
}
