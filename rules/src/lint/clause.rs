//! One key of a condition with its value, and what is certain about it beside another one.

use crate::pattern::{Quantity, Unit};
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A key and what it is compared with.
#[derive(Debug)]
pub(super) struct Clause<'a> {
    /// The whole key, such as `part.kind`.
    pub(super) key: String,
    node: Node<'a>,
    /// Any of these may hold; none for what is no text or list of texts.
    values: BTreeSet<&'a str>,
    /// The same for values that are the same, however they are written.
    canonical: String,
}

/// Keys that ask for one thing of which there is one: of two sets without a common word one is wrong.
const ONE_OF: [&str; 5] = [
    "direction",
    "weekday",
    "scan.result",
    "part.disposition",
    "part.unread",
];
/// Keys of which a text asks more than `true` does.
const FLAG_OR_TEXT: [&str; 2] = ["authenticated", "tls"];

impl<'a> Clause<'a> {
    pub(super) fn of(key: String, node: Node<'a>) -> Self {
        Clause {
            values: words(node).iter().map(|word| word.text).collect(),
            canonical: canonical(node),
            key,
            node,
        }
    }

    /// Whether it is known to hold wherever the other one does.
    pub(super) fn covers(&self, narrower: &Clause<'_>) -> bool {
        if self.key != narrower.key {
            return false;
        }
        if let (Some(wide), Some(narrow)) = (self.range(), narrower.range()) {
            let within = wide.start() <= narrow.start() && narrow.end() <= wide.end();
            return narrow.is_empty() || within;
        }
        let several = !self.values.is_empty() && !narrower.values.is_empty();
        self.canonical == narrower.canonical
            || (several && narrower.values.is_subset(&self.values))
            || (self.node.as_bool() == Some(true) && narrower.is_text_of_flag())
    }

    /// Whether it is known that both cannot hold of the same message, part and scan.
    pub(super) fn excludes(&self, other: &Clause<'_>) -> bool {
        if self.key != other.key {
            return false;
        }
        if let (Some(one), Some(two)) = (self.range(), other.range()) {
            let apart = one.end() < two.start() || two.end() < one.start();
            return one.is_empty() || two.is_empty() || apart;
        }
        match (self.node.as_bool(), other.node.as_bool()) {
            (Some(one), Some(two)) => one != two,
            (Some(false), None) => other.is_text_of_flag(),
            (None, Some(false)) => self.is_text_of_flag(),
            _ => {
                let words = !self.values.is_empty() && !other.values.is_empty();
                let one_of = words && ONE_OF.contains(&self.key.as_str());
                one_of && self.values.is_disjoint(&other.values)
            }
        }
    }

    /// Whether it is compared with words, and with no others than these.
    pub(super) fn is_only(&self, words: &[&str]) -> bool {
        !self.values.is_empty() && self.values.iter().all(|word| words.contains(word))
    }

    /// Whether no number can be as this asks.
    pub(super) fn is_empty_range(&self) -> bool {
        self.range().is_some_and(|range| range.is_empty())
    }

    /// What the policy says, for people.
    pub(super) fn shown(&self) -> &str {
        &self.canonical
    }

    fn is_text_of_flag(&self) -> bool {
        FLAG_OR_TEXT.contains(&self.key.as_str()) && !self.values.is_empty()
    }

    /// The numbers for which it holds, if it compares one.
    fn range(&self) -> Option<RangeInclusive<u64>> {
        let unit = match self.key.as_str() {
            "size" | "part.size" => Unit::Octets,
            "part_count" | "depth" | "recipient_count" | "part.depth" => Unit::Count,
            key if key.starts_with("header_count.") => Unit::Count,
            _ => return None,
        };
        if let Some(number) = self.node.as_number() {
            return Some(number..=number);
        }
        Some(Quantity::of(self.node.as_text()?, unit)?.range())
    }
}

/// A value without the freedom that TOML leaves: quotes, blanks, comments, the order of keys, a list of one.
fn canonical(node: Node<'_>) -> String {
    if let Some(text) = node.as_text() {
        return format!("{text:?}");
    }
    if let Some(number) = node.as_number() {
        return number.to_string();
    }
    if let Some(flag) = node.as_bool() {
        return flag.to_string();
    }
    if let Some(table) = node.as_table() {
        let entries = table.entries.iter();
        let mut entries: Vec<String> = entries
            .map(|(key, value)| format!("{:?} = {}", key.text, canonical(*value)))
            .collect();
        entries.sort_unstable();
        return format!("{{ {} }}", entries.join(", "));
    }
    let items: Vec<String> = node.items().into_iter().map(canonical).collect();
    match items.as_slice() {
        // Nothing is known of it: it is the same as itself alone.
        [] => format!("{:?}", node.place),
        [only] => only.clone(),
        items => format!("[{}]", items.join(", ")),
    }
}

/// A text, or the texts of a list.
pub(super) fn words(node: Node<'_>) -> Vec<Text<'_>> {
    match node.as_place_and_text() {
        Some(text) => vec![text],
        None => node
            .items()
            .into_iter()
            .filter_map(Node::as_place_and_text)
            .collect(),
    }
}
