//! `tamis policy show`: what a policy comes to.

use super::say;
use crate::config::PolicyName;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::policy::load;
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use tamis_rules::{ListSummary, Meter, Policy, RuleSummary};
use tamis_sanitize::{Code, Treatment};

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// A file, or a built-in policy
    #[arg(value_name = "FILE", default_value = "builtin:default")]
    policy: String,
    /// Only what differs from the defaults and from presets that are included
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
    mode: &'static str,
    repairs: Vec<String>,
    rules: Vec<ShownRule>,
    meters: Vec<String>,
    lists: Vec<String>,
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
        let own = |file: &str| !self.changed || !file.starts_with("preset:");
        let rule = |rule: RuleSummary| ShownRule {
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
        };
        Shown {
            version: policy.version().to_owned(),
            mode: if policy.is_observed() {
                "observe"
            } else {
                "enforce"
            },
            repairs: repairs(policy.treatment()),
            rules: policy
                .rules()
                .filter(|it| own(&it.file))
                .map(rule)
                .collect(),
            meters: policy.meters().iter().map(meter).collect(),
            lists: policy.lists().iter().map(|list| self.list(list)).collect(),
        }
    }

    fn list(&self, list: &ListSummary) -> String {
        let mut text = format!("{}: {} {}", list.name, list.entries, list.kind);
        if let Some(source) = &list.source {
            let _ = write!(text, ", from {source}");
        }
        if let Some(date) = &list.retrieved {
            let _ = write!(text, ", {date}");
        }
        match &list.file {
            Some(file) if self.origin => format!("{text}  ({file})"),
            _ => text,
        }
    }

    fn text(&self, shown: &Shown) -> String {
        let mut lines = vec![format!("version {}, mode {}", shown.version, shown.mode)];
        for (title, items) in [
            ("repairs that differ from the default", &shown.repairs),
            ("meters", &shown.meters),
            ("lists", &shown.lists),
        ] {
            if !items.is_empty() {
                lines.push(format!("\n{title}"));
                lines.extend(items.iter().map(|item| format!("  {item}")));
            }
        }
        if shown.rules.is_empty() {
            return lines.join("\n");
        }
        lines.push("\nrules, in their order".to_owned());
        let width = |of: fn(&ShownRule) -> &str, title: &str| {
            let widths = shown.rules.iter().map(|rule| of(rule).chars().count());
            widths.max().unwrap_or_default().max(title.len())
        };
        let name = width(|rule| &rule.name, "rule");
        let does = width(|rule| &rule.does, "does");
        lines.push(format!(
            "  {:8} {:name$}  {:does$}  asks",
            "stage", "rule", "does"
        ));
        for rule in &shown.rules {
            let observed = if rule.observed { " (observed)" } else { "" };
            let mut line = format!(
                "  {:8} {:name$}  {:does$}  {}{observed}",
                rule.stage, rule.name, rule.does, rule.asks
            );
            if self.origin {
                let _ = write!(line, "  ({})", rule.origin);
            }
            lines.push(line);
        }
        lines.join("\n")
    }
}

/// The defects that are treated otherwise than without a word.
fn repairs(treatment: &Treatment) -> Vec<String> {
    let usual = Treatment::default();
    let differs = |code: &&Code| treatment.repairs(**code) != usual.repairs(**code);
    let told = |code: &Code| {
        let word = if treatment.repairs(*code) {
            "repair"
        } else {
            "ignore"
        };
        format!("{} = {word}", code.name())
    };
    Code::ALL.iter().filter(differs).map(told).collect()
}

fn meter(meter: &Meter) -> String {
    let key: Vec<&str> = meter.key.iter().map(|part| part.name()).collect();
    let limits = meter
        .limits
        .iter()
        .map(|limit| format!("{} in {} s", limit.quota, limit.window));
    let limits: Vec<String> = limits.collect();
    format!(
        "{}: {} by {}, {}",
        meter.name,
        meter.counts.name(),
        key.join(" and "),
        limits.join(", ")
    )
}
