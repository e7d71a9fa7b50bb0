//! Every condition, one line each.

use super::entry::{Described, Entry, Read};
use super::{
    authenticated, client, client_name, defect, depth, direction, encrypted, header,
    header_address, header_count, helo, limit, listener, macro_value, meter, part, part_count,
    poison, recipient, recipient_count, scan, sender, signed, size, subject, tag, time, tls,
    tls_cipher, unknown_command, weekday,
};
use crate::takes::Takes;

/// Every condition of the language, in the order of the documentation.
pub fn conditions() -> impl Iterator<Item = Described> {
    CONDITIONS.iter().map(
        |Entry {
             key, says, example, ..
         }| Described { key, says, example },
    )
}

pub(super) const CONDITIONS: &[&Entry] = &[
    &client::ENTRY,
    &client_name::ENTRY,
    &helo::ENTRY,
    &listener::ENTRY,
    &tls::ENTRY,
    &tls_cipher::ENTRY,
    &authenticated::ENTRY,
    &macro_value::ENTRY,
    &unknown_command::ENTRY,
    &poison::ENTRY,
    &direction::ENTRY,
    &sender::ENTRY,
    &recipient::ENTRY,
    &recipient_count::ENTRY,
    &meter::ENTRY,
    &time::ENTRY,
    &weekday::ENTRY,
    &tag::ENTRY,
    &size::ENTRY,
    &part_count::ENTRY,
    &depth::ENTRY,
    &subject::ENTRY,
    &header::ENTRY,
    &header_count::ENTRY,
    &header_address::ENTRY,
    &defect::ENTRY,
    &limit::ENTRY,
    &signed::ENTRY,
    &encrypted::ENTRY,
    &part::kind::ENTRY,
    &part::content::ENTRY,
    &part::declared::ENTRY,
    &part::detected::ENTRY,
    &part::name::ENTRY,
    &part::extension::ENTRY,
    &part::any_extension::ENTRY,
    &part::mismatch::ENTRY,
    &part::digest::ENTRY,
    &part::size::ENTRY,
    &part::disposition::ENTRY,
    &part::depth::ENTRY,
    &part::path::ENTRY,
    &part::inside::ENTRY,
    &part::unread::ENTRY,
    &part::finding::ENTRY,
    &part::defect::ENTRY,
    &scan::engine::ENTRY,
    &scan::result::ENTRY,
    &scan::score::ENTRY,
    &scan::action::ENTRY,
    &scan::symbol::ENTRY,
    &scan::of::ENTRY,
    &scan::signature::ENTRY,
    &scan::reason::ENTRY,
];

/// Every key with its documentation and the shape of its value.
pub(crate) fn shapes() -> impl Iterator<Item = (Described, Takes)> {
    CONDITIONS.iter().map(|entry| {
        let Entry {
            key, says, example, ..
        } = **entry;
        (Described { key, says, example }, entry.takes)
    })
}

/// The keys that start with a word and a dot.
pub(super) fn keys_of(group: &str) -> Vec<&'static str> {
    let keys = CONDITIONS.iter().map(|entry| entry.key);
    keys.filter(|key| {
        key.strip_prefix(group)
            .is_some_and(|rest| rest.starts_with('.'))
    })
    .collect()
}

/// The condition whose last word is a name that the author chooses, such as `header`.
pub(super) fn of_names(word: &str) -> Option<&'static Entry> {
    let named = |entry: &&&Entry| matches!(entry.read, Read::Named(_));
    let mut found = CONDITIONS.iter().filter(named);
    found
        .find(|entry| entry.key.strip_suffix(".NAME") == Some(word))
        .copied()
}

/// Every key, what stands in front of the dot of some, and the words that combine tables.
pub(super) fn all_keys() -> Vec<&'static str> {
    let keys = CONDITIONS.iter().map(|entry| entry.key);
    let mut all: Vec<&'static str> = keys.clone().chain(["any", "all", "not"]).collect();
    for (head, _) in keys.filter_map(|key| key.split_once('.')) {
        if !all.contains(&head) {
            all.push(head);
        }
    }
    all
}
