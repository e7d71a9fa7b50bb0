//! What holds without a rule: unscanned is never clean, and what was read in part is neither whole nor editable.

use crate::decide::decision::Reason;
use crate::facts::{Facts, ScanFact, ScanResult};
use crate::text::harmless;
use crate::text::reply::Reply;
use std::collections::BTreeSet;
use tamis_sanitize::PartId;

/// A message is deferred though no rule says so.
#[derive(Debug)]
pub(crate) struct Law {
    pub(crate) reply: Reply,
    pub(crate) reason: Reason,
}

/// What was scanned by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scanned<'a> {
    engine: &'a str,
    part: Option<PartId>,
}

impl<'a> Scanned<'a> {
    pub(crate) fn of(scan: &'a ScanFact) -> Self {
        Scanned {
            engine: &scan.engine,
            part: scan.part,
        }
    }
}

/// A scanner has no answer, and no rule has spoken about that.
pub(crate) fn unscanned(facts: &Facts<'_>, spoken: &BTreeSet<Scanned<'_>>) -> Option<Law> {
    let silent = |scan: &&ScanFact| {
        matches!(scan.result, ScanResult::Unscanned { .. }) && !spoken.contains(&Scanned::of(scan))
    };
    let scan = facts.scans.iter().find(silent)?;
    Some(law(
        "unscanned",
        "message could not be scanned, try again later",
        Some(scan_note(scan)),
    ))
}

/// The message was not read to its end, and no rule has spoken about that.
pub(crate) fn cut(facts: &Facts<'_>, spoken: bool) -> Option<Law> {
    let limit = facts.message?.limit().filter(|_| !spoken)?;
    let text = "message could not be inspected to its end, try again later";
    Some(law("limit", text, Some(limit.code.name().to_owned())))
}

/// The message was not read to its end, and rules ask for edits of its parts.
pub(crate) fn cut_and_edited(facts: &Facts<'_>, edited: bool) -> Option<Law> {
    let limit = facts.message?.limit().filter(|_| edited)?;
    let text = "message could not be cleaned, try again later";
    Some(law("limit", text, Some(limit.code.name().to_owned())))
}

/// Something that a rule asks about is not known.
pub(crate) fn undecided() -> Law {
    law(
        "undecided",
        "message could not be inspected, try again later",
        None,
    )
}

/// `clamd: found Eicar-Test-Signature`.
pub(crate) fn scan_note(scan: &ScanFact) -> String {
    let engine = harmless::line(&scan.engine, harmless::VALUE_LIMIT);
    let fit = |text: &str| harmless::line(text, harmless::VALUE_LIMIT);
    match &scan.result {
        ScanResult::Clean => format!("{engine}: clean"),
        ScanResult::Scored => match scan.score {
            Some(score) => format!("{engine}: {score}"),
            None => format!("{engine}: scored"),
        },
        ScanResult::Found { signature } => format!("{engine}: found {}", fit(signature)),
        ScanResult::Unscanned { reason } => format!("{engine}: unscanned ({})", fit(reason)),
    }
}

fn law(rule: &str, text: &str, detail: Option<String>) -> Law {
    let reason = Reason {
        rule: rule.into(),
        file: Reason::BUILT_IN.into(),
        line: 0,
        action: "tempfail".into(),
        part: None,
        detail,
    };
    Law {
        reply: Reply::deferred(text),
        reason,
    }
}
