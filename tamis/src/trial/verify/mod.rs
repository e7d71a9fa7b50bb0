//! What came of a test against what was expected.

mod message;

use super::course::Came;
use tamis_rules::{Beside, Capture, Decision, Expect, Stage, Verdict};

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
    let beside = beside(came);
    if let Some(wanted) = expect.captured {
        check("captured", wanted.to_owned(), copies(beside).to_owned());
    }
    let told = beside.into_iter().flat_map(|beside| &beside.notify);
    let told: Vec<&str> = told.flat_map(|notice| &notice.to).map(|to| &**to).collect();
    for address in &expect.notified {
        if !told.contains(&address.as_str()) {
            check("notified", address.clone(), told.join(", "));
        }
    }
    message::check(expect, came, &mut failures);
    failures
}

fn beside(came: &Came) -> Option<&Beside> {
    match came {
        Came::GoesOn => None,
        Came::Refused(_, decision) | Came::Judged(decision, _) => Some(&decision.beside),
    }
}

/// Which copies are kept.
fn copies(beside: Option<&Beside>) -> &'static str {
    let capture = beside.and_then(|beside| beside.capture.as_ref());
    match capture.map(|(capture, _)| *capture).unwrap_or_default() {
        Capture {
            before: true,
            after: true,
        } => "both",
        Capture { before: true, .. } => "before",
        Capture { after: true, .. } => "after",
        Capture { .. } => "none",
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
