//! What a scanner says in a test.

use crate::loading::Loading;
use crate::scan::{FieldChange, Opinion, ScanFact, ScanResult, Score};
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use tamis_sanitize::FieldName;

/// What a scanner says in a test.
#[derive(Clone, Debug)]
pub struct GivenScan {
    /// What it says, as if of the whole message.
    pub fact: ScanFact,
    /// Section number of the part that it says so of, if it was handed one by itself.
    pub part: Option<String>,
}

const KEYS: [&str; 11] = [
    "engine",
    "result",
    "signature",
    "reason",
    "score",
    "part",
    "action",
    "symbol",
    "subject",
    "add_header",
    "remove_header",
];

/// Reads one table of `scan`.
pub(super) fn read(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<GivenScan> {
    table.only(&KEYS, "key of a scan", loading);
    let Some(engine) = table.get("engine") else {
        loading.report(Fault::MissingKey, table.place, "a scan needs `engine`");
        return None;
    };
    let engine = engine.text(loading)?.text;
    let score = match table.get("score") {
        None => None,
        Some(node) => Some(score(node, loading)?),
    };
    let opinion = opinion(table, loading)?;
    let counts = score.is_some() || opinion != Opinion::default();
    let fact = ScanFact {
        score,
        opinion,
        ..ScanFact::new(engine, result(table, counts, loading)?)
    };
    let mut part = None;
    text(table, "part", &mut part, loading)?;
    Some(GivenScan { fact, part })
}

/// Puts the text of a key into its place, if it is there.
fn text(
    table: &Table<'_>,
    key: &str,
    place: &mut Option<String>,
    loading: &mut Loading<'_>,
) -> Option<()> {
    if let Some(node) = table.get(key) {
        *place = Some(node.text(loading)?.text.to_owned());
    }
    Some(())
}

fn score(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Score> {
    let text = node.text(loading)?;
    match text.text.parse() {
        Ok(score) => Some(score),
        Err(why) => {
            loading.report(Fault::BadQuantity, text.place, why);
            None
        }
    }
}

/// The result; of a scanner that counts it need not be said.
fn result(table: &Table<'_>, counts: bool, loading: &mut Loading<'_>) -> Option<ScanResult> {
    let (mut signature, mut reason) = (None, None);
    text(table, "signature", &mut signature, loading)?;
    text(table, "reason", &mut reason, loading)?;
    let Some(node) = table.get("result") else {
        return Some(if counts {
            ScanResult::Scored
        } else {
            ScanResult::Clean
        });
    };
    let word = node.text(loading)?;
    Some(match word.text {
        "clean" => ScanResult::Clean,
        "scored" => ScanResult::Scored,
        "found" => ScanResult::Found {
            signature: signature.unwrap_or_else(|| "Test.Signature".to_owned()),
        },
        "unscanned" => ScanResult::Unscanned {
            reason: reason.unwrap_or_else(|| "timeout".to_owned()),
        },
        _ => {
            let known = ["clean", "found", "scored", "unscanned"];
            loading.unknown(Fault::UnknownValue, word, "result of a scan", &known);
            return None;
        }
    })
}

fn opinion(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Opinion> {
    let mut fields = Vec::new();
    if let Some(node) = table.get("remove_header") {
        for name in node.texts(loading)? {
            fields.push(FieldChange::Remove(field_name(
                name.text, name.place, loading,
            )?));
        }
    }
    if let Some(node) = table.get("add_header") {
        for (name, value) in node.table(loading)?.entries {
            let name = field_name(name.text, name.place, loading)?;
            let value = value.text(loading)?.text.to_owned();
            fields.push(FieldChange::Add(name, value));
        }
    }
    let symbols = match table.get("symbol") {
        None => Vec::new(),
        Some(node) => node.texts(loading)?,
    };
    let mut opinion = Opinion {
        symbols: symbols.iter().map(|it| it.text.to_owned()).collect(),
        fields,
        ..Opinion::default()
    };
    text(table, "action", &mut opinion.action, loading)?;
    text(table, "subject", &mut opinion.subject, loading)?;
    Some(opinion)
}

fn field_name(
    name: &str,
    place: crate::syntax::source::Place,
    loading: &mut Loading<'_>,
) -> Option<FieldName> {
    match FieldName::new(name) {
        Ok(name) => Some(name),
        Err(error) => {
            loading.report(Fault::BadHeaderName, place, error.to_string());
            None
        }
    }
}
