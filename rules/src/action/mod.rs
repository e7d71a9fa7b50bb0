//! Actions: what a rule does when its conditions hold.
//!
//! | what | actions | of several rules |
//! |---|---|---|
//! | the end | `accept`, `stop`, `reject`, `tempfail`, `discard`, `quarantine` | the first one ends the rules |
//! | parts | `strip`, `replace`, `rename`, `relabel` | the first one that matches a part decides it |
//! | header | `set_header` ... `tag_subject` | they add up; a field is set once, by the first |
//! | message | `wrap`, `banner`, `hold` | the first one counts |
//! | envelope | `add_recipient`, `remove_recipient`, `redirect` | they add up |
//! | beside | `capture`, `notify`, `tag` | they add up, however the rules end |

mod accept;
mod actions;
mod add_header;
mod add_recipient;
mod addresses;
mod adopt_header;
mod ambiguity_results;
mod banner;
mod capture;
mod change_header;
mod continue_on;
mod discard;
mod entry;
mod fields;
mod hold;
mod insert_header;
mod keep;
mod notice;
mod notify;
mod quarantine;
mod read;
mod redirect;
mod reject;
mod relabel;
mod remove_header;
mod remove_recipient;
mod rename;
mod replace;
mod reply;
mod set_header;
mod stop;
mod strip;
mod table;
mod tag;
mod tag_subject;
mod tempfail;
mod wrap;

pub use actions::Capture;
pub use table::actions;
pub(crate) use table::shapes;

pub(crate) use actions::{Actions, EnvelopeEffect, Finish, HeaderEffect, PartEffect, Relabel};
pub(crate) use fields::is_a_scanners;
pub(crate) use read::read_actions;
pub(crate) use rename::new_name;
