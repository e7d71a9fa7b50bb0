//! What a condition sees while it is asked: the facts, and the recipient, part and scan that the question is about.

pub(crate) mod memo;
pub(crate) mod subject;
pub(crate) mod truth;

use crate::facts::{Envelope, Facts, ScanFact, ScanResult, Score, Stage};
use crate::pattern::Folded;
use crate::view::memo::{Memo, Slot, place_of};
use crate::view::subject::Subject;
use crate::view::truth::Truth;
use std::sync::Arc;
use tamis_sanitize::Reading;
use tamis_sanitize::map::Field;

/// The facts from one angle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) stage: Stage,
    pub(crate) envelope: &'a Envelope,
    message: Option<&'a Reading>,
    /// Which of the policy's recipient patterns match the recipient; none if no recipient is known yet.
    recipient: Option<&'a [bool]>,
    part: Option<Subject<'a>>,
    scan: Option<&'a ScanFact>,
    scans: &'a [ScanFact],
    memo: &'a Memo,
    /// The command that the question is about, if it is about one.
    pub(crate) command: Option<&'a str>,
    /// Whether it is about a message that is not read.
    pub(crate) poison: bool,
    /// What the rules so far have said, if that is known.
    tags: Option<&'a Tags>,
    hidden: Hidden,
}

/// The tags that rules have set, and those that rules would set of which nobody knows yet whether they hold.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    pub(crate) set: Vec<Arc<str>>,
    pub(crate) open: Vec<Arc<str>>,
}

/// A fact that the view acts as if it did not know: what would the answer be without it?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    Nothing,
    ScanResult,
    Limit,
}

impl<'a> View<'a> {
    pub(crate) fn new(facts: &Facts<'a>, memo: &'a Memo, recipient: Option<&'a [bool]>) -> Self {
        View {
            stage: facts.stage,
            envelope: facts.envelope,
            message: facts.message,
            recipient,
            part: None,
            scan: None,
            scans: facts.scans,
            memo,
            command: None,
            poison: false,
            tags: None,
            hidden: Hidden::Nothing,
        }
    }

    pub(crate) fn of_part(self, part: Option<Subject<'a>>) -> Self {
        View { part, ..self }
    }

    pub(crate) fn of_scan(self, scan: Option<&'a ScanFact>) -> Self {
        View { scan, ..self }
    }

    pub(crate) fn of_tags(self, tags: Option<&'a Tags>) -> Self {
        View { tags, ..self }
    }

    pub(crate) fn of_command(self, command: &'a str) -> Self {
        View {
            command: Some(command),
            ..self
        }
    }

    pub(crate) fn of_poison(self) -> Self {
        View {
            poison: true,
            ..self
        }
    }

    pub(crate) fn without(self, hidden: Hidden) -> Self {
        View { hidden, ..self }
    }

    /// The answer, if the stage has come at which it is known.
    pub(crate) fn known(&self, since: Stage, holds: impl FnOnce(&Envelope) -> bool) -> Truth {
        if self.stage < since {
            return Truth::Unknown;
        }
        holds(self.envelope).into()
    }

    /// As [`View::known`], for a text of the envelope; without it the answer is no.
    pub(crate) fn known_text(
        &self,
        since: Stage,
        slot: Slot,
        text: impl FnOnce(&Envelope) -> Option<&str>,
        holds: impl FnOnce(&Folded<'_>) -> bool,
    ) -> Truth {
        self.known(since, |envelope| {
            text(envelope).is_some_and(|text| holds(&self.memo.envelope(slot, text)))
        })
    }

    /// The value of a macro, if the MTA has told it.
    pub(crate) fn macro_value(&self, name: &str) -> Option<Folded<'_>> {
        let mut macros = self.envelope.macros.iter().enumerate();
        let (place, (_, value)) = macros.find(|(_, (known, _))| *known == name)?;
        Some(self.memo.of_macro(place, value))
    }

