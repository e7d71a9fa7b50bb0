//! Actions: what a rule does when its conditions hold.
//!
//! `accept`, `reject`, `tempfail`, `discard` and `quarantine` end the rules. `strip` and `rename` decide the parts that
//! the rule is about, each part by the first rule that matches it. `add_header`, `tag_subject` and
//! `ambiguity_results` add up.

mod accept;
mod actions;
mod add_header;
mod ambiguity_results;
mod discard;
mod entry;
mod keep;
mod notice;
mod quarantine;
mod read;
mod reject;
mod rename;
mod reply;
mod strip;
mod table;
mod tag_subject;
mod tempfail;

pub use table::actions;

pub(crate) use actions::{Actions, Finish, HeaderEffect, PartEffect};
pub(crate) use read::read_actions;
pub(crate) use rename::new_name;
