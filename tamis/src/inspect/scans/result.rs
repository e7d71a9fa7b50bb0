//! Scans of what an edit makes of a message: what is delivered was scanned as it is delivered.
//!
//! A scanner that takes a message apart by itself could see in the result what it did not see before. Those that only give
//! an opinion of the message are not asked: they have judged the mail that came, and some of them count each time.

use super::Asking;
use crate::spool::Spool;
use std::io;
use tamis_rules::{ScanFact, ScanResult};
use tamis_sanitize::Piece;

impl Asking {
    /// What a scanner finds in a result, or why it did not scan it, of which policy has not heard before.
    pub(in crate::inspect) async fn complaint(
        &self,
        before: &[ScanFact],
        spool: &Spool,
        result: &[Piece],
    ) -> io::Result<Option<String>> {
        let scored = |fact: &&ScanFact| fact.result == ScanResult::Scored;
        let opinions: Vec<_> = before.iter().filter(scored).collect();
        let engines = self.asked.engines.iter().filter(|engine| {
            let mut opinions = opinions.iter();
            opinions.all(|fact| fact.engine != engine.name)
        });
        let facts = self.whole(engines, spool, result).await?;
        Ok(facts.iter().find_map(|fact| news(before, fact)))
    }
}

/// What is said of a result that was not said of the message.
fn news(before: &[ScanFact], fact: &ScanFact) -> Option<String> {
    let said = |of: &dyn Fn(&ScanFact) -> bool| {
        let mut before = before.iter();
        before.any(|old| old.engine == fact.engine && of(old))
    };
    let engine = &fact.engine;
    match &fact.result {
        ScanResult::Clean | ScanResult::Scored => None,
        ScanResult::Found { signature } => (!said(&|old| old.result == fact.result))
            .then(|| format!("{engine} finds {signature} in the result")),
        ScanResult::Unscanned { reason } => {
            let was_open = |old: &ScanFact| {
                old.part.is_none() && matches!(old.result, ScanResult::Unscanned { .. })
            };
            (!said(&was_open)).then(|| format!("{engine} has not scanned the result ({reason})"))
        }
    }
}
