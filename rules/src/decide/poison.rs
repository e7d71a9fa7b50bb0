//! What becomes of a message that is not inspected, because inspections of it did not come to their end.

use crate::action::Finish;
use crate::decide::decision::{Decision, Delivery, Observed, Verdict};
use crate::decide::wanted::{matter, reason};
use crate::facts::{Envelope, Facts, Stage};
use crate::groups::Group;
use crate::rule::Rule;
use crate::view::View;
use crate::view::memo::Memo;
use crate::view::truth::Truth;

/// What the first rule about poison says that holds for these recipients, or what is done otherwise.
pub(crate) fn decide(
    rules: &[Rule],
    group: &Group<'_>,
    envelope: &Envelope,
    otherwise: &Decision,
) -> Decision {
    let facts = Facts {
        stage: Stage::Rcpt,
        envelope,
        message: None,
        scans: &[],
    };
    let memo = Memo::of(&facts);
    let view = View::new(&facts, &memo, Some(&group.matches)).of_poison();
    let mut observed = Observed::default();
    for rule in rules.iter().filter(|rule| rule.is_about_poison()) {
        if rule.condition.ask(&view) != Truth::Yes {
            continue;
        }
        if rule.observe {
            observed.reasons.push(reason(rule, None));
            continue;
        }
        let matter = matter(rule, None, &facts, group.asked(), &[]);
        let verdict = match &rule.actions.finish {
            Some(Finish::Accept) => Verdict::Deliver(Delivery::default()),
            Some(Finish::Reject(reply)) => Verdict::Reject(reply.render(&matter)),
            Some(Finish::TempFail(reply)) => Verdict::TempFail(reply.render(&matter)),
            Some(Finish::Discard) => Verdict::Discard,
            Some(Finish::Stop) | None => continue,
        };
        return Decision {
            keep: rule.actions.quarantine,
            observed,
            ..Decision::new(verdict, true, vec![reason(rule, None)])
        };
    }
    Decision {
        observed,
        ..otherwise.clone()
    }
}
