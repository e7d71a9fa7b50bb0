//! The values that conditions compare with: addresses, hosts, networks, text, extensions and quantities.
//!
//! Every kind of pattern is a set: a condition holds if any of its values matches, and a list from a file is a set too.

mod address;
mod extension;
mod host;
mod network;
mod quantity;
mod text;

pub(crate) use address::AddressSet;
pub(crate) use extension::ExtensionSet;
pub(crate) use host::HostSet;
pub(crate) use network::NetworkSet;
pub(crate) use quantity::{Quantity, Unit};
pub(crate) use text::TextSet;

use crate::diagnostic::Fault;
use crate::list::{List, ListKind};
use crate::loading::Loading;
use crate::node::{Node, Text};
use crate::suggest;
use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

/// A compiled set of patterns.
pub(crate) trait PatternSet: Sized + Debug {
    /// What it is asked about.
    type Subject: ?Sized;

    /// The kinds of list that can stand in its place.
    const KINDS: &'static [ListKind];

    /// Compiles patterns as they stand in a rule, and reports each one that is wrong.
    fn build(entries: &[Text<'_>], loading: &mut Loading<'_>) -> Option<Self>;

    /// Whether any pattern matches.
    fn holds(&self, subject: &Self::Subject) -> bool;

    /// Whether any entry of a list matches.
    fn list_holds(list: &List, subject: &Self::Subject) -> bool;
}

/// Patterns of a rule: those that stand in it, and lists.
#[derive(Debug)]
pub(crate) struct Patterns<S> {
    own: S,
    lists: Vec<Arc<List>>,
}

impl<S: PatternSet> Patterns<S> {
    /// Reads a pattern or a list of them; `list:NAME` stands for the entries of a list.
    pub(crate) fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Self> {
        let texts = node.texts(loading)?;
        let (names, own): (Vec<_>, Vec<_>) = texts
            .into_iter()
            .partition(|entry| list_name(entry).is_some());
        let own = S::build(&own, loading);
        let lists: Vec<_> = names
            .iter()
            .map(|entry| list::<S>(entry, loading))
            .collect();
        Some(Patterns {
            own: own?,
            lists: lists.into_iter().collect::<Option<_>>()?,
        })
    }

    /// Whether any of them matches.
    pub(crate) fn holds(&self, subject: &S::Subject) -> bool {
        self.own.holds(subject) || self.lists.iter().any(|list| S::list_holds(list, subject))
    }
}

fn list_name<'a>(entry: &Text<'a>) -> Option<&'a str> {
    entry.text.strip_prefix("list:")
}

fn list<S: PatternSet>(entry: &Text<'_>, loading: &mut Loading<'_>) -> Option<Arc<List>> {
    let list = loading.list(list_name(entry)?, entry.place)?;
    if S::KINDS.contains(&list.kind) {
        return Some(list);
    }
    let message = format!("a list of kind `{}` cannot stand here", list.kind.name());
    let kinds: Vec<_> = S::KINDS.iter().map(|kind| kind.name()).collect();
    let problem = loading.report(Fault::WrongListKind, entry.place, message);
    problem.help(format!(
        "lists for this key are of kind {}",
        suggest::one_of(&kinds)
    ));
    None
}

/// The text in lower case; most text that comes is already.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}
