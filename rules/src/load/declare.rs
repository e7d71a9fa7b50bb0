//! What stands in a policy file beside its rules: the version, lists, notices and what is repaired.

use super::lists;
use crate::lint::check_allow;
use crate::loading::Loading;
use crate::meter::Meter;
use crate::rule::mode;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use crate::text::banner::Banner;
use crate::text::notice::NoticeText;
use std::sync::Arc;

/// The version of the language that this crate speaks.
const VERSION: u64 = 1;
/// Keys that may stand at the top of a policy file.
const KEYS: [&str; 13] = [
    "version",
    "allow",
    "mode",
    "differing_recipients",
    "include",
    "drop_in",
    "rule",
    "list",
    "meter",
    "notice",
    "banner",
    "repair",
    "test",
];

/// Takes in what the rules of all files can refer to.
pub(crate) fn declare(document: &Table<'_>, loading: &mut Loading<'_>) {
    document.only(&KEYS, "key of a policy", loading);
    check_allow(document, loading);
    if let Some(node) = document.get("version") {
        version(node, loading);
    }
    if let (Some(node), None) = (document.get("mode"), loading.observe) {
        loading.observe = mode(node, loading);
    }
    if let (Some(node), None) = (
        document.get("differing_recipients"),
        loading.defer_differing,
    ) {
        loading.defer_differing = differing(node, loading);
    }
    for (name, table) in named(document, "list", loading) {
        let list = lists::read(name.text, &table, loading).map(Arc::new);
        let old = loading.lists.insert(name.text.to_owned(), list);
        once(old.is_some(), "list", name, loading);
    }
    for (name, table) in named(document, "notice", loading) {
        let notice = NoticeText::read(&table, loading).map(Arc::new);
        let old = loading.notices.insert(name.text.to_owned(), notice);
        once(old.is_some(), "notice", name, loading);
    }
    for (name, table) in named(document, "banner", loading) {
        let banner = Banner::read(&table, loading).map(Arc::new);
        let old = loading.banners.insert(name.text.to_owned(), banner);
        once(old.is_some(), "banner", name, loading);
    }
    for (name, table) in named(document, "meter", loading) {
        let meter = Meter::read(name.text, &table, loading);
        let old = loading.meters.insert(name.text.to_owned(), meter);
        once(old.is_some(), "meter", name, loading);
    }
    if let Some(table) = document.get("repair").and_then(|node| node.table(loading)) {
        let mut repairs = std::mem::take(&mut loading.repairs);
        repairs.read(&table, loading);
        loading.repairs = repairs;
    }
}

/// Whether recipients who differ are deferred.
fn differing(node: Node<'_>, loading: &mut Loading<'_>) -> Option<bool> {
    let word = node.text(loading)?;
    let known = ["strictest", "defer"];
    if !known.contains(&word.text) {
        loading.unknown(Fault::UnknownValue, word, "way to treat recipients", &known);
        return None;
    }
    Some(word.text == "defer")
}

fn version(node: Node<'_>, loading: &mut Loading<'_>) {
    let Some(found) = node.number(loading) else {
        return;
    };
    if found != VERSION {
        let message = format!("version {found} of the policy language is not known");
        let problem = loading.report(Fault::Version, node.place, message);
        problem.help(format!("this program speaks version {VERSION}"));
    }
}

/// The tables `[KEY.NAME]` of a document.
fn named<'a>(
    document: &Table<'a>,
    key: &str,
    loading: &mut Loading<'_>,
) -> Vec<(Text<'a>, Table<'a>)> {
    let Some(outer) = document.get(key).and_then(|node| node.table(loading)) else {
        return Vec::new();
    };
    let mut tables = Vec::new();
    for (name, node) in outer.entries {
        loading.check_name(name, key);
        if let Some(table) = node.table(loading) {
            tables.push((name, table));
        }
    }
    tables
}

fn once(again: bool, what: &str, name: Text<'_>, loading: &mut Loading<'_>) {
    if again {
        let message = format!("there are two {what}s `{}`", name.text);
        loading.report(Fault::DuplicateName, name.place, message);
    }
}
