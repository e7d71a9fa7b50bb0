//! Driver: parsers of Rust. Argument: `mail-parser` or `mailparse`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use std::io::{self, BufRead as _};

/// The leaves of a message, each as JSON.
type Leaves = Vec<String>;

fn main() {
    let kind = std::env::args().nth(1).unwrap_or_default();
    for path in io::stdin().lock().lines().map_while(Result::ok) {
        let octets = std::fs::read(path).unwrap_or_default();
        let mut leaves = Leaves::new();
        if kind == "mailparse" {
            if let Ok(mail) = mailparse::parse_mail(&octets) {
                walk(&mail, &mut leaves, 0);
            }
        } else if let Some(message) = MessageParser::default().parse(&octets) {
            parts(&message, &mut leaves);
        }
        println!("{{\"leaves\":[{}]}}", leaves.join(","));
    }
}

fn leaf(media_type: &str, name: &str, content: &[u8]) -> String {
    let [media_type, name, content] =
        [media_type.as_bytes(), name.as_bytes(), content].map(|text| STANDARD.encode(text));
    format!("[\"{media_type}\",\"{name}\",\"{content}\"]")
}

fn parts(message: &mail_parser::Message<'_>, leaves: &mut Leaves) {
    for part in &message.parts {
        let media_type = part.content_type().map_or_else(String::new, |value| {
            format!("{}/{}", value.ctype(), value.subtype().unwrap_or_default())
        });
        let name = part.attachment_name().unwrap_or_default();
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Message(inner) => parts(inner, leaves),
            PartType::Text(text) | PartType::Html(text) => {
                // Without a field it is text by default.
                let media_type = if media_type.is_empty() { "text/plain" } else { &media_type };
                leaves.push(leaf(media_type, name, text.as_bytes()));
            }
            PartType::Binary(content) | PartType::InlineBinary(content) => {
                leaves.push(leaf(&media_type, name, content));
            }
        }
    }
}

fn walk(mail: &mailparse::ParsedMail<'_>, leaves: &mut Leaves, depth: usize) {
    if !mail.subparts.is_empty() {
        return mail.subparts.iter().for_each(|part| walk(part, leaves, depth + 1));
    }
    let content = mail.get_body_raw().unwrap_or_default();
    if mail.ctype.mimetype == "message/rfc822" && depth < 200 {
        if let Ok(inner) = mailparse::parse_mail(&content) {
            return walk(&inner, leaves, depth + 1);
        }
    }
    let disposition = mail.get_content_disposition();
    let name = disposition.params.get("filename").or(mail.ctype.params.get("name"));
    leaves.push(leaf(&mail.ctype.mimetype, name.map_or("", String::as_str), &content));
}
