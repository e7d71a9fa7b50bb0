//! What the containers of one message hold, as people and programs are told.

use serde::Serialize;
use std::fmt;
use tamis_sanitize::map::{Member, Unread};
use tamis_sanitize::{Finding, Kind, MessageMap, Part};

/// Members that are told of one message.
const TOLD: usize = 500;

/// Something that lies in a part, or a part that was not looked into to its end.
#[derive(Clone, Debug, Serialize)]
pub struct InsideNote {
    /// Section number of the part.
    pub part: String,
    /// The way to it from the part: names of containers, then its own; empty for the part itself.
    pub path: Vec<String>,
    /// What it is, in the words of policies.
    pub kinds: Vec<&'static str>,
    /// Octets of its content.
    pub size: u64,
    /// What was found in it, in the words of policies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<&'static str>,
    /// Why it was not looked at to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<&'static str>,
}

impl InsideNote {
    /// Everything inside the parts of a message; of very much, the first.
    pub(super) fn all(map: &MessageMap) -> Vec<Self> {
        let notes = map.parts().iter().flat_map(|part| {
            let itself = (part.unread().is_some() || !part.findings().is_empty())
                .then(|| Self::of_part(part));
            let members = part.members().iter();
            itself
                .into_iter()
                .chain(members.map(|member| Self::of_member(part, member)))
        });
        notes.take(TOLD).collect()
    }

    fn of_part(part: &Part) -> Self {
        InsideNote {
            part: part.number().to_owned(),
            path: Vec::new(),
            kinds: part.kinds().iter().map(Kind::name).collect(),
            size: part.size(),
            findings: part.findings().iter().map(Finding::name).collect(),
            unread: part.unread().map(Unread::name),
        }
    }

    fn of_member(part: &Part, member: &Member) -> Self {
        InsideNote {
            part: part.number().to_owned(),
            path: member.path().to_vec(),
            kinds: member.kinds().iter().map(Kind::name).collect(),
            size: member.size(),
            findings: member.findings().iter().map(Finding::name).collect(),
            unread: member.unread().map(Unread::name),
        }
    }
}

/// `part 2 → inner.zip → setup.exe: executable, 3072 octets, not looked into: encrypted`. With names as they came.
impl fmt::Display for InsideNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part.as_str() {
            "" => f.write_str("the message")?,
            number => write!(f, "part {number}")?,
        }
        for step in &self.path {
            write!(f, " → {step}")?;
        }
        write!(f, ": {}, {} octets", self.kinds.join(" "), self.size)?;
        if !self.findings.is_empty() {
            write!(f, ", with {}", self.findings.join(" "))?;
        }
        match self.unread {
            Some(why) => write!(f, ", not looked into: {why}"),
            None => Ok(()),
        }
    }
}
