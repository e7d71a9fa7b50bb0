//! Scores to compare with: `">=6.5"`.

use super::quantity::Comparison;
use crate::facts::Score;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::problems::Problems;

/// A score with the comparison that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    comparison: Comparison,
    score: Score,
}

impl Range {
    /// Reads a comparison with a score.
    pub(crate) fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        if !node.is_text() {
            let nothing = node.wrong("a comparison in quotes", problems);
            problems.advise(HELP);
            return nothing;
        }
        let text = node.text(problems)?.text;
        parse(text).or_else(|| {
            let message = format!("`{text}` cannot be compared with");
            let problem = problems.report(Fault::BadQuantity, node.place, message);
            problem.help(HELP);
            None
        })
    }

    /// Whether the comparison holds for a score.
    pub(crate) fn holds(self, score: Score) -> bool {
        self.comparison.holds(score.cmp(&self.score))
    }
}

const HELP: &str = "write \">=6.5\": one of > >= < <= = and a number";

fn parse(text: &str) -> Option<Range> {
    let (comparison, number) = Comparison::split(text.trim())?;
    let score = number.trim().parse().ok()?;
    Some(Range { comparison, score })
}
