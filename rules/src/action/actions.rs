//! Everything that one rule does.

use super::reply::ReplyTemplate;
use crate::ambiguity;
use crate::text::banner::Banner;
use crate::text::notice::NoticeText;
use crate::text::replacement::Replacement;
use crate::text::template::Template;
use std::sync::Arc;
use tamis_sanitize::plan::MediaType;
use tamis_sanitize::{FieldName, Treatment};

/// How the names of fields begin that are ours alone, in lower case.
const OWN_PREFIX: &str = "x-tamis-";

/// Which copies of a message are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// As it came.
    pub before: bool,
    /// As it is delivered, if it is.
    pub after: bool,
}

impl Capture {
    /// The words of policies.
    pub(crate) const ALL: [(&'static str, Capture); 3] = [
        (
            "before",
            Capture {
                before: true,
                after: false,
            },
        ),
        (
            "after",
            Capture {
                before: false,
                after: true,
            },
        ),
        (
            "both",
            Capture {
                before: true,
                after: true,
            },
        ),
    ];

    /// What either asks for.
    #[must_use]
    pub fn and(self, other: Capture) -> Capture {
        Capture {
            before: self.before || other.before,
            after: self.after || other.after,
        }
    }

    /// Whether no copy is kept.
    pub fn is_none(self) -> bool {
        !self.before && !self.after
    }
}

/// Everything that one rule does.
#[derive(Debug, Default)]
pub(crate) struct Actions {
    /// How the rules end, if they do.
    pub(crate) finish: Option<Finish>,
    /// Whether the whole message is kept.
    pub(crate) quarantine: bool,
    /// Why the MTA shall hold the message.
    pub(crate) hold: Option<Template>,
    pub(crate) part: Option<PartEffect>,
    /// Whether later rules may change the same parts as well.
    pub(crate) goes_on: bool,
    pub(crate) header: Vec<HeaderEffect>,
    pub(crate) envelope: Vec<EnvelopeEffect>,
    pub(crate) wrap: Option<Arc<NoticeText>>,
    pub(crate) banner: Option<Arc<Banner>>,
    pub(crate) capture: Capture,
    pub(crate) notify: Option<Notify>,
    pub(crate) tags: Vec<Arc<str>>,
    /// Whether stripped parts are let go.
    pub(crate) let_go: bool,
    /// The actions as the policy words them.
    pub(crate) label: Arc<str>,
}

/// How the rules end.
#[derive(Debug)]
pub(crate) enum Finish {
    Accept,
    Stop,
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
    Replace(Arc<Replacement>),
    Change {
        rename: Option<Template>,
        relabel: Option<Relabel>,
    },
}

/// What is declared of a part instead.
#[derive(Debug)]
pub(crate) enum Relabel {
    /// What its content shows.
    Detected,
    To(MediaType),
}

/// What becomes of the header section.
#[derive(Debug)]
pub(crate) enum HeaderEffect {
    Set(FieldName, Template),
    Add(FieldName, Template),
    Insert(FieldName, Template),
    Change(FieldName, Template),
    Remove(FieldName),
    TagSubject(Template),
    /// What the scanner proposes of which the rule is about.
    Adopt,
    /// What was ambiguous, said by this site.
    AmbiguityResults {
        authserv_id: String,
        treatment: Treatment,
    },
}

/// What becomes of the envelope.
#[derive(Debug)]
pub(crate) enum EnvelopeEffect {
    Add(Vec<Arc<str>>),
    /// The recipients for whom the rule holds go.
    Remove,
}

/// Who is told, and what.
#[derive(Debug)]
pub(crate) struct Notify {
    pub(crate) to: Vec<Arc<str>>,
    pub(crate) text: Arc<NoticeText>,
}

impl HeaderEffect {
    /// The field that it speaks in the name of this site with: what a message came with is not ours.
    pub(crate) fn own_field(&self) -> Option<FieldName> {
        match self {
            HeaderEffect::Set(name, _)
            | HeaderEffect::Add(name, _)
            | HeaderEffect::Insert(name, _) => {
                let lower = name.as_str().to_ascii_lowercase();
                lower.starts_with(OWN_PREFIX).then(|| name.clone())
            }
            HeaderEffect::AmbiguityResults { .. } => FieldName::new(ambiguity::NAME).ok(),
            HeaderEffect::TagSubject(_)
            | HeaderEffect::Change(..)
            | HeaderEffect::Remove(_)
            | HeaderEffect::Adopt => None,
        }
    }
}

impl Actions {
    /// Whether the message may be changed.
    pub(crate) fn edits(&self) -> bool {
        let part = self.part.as_ref();
        !self.header.is_empty()
            || self.wrap.is_some()
            || self.banner.is_some()
            || part.is_some_and(|part| !matches!(part, PartEffect::Leave))
    }

    /// Whether they say what becomes of the message as it is, and nothing else.
    pub(crate) fn only_end(&self) -> bool {
        let ends = matches!(&self.finish, Some(finish) if !matches!(finish, Finish::Stop));
        let beside = !self.capture.is_none() || self.notify.is_some() || !self.tags.is_empty();
        ends && !self.edits()
            && self.part.is_none()
            && self.envelope.is_empty()
            && self.hold.is_none()
            && !beside
    }

    /// Whether something may be kept.
    pub(crate) fn keeps(&self) -> bool {
        self.quarantine || (self.takes_parts_out() && !self.let_go)
    }

    fn takes_parts_out(&self) -> bool {
        matches!(
            self.part,
            Some(PartEffect::Strip(_) | PartEffect::Replace(_))
        )
    }
}
