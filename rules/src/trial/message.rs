//! The message of a test: a file, its text, or what it is to be made of.

use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::beside;

/// The message of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialMessage {
    /// None: the test is about what comes before.
    None,
    /// A file, by its name relative to the place of the first policy file.
    File(String),
    /// The text itself; lines may end in LF.
    Text(String),
    /// To be made of this.
    Made(Made),
}

/// What a message is made of. Fields that are not named are made up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Header fields.
    pub header: Vec<(String, String)>,
    /// Its text.
    pub text: Option<String>,
    /// The same in HTML.
    pub html: Option<String>,
    /// What is attached.
    pub attach: Vec<Attachment>,
}

/// Something that is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its file name.
    pub name: Option<String>,
    /// Its declared type.
    pub media_type: Option<String>,
    /// Whether it is shown inline.
    pub inline: bool,
    /// What is in it.
    pub content: AttachmentContent,
}

/// What is in an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentContent {
    /// A harmless file of that kind.
    Sample(Sample),
    /// This text.
    Text(String),
    /// A ZIP archive of these.
    Zip(Vec<Attachment>),
    /// A message.
    Message(Box<Made>),
}

macro_rules! samples {
    ($($variant:ident, $name:literal, $says:literal;)*) => {
        /// A harmless file that looks like something.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Sample { $(#[doc = $says] $variant,)* }

        impl Sample {
            /// Every sample with its name and what it is.
            pub const ALL: &[(Sample, &str, &str)] = &[$((Sample::$variant, $name, $says),)*];
        }
    };
}

samples! {
    Program, "program", "A program for Windows that does nothing.";
    Elf, "elf", "A program for Linux that does nothing.";
    Script, "script", "A shell script.";
    Page, "page", "An HTML page with a script in it.";
    Image, "image", "A picture (PNG).";
    Pdf, "pdf", "A PDF document.";
    PdfScript, "pdf-script", "A PDF document with script in it.";
    Macro, "macro", "A Word document with macros.";
    EncryptedZip, "encrypted-zip", "An encrypted ZIP archive.";
    DeepZip, "deep-zip", "An archive in archives, deeper than is looked into.";
    DeepMessage, "deep-message", "A message in messages, deeper than is read.";
    Eicar, "eicar", "The EICAR test file, which virus scanners take for a virus.";
    Text, "text", "A text.";
}

/// Reads what stands at `message`.
pub(super) fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<TrialMessage> {
    if node.is_table() {
        let table = node.table(loading)?;
        return made(&table, 0, loading).map(TrialMessage::Made);
    }
    let text = node.text(loading)?;
    Some(if text.text.contains('\n') {
        TrialMessage::Text(text.text.to_owned())
    } else {
        let asking = loading.name_of(text.place.file);
        TrialMessage::File(beside(asking, text.text))
    })
}

/// Deepest nesting of archives and messages.
const DEPTH: u8 = 8;

fn made(table: &Table<'_>, depth: u8, loading: &mut Loading<'_>) -> Option<Made> {
    let keys = ["from", "to", "subject", "header", "text", "html", "attach"];
    table.only(&keys, "key of a message", loading);
    let mut made = Made::default();
    for (key, field) in [("from", "From"), ("to", "To"), ("subject", "Subject")] {
        if let Some(node) = table.get(key) {
            let value = node.text(loading)?.text.to_owned();
            made.header.push((field.to_owned(), value));
        }
    }
    if let Some(node) = table.get("header") {
        for (name, value) in node.table(loading)?.entries {
            let value = value.text(loading)?.text.to_owned();
            made.header.push((name.text.to_owned(), value));
        }
    }
    for (key, place) in [("text", &mut made.text), ("html", &mut made.html)] {
        if let Some(node) = table.get(key) {
            *place = Some(node.text(loading)?.text.to_owned());
        }
    }
    if let Some(node) = table.get("attach") {
        made.attach = attachments(node, depth, loading)?;
    }
    Some(made)
}

fn attachments(node: Node<'_>, depth: u8, loading: &mut Loading<'_>) -> Option<Vec<Attachment>> {
    if depth >= DEPTH {
        let message = format!("a message of a test is nested more than {DEPTH} levels deep");
        loading.report(Fault::TooDeep, node.place, message);
        return None;
    }
    let tables = node.tables(loading)?;
    let read: Vec<_> = tables
        .iter()
        .map(|table| attachment(table, depth, loading))
        .collect();
    read.into_iter().collect()
}

fn attachment(table: &Table<'_>, depth: u8, loading: &mut Loading<'_>) -> Option<Attachment> {
    let keys = ["name", "type", "inline", "sample", "text", "zip", "message"];
    table.only(&keys, "key of an attachment", loading);
    let text_of = |key: &str, loading: &mut Loading<'_>| match table.get(key) {
        Some(node) => node.text(loading).map(|text| Some(text.text.to_owned())),
        None => Some(None),
    };
    let name = text_of("name", loading)?;
    let media_type = text_of("type", loading)?;
    let inline = match table.get("inline") {
        Some(node) => node.boolean(loading)?,
        None => false,
    };
    let deeper = depth.saturating_add(1);
    let content = match ["sample", "text", "zip", "message"].map(|key| table.get(key)) {
        [Some(node), None, None, None] => AttachmentContent::Sample(sample(node, loading)?),
        [None, Some(node), None, None] => {
            AttachmentContent::Text(node.text(loading)?.text.to_owned())
        }
        [None, None, Some(node), None] => {
            AttachmentContent::Zip(attachments(node, deeper, loading)?)
        }
        [None, None, None, Some(node)] if depth < DEPTH => {
            let inner = node.table(loading)?;
            AttachmentContent::Message(Box::new(made(&inner, deeper, loading)?))
        }
        _ => {
            let message = "an attachment needs one of sample, text, zip and message";
            loading.report(Fault::MissingKey, table.place, message);
            return None;
        }
    };
    Some(Attachment {
        name,
        media_type,
        inline,
        content,
    })
}

fn sample(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Sample> {
    let text = node.text(loading)?;
    let found = Sample::ALL.iter().find(|(_, name, _)| *name == text.text);
    if found.is_none() {
        let known: Vec<&str> = Sample::ALL.iter().map(|(_, name, _)| *name).collect();
        loading.unknown(Fault::UnknownValue, text, "sample", &known);
    }
    found.map(|(sample, ..)| *sample)
}
