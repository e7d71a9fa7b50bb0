//! What came of a test against what was expected.

use super::course::Came;
use crate::inspect::{Delivered, Fate};
use std::io::Read;
use tamis_rules::{Decision, Expect, HeaderExpect, Stage, Verdict};
use tamis_sanitize::{Event, Limits, MessageMap, Needs, Reader, Reading};

/// Everything that is not as expected, for people.
pub(super) fn failures(expect: &Expect, came: &Came) -> Vec<String> {
    let mut failures = Vec::new();
    let mut check = |what: &str, wanted: String, found: String| {
        if wanted != found {
            failures.push(format!("{what}: expected {wanted}, but it is {found}"));
        }
    };
    let verdict = verdict(came);
    if let Some(wanted) = expect.verdict {
        check("verdict", wanted.to_owned(), verdict.to_owned());
    }
    if let Some(stage) = expect.stage {
        check("stage", stage.name().to_owned(), stage_of(came).to_owned());
    }
    if let Some(wanted) = &expect.reply {
        let found = reply(came).unwrap_or_else(|| "no reply".to_owned());
        if !found.starts_with(wanted.as_str()) {
            check("reply", format!("{wanted:?}"), format!("{found:?}"));
        }
    }
    let (fired, observed, tags) = said(came);
    for (what, wanted, found) in [
        ("rule", &expect.rules, &fired),
        ("observed", &expect.observed, &observed),
        ("tag", &expect.tags, &tags),
    ] {
        for name in wanted.iter().filter(|name| !found.contains(name)) {
            let found = if found.is_empty() {
                "none".to_owned()
            } else {
                found.join(", ")
            };
            check(what, name.clone(), found);
        }
    }
    for name in expect.not_rules.iter().filter(|name| fired.contains(name)) {
        check("rule", format!("{name} not to fire"), "fired".to_owned());
    }
    of_message(expect, came, &mut failures);
    failures
}

/// What is expected of the message itself.
fn of_message(expect: &Expect, came: &Came, failures: &mut Vec<String>) {
    let mut differ = |what: &str, wanted: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        let (wanted, found) = (format!("{wanted:?}"), format!("{found:?}"));
        if wanted != found {
            failures.push(format!("{what}: expected {wanted}, but it is {found}"));
        }
    };
    let Came::Judged(decision, outcome) = came else {
        for (what, wanted) in [
            ("removed", expect.removed.is_some()),
            ("changed", expect.changed.is_some()),
            ("header", !expect.header.is_empty()),
            ("names", !expect.names.is_empty()),
        ] {
            if wanted {
                differ(what, &"a message", &"no message was judged");
            }
        }
        return;
    };
    if let Some(wanted) = &expect.removed {
        let taken = ["strip", "replace"];
        let edited = outcome.report.edited.iter();
        let parts = edited
            .filter(|note| taken.contains(&note.action))
            .map(|note| {
                let name = note.part.names.first();
                name.unwrap_or(&note.part.number).clone()
            });
        let mut found: Vec<String> = parts.collect();
        let mut wanted = wanted.clone();
        found.sort_unstable();
        wanted.sort_unstable();
        differ("removed", &wanted, &found);
    }
    if let Some(wanted) = expect.changed {
        differ("changed", &wanted, &outcome.report.changed);
    }
    if let Some(wanted) = expect.quarantine {
        differ("quarantine", &wanted, &decision.keep);
    }
    if let Some(wanted) = expect.hold {
        differ("hold", &wanted, &outcome.report.held.is_some());
    }
    for (what, wanted, found) in [
        ("added", &expect.added, &outcome.report.added_recipients),
        ("gone", &expect.gone, &outcome.report.removed_recipients),
    ] {
        for address in wanted.iter().filter(|address| !found.contains(address)) {
            differ(what, address, found);
        }
    }
    if expect.header.is_empty() && expect.names.is_empty() {
        return;
    }
    let Fate::Deliver(delivered) = &outcome.fate else {
        differ("header", &"a delivered message", &"none");
        return;
    };
    match read(delivered) {
        None => differ("message", &"one that can be read", &"none"),
        Some(map) => {
            let names = map.parts().iter().flat_map(tamis_sanitize::Part::names);
            let names: Vec<&str> = names.map(|name| name.text.as_str()).collect();
            for wanted in expect
                .names
                .iter()
                .filter(|it| !names.contains(&it.as_str()))
            {
                differ("names", wanted, &names);
            }
            for (name, wanted) in &expect.header {
                let fields = map.root().fields().iter().filter(|field| field.is(name));
                let values: Vec<String> = fields.map(tamis_sanitize::Field::text).collect();
                let good = match wanted {
                    HeaderExpect::Present(present) => *present != values.is_empty(),
                    HeaderExpect::Value(value) => values.iter().any(|found| found.trim() == value),
                };
                if !good {
                    differ(&format!("header {name}"), wanted, &values);
                }
            }
        }
    }
}

/// The message as it is delivered.
fn read(delivered: &Delivered) -> Option<MessageMap> {
    let mut octets = Vec::new();
    delivered.message().read_to_end(&mut octets).ok()?;
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(&octets);
    while reader.next() != Event::NeedInput {}
    match reader.finish() {
        Reading::Whole(map) => Some(map),
        Reading::Cut { seen, .. } => Some(seen),
    }
}

fn verdict(came: &Came) -> &'static str {
    match came {
        Came::GoesOn => "continue",
        Came::Refused(_, decision) => match decision.verdict {
            Verdict::Deliver(_) => "continue",
            _ => decision.verdict.name(),
        },
        Came::Judged(_, outcome) => outcome.report.verdict,
    }
}

fn stage_of(came: &Came) -> &'static str {
    match came {
        Came::GoesOn => "none",
        Came::Refused(stage, _) => stage.map_or("command", Stage::name),
        Came::Judged(..) => Stage::Message.name(),
    }
}

fn reply(came: &Came) -> Option<String> {
    let of = |decision: &Decision| match &decision.verdict {
        Verdict::Reject(reply) | Verdict::TempFail(reply) => Some(reply.to_string()),
        Verdict::Deliver(_) | Verdict::Discard => None,
    };
    match came {
        Came::GoesOn => None,
        Came::Refused(_, decision) => of(decision),
        Came::Judged(_, outcome) => outcome.report.reply.clone(),
    }
}

/// The rules that fired, those that are only observed, and the tags.
fn said(came: &Came) -> (Vec<String>, Vec<String>, Vec<String>) {
    let decision = match came {
        Came::GoesOn => return (Vec::new(), Vec::new(), Vec::new()),
        Came::Refused(_, decision) | Came::Judged(decision, _) => decision,
    };
    let mut fired: Vec<String> = Vec::new();
    for reason in &decision.reasons {
        fired.push(reason.rule.to_string());
    }
    if let Came::Judged(_, outcome) = came {
        fired.extend(outcome.report.reasons.iter().map(|it| it.rule.to_string()));
    }
    fired.dedup();
    let observed = decision.observed.reasons.iter();
    let tags = decision.beside.tags.iter();
    (
        fired,
        observed.map(|reason| reason.rule.to_string()).collect(),
        tags.map(ToString::to_string).collect(),
    )
}