    /// Whether the decoded value of a field of this name is one of those asked for.
    pub(crate) fn any_value(&self, name: &str, holds: impl Fn(&Folded<'_>) -> bool) -> Truth {
        self.any_field(name, |place, field| {
            self.memo.of_value(place, field, &holds)
        })
    }

    /// Whether an address in a field of this name is one of those asked for.
    pub(crate) fn any_address(&self, name: &str, holds: impl Fn(&Folded<'_>) -> bool) -> Truth {
        self.any_field(name, |place, field| {
            self.memo.of_addresses(place, field, &holds)
        })
    }

    fn any_field(&self, name: &str, holds: impl Fn(usize, &Field) -> bool) -> Truth {
        self.of_message(|reading| {
            let mut fields = reading.map().root().fields().iter().enumerate();
            fields.any(|(place, field)| field.is(name) && holds(place, field))
        })
    }

    pub(crate) fn of_message(&self, holds: impl FnOnce(&Reading) -> bool) -> Truth {
        self.message
            .map_or(Truth::Unknown, |reading| holds(reading).into())
    }

    /// As [`View::of_message`], for what a limit has to do with.
    pub(crate) fn of_limit(&self, holds: impl FnOnce(&Reading) -> bool) -> Truth {
        if self.hidden == Hidden::Limit {
            return Truth::Unknown;
        }
        self.of_message(holds)
    }

    pub(crate) fn of_recipient(&self, pattern: usize) -> Truth {
        let known = self.recipient;
        known.map_or(Truth::Unknown, |matches| {
            matches.get(pattern).copied().unwrap_or(false).into()
        })
    }

    /// Whether a rule has set a tag.
    pub(crate) fn of_tag(&self, tag: &str) -> Truth {
        let has = |tags: &[Arc<str>]| tags.iter().any(|known| **known == *tag);
        match self.tags {
            Some(tags) if has(&tags.set) => Truth::Yes,
            Some(tags) if !has(&tags.open) => Truth::No,
            _ => Truth::Unknown,
        }
    }

    pub(crate) fn about_part(&self, holds: impl FnOnce(Subject<'_>) -> bool) -> Truth {
        self.part.map_or(Truth::Unknown, |part| holds(part).into())
    }

    pub(crate) fn about_scan(&self, holds: impl FnOnce(&ScanFact) -> bool) -> Truth {
        self.scan.map_or(Truth::Unknown, |scan| holds(scan).into())
    }

    pub(crate) fn about_engine(&self, holds: impl FnOnce(&str) -> bool) -> Truth {
        self.about_scan(|scan| holds(&scan.engine))
    }

    pub(crate) fn about_result(&self, holds: impl FnOnce(&ScanResult) -> bool) -> Truth {
        self.about_said_of(|scan| holds(&scan.result))
    }

    /// As [`View::about_scan`], for what the scanner said.
    fn about_said_of(&self, holds: impl FnOnce(&ScanFact) -> bool) -> Truth {
        if self.hidden == Hidden::ScanResult {
            return Truth::Unknown;
        }
        self.about_scan(holds)
    }

    /// Whether what the scanner would do is one of those asked for; if it would do nothing, the answer is no.
    pub(crate) fn about_action(&self, holds: impl FnOnce(&Folded<'_>) -> bool) -> Truth {
        let place = self.place_of_scan();
        self.about_said_of(|scan| {
            let action = scan.opinion.action.as_deref();
            action.is_some_and(|action| holds(&self.memo.of_action(place, action)))
        })
    }

    /// Whether a test that hit is one of those asked for.
    pub(crate) fn about_symbols(&self, holds: impl Fn(&Folded<'_>) -> bool) -> Truth {
        let place = self.place_of_scan();
        self.about_said_of(|scan| self.memo.of_symbols(place, &scan.opinion.symbols, holds))
    }

    fn place_of_scan(&self) -> usize {
        self.scan
            .map_or(usize::MAX, |scan| place_of(scan, self.scans))
    }

    /// As [`View::about_result`], for a text of what the scanner said; without it the answer is no.
    pub(crate) fn about_said(
        &self,
        text: impl FnOnce(&ScanResult) -> Option<&str>,
        holds: impl FnOnce(&Folded<'_>) -> bool,
    ) -> Truth {
        let place = self.place_of_scan();
        self.about_result(|result| {
            text(result).is_some_and(|text| holds(&self.memo.of_scan(place, text)))
        })
    }

    pub(crate) fn about_score(&self, holds: impl FnOnce(Option<Score>) -> bool) -> Truth {
        self.about_said_of(|scan| holds(scan.score))
    }
}
