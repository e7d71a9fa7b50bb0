//! One rule: a name, what must hold, and what is done then.

use crate::action::{Actions, PartEffect, read_actions};
use crate::condition::{self, Condition, Engines, Looks};
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use crate::syntax::source::Place;
use std::sync::Arc;

/// A checked rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: Arc<str>,
    pub(crate) name_place: Place,
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    pub(crate) condition: Condition,
    pub(crate) looks: Looks,
    pub(crate) engines: Engines,
    pub(crate) actions: Actions,
}

impl Rule {
    /// Reads the table of a rule, and reports everything that is wrong with it.
    pub(crate) fn read(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Rule> {
        table.only(
            &["name", "when", "unless", "then"],
            "key of a rule",
            loading,
        );
        let name = match table.get("name") {
            Some(node) => node.text(loading),
            None => missing("name", table, loading),
        };
        if let Some(name) = name {
            loading.check_name(name, "rule");
        }
        let condition = condition(table, loading);
        let actions = match table.get("then") {
            Some(node) => node
                .table(loading)
                .and_then(|then| read_actions(&then, loading)),
            None => missing("then", table, loading),
        };
        let (name, condition, actions) = (name?, condition?, actions?);
        let looks = condition.looks();
        about_a_part(table, looks, &actions, loading)?;
        let file = loading.file(table.place)?;
        Some(Rule {
            name: name.text.into(),
            name_place: name.place,
            file: file.name.clone(),
            line: file.line(table.place.start),
            engines: condition.engines(),
            looks,
            condition,
            actions,
        })
    }
}

/// `when` and not `unless`; what is left out always holds.
fn condition(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Condition> {
    let when = match table.get("when") {
        Some(node) => node
            .table(loading)
            .and_then(|when| condition::read_all(&when, loading)),
        None => Some(Condition::All(Vec::new())),
    };
    let Some(node) = table.get("unless") else {
        return when;
    };
    let tables = node.tables(loading)?;
    let unless: Vec<_> = tables
        .iter()
        .map(|unless| condition::read_all(unless, loading))
        .collect();
    let unless = Condition::Any(unless.into_iter().collect::<Option<_>>()?);
    Some(Condition::all(vec![
        when?,
        Condition::Not(Box::new(unless)),
    ]))
}

/// A rule that does something to parts says which.
fn about_a_part(
    table: &Table<'_>,
    looks: Looks,
    actions: &Actions,
    loading: &mut Loading<'_>,
) -> Option<()> {
    if looks.at(Looks::PART) {
        return Some(());
    }
    let action = match actions.part {
        None => return Some(()),
        Some(PartEffect::Rename(_)) => "rename",
        Some(PartEffect::Strip(_) | PartEffect::Leave) => "strip",
    };
    let message = format!("`{action}` needs a part.* condition: which parts is the rule about?");
    let problem = loading.report(Fault::MissingKey, table.place, message);
    problem.help("add a condition such as part.kind or part.extension");
    None
}

fn missing<T>(key: &str, table: &Table<'_>, loading: &mut Loading<'_>) -> Option<T> {
    loading.report(
        Fault::MissingKey,
        table.place,
        format!("a rule needs `{key}`"),
    );
    None
}
