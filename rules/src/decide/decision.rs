//! What a policy says of a message: the verdict, what is kept, and the reasons.

use crate::action::Capture;
use crate::text::banner::Banner;
use crate::text::notice::NoticeTemplate;
use crate::text::replacement::Replacement;
use crate::text::reply::Reply;
use std::fmt;
use std::sync::Arc;
use tamis_sanitize::plan::MediaType;
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
    /// What is done beside, whatever the verdict is.
    pub beside: Beside,
    /// What is only observed.
    pub observed: Observed,
}

impl Decision {
    /// A verdict, for these reasons.
    pub(crate) fn new(verdict: Verdict, settled: bool, reasons: Vec<Reason>) -> Self {
        Decision {
            verdict,
            keep: false,
            settled,
            reasons,
            beside: Beside::default(),
            observed: Observed::default(),
        }
    }

    /// The decision of a policy that is only observed: the message is delivered as it came.
    pub(crate) fn only_observed(self) -> Self {
        let mut observed = self.observed;
        observed.verdict = Some(self.verdict.name());
        observed.reasons.splice(..0, self.reasons);
        let mut decision = Decision::new(
            Verdict::Deliver(Delivery::default()),
            self.settled && matches!(self.verdict, Verdict::Deliver(_)),
            Vec::new(),
        );
        decision.observed = observed;
        decision
    }
}

/// What is done beside the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Which copies are kept, and the first rule that asks for one.
    pub capture: Option<(Capture, Reason)>,
    /// Who is told.
    pub notify: Vec<Notification>,
    /// What rules have said of the message.
    pub tags: Vec<Arc<str>>,
}

/// Somebody is told about the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Their addresses.
    pub to: Vec<Arc<str>>,
    /// What they are told.
    pub text: NoticeTemplate,
    /// The rule that asks for it.
    pub reason: Reason,
}

/// What would have been done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The verdict that the policy would have given, if the whole of it is only observed.
    pub verdict: Option<&'static str>,
    /// The rules that would have fired.
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
    /// Edits of the envelope.
    pub envelope: EnvelopeDecision,
    /// Why the MTA shall hold the message.
    pub hold: Option<String>,
    /// The message becomes an attachment of another one, with this notice.
    pub wrap: Option<NoticeTemplate>,
    /// What is put into the text of the message.
    pub banner: Option<Arc<Banner>>,
}

/// Edits of the envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeDecision {
    /// Recipients that go, as they stand in the envelope.
    pub remove: Vec<String>,
    /// Recipients that come.
    pub add: Vec<Arc<str>>,
}

impl Delivery {
    /// Whether no rule asks for a change of the message. Holding it and changing its envelope is none.
    pub fn is_untouched(&self) -> bool {
        self.parts.is_empty()
            && self.header.is_empty()
            && self.wrap.is_none()
            && self.banner.is_none()
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
    /// Content of the site's own takes its place.
    Replace {
        /// The new content.
        with: Arc<Replacement>,
    },
    /// It stays, and is called something else.
    Change {
        /// Every form of its file name becomes this one: one line without control characters and path separators.
        name: Option<String>,
        /// Its declared type becomes this one.
        media_type: Option<MediaType>,
    },
}

impl PartAction {
    /// Whether the part goes.
    pub const fn takes_out(&self) -> bool {
        matches!(self, PartAction::Strip { .. } | PartAction::Replace { .. })
    }

    /// The word used in reports.
    pub const fn name(&self) -> &'static str {
        match self {
            PartAction::Strip { .. } => "strip",
            PartAction::Replace { .. } => "replace",
            PartAction::Change { name: Some(_), .. } => "rename",
            PartAction::Change { .. } => "relabel",
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
    /// The message has this field at the end of its header section, beside others of the name.
    Add {
        /// Name of the field.
        name: FieldName,
        /// Its value: one line of text without control characters.
        value: String,
    },
    /// The message has this field at the top of its header section, beside others of the name.
    Insert {
        /// Name of the field.
        name: FieldName,
        /// Its value: one line of text without control characters.
        value: String,
    },
    /// Every field of that name has this value; where there is none, there is none.
    Change {
        /// Name of the field.
        name: FieldName,
        /// The value: one line of text without control characters.
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
