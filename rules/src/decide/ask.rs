//! Asks one rule about the facts, and about each part and scan that it could speak of.

use crate::condition::Looks;
use crate::facts::{Facts, ScanFact, Stage};
use crate::rule::Rule;
use crate::view::View;
use crate::view::memo::Memo;
use crate::view::subject::Subject;
use crate::view::truth::Truth;
use tamis_sanitize::Part;
use tamis_sanitize::map::Structure;

/// What a rule says of the facts.
pub(crate) enum Answer<'a> {
    No,
    /// What it looks at is not known yet.
    Unknown,
    /// It holds; for a rule about parts or scans, for these.
    Yes(Vec<Hit<'a>>),
}

/// A part, or something inside it, and a scan for which a rule holds; none where the rule speaks of none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) part: Option<Subject<'a>>,
    pub(crate) scan: Option<&'a ScanFact>,
}

/// The parts and scans that rules can be about, once they are known.
#[derive(Debug)]
pub(crate) struct Angles<'a> {
    /// Each part, then everything inside it.
    subjects: Option<Vec<Subject<'a>>>,
    scans: Option<&'a [ScanFact]>,
}

impl<'a> Angles<'a> {
    /// Parts with content, and all scans. Multiparts only hold other parts.
    pub(crate) fn new(facts: &Facts<'a>, memo: &'a Memo) -> Self {
        let holds_content = |part: &&Part| !matches!(part.structure(), Structure::Multipart { .. });
        let subjects = facts.message.map(|reading| {
            let parts = reading.map().parts().iter().filter(holds_content);
            parts.flat_map(|part| Subject::all(part, memo)).collect()
        });
        let scans = (facts.stage == Stage::Message).then_some(facts.scans);
        Angles { subjects, scans }
    }

    /// Whether a rule holds, and for which parts and scans.
    pub(crate) fn ask(&self, rule: &Rule, view: &View<'_>) -> Answer<'a> {
        let (of_parts, of_scans) = (rule.looks.at(Looks::PART), rule.looks.at(Looks::SCAN));
        match rule.condition.ask(view) {
            Truth::No => return Answer::No,
            Truth::Yes if rule.actions.part.is_none() => {
                return Answer::Yes(vec![Hit {
                    part: None,
                    scan: None,
                }]);
            }
            Truth::Unknown if !of_parts && !of_scans => return Answer::Unknown,
            Truth::Yes | Truth::Unknown => {}
        }
        match (&self.subjects, self.scans) {
            (None, _) if of_parts => Answer::Unknown,
            (_, None) if of_scans => Answer::Unknown,
            (subjects, scans) => {
                let subjects = subjects.as_deref().filter(|_| of_parts);
                let mut answer = each(rule, view, subjects, scans.filter(|_| of_scans));
                if let Answer::Yes(hits) = &mut answer {
                    for hit in hits {
                        self.show_part(hit);
                    }
                }
                answer
            }
        }
    }

    /// A rule that speaks of no part, but of what a scanner said of one, is told with that part.
    fn show_part(&self, hit: &mut Hit<'a>) {
        let scanned = hit.scan.and_then(|scan| scan.part);
        if let (None, Some(scanned)) = (hit.part, scanned) {
            let mut subjects = self.subjects.iter().flatten();
            hit.part = subjects
                .find(|subject| subject.part().id() == scanned)
                .copied();
        }
    }
}

/// Whether what a scanner said can be of this part: of the whole message, or of the part itself.
fn is_of(scan: &ScanFact, part: Option<Subject<'_>>) -> bool {
    match (scan.part, part) {
        (Some(scanned), Some(subject)) => scanned == subject.part().id() && !subject.is_inside(),
        _ => true,
    }
}

/// Asks about each pair of part, or something inside it, and scan.
fn each<'a>(
    rule: &Rule,
    view: &View<'_>,
    subjects: Option<&[Subject<'a>]>,
    scans: Option<&'a [ScanFact]>,
) -> Answer<'a> {
    let mut hits = Vec::new();
    let mut open = false;
    let mut ask = |hit: Hit<'a>| match rule
        .condition
        .ask(&view.of_part(hit.part).of_scan(hit.scan))
    {
        Truth::Yes => hits.push(hit),
        Truth::Unknown => open = true,
        Truth::No => {}
    };
    let mut ask_of_scans = |part: Option<Subject<'a>>| match scans {
        None => ask(Hit { part, scan: None }),
        Some(scans) => {
            for scan in scans.iter().filter(|scan| is_of(scan, part)) {
                let scan = Some(scan);
                ask(Hit { part, scan });
            }
        }
    };
    match subjects {
        Some(subjects) => subjects
            .iter()
            .for_each(|subject| ask_of_scans(Some(*subject))),
        None => ask_of_scans(None),
    }
    match (hits.is_empty(), open) {
        (false, _) => Answer::Yes(hits),
        (true, true) => Answer::Unknown,
        (true, false) => Answer::No,
    }
}
