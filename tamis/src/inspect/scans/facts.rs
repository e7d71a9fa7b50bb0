//! From what scanners say to what policy is told.

use crate::engine::Engine;
use tamis_rules::{FieldChange, GivenScan, Opinion, ScanFact, ScanResult, Score};
use tamis_sanitize::{FieldName, MessageMap};
use tamis_scan::Report;

/// What the scanners said of two forms of one message: of each scanner the worse.
pub(crate) fn united(one: Vec<ScanFact>, other: Vec<ScanFact>) -> Vec<ScanFact> {
    let worse = |(one, other)| {
        if badness(&one) < badness(&other) {
            other
        } else {
            one
        }
    };
    // Both lists are of the same scanners in the same order.
    one.into_iter().zip(other).map(worse).collect()
}

fn badness(fact: &ScanFact) -> (u8, Option<Score>) {
    let result = match fact.result {
        ScanResult::Clean | ScanResult::Scored => 0,
        ScanResult::Unscanned { .. } => 1,
        ScanResult::Found { .. } => 2,
    };
    (result, fact.score)
}

/// What scanners said of the message and of its parts. A scanner that found something in a part has said where: that it was
/// found in the message as well says nothing more.
pub(super) fn together(whole: Vec<ScanFact>, parts: Vec<ScanFact>) -> Vec<ScanFact> {
    let found = |fact: &ScanFact| matches!(fact.result, ScanResult::Found { .. });
    let placed = |fact: &ScanFact| {
        let mut parts = parts.iter();
        parts.any(|part| part.engine == fact.engine && part.part.is_some() && found(part))
    };
    let (_, mut facts): (Vec<_>, Vec<_>) = whole
        .into_iter()
        .partition(|fact| found(fact) && placed(fact));
    facts.extend(parts);
    facts
}

/// What a test says in the place of scanners. What it says of a part that is not there, nobody says.
pub(crate) fn given(scans: Vec<GivenScan>, map: &MessageMap) -> Vec<ScanFact> {
    let fact = |GivenScan { fact, part }| {
        let Some(number) = part else {
            return Some(fact);
        };
        let mut parts = map.parts().iter();
        let part = parts.find(|part| part.is_leaf() && part.number() == number)?;
        Some(ScanFact {
            part: Some(part.id()),
            ..fact
        })
    };
    scans.into_iter().filter_map(fact).collect()
}

/// A report as a fact about the whole message.
pub(super) fn fact(engine: &Engine, report: Report) -> ScanFact {
    let (score, opinion) = match &report {
        Report::Scored(said) => (
            Some(Score(said.score.thousandths())),
            opinion((**said).clone()),
        ),
        _ => (None, Opinion::default()),
    };
    ScanFact {
        score,
        opinion,
        ..ScanFact::new(&engine.name, result(report))
    }
}

fn opinion(said: tamis_scan::Opinion) -> Opinion {
    let field = |change| {
        Some(match change {
            tamis_scan::FieldChange::Add { name, value } => {
                FieldChange::Add(FieldName::new(&name).ok()?, value)
            }
            tamis_scan::FieldChange::Remove { name, .. } => {
                FieldChange::Remove(FieldName::new(&name).ok()?)
            }
        })
    };
    Opinion {
        action: said.action.map(String::from),
        symbols: said.symbols.into_iter().map(String::from).collect(),
        subject: said.subject,
        fields: said.fields.into_iter().filter_map(field).collect(),
    }
}

/// A result in the words of policy. What this program does not know is no answer, never a clean one.
fn result(report: Report) -> ScanResult {
    match report {
        Report::Clean => ScanResult::Clean,
        Report::Scored(_) => ScanResult::Scored,
        Report::Found { signature } => ScanResult::Found {
            signature: signature.to_string(),
        },
        Report::Unscanned(unscanned) => ScanResult::Unscanned {
            reason: unscanned.reason().name().to_owned(),
        },
        _ => ScanResult::Unscanned {
            reason: "unknown-report".to_owned(),
        },
    }
}
