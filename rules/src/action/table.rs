//! Every action, one line each.

use super::entry::Entry;
use super::{
    accept, add_header, ambiguity_results, discard, keep, notice, quarantine, reject, rename,
    strip, tag_subject, tempfail,
};
use crate::condition::Described;

/// Every action of the language, in the order of the documentation.
pub fn actions() -> impl Iterator<Item = Described> {
    ACTIONS.iter().map(
        |Entry {
             key, says, example, ..
         }| Described { key, says, example },
    )
}

pub(super) const ACTIONS: &[&Entry] = &[
    &accept::ENTRY,
    &reject::ENTRY,
    &tempfail::ENTRY,
    &discard::ENTRY,
    &quarantine::ENTRY,
    &strip::ENTRY,
    &notice::ENTRY,
    &keep::ENTRY,
    &rename::ENTRY,
    &add_header::ENTRY,
    &tag_subject::ENTRY,
    &ambiguity_results::ENTRY,
];
