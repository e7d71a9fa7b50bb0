//! One rule: a name, what must hold, and what is done then.

use crate::action::{Actions, Finish, HeaderEffect, PartEffect, read_actions};
use crate::condition::{self, Condition, Engines, Looks};
use crate::facts::Stage;
use crate::lint::check_allow;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
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
    /// Whether it only says what it would do.
    pub(crate) observe: bool,
    /// The stage from which on its own answer is known.
    pub(crate) since: Stage,
}

impl Rule {
    /// Reads the table of a rule, and reports everything that is wrong with it.
    pub(crate) fn read(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Rule> {
        table.only(
            &[
                "name",
                "description",
                "mode",
                "allow",
                "when",
                "unless",
                "then",
            ],
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
        let observe = match table.get("mode") {
            Some(node) => mode(node, loading)?,
            None => false,
        };
        if let Some(node) = table.get("description") {
            node.text(loading)?;
        }
        check_allow(table, loading);
        let (name, condition, actions) = (name?, condition?, actions?);
        let looks = condition.looks();
        about_a_part(table, looks, &actions, loading)?;
        about_a_scan(table, looks, &actions, loading)?;
        about_a_command(table, looks, &actions, loading)?;
        about_poison(table, &condition, &actions, loading)?;
        let file = loading.file(table.place)?;
        Some(Rule {
            name: name.text.into(),
            name_place: name.place,
            file: file.name.clone(),
            line: file.line(table.place.start),
            engines: condition.engines(),
            since: condition.since(),
            observe,
            looks,
            condition,
            actions,
        })
    }

    /// Whether it speaks when a command comes that the MTA does not know, and at no other time.
    pub(crate) fn is_about_commands(&self) -> bool {
        self.looks.at(Looks::COMMAND)
    }

    /// Whether it speaks when a message comes that is not read, and at no other time.
    pub(crate) fn is_about_poison(&self) -> bool {
        self.looks.at(Looks::POISON)
    }

    /// Whether it is about something else than messages that are read.
    pub(crate) fn is_apart(&self) -> bool {
        self.is_about_commands() || self.is_about_poison()
    }

    /// Whether it refuses, for good or for now.
    pub(crate) fn refuses(&self) -> bool {
        let finish = &self.actions.finish;
        matches!(finish, Some(Finish::Reject(_) | Finish::TempFail(_)))
    }
}

/// Whether a rule, or a policy, only says what it would do.
pub(crate) fn mode(node: Node<'_>, loading: &mut Loading<'_>) -> Option<bool> {
    let word = node.text(loading)?;
    let known = ["enforce", "observe"];
    if !known.contains(&word.text) {
        loading.unknown(Fault::UnknownValue, word, "mode", &known);
        return None;
    }
    Some(word.text == "observe")
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
        Some(PartEffect::Replace(_)) => "replace",
        Some(PartEffect::Change {
            rename: Some(_), ..
        }) => "rename",
        Some(PartEffect::Change { .. }) => "relabel",
        Some(PartEffect::Strip(_) | PartEffect::Leave) => "strip",
    };
    let message = format!("`{action}` needs a part.* condition: which parts is the rule about?");
    let problem = loading.report(Fault::MissingKey, table.place, message);
    problem.help("add a condition such as part.kind or part.extension");
    None
}

/// A rule that does what a scanner proposes says which.
fn about_a_scan(
    table: &Table<'_>,
    looks: Looks,
    actions: &Actions,
    loading: &mut Loading<'_>,
) -> Option<()> {
    let adopts = |effect: &HeaderEffect| matches!(effect, HeaderEffect::Adopt);
    if looks.at(Looks::SCAN) || !actions.header.iter().any(adopts) {
        return Some(());
    }
    let message = "`adopt_header` needs a scan.* condition: which scanner is the rule about?";
    let problem = loading.report(Fault::MissingKey, table.place, message);
    problem.help("add a condition such as scan.engine = \"rspamd\"");
    None
}

/// A rule about commands can refuse them, and nothing else.
fn about_a_command(
    table: &Table<'_>,
    looks: Looks,
    actions: &Actions,
    loading: &mut Loading<'_>,
) -> Option<()> {
    let refuses = matches!(
        actions.finish,
        Some(Finish::Reject(_) | Finish::TempFail(_))
    );
    if !looks.at(Looks::COMMAND) || (refuses && !actions.quarantine) {
        return Some(());
    }
    let message = "a rule about unknown commands can only refuse them";
    let problem = loading.report(Fault::Conflict, table.place, message);
    problem.help("write then = { reject = \"500 5.5.1 command not recognized\" }");
    None
}

/// A rule about messages that are not read knows the envelope alone, and says what becomes of them.
fn about_poison(
    table: &Table<'_>,
    condition: &Condition,
    actions: &Actions,
    loading: &mut Loading<'_>,
) -> Option<()> {
    let looks = condition.looks();
    if !looks.at(Looks::POISON) {
        return Some(());
    }
    if !condition.demands(Looks::POISON) {
        let message = "a rule is asked about poison or about mail that is read, not about both";
        let problem = loading.report(Fault::Conflict, table.place, message);
        problem.help("write poison = true in `when`; rules without it are not asked about poison");
        return None;
    }
    let not_known = [Looks::MESSAGE, Looks::SCAN, Looks::TAGS, Looks::COMMAND];
    if not_known.iter().any(|it| looks.at(*it)) {
        let message = "a message that is poison is not read: a rule about it can ask about connection and envelope alone";
        loading.report(Fault::Conflict, table.place, message);
        return None;
    }
    if actions.only_end() {
        return Some(());
    }
    let message =
        "a rule about poison can accept, reject, tempfail, discard or quarantine, and nothing else";
    let problem = loading.report(Fault::Conflict, table.place, message);
    problem.help("write then = { quarantine = true }");
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
