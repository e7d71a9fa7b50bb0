//! What a condition compares with: patterns that stand in the rule, and lists.

use crate::list::{List, ListKind, ListSet};
use crate::pattern::{
    AddressSet, DigestSet, ExtensionSet, Folded, HostSet, NetworkSet, PatternSet, TextSet, domain,
};
use std::net::IpAddr;
use std::sync::Arc;

/// Patterns of a rule: those that stand in it, and lists.
#[derive(Debug)]
pub(crate) struct Patterns<S> {
    own: S,
    lists: Vec<Arc<List>>,
}

/// Patterns in whose place lists can stand.
pub(crate) trait Listed: PatternSet {
    /// The kinds of these lists.
    const KINDS: &'static [ListKind];

    /// Whether any entry of a list matches.
    fn list_holds(list: &ListSet, subject: &Self::Subject<'_>) -> bool;
}

impl<S: Listed> Patterns<S> {
    pub(crate) fn new(own: S, lists: Vec<Arc<List>>) -> Self {
        Patterns { own, lists }
    }

    /// Whether any of them matches.
    pub(crate) fn holds(&self, subject: &S::Subject<'_>) -> bool {
        self.own.holds(subject)
            || self
                .lists
                .iter()
                .any(|list| S::list_holds(&list.set, subject))
    }
}

impl Listed for TextSet {
    const KINDS: &'static [ListKind] = &[ListKind::Literal, ListKind::Glob];

    fn list_holds(list: &ListSet, subject: &Folded<'_>) -> bool {
        matches!(list, ListSet::Text(set) if set.holds(subject))
    }
}

impl Listed for HostSet {
    const KINDS: &'static [ListKind] = &[ListKind::Domain, ListKind::Literal, ListKind::Glob];

    fn list_holds(list: &ListSet, subject: &Folded<'_>) -> bool {
        match list {
            ListSet::Hosts(set) => set.holds(subject),
            ListSet::Text(set) => set.holds(subject),
            _ => false,
        }
    }
}

impl Listed for AddressSet {
    const KINDS: &'static [ListKind] = &[
        ListKind::Address,
        ListKind::Domain,
        ListKind::Literal,
        ListKind::Glob,
    ];

    fn list_holds(list: &ListSet, subject: &Folded<'_>) -> bool {
        match list {
            ListSet::Addresses(set) => set.holds(subject),
            ListSet::Hosts(set) => set.holds(&Folded::lowered(domain(&subject.lower))),
            ListSet::Text(set) => set.holds(subject),
            _ => false,
        }
    }
}

impl Listed for NetworkSet {
    const KINDS: &'static [ListKind] = &[ListKind::Cidr];

    fn list_holds(list: &ListSet, subject: &IpAddr) -> bool {
        matches!(list, ListSet::Networks(set) if set.holds(subject))
    }
}

impl Listed for ExtensionSet {
    const KINDS: &'static [ListKind] = &[ListKind::Extension];

    fn list_holds(list: &ListSet, subject: &Folded<'_>) -> bool {
        matches!(list, ListSet::Extensions(set) if set.holds(subject))
    }
}

impl Listed for DigestSet {
    const KINDS: &'static [ListKind] = &[ListKind::Digest];

    fn list_holds(list: &ListSet, subject: &[u8; 32]) -> bool {
        matches!(list, ListSet::Digests(set) if set.holds(subject))
    }
}
