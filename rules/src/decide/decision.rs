//! What a policy says of a message: the verdict, what is kept, and the reasons.

use crate::text::notice::NoticeTemplate;
use crate::text::reply::Reply;
use std::fmt;
use std::sync::Arc;
use tamis_sanitize::{FieldName, PartId};

/// What becomes of a message, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the sender is told, and what is delivered.
    pub verdict: Verdict,
    /// Whether the whole message is kept in quarantine. [`Verdict::Discard`] with this set is the classical
    /// quarantine: the message is not delivered and can be released later.
    pub keep: bool,
    /// Whether nothing that becomes known later can change this. Before [`Stage::Message`](crate::Stage::Message) a
    /// decision that is not settled says only that nothing speaks against going on. At
    /// [`Stage::Rcpt`](crate::Stage::Rcpt) it speaks of that recipient.
    pub settled: bool,
    /// Every rule that fired, in the order of the policy.
    pub reasons: Vec<Reason>,
}

/// What the sender is told, and what is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The message is delivered, with these changes.
    Deliver(Delivery),
    /// The sender shall try again later.
    TempFail(Reply),
    /// The message, or the recipient, is refused.
    Reject(Reply),
    /// The sender is told that all is well, and nothing is delivered.
    Discard,
}

impl Verdict {
    /// The word used in reports and metric labels.
    pub const fn name(&self) -> &'static str {
        match self {
            Verdict::Deliver(_) => "deliver",
            Verdict::TempFail(_) => "tempfail",
            Verdict::Reject(_) => "reject",
            Verdict::Discard => "discard",
        }
    }
}

/// The changes with which a message is delivered. Edits exist nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Edits of parts, at most one for each part, in the order of the parts.
    pub parts: Vec<PartDecision>,
    /// Edits of the header section: see [`Delivery::header_edits`].
    pub header: Vec<HeaderDecision>,
}

impl Delivery {
    /// Whether no rule asks for a change.
    pub fn is_untouched(&self) -> bool {
        self.parts.is_empty() && self.header.is_empty()
    }
}

/// What becomes of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartDecision {
    /// The part.
    pub part: PartId,
    /// What is done with it.
    pub action: PartAction,
    /// Whether the part is kept in quarantine as it was.
    pub keep: bool,
    /// The rule that decided.
    pub reason: Reason,
}

/// What is done with a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartAction {
    /// It is taken out.
    Strip {
        /// What takes its place, if anything does.
        notice: Option<NoticeTemplate>,
    },
    /// Every form of its file name becomes this one.
    Rename {
        /// The new name: one line without control characters and path separators.
        to: String,
    },
}

impl PartAction {
    /// The word used in reports.
    pub const fn name(&self) -> &'static str {
        match self {
            PartAction::Strip { .. } => "strip",
            PartAction::Rename { .. } => "rename",
        }
    }
}

/// One change of the header section of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderDecision {
    /// The message has exactly one field of that name, with this value: those that it came with are removed.
    Set {
        /// Name of the field.
        name: FieldName,
        /// Its value: one line of text without control characters.
        value: String,
    },
    /// The message has no field of that name.
    Remove {
        /// Name of the field.
        name: FieldName,
    },
    /// The subject starts with this.
    TagSubject {
        /// One line of text without control characters.
        prefix: String,
    },
}

/// One rule that fired.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// Name of the rule; `unscanned`, `limit` or `undecided` for what holds without a rule.
    pub rule: Arc<str>,
    /// The file that the rule stands in; [`Reason::BUILT_IN`] for what holds without a rule.
    pub file: Arc<str>,
    /// Line of the rule in that file, from 1; 0 for what holds without a rule.
    pub line: u32,
    /// What the rule does, in the words of the policy: `strip`, `reject, quarantine`.
    pub action: Arc<str>,
    /// The part that it was about.
    pub part: Option<PartNote>,
    /// The scanner that it was about, or a word on what was missing.
    pub detail: Option<String>,
}

impl Reason {
    /// The file name that stands for the law that no rule can leave out.
    pub const BUILT_IN: &'static str = "built-in";
}

/// A part, as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartNote {
    /// Index of the part.
    pub id: PartId,
    /// Its section number as IMAP counts; empty for the message itself.
    pub number: String,
    /// Its file name, made harmless and at most 80 characters; empty if it has none.
    pub name: String,
}

/// `no-programs (policy.toml:12): strip part 2 "setup.exe"`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.rule, self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, "): {}", self.action)?;
        if let Some(part) = &self.part {
            match part.number.as_str() {
                "" => f.write_str(" the message")?,
                number => write!(f, " part {number}")?,
            }
            if !part.name.is_empty() {
                write!(f, " \"{}\"", part.name)?;
            }
        }
        match &self.detail {
            Some(detail) => write!(f, " [{detail}]"),
            None => Ok(()),
        }
    }
}
