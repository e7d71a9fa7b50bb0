//! `tamis policy show`: what a policy comes to.

use super::say;
use crate::config::PolicyName;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::policy::load;
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use tamis_rules::{ListSummary, Policy, RuleSummary, Statement};

/// What a preset states begins its name so.
const PRESET: &str = "preset:";

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// A file, or a built-in policy
    #[arg(value_name = "FILE", default_value = "builtin:default")]
    policy: String,
    /// Only what differs from the defaults and is not of a preset that is included
    #[arg(long)]
    changed: bool,
    /// Say where each thing stands
    #[arg(long)]
    origin: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// A policy, for programs.
#[derive(Serialize)]
struct Shown {
    version: String,
    settings: Vec<ShownStatement>,
    rules: Vec<ShownRule>,
}

/// A setting, list, notice, banner or meter.
#[derive(Serialize)]
struct ShownStatement {
    key: String,
    value: String,
    /// Whether a file before says something else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    overruled: bool,
    /// Entries of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<usize>,
    origin: String,
}

#[derive(Serialize)]
struct ShownRule {
    name: String,
    stage: &'static str,
    observed: bool,
    asks: String,
    does: String,
    origin: String,
}

impl Show {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let policy = load(&PolicyName::new(&self.policy)).map_err(|faulty| faulty.failure())?;
        let shown = self.shown(&policy);
        if self.json {
            say(&output::json_line(&shown))?;
        } else {
            say(self.text(&shown).trim_end())?;
        }
        Ok(Exit::Done)
    }

    fn shown(&self, policy: &Policy) -> Shown {
        let statements = policy.statements().iter();
        let rules = policy.rules();
        Shown {
            version: policy.version().to_owned(),
            settings: statements
                .filter(|it| !self.changed || is_changed(it))
                .map(|it| statement(it, policy.lists()))
                .collect(),
            rules: rules
                .filter(|it| !self.changed || !it.file.starts_with(PRESET))
                .map(rule)
                .collect(),
        }
    }

    fn text(&self, shown: &Shown) -> String {
        let mut lines = vec![format!("version {}", shown.version)];
        if !shown.settings.is_empty() {
            lines.push("\nsettings".to_owned());
        }
        let key = width(&shown.settings, |it| &it.key, "");
        for it in &shown.settings {
            let mut line = format!("  {:key$}  {}", it.key, it.value);
            if let Some(entries) = it.entries {
                let _ = write!(line, "  ({entries} entries)");
            }
            if it.overruled {
                line.push_str("  (overruled)");
            }
            lines.push(self.with_origin(line, &it.origin));
        }
        if !shown.rules.is_empty() {
            lines.push("\nrules, in their order".to_owned());
            self.tell_rules(&shown.rules, &mut lines);
        }
        lines.join("\n")
    }

    fn tell_rules(&self, rules: &[ShownRule], lines: &mut Vec<String>) {
        let name = width(rules, |rule| &rule.name, "rule");
        let does = width(rules, |rule| &rule.does, "does");
        lines.push(format!(
            "  {:8} {:name$}  {:does$}  asks",
            "stage", "rule", "does"
        ));
        for rule in rules {
            let observed = if rule.observed { "  (observed)" } else { "" };
            let line = format!(
                "  {:8} {:name$}  {:does$}  {}{observed}",
                rule.stage, rule.name, rule.does, rule.asks
            );
            lines.push(self.with_origin(line, &rule.origin));
        }
    }

    fn with_origin(&self, line: String, origin: &str) -> String {
        if self.origin {
            format!("{line}  ({origin})")
        } else {
            line
        }
    }
}

/// Whether a statement makes a difference, and is of the site's own files.
fn is_changed(statement: &Statement) -> bool {
    let own = |(file, _): &(std::sync::Arc<str>, u32)| !file.starts_with(PRESET);
    statement.holds && !statement.usual && statement.place.as_ref().is_some_and(own)
}

fn statement(statement: &Statement, lists: &[ListSummary]) -> ShownStatement {
    let list = statement.key.strip_prefix("list.");
    let list = lists.iter().find(|it| Some(it.name.as_str()) == list);
    ShownStatement {
        key: statement.key.clone(),
        value: statement.value.clone(),
        overruled: !statement.holds,
        entries: list.map(|list| list.entries),
        origin: match &statement.place {
            Some((file, line)) => format!("{file}:{line}"),
            None => "default".to_owned(),
        },
    }
}

fn rule(rule: RuleSummary) -> ShownRule {
    ShownRule {
        name: rule.name.to_string(),
        stage: rule.speaks.name(),
        observed: rule.observed,
        asks: if rule.asks.is_empty() {
            "everything".to_owned()
        } else {
            rule.asks
        },
        does: rule.action.to_string(),
        origin: format!("{}:{}", rule.file, rule.line),
    }
}

/// Characters of the widest text of a column.
fn width<T>(rows: &[T], of: fn(&T) -> &str, title: &str) -> usize {
    let widths = rows.iter().map(|row| of(row).chars().count());
    widths.max().unwrap_or_default().max(title.len())
}
