//! Everything that one rule does.

use super::reply::ReplyTemplate;
use crate::ambiguity;
use crate::text::notice::NoticeText;
use crate::text::template::Template;
use std::sync::Arc;
use tamis_sanitize::{FieldName, Treatment};

/// How the names of fields begin that are ours alone, in lower case.
const OWN_PREFIX: &str = "x-tamis-";

/// Everything that one rule does.
#[derive(Debug, Default)]
pub(crate) struct Actions {
    /// How the rules end, if they do.
    pub(crate) finish: Option<Finish>,
    /// Whether the whole message is kept.
    pub(crate) quarantine: bool,
    pub(crate) part: Option<PartEffect>,
    pub(crate) header: Vec<HeaderEffect>,
    /// Whether stripped parts are let go.
    pub(crate) let_go: bool,
    /// The actions as the policy words them.
    pub(crate) label: Arc<str>,
}

/// How the rules end.
#[derive(Debug)]
pub(crate) enum Finish {
    Accept,
    Reject(ReplyTemplate),
    TempFail(ReplyTemplate),
    Discard,
}

/// What becomes of a part.
#[derive(Debug)]
pub(crate) enum PartEffect {
    /// It stays, whatever later rules say.
    Leave,
    Strip(Option<Arc<NoticeText>>),
    Rename(Template),
}

/// What becomes of the header section.
#[derive(Debug)]
pub(crate) enum HeaderEffect {
    Set(FieldName, Template),
    TagSubject(Template),
    /// What was ambiguous, said by this site.
    AmbiguityResults {
        authserv_id: String,
        treatment: Treatment,
    },
}

impl HeaderEffect {
    /// The field that it speaks in the name of this site with: what a message came with is not ours.
    pub(crate) fn own_field(&self) -> Option<FieldName> {
        match self {
            HeaderEffect::Set(name, _) => {
                let lower = name.as_str().to_ascii_lowercase();
                lower.starts_with(OWN_PREFIX).then(|| name.clone())
            }
            HeaderEffect::AmbiguityResults { .. } => FieldName::new(ambiguity::NAME).ok(),
            HeaderEffect::TagSubject(_) => None,
        }
    }
}

impl Actions {
    /// Whether the message may be changed.
    pub(crate) fn edits(&self) -> bool {
        !self.header.is_empty()
            || matches!(
                self.part,
                Some(PartEffect::Strip(_) | PartEffect::Rename(_))
            )
    }

    /// Whether something may be kept.
    pub(crate) fn keeps(&self) -> bool {
        self.quarantine || (matches!(self.part, Some(PartEffect::Strip(_))) && !self.let_go)
    }
}
