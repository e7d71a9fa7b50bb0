//! Regular expressions that match everything, though they name something: an empty branch, or all of it optional.

use super::Found;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use regex::{Regex, RegexBuilder};

/// Memory that an expression may take when it is compiled once more, in octets.
const REGEX_LIMIT: usize = 1 << 20;

pub(super) fn lint(documents: &[Table<'_>], found: &mut Found<'_>) {
    for document in documents {
        let rules = document.get("rule").map(Node::items).unwrap_or_default();
        for rule in rules.into_iter().filter_map(Node::as_table) {
            for key in ["when", "unless"] {
                rule.get(key).into_iter().for_each(|it| walk(it, found));
            }
        }
    }
}

fn walk(node: Node<'_>, found: &mut Found<'_>) {
    if let Some(word) = node.as_place_and_text().filter(|word| is_for_all(*word)) {
        let message = format!("`{}` matches every text, the empty one too", word.text);
        let help = "leave no branch of it empty, and not all of it optional";
        found.warn(Fault::MatchesAll, word.place, message, help);
    }
    for item in node.items() {
        walk(item, found);
    }
    for (_, inner) in node.as_table().into_iter().flat_map(|table| table.entries) {
        walk(inner, found);
    }
}

/// Whether it matches whatever there is. `/.*/` asks whether there is anything, and is meant so: it names nothing.
fn is_for_all(word: Text<'_>) -> bool {
    let inner = word.text.strip_prefix('/').unwrap_or_default();
    let inner = inner.strip_suffix("/i").or(inner.strip_suffix('/'));
    let Some(inner) = inner.filter(|it| it.contains(['|', '*', '?', '{'])) else {
        return false;
    };
    let names = inner.chars().any(char::is_alphanumeric);
    let built = RegexBuilder::new(inner).size_limit(REGEX_LIMIT).build();
    names && built.is_ok_and(|expression| matches_all(&expression))
}

/// Whether the empty text, each character of ASCII and some other texts match.
fn matches_all(expression: &Regex) -> bool {
    let mut characters = (0..128_u8).map(char::from);
    let long = "\u{1f980} other\r\n".repeat(40);
    ["", "\u{e9}", "0 a", "--", &long]
        .into_iter()
        .all(|text| expression.is_match(text))
        && characters.all(|it| expression.is_match(it.encode_utf8(&mut [0; 4])))
}
