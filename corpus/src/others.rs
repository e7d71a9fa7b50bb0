//! What mail parsers of other people see of a message, for the laws that ask them.

use mail_parser::{MessageParser, MimeHeaders, PartType};
use mailparse::ParsedMail;

/// A leaf, as another parser shows it.
pub(crate) struct Seen {
    /// In lower case, without parameters.
    pub media_type: String,
    /// What it is called, by any parameter that can name a file.
    pub names: Vec<String>,
    /// Decoded; text in the charset that the parser hands out.
    pub content: Vec<u8>,
}

/// The parameters of a type or a disposition that name a file.
const NAMING: [&str; 2] = ["filename", "name"];

/// A parser: its name, and the leaves that it finds; none if it cannot cope with the message.
pub(crate) struct Other {
    pub name: &'static str,
    /// Whether it hands out text as it is, not in UTF-8.
    pub keeps_charsets: bool,
    /// Whether it takes the end of a message that is nothing but a message for the end of all.
    pub loses_its_place: bool,
    /// Whether it parts a field at semicolons inside quotes.
    pub splits_quoted: bool,
    leaves: fn(&[u8]) -> Option<Vec<Seen>>,
}

/// Every parser that is asked.
pub(crate) const OTHERS: [Other; 2] = [
    Other {
        name: "mail-parser",
        keeps_charsets: false,
        loses_its_place: true,
        splits_quoted: false,
        leaves: by_mail_parser,
    },
    Other {
        name: "mailparse",
        keeps_charsets: true,
        loses_its_place: false,
        splits_quoted: true,
        leaves: by_mailparse,
    },
];

impl Other {
    /// The leaves that it sees; none if it gives up, or dies of the message.
    pub(crate) fn see(&self, message: &[u8]) -> Option<Vec<Seen>> {
        std::panic::catch_unwind(|| (self.leaves)(message))
            .ok()
            .flatten()
    }
}

fn by_mail_parser(octets: &[u8]) -> Option<Vec<Seen>> {
    let mut leaves = Vec::new();
    parts(&MessageParser::default().parse(octets)?, &mut leaves);
    Some(leaves)
}

fn parts(message: &mail_parser::Message<'_>, leaves: &mut Vec<Seen>) {
    for part in &message.parts {
        let declared = part.content_type().map(|declared| {
            let sub = declared.subtype().unwrap_or("plain");
            format!("{}/{sub}", declared.ctype()).to_ascii_lowercase()
        });
        let media_type = declared.unwrap_or_else(|| "text/plain".to_owned());
        let content = match &part.body {
            PartType::Multipart(_) => continue,
            PartType::Message(inner) => {
                parts(inner, leaves);
                continue;
            }
            // To mail-parser, an empty message is a leaf.
            _ if media_type == "message/rfc822" => Vec::new(),
            _ => part.contents().to_vec(),
        };
        leaves.push(Seen {
            media_type,
            names: [part.content_disposition(), part.content_type()]
                .into_iter()
                .flatten()
                .flat_map(|value| NAMING.iter().filter_map(|name| value.attribute(name)))
                .map(str::to_owned)
                .collect(),
            content,
        });
    }
}

fn by_mailparse(octets: &[u8]) -> Option<Vec<Seen>> {
    let mut leaves = Vec::new();
    walk(&mailparse::parse_mail(octets).ok()?, &mut leaves)?;
    Some(leaves)
}

fn walk(mail: &ParsedMail<'_>, leaves: &mut Vec<Seen>) -> Option<()> {
    if !mail.subparts.is_empty() {
        return mail.subparts.iter().try_for_each(|part| walk(part, leaves));
    }
    let content = mail.get_body_raw().ok()?;
    // mailparse leaves it to its callers to open an attached message.
    if mail.ctype.mimetype == "message/rfc822" {
        return walk(&mailparse::parse_mail(&content).ok()?, leaves);
    }
    let fields = [&mail.get_content_disposition().params, &mail.ctype.params];
    let names = fields.into_iter().flat_map(|parameters| {
        let named = NAMING.iter().filter_map(|name| parameters.get(*name));
        named.filter(|name| !name.is_empty()).cloned()
    });
    leaves.push(Seen {
        media_type: mail.ctype.mimetype.to_ascii_lowercase(),
        names: names.collect(),
        content,
    });
    Some(())
}
