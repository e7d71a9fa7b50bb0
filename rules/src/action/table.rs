//! Every action, one line each.

use super::entry::Entry;
use super::{
    accept, add_header, add_recipient, adopt_header, ambiguity_results, banner, capture,
    change_header, continue_on, discard, hold, insert_header, keep, notice, notify, quarantine,
    redirect, reject, relabel, remove_header, remove_recipient, rename, replace, set_header, stop,
    strip, tag, tag_subject, tempfail, wrap,
};
use crate::condition::Described;
use crate::takes::Takes;

/// Every action of the language, in the order of the documentation.
pub fn actions() -> impl Iterator<Item = Described> {
    ACTIONS.iter().map(
        |Entry {
             key, says, example, ..
         }| Described { key, says, example },
    )
}

/// Every key with its documentation and the shape of its value.
pub(crate) fn shapes() -> impl Iterator<Item = (Described, Takes)> {
    ACTIONS.iter().map(|entry| {
        let Entry {
            key, says, example, ..
        } = **entry;
        (Described { key, says, example }, entry.takes)
    })
}

pub(super) const ACTIONS: &[&Entry] = &[
    &accept::ENTRY,
    &stop::ENTRY,
    &reject::ENTRY,
    &tempfail::ENTRY,
    &discard::ENTRY,
    &quarantine::ENTRY,
    &hold::ENTRY,
    &strip::ENTRY,
    &replace::ENTRY,
    &notice::ENTRY,
    &keep::ENTRY,
    &rename::ENTRY,
    &relabel::ENTRY,
    &continue_on::ENTRY,
    &wrap::ENTRY,
    &banner::ENTRY,
    &set_header::ENTRY,
    &add_header::ENTRY,
    &insert_header::ENTRY,
    &change_header::ENTRY,
    &remove_header::ENTRY,
    &tag_subject::ENTRY,
    &ambiguity_results::ENTRY,
    &adopt_header::ENTRY,
    &add_recipient::ENTRY,
    &remove_recipient::ENTRY,
    &redirect::ENTRY,
    &capture::ENTRY,
    &notify::ENTRY,
    &tag::ENTRY,
];
