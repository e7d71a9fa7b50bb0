//! What a report tells of single things: parts, copies, notices, defects, scans.

use serde::Serialize;
use tamis_sanitize::map::Disposition;
use tamis_sanitize::{Kind, MessageMap, Part};

/// A part that was edited.
#[derive(Clone, Debug, Serialize)]
pub struct PartNote {
    /// `strip` or `rename`.
    pub action: &'static str,
    /// The part.
    #[serde(flatten)]
    pub part: TreeNote,
    /// The rule that decided, with its place.
    pub rule: String,
}

/// Something that quarantine keeps.
#[derive(Clone, Debug, Serialize)]
pub struct KeptNote {
    /// Its id in quarantine.
    pub id: String,
    /// Section number of the part; none if it is the whole message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
}

/// A copy that a rule asks for.
#[derive(Clone, Debug, Serialize)]
pub struct CaptureNote {
    /// `before` or `after`.
    pub copy: &'static str,
    /// Its id in the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// A notice that a rule asks for.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeNote {
    /// Who is told.
    pub to: Vec<String>,
    /// The rule that asks for it.
    pub rule: String,
    /// `queued`, or why it is not: `limit`, `full`, `automatic` or `off`.
    pub result: &'static str,
}

/// A kind of defect, and how often it was seen.
#[derive(Clone, Debug, Serialize)]
pub struct DefectNote {
    /// Name of the code.
    pub name: &'static str,
    /// Its class.
    pub class: &'static str,
    /// How often.
    pub count: u32,
}

/// What a scanner said.
#[derive(Clone, Debug, Serialize)]
pub struct ScanNote {
    /// Name of the scanner.
    pub engine: String,
    /// `clean`, `found`, `scored` or `unscanned`.
    pub result: &'static str,
    /// The signature, the score, or the reason why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Section number of the part that it was handed by itself; none for the whole message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What the scanner would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The names of its tests that hit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<String>,
}

/// One node of the MIME tree.
#[derive(Clone, Debug, Serialize)]
pub struct TreeNote {
    /// Section number.
    pub number: String,
    /// Levels below the message.
    pub depth: u16,
    /// Declared type.
    pub media_type: String,
    /// The type that the content shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<&'static str>,
    /// What it is, in the words of policies.
    pub kinds: Vec<&'static str>,
    /// Every file name that a client could show.
    pub names: Vec<String>,
    /// Octets of decoded content.
    pub size: u64,
    /// Transfer encoding.
    pub encoding: &'static str,
    /// Disposition, if one is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<&'static str>,
}

impl TreeNote {
    /// A part as a node.
    pub fn of(part: &Part) -> Self {
        TreeNote {
            number: part.number().to_owned(),
            depth: part.depth(),
            media_type: part.media_type().to_owned(),
            detected: part.detected_type(),
            kinds: part.kinds().iter().map(Kind::name).collect(),
            names: part.names().iter().map(|name| name.text.clone()).collect(),
            size: part.size(),
            encoding: part.encoding().name(),
            disposition: part.disposition().map(Disposition::name),
        }
    }

    /// Every part of a message.
    pub fn tree(map: &MessageMap) -> Vec<Self> {
        map.parts().iter().map(Self::of).collect()
    }
}
