//! Messages that Outlook has saved (\[MS-OXMSG\]): text and attachments, those of messages in the message as well.

use super::compressed_rtf;
use crate::inside::compound::{Compound, MAGIC, Stream};
use crate::inside::container::Container;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{FileName, Member, Unread};
use std::collections::BTreeMap;

/// Octets of a name that are read.
const NAME: u64 = 4 << 10;
/// How the stream of a property is called, before its number and its type in eight digits (section 2.1.3).
const PROPERTY: &str = "__substg1.0_";
/// How the storage of an attachment is called, before its number (section 2.2.2).
const ATTACHMENT: &str = "__attach_version1.0_#";

/// Properties (\[MS-OXPROPS\]).
const BODY: &str = "1000";
const COMPRESSED_RTF: &str = "1009";
const HTML: &str = "1013";
const ATTACH_DATA: &str = "3701";
/// Names of an attachment: long, short, where it came from, what is shown.
const NAMES: &[&str] = &["3707", "3704", "370D", "3708", "3001"];
const MEDIA_TYPE: &str = "370E";

/// Opens every attachment and every form of the text.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !head.starts_with(MAGIC) || container.detected != Some("application/vnd.ms-outlook") {
        return Ok(Opened::NotOne);
    }
    let mut file = match Compound::read(source, walk.budget.members_left()) {
        Ok(file) => file,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    let streams = std::mem::take(&mut file.streams);
    let known = described(&mut file, &streams);
    for stream in &streams {
        if let Some(content) = Content::of(stream) {
            member(walk, container, &mut file, stream, content, &known)?;
        }
    }
    Ok(Opened::unless(file.more.then_some(Unread::Limit)))
}

/// What is known of the attachments, by the way to each.
type Attachments = BTreeMap<Vec<String>, Attachment>;

#[derive(Debug, Default)]
struct Attachment {
    names: Vec<FileName>,
    media_type: Option<String>,
}

/// What a stream holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Text,
    Html,
    CompressedRtf,
    Attached,
    /// A stream of an object that is attached: it has a format of its own.
    OfObject,
}

impl Content {
    fn of(stream: &Stream) -> Option<Content> {
        match property(&stream.name) {
            Some((BODY, _)) => Some(Content::Text),
            Some((HTML, _)) => Some(Content::Html),
            Some((COMPRESSED_RTF, _)) => Some(Content::CompressedRtf),
            Some((ATTACH_DATA, _)) => Some(Content::Attached),
            Some(_) => None,
            None => {
                let within = stream.within().next().and_then(property);
                (within == Some((ATTACH_DATA, "000D")) && !stream.name.starts_with("__"))
                    .then_some(Content::OfObject)
            }
        }
    }

    fn called(self) -> &'static str {
        match self {
            Content::Text => "body.txt",
            Content::Html => "body.html",
            Content::CompressedRtf => "body.rtf",
            Content::Attached => "attachment",
            Content::OfObject => "object",
        }
    }
}

/// Number and type of the property that a stream or storage of that name holds, in capitals.
fn property(name: &str) -> Option<(&str, &str)> {
    let digits = name.strip_prefix(PROPERTY)?.get(..8)?;
    digits.split_at_checked(4)
}

/// The attachments around a stream, the outermost first.
fn attachments(stream: &Stream) -> Vec<String> {
    let within = stream.within().filter(|name| name.starts_with(ATTACHMENT));
    let mut way: Vec<String> = within.map(str::to_owned).collect();
    way.reverse();
    way
}

/// Reads the names and types of all attachments.
fn described(file: &mut Compound<'_>, streams: &[Stream]) -> Attachments {
    let mut known = Attachments::new();
    // The order of the names is that of their worth.
    for wanted in NAMES.iter().chain([&MEDIA_TYPE]) {
        for stream in streams {
            let Some((number, sort)) = property(&stream.name) else {
                continue;
            };
            let way = attachments(stream);
            if number != *wanted || way.is_empty() {
                continue;
            }
            let text = text_of(&file.start(stream, NAME), sort);
            let attachment = known.entry(way).or_default();
            if number == MEDIA_TYPE {
                attachment.media_type = Some(text.to_ascii_lowercase());
            } else {
                attachment.add(&text);
            }
        }
    }
    known
}

impl Attachment {
    fn add(&mut self, name: &str) {
        let name = look::name(name);
        if !name.text.is_empty() && !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}

fn text_of(octets: &[u8], sort: &str) -> String {
    let encoding = if sort == "001F" {
        encoding_rs::UTF_16LE
    } else {
        encoding_rs::WINDOWS_1252
    };
    let (text, _) = encoding.decode_without_bom_handling(octets);
    text.trim_end_matches('\0').to_owned()
}

/// Opens what a stream holds.
fn member(
    walk: &mut Walk<'_>,
    container: &Container<'_>,
    file: &mut Compound<'_>,
    stream: &Stream,
    content: Content,
    known: &Attachments,
) -> Result<(), Stop> {
    let member = described_member(container, stream, content, known);
    let mut opened = match file.open(stream) {
        Ok(opened) => opened,
        Err(error) => return walk.closed(member, content_error(error)?),
    };
    match content {
        Content::CompressedRtf => match compressed_rtf::text(&mut opened) {
            Ok(text) => walk.member(container, member, &mut text.as_slice()),
            Err(error) => walk.closed(member, content_error(error)?),
        },
        Content::OfObject => walk.inner(container, member, &mut opened),
        _ => walk.member(container, member, &mut opened),
    }
}

fn described_member(
    container: &Container<'_>,
    stream: &Stream,
    content: Content,
    known: &Attachments,
) -> Member {
    let way = attachments(stream);
    let name_of = |way: &[String]| {
        let attachment = known.get(way);
        let name = attachment.and_then(|attachment| attachment.names.first());
        name.map_or("attachment", |name| name.text.as_str())
    };
    // The text of a message lies in the attachment that the message is; a file is the attachment.
    let is_file = matches!(content, Content::Attached);
    let outer = way.len().saturating_sub(usize::from(is_file));
    let mut path = container.path.to_vec();
    for depth in 1..=outer {
        path.push(name_of(way.get(..depth).unwrap_or_default()).to_owned());
    }
    let attachment = known.get(&way).filter(|_| is_file);
    let names = attachment.map(|attachment| attachment.names.clone());
    let mut member = Member::new(&path, names.unwrap_or_default(), content.called());
    member.media_type = match content {
        Content::Html => Some("text/html".to_owned()),
        Content::Text => Some("text/plain".to_owned()),
        _ => attachment.and_then(|attachment| attachment.media_type.clone()),
    };
    member
}
