//! Every action, one line each.

use super::Actions;
use super::{
    accept, add_header, discard, keep, notice, quarantine, reject, rename, strip, tag_subject,
    tempfail,
};
use crate::condition::Described;
use crate::loading::Loading;
use crate::node::Node;

/// Every action of the language, in the order of the documentation.
pub fn actions() -> impl Iterator<Item = Described> {
    ACTIONS.iter().map(
        |Entry {
             key, says, example, ..
         }| Described { key, says, example },
    )
}

/// One action.
pub(super) struct Entry {
    pub(super) key: &'static str,
    pub(super) says: &'static str,
    pub(super) example: &'static str,
    pub(super) read: fn(Node<'_>, &mut Actions, &mut Loading<'_>) -> Option<()>,
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
];
