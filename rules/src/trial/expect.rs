//! What must come of a test.

use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use std::sync::Arc;

/// What must come of a test; what is not named may be as it likes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// `deliver`, `reject`, `tempfail`, `discard`, or `continue` for what is not refused before there is a message.
    pub verdict: Option<&'static str>,
    /// The start of the reply.
    pub reply: Option<String>,
    /// When it is refused.
    pub stage: Option<Stage>,
    /// Rules that fire.
    pub rules: Vec<String>,
    /// Rules that do not.
    pub not_rules: Vec<String>,
    /// Rules that would have fired and are only observed.
    pub observed: Vec<String>,
    /// File names of what is taken out, exactly these.
    pub removed: Option<Vec<String>>,
    /// File names that the delivered message has, these among others.
    pub names: Vec<String>,
    /// Declared types that the delivered message has, these among others.
    pub types: Vec<String>,
    /// What stands in a text of the delivered message.
    pub text: Vec<String>,
    /// Whether the message is delivered changed.
    pub changed: Option<bool>,
    /// Whether the whole message is kept.
    pub quarantine: Option<bool>,
    /// Whether the MTA is to hold it.
    pub hold: Option<bool>,
    /// Tags that are set.
    pub tags: Vec<String>,
    /// Header fields of the delivered message.
    pub header: Vec<(String, HeaderExpect)>,
    /// Recipients that come.
    pub added: Vec<String>,
    /// Recipients that go.
    pub gone: Vec<String>,
    /// Which copy is kept: `before`, `after`, `both` or `none`.
    pub captured: Option<&'static str>,
    /// Who is told.
    pub notified: Vec<String>,
}

/// What is expected of a header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderExpect {
    /// One of that name has this value.
    Value(String),
    /// It is there, or it is not.
    Present(bool),
}

const KEYS: [&str; 19] = [
    "verdict",
    "reply",
    "stage",
    "rule",
    "not_rule",
    "observed",
    "removed",
    "names",
    "types",
    "text",
    "changed",
    "quarantine",
    "hold",
    "tag",
    "header",
    "added",
    "gone",
    "captured",
    "notified",
];

const VERDICTS: [&str; 5] = ["deliver", "reject", "tempfail", "discard", "continue"];
const COPIES: [&str; 4] = ["before", "after", "both", "none"];

/// Reads the table `expect`.
pub(super) fn read(
    table: &Table<'_>,
    rules: &[Arc<str>],
    loading: &mut Loading<'_>,
) -> Option<Expect> {
    table.only(&KEYS, "key of what is expected", loading);
    if table.entries.is_empty() {
        loading.report(Fault::MissingKey, table.place, "the test expects nothing");
        return None;
    }
    let mut expect = Expect::default();
    let mut good = true;
    for (key, node) in &table.entries {
        if KEYS.contains(&key.text) {
            good &= one(key.text, *node, rules, &mut expect, loading).is_some();
        }
    }
    good.then_some(expect)
}

fn one(
    key: &str,
    node: Node<'_>,
    rules: &[Arc<str>],
    expect: &mut Expect,
    loading: &mut Loading<'_>,
) -> Option<()> {
    match key {
        "verdict" => expect.verdict = Some(word(node, "verdict", &VERDICTS, loading)?),
        "captured" => expect.captured = Some(word(node, "copy", &COPIES, loading)?),
        "stage" => {
            let text = node.text(loading)?;
            let known = Stage::ALL.into_iter().find(|it| it.name() == text.text);
            if known.is_none() {
                let names = Stage::ALL.map(Stage::name);
                loading.unknown(Fault::UnknownValue, text, "stage", &names);
            }
            expect.stage = Some(known?);
        }
        "reply" => expect.reply = Some(node.text(loading)?.text.to_owned()),
        "rule" => expect.rules = named(node, rules, loading)?,
        "not_rule" => expect.not_rules = named(node, rules, loading)?,
        "observed" => expect.observed = named(node, rules, loading)?,
        "removed" if node.as_bool() == Some(false) => expect.removed = Some(Vec::new()),
        "removed" => expect.removed = Some(owned(node, loading)?),
        "names" => expect.names = owned(node, loading)?,
        "types" => expect.types = owned(node, loading)?,
        "text" => expect.text = owned(node, loading)?,
        "notified" => expect.notified = owned(node, loading)?,
        "changed" => expect.changed = Some(node.boolean(loading)?),
        "quarantine" => expect.quarantine = Some(node.boolean(loading)?),
        "hold" => expect.hold = Some(node.boolean(loading)?),
        "tag" => expect.tags = owned(node, loading)?,
        "added" => expect.added = owned(node, loading)?,
        "gone" => expect.gone = owned(node, loading)?,
        _ => {
            for (name, value) in node.table(loading)?.entries {
                let expected = match value.as_bool() {
                    Some(present) => HeaderExpect::Present(present),
                    None => HeaderExpect::Value(value.text(loading)?.text.to_owned()),
                };
                expect.header.push((name.text.to_owned(), expected));
            }
        }
    }
    Some(())
}

/// One of these words.
fn word(
    node: Node<'_>,
    what: &str,
    words: &[&'static str],
    loading: &mut Loading<'_>,
) -> Option<&'static str> {
    let text = node.text(loading)?;
    let known = words.iter().find(|word| **word == text.text);
    if known.is_none() {
        loading.unknown(Fault::UnknownValue, text, what, words);
    }
    known.copied()
}

fn owned(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Vec<String>> {
    let texts = node.texts(loading)?;
    Some(texts.iter().map(|text| text.text.to_owned()).collect())
}

/// What holds without a rule has a name too.
const BUILT_IN: [&str; 4] = ["unscanned", "limit", "undecided", "poison"];

/// Names of rules, all of which there are.
fn named(node: Node<'_>, rules: &[Arc<str>], loading: &mut Loading<'_>) -> Option<Vec<String>> {
    let texts = node.texts(loading)?;
    let exists = |text: &Text<'_>| {
        rules.iter().any(|rule| **rule == *text.text) || BUILT_IN.contains(&text.text)
    };
    let known = rules.iter().map(|rule| &**rule).chain(BUILT_IN);
    let known: Vec<&str> = known.collect();
    let mut good = true;
    for text in texts.iter().filter(|text| !exists(text)) {
        loading.unknown(Fault::UnknownRule, *text, "rule", &known);
        good = false;
    }
    good.then(|| texts.iter().map(|text| text.text.to_owned()).collect())
}
