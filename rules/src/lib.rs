//! Turns policy files into a checked policy, and the facts of a message into a decision that can explain itself.
//!
//! ```
//! use tamis_rules::{Envelope, Facts, Sources, Stage, Verdict, load};
//!
//! let text = r#"
//!     [[rule]]
//!     name = "no-spammers"
//!     when = { sender = "@spam.example" }
//!     then = { reject = "550 5.7.1 not from {sender}" }
//! "#;
//! let policy = load(&Sources::new("policy.toml", text)).map_err(|faults| faults[0].render())?;
//! let envelope = Envelope { sender: Some("a@spam.example".into()), ..Envelope::default() };
//! let facts = Facts { stage: Stage::Mail, envelope: &envelope, message: None, scans: &[] };
//! let Verdict::Reject(reply) = policy.decide(&facts).verdict else { panic!("not refused") };
//! assert_eq!(reply.to_string(), "550 5.7.1 not from a@spam.example");
//! # Ok::<(), String>(())
//! ```
//!
//! Text comes in through [`Sources`], facts through [`Facts`]: the crate knows no file, clock, environment or log.
//! [`load()`] gives a [`Policy`] or everything that is wrong with it. [`Policy::needs`] says what has to be found out about
//! a message, [`Policy::decide`] what becomes of it; asked at an earlier [`Stage`], it says what can be said by then.
//!
//! A condition or an action is one file in `condition/` or `action/` and one line in the table there.

#![cfg_attr(
    not(test),
    warn(
        clippy::indexing_slicing,
        clippy::expect_used,
        clippy::panic,
        clippy::arithmetic_side_effects
    )
)]
#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

mod action;
mod ambiguity;
mod compare;
mod condition;
mod decide;
mod defects;
mod earliest;
mod facts;
mod groups;
mod hex;
mod lint;
mod list;
mod load;
mod loading;
mod meter;
mod needs;
mod pattern;
mod policy;
pub mod preset;
mod repairs;
mod rule;
mod rule_summary;
mod scan;
pub mod schema;
mod settings;
mod summary;
mod syntax;
mod takes;
mod text;
mod trial;
mod view;

pub use action::{Capture, actions};
pub use condition::{Described, conditions};
pub use decide::decision::{
    Beside, Decision, Delivery, EnvelopeDecision, HeaderDecision, Notification, Observed,
    PartAction, PartDecision, PartNote, Reason, Verdict,
};
pub use decide::path::{Came, Step, Way};
pub use facts::{
    Direction, Envelope, Facts, FieldChange, MeterFact, Moment, Needs, Opinion, ScanFact,
    ScanResult, Score, Stage, Tls,
};
pub use lint::lints;
pub use load::load;
pub use meter::{Counts, KeyPart, Limit, Meter};
pub use policy::Policy;
pub use preset::Preset;
pub use rule_summary::{RuleSummary, Speaks};
pub use summary::{ListSummary, Statement};
pub use syntax::diagnostic::{Diagnostic, Fault, Level};
pub use syntax::source::Sources;
pub use text::banner::Banner;
pub use text::notice::{NoticeTemplate, Values};
pub use text::replacement::Replacement;
pub use text::reply::{InvalidReply, Reply};
pub use text::template::variables;
pub use trial::{
    Attachment, AttachmentContent, Expect, Given, GivenScan, HeaderExpect, Made, Sample, Trial,
    TrialMessage,
};
