//! Every condition, one line each.

use super::entry::{Described, Entry};
use super::{
    authenticated, client, client_name, defect, direction, header, helo, limit, part, recipient,
};
use super::{encrypted, recipient_count, scan, sender, signed, size};

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
    &authenticated::ENTRY,
    &direction::ENTRY,
    &sender::ENTRY,
    &recipient::ENTRY,
    &recipient_count::ENTRY,
    &size::ENTRY,
    &header::ENTRY,
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
    &part::size::ENTRY,
    &part::disposition::ENTRY,
    &part::depth::ENTRY,
    &part::inside::ENTRY,
    &part::unread::ENTRY,
    &part::finding::ENTRY,
    &part::defect::ENTRY,
    &scan::engine::ENTRY,
    &scan::result::ENTRY,
    &scan::signature::ENTRY,
    &scan::reason::ENTRY,
];

/// The keys that start with a word and a dot.
pub(super) fn keys_of(group: &str) -> Vec<&'static str> {
    let keys = CONDITIONS.iter().map(|entry| entry.key);
    keys.filter(|key| {
        key.strip_prefix(group)
            .is_some_and(|rest| rest.starts_with('.'))
    })
    .collect()
}

/// Every key, and the words that combine tables.
pub(super) fn all_keys() -> Vec<&'static str> {
    CONDITIONS
        .iter()
        .map(|entry| entry.key)
        .chain(["any", "all", "not"])
        .collect()
}
