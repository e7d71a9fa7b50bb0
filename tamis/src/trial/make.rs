//! The message of a test, as it would come from an MTA.

use super::{sample, zip};
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;
use std::path::Path;
use tamis_rules::{Attachment, AttachmentContent, Made, Sample, TrialMessage};

/// Largest message in a file, in octets.
const LARGEST: u64 = 64 << 20;

/// The octets of the message; none if the test has none. An error says what is wrong, for people.
pub fn message(message: &TrialMessage) -> Result<Option<Vec<u8>>, String> {
    match message {
        TrialMessage::None => Ok(None),
        TrialMessage::Text(text) => {
            let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
            Ok(Some(ended(text.into_bytes())))
        }
        TrialMessage::Made(parts) => Ok(Some(ended(made(parts)))),
        TrialMessage::File(name) => {
            let path = Path::new(name);
            let cannot = |why: &dyn std::fmt::Display| format!("cannot read {name}: {why}");
            let size = std::fs::metadata(path)
                .map_err(|error| cannot(&error))?
                .len();
            if size > LARGEST {
                return Err(cannot(&"it is larger than 64 MiB"));
            }
            std::fs::read(path)
                .map(Some)
                .map_err(|error| cannot(&error))
        }
    }
}

/// With an end of its last line, as all that comes over SMTP.
fn ended(mut message: Vec<u8>) -> Vec<u8> {
    if !message.ends_with(b"\r\n") {
        message.extend(b"\r\n");
    }
    message
}

fn made(parts: &Made) -> Vec<u8> {
    let mut message = MessageBuilder::new();
    let names: Vec<String> = parts
        .header
        .iter()
        .map(|(name, _)| name.to_lowercase())
        .collect();
    for (name, value) in [
        ("From", "sender@example.com"),
        ("To", "recipient@example.org"),
        ("Subject", "a test"),
        ("Date", "Mon, 16 Nov 2026 09:12:41 +0000"),
        ("Message-ID", "<test@example.com>"),
    ] {
        if !names.contains(&name.to_lowercase()) {
            message = message.header(name, Raw::new(value));
        }
    }
    for (name, value) in &parts.header {
        message = if value.is_ascii() {
            message.header(name.clone(), Raw::new(value.clone()))
        } else {
            message.header(name.clone(), Text::new(value.clone()))
        };
    }
    let mut octets = Vec::new();
    // Writing to memory does not fail.
    let _ = message.body(body(parts)).write_to(&mut octets);
    octets
}

/// The text, and what is attached to it.
fn body(parts: &Made) -> MimePart<'static> {
    let plain = parts
        .text
        .clone()
        .map(|text| MimePart::new("text/plain", text));
    let html = parts
        .html
        .clone()
        .map(|html| MimePart::new("text/html", html));
    let text = match (plain, html) {
        (Some(plain), Some(html)) => several("alternative", vec![plain, html]),
        (None, Some(html)) => html,
        (Some(plain), None) => plain,
        (None, None) => MimePart::new("text/plain", "a test\r\n".to_owned()),
    };
    if parts.attach.is_empty() {
        return text;
    }
    let attached = parts.attach.iter().map(attached);
    several("mixed", std::iter::once(text).chain(attached).collect())
}

/// A multipart whose boundary is always the same: a test comes to the same result each time.
fn several(subtype: &str, parts: Vec<MimePart<'static>>) -> MimePart<'static> {
    let media_type = ContentType::new(format!("multipart/{subtype}"));
    let boundary = format!("=_{subtype}-of-a-test");
    MimePart::new(media_type.attribute("boundary", boundary), parts)
}

fn attached(attachment: &Attachment) -> MimePart<'static> {
    let (name, media_type) = described(attachment);
    let part = match &attachment.content {
        AttachmentContent::Message(inner) => {
            return MimePart::new("message/rfc822", made(inner))
                .transfer_encoding("8bit")
                .attachment(name);
        }
        // What is declared a message is never encoded (RFC 2046, section 5.2.1).
        AttachmentContent::Sample(Sample::DeepMessage) => {
            MimePart::new(media_type, content(&attachment.content)).transfer_encoding("8bit")
        }
        other => MimePart::new(media_type, content(other)),
    };
    if attachment.inline {
        let disposition = ContentType::new("inline");
        part.header(
            "Content-Disposition",
            disposition.attribute("filename", name),
        )
    } else {
        part.attachment(name)
    }
}

/// Name and declared type, as the test says or as they usually are.
fn described(attachment: &Attachment) -> (String, String) {
    let (name, media_type) = match &attachment.content {
        AttachmentContent::Sample(it) => sample::usual(*it),
        AttachmentContent::Text(_) => ("note.txt", "text/plain"),
        AttachmentContent::Zip(_) => ("files.zip", "application/zip"),
        AttachmentContent::Message(_) => ("message.eml", "message/rfc822"),
    };
    (
        attachment.name.clone().unwrap_or_else(|| name.to_owned()),
        attachment
            .media_type
            .clone()
            .unwrap_or_else(|| media_type.to_owned()),
    )
}

fn content(content: &AttachmentContent) -> Vec<u8> {
    match content {
        AttachmentContent::Sample(it) => sample::content(*it),
        AttachmentContent::Text(text) => text.clone().into_bytes(),
        AttachmentContent::Message(inner) => made(inner),
        AttachmentContent::Zip(inner) => {
            let entries: Vec<_> = inner
                .iter()
                .map(|one| zip::Entry::new(&described(one).0, self::content(&one.content)))
                .collect();
            zip::stored(&entries)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamis_sanitize::{Event, Limits, Needs, Reader, Reading};

    #[test]
    fn what_is_made_is_plain() {
        let attach = |content| Attachment {
            name: None,
            media_type: None,
            inline: false,
            content,
        };
        let samples = Sample::ALL.iter().map(|(sample, ..)| *sample);
        let read = samples.filter(|it| *it != Sample::DeepMessage);
        let all = read.map(|sample| attach(AttachmentContent::Sample(sample)));
        let inner = Made {
            text: Some("inner".to_owned()),
            ..Made::default()
        };
        let parts = Made {
            header: vec![("subject".to_owned(), "Größe".to_owned())],
            text: Some("text".to_owned()),
            html: Some("<p>text".to_owned()),
            attach: all
                .chain([
                    attach(AttachmentContent::Message(Box::new(inner))),
                    attach(AttachmentContent::Zip(vec![attach(
                        AttachmentContent::Text("a".to_owned()),
                    )])),
                ])
                .collect(),
        };
        for parts in [parts, Made::default()] {
            let octets = made(&parts);
            let mut reader = Reader::new(Needs::default(), Limits::default());
            reader.push(&octets);
            while reader.next() != Event::NeedInput {}
            let Reading::Whole(map) = reader.finish() else {
                panic!("cut")
            };
            let defects: Vec<_> = map.defects().counts().collect();
            assert!(
                defects.is_empty(),
                "{defects:?}\n{}",
                String::from_utf8_lossy(&octets)
            );
            assert_eq!(octets, made(&parts));
        }
    }
}
