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
mod ask;
mod compare;
mod condition;
mod decision;
mod declare;
mod defects;
mod diagnostic;
mod facts;
mod harmless;
mod header;
mod law;
mod list;
mod load;
mod loading;
mod merge;
mod node;
mod notice;
mod pattern;
mod policy;
pub mod preset;
mod problems;
mod repairs;
mod reply;
mod rule;
mod source;
mod subject;
mod suggest;
mod template;
mod truth;
mod view;
mod walk;

pub use action::actions;
pub use condition::{Described, conditions};
pub use decision::{
    Decision, Delivery, HeaderDecision, PartAction, PartDecision, PartNote, Reason, Verdict,
};
pub use diagnostic::{Diagnostic, Fault, Level};
pub use facts::{Direction, Envelope, Facts, Needs, ScanFact, ScanResult, Stage};
pub use load::load;
pub use notice::{NoticeTemplate, Values};
pub use policy::Policy;
pub use preset::Preset;
pub use reply::{InvalidReply, Reply};
pub use source::Sources;
pub use template::variables;
