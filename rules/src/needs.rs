//! What has to be found out before the rules can be asked at the end of a message.

use crate::condition::{Engines, Looks};
use crate::facts::{Envelope, Facts, Needs, ScanFact, ScanResult, Stage};
use crate::groups::Group;
use crate::rule::Rule;
use crate::view::View;
use crate::view::memo::Memo;
use crate::view::truth::Truth;

/// Adds what rules could want to know of a message for this group of recipients.
pub(crate) fn of_group(rules: &[Rule], group: &Group<'_>, envelope: &Envelope, needs: &mut Needs) {
    let facts = Facts {
        stage: Stage::Rcpt,
        envelope,
        message: None,
        scans: &[],
    };
    let memo = Memo::of(&facts);
    let view = View::new(&facts, &memo, Some(&group.matches));
    for rule in rules.iter().filter(|rule| !rule.is_apart()) {
        let holds = rule.condition.ask(&view);
        if holds == Truth::No {
            continue;
        }
        if !rule.observe {
            needs.edit |= rule.actions.edits();
            needs.keep |= rule.actions.keeps();
            if holds == Truth::Yes && rule.actions.finish.is_some() {
                break;
            }
        }
        if holds == Truth::Unknown {
            needs.message |= rule.looks.at(Looks::MESSAGE);
            needs.digests |= rule.looks.at(Looks::DIGEST);
            match &rule.engines {
                Engines::None => {}
                Engines::Named(names) => {
                    let new = names.iter().filter(|name| !needs.engines.contains(*name));
                    let new: Vec<String> = new.cloned().collect();
                    needs.engines.extend(new);
                }
                Engines::Every => needs.every_engine = true,
            }
        }
    }
}

/// The scans, and at the end of a message one that says so for each scanner that was asked for by name, for these
/// recipients, and did not run.
pub(crate) fn with_missing(rules: &[Rule], group: &Group<'_>, facts: &Facts<'_>) -> Vec<ScanFact> {
    let mut scans = facts.scans.to_vec();
    let names = |rule: &Rule| matches!(rule.engines, Engines::Named(_));
    if facts.stage < Stage::Message || !rules.iter().any(names) {
        return scans;
    }
    let mut needs = Needs::default();
    of_group(rules, group, facts.envelope, &mut needs);
    for engine in needs.engines {
        if !scans.iter().any(|scan| scan.engine == engine) {
            let result = ScanResult::Unscanned {
                reason: "missing".to_owned(),
            };
            scans.push(ScanFact::new(&engine, result));
        }
    }
    scans
}
