//! A leaf, written anew: its type, its one name, and how its octets are carried.

use super::fields::Fields;
use crate::Limits;
use crate::decode::Leniency;
use crate::defect::{Code, CodeSet};
use crate::kind::Kinds;
use crate::map::{Disposition, Part};
use crate::study::{Block, Studied};
use crate::value;
use crate::write::{Recode, Stage, Transfer};

/// Parameters of a leaf that are kept, beside its charset and its name.
const KEPT: &[&str] = &[
    "format",
    "delsp",
    "method",
    "component",
    "smime-type",
    "protocol",
    "micalg",
    "version",
    "report-type",
    "reply-type",
];

/// The type of what is nothing else.
const OCTETS: &str = "application/octet-stream";

/// A leaf in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    media_type: String,
    parameters: Vec<(String, String)>,
    name: Option<String>,
    disposition: Option<Disposition>,
    pub(super) body: Recode,
}

impl Leaf {
    /// A part as a leaf. The study says how its octets are read, and what they are.
    pub(super) fn new(part: &Part, studied: &Studied, codes: CodeSet) -> Self {
        let name = name(part);
        let media_type = media_type(part, studied, codes);
        let lines = media_type.starts_with("text/") || media_type.starts_with("message/");
        let is_file = name.is_some() || part.disposition() == Some(Disposition::Attachment);
        let to = if lines && !is_file {
            Transfer::QuotedPrintable
        } else {
            Transfer::Base64
        };
        Leaf {
            parameters: parameters(part, &media_type, studied.utf8, codes),
            media_type,
            name,
            disposition: part.disposition(),
            body: Recode {
                from: part.body(),
                chain: studied.choice.clone(),
                to,
            },
        }
    }

    /// The text of a leaf without the files that stand in it, and these files.
    pub(super) fn apart(part: &Part, studied: &Studied, codes: CodeSet) -> Vec<Leaf> {
        let mut text = Leaf::new(part, studied, codes);
        text.name = None;
        text.disposition = None;
        text.body.to = Transfer::QuotedPrintable;
        let mut between = Vec::new();
        let mut at = 0;
        for block in &studied.blocks {
            between.push(at..block.range.start);
            at = block.range.end;
        }
        between.push(at..studied.size.max(at));
        text.body.chain.push(Stage::Cut(between));
        let blocks = studied.blocks.iter();
        let files = blocks.map(|block| Leaf::file(part, studied, block));
        std::iter::once(text).chain(files).collect()
    }

    /// A file that stands in the text of a leaf.
    fn file(part: &Part, studied: &Studied, block: &Block) -> Leaf {
        let mut chain = studied.choice.clone();
        chain.push(Stage::Cut(vec![block.range.clone()]));
        chain.push(Stage::Decode(block.encoding, Leniency::Most));
        let name = block.name.as_deref().map(String::from_utf8_lossy);
        Leaf {
            media_type: OCTETS.to_owned(),
            parameters: Vec::new(),
            name: name.as_deref().and_then(clean_name),
            disposition: Some(Disposition::Attachment),
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
        let mut parameters = self.parameters.clone();
        parameters.extend(
            self.name
                .iter()
                .map(|name| ("name".to_owned(), name.clone())),
        );
        fields.structured("Content-Type", &self.media_type, &parameters);
        fields.word("Content-Transfer-Encoding", self.body.to.name());
        fields.disposition(self.disposition, self.name.as_deref());
        fields
    }
}

/// The name that is delivered.
pub(super) fn name(part: &Part) -> Option<String> {
    clean_name(&part.names().first()?.text)
}

fn clean_name(name: &str) -> Option<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let base: String = base.chars().filter(|c| !c.is_control()).collect();
    let base = base.trim().trim_end_matches(['.', ' ']);
    (!base.is_empty()).then(|| base.to_owned())
}

/// The type: the declared one, unless the content is plainly something else.
fn media_type(part: &Part, studied: &Studied, codes: CodeSet) -> String {
    let declared = part.media_type();
    let textual = declared.starts_with("text/");
    let in_field = || part.fields().iter().any(|field| field.raw().contains(&0));
    let nul = codes.contains(Code::NulByte) && !studied.utf8 && !in_field();
    let binary = nul || !studied.text && studied.delivered != Kinds::NONE && studied.size > 0;
    let container = declared.starts_with("multipart/") || declared == "message/partial";
    match () {
        () if textual && binary => OCTETS.to_owned(),
        () if container && studied.text => "text/plain".to_owned(),
        () if container => OCTETS.to_owned(),
        () => declared.to_owned(),
    }
}

/// The parameters that are kept.
fn parameters(
    part: &Part,
    media_type: &str,
    converted: bool,
    codes: CodeSet,
) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    let text = media_type.starts_with("text/");
    let declared = part
        .charset()
        .filter(|_| !codes.contains(Code::UnknownCharset));
    let charset = if converted { Some("utf-8") } else { declared };
    if let Some(charset) = charset.filter(|_| text) {
        kept.push(("charset".to_owned(), charset.to_owned()));
    }
    let Some(field) = part.field("content-type") else {
        return kept;
    };
    let declared = value::content_type(field.raw_value(), &Limits::default());
    for name in KEPT {
        if let Some(value) = declared.parameters.get(name) {
            let value = String::from_utf8_lossy(&value).into_owned();
            if !value.is_empty() && value.bytes().all(|octet| (b' '..=b'~').contains(&octet)) {
                kept.push(((*name).to_owned(), value));
            }
        }
    }
    kept
}
