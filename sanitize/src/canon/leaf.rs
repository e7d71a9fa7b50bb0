//! A leaf, written anew: its type, its one name, and how its octets are carried.

use super::fields::{Fields, structured};
use crate::decode::Leniency;
use crate::defect::{Code, CodeSet};
use crate::kind::Kinds;
use crate::map::{Disposition, Part};
use crate::plan::FieldValue;
use crate::study::{Block, Studied};
use crate::value::{canonical_disposition, canonical_type, clean_name, delivered_name, rename};
use crate::write::{Recode, Stage, Transfer};

/// The type of what is nothing else.
const OCTETS: &str = "application/octet-stream";

/// A leaf in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    media_type: FieldValue,
    disposition: Option<FieldValue>,
    pub(super) is_empty: bool,
    pub(super) body: Recode,
}

impl Leaf {
    /// A part as a leaf. The study says how its octets are read, and what they are.
    pub(super) fn new(part: &Part, studied: &Studied, codes: CodeSet) -> Self {
        let media_type = media_type(part, studied, codes);
        let lines = media_type.starts_with("text/");
        let name = delivered_name(part);
        let own = own_name(studied).filter(|_| name.is_none());
        let is_file =
            name.or(own.clone()).is_some() || part.disposition() == Some(Disposition::Attachment);
        // Some parsers trim white space that stands for itself; so few octets have nothing to read anyway.
        let blank = (1..=4).contains(&studied.size);
        let charset = charset(part, studied, codes).filter(|_| media_type.starts_with("text/"));
        let mut typed = canonical_type(part, &media_type, charset, None);
        let mut disposition = canonical_disposition(part);
        if let Some(own) = own {
            let disposed = disposition
                .as_ref()
                .map_or(&b"attachment"[..], FieldValue::as_bytes);
            disposition = rename(disposed, "filename", &own).or(disposition);
            typed = rename(typed.as_bytes(), "name", &own).unwrap_or(typed);
        }
        Leaf {
            media_type: typed,
            disposition,
            is_empty: studied.size == 0,
            body: Recode {
                from: part.body(),
                chain: studied.choice.clone(),
                to: if lines && !is_file && (studied.lines && !blank || studied.size == 0) {
                    Transfer::QuotedPrintable
                } else {
                    Transfer::Base64
                },
            },
        }
    }

    /// The text of a leaf without the files that stand in it, if any is left, and these files.
    pub(super) fn apart(part: &Part, studied: &Studied, codes: CodeSet) -> Vec<Leaf> {
        let mut between = Vec::new();
        let mut at = 0;
        for block in &studied.blocks {
            between.push(at..block.range.start);
            at = block.range.end;
        }
        between.push(at..studied.size.max(at));
        let charset = charset(part, studied, codes);
        let media_type = media_type(part, studied, codes);
        let is_text = media_type.starts_with("text/");
        let media_type = if is_text { &media_type } else { "text/plain" };
        let mut text = Leaf {
            media_type: canonical_type(part, media_type, charset, None),
            disposition: canonical_disposition(part),
            is_empty: false,
            body: Recode {
                from: part.body(),
                chain: studied.choice.clone(),
                to: if studied.lines {
                    Transfer::QuotedPrintable
                } else {
                    Transfer::Base64
                },
            },
        };
        let has_text = between.iter().any(|range| range.start < range.end);
        text.body.chain.push(Stage::Cut(between));
        let blocks = studied.blocks.iter();
        let files = blocks.map(|block| Leaf::file(part, studied, block));
        let text = Some(text).filter(|_| has_text);
        text.into_iter().chain(files).collect()
    }

    /// A file that stands in the text of a leaf.
    fn file(part: &Part, studied: &Studied, block: &Block) -> Leaf {
        let mut chain = studied.choice.clone();
        chain.push(Stage::Cut(vec![block.data.clone()]));
        chain.push(Stage::Decode(block.encoding, Leniency::File));
        let name = block.name.as_deref().map(String::from_utf8_lossy);
        let name = name.as_deref().and_then(clean_name);
        let named = |parameter| name.iter().map(|name| (parameter, name.clone())).collect();
        let (typed, disposed): (Vec<_>, Vec<_>) = (named("name"), named("filename"));
        Leaf {
            media_type: structured(OCTETS, &typed),
            disposition: Some(structured("attachment", &disposed)),
            is_empty: false,
            body: Recode {
                from: part.body(),
                chain,
                to: Transfer::Base64,
            },
        }
    }

    /// The fields that its content asks for.
    pub(super) fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        fields.add("Content-Type", self.media_type.clone());
        fields.word("Content-Transfer-Encoding", self.body.to.name());
        if let Some(disposition) = &self.disposition {
            fields.add("Content-Disposition", disposition.clone());
        }
        fields
    }
}

/// The name that the encoded data give themselves.
fn own_name(studied: &Studied) -> Option<String> {
    let name = studied.name.as_deref().map(String::from_utf8_lossy);
    name.as_deref().and_then(clean_name)
}

/// The type: the declared one, unless the content is plainly something else.
fn media_type(part: &Part, studied: &Studied, codes: CodeSet) -> String {
    let declared = part.media_type();
    let textual = declared.starts_with("text/");
    let in_field = || part.fields().iter().any(|field| field.raw().contains(&0));
    let nul = codes.contains(Code::NulByte) && !studied.utf8 && !in_field();
    let binary = nul || !studied.text && studied.delivered != Kinds::NONE && studied.size > 0;
    // What a message type promises is not kept by a leaf that has to be encoded.
    let container = declared.starts_with("multipart/") || declared.starts_with("message/");
    match () {
        () if textual && binary => OCTETS.to_owned(),
        () if container && studied.text => "text/plain".to_owned(),
        () if container => OCTETS.to_owned(),
        () => declared.to_owned(),
    }
}

/// The charset that text is declared to be in; none if nobody knows it.
fn charset<'a>(part: &'a Part, studied: &Studied, codes: CodeSet) -> Option<&'a str> {
    let known = !codes.contains(Code::UnknownCharset);
    let declared = part.charset().filter(|_| known);
    if studied.utf8 {
        Some("utf-8")
    } else {
        declared
    }
}
