//! What is worked out once for a decision, whatever number of rules asks for it: texts in lower case, decoded header fields.

use crate::facts::{Facts, ScanFact};
use crate::pattern::{Folded, is_lower};
use std::cell::OnceCell;
use tamis_sanitize::map::{Field, Member};
use tamis_sanitize::repair::addresses;
use tamis_sanitize::{FileName, Part};

/// A text of the envelope.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    Sender,
    ClientName,
    Helo,
    Listener,
    Login,
    Tls,
    Cipher,
}

/// Number of the slots.
const SLOTS: usize = 7;

/// What is worked out once, as soon as a rule asks.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    envelope: [Lower; SLOTS],
    macros: Vec<Lower>,
    scans: Vec<ScanMemo>,
    fields: Vec<FieldMemo>,
    /// The names of each part and of each of its members.
    subjects: Vec<OnceCell<Vec<Names>>>,
}

/// A text in lower case, if it is not so itself.
#[derive(Debug, Default)]
pub(crate) struct Lower(OnceCell<Box<str>>);

impl Lower {
    /// The text, and itself in lower case.
    pub(crate) fn fold<'t>(&'t self, text: &'t str) -> Folded<'t> {
        if is_lower(text) {
            return Folded::lowered(text);
        }
        let lower = self.0.get_or_init(|| text.to_lowercase().into());
        Folded::with(text, lower)
    }
}

/// What a scanner says.
#[derive(Debug, Default)]
struct ScanMemo {
    said: Lower,
    action: Lower,
    symbols: OnceCell<Vec<Lower>>,
}

/// What a field of the header section says.
#[derive(Debug, Default)]
struct FieldMemo {
    value: OnceCell<(String, Lower)>,
    addresses: OnceCell<Vec<(String, Lower)>>,
}

/// The names of a part or member in lower case.
#[derive(Debug, Default)]
pub(crate) struct Names(OnceCell<Vec<Lower>>);

impl Names {
    /// Whether a name is one of those asked for, in any form.
    pub(crate) fn any(&self, names: &[FileName], holds: impl Fn(&Folded<'_>) -> bool) -> bool {
        let lower = self
            .0
            .get_or_init(|| names.iter().map(|_| Lower::default()).collect());
        names.iter().zip(lower).any(|(name, lower)| {
            holds(&lower.fold(&name.text)) || holds(&Folded::lowered(&name.judged))
        })
    }
}

impl Memo {
    /// Room for what is known at this stage.
    pub(crate) fn of(facts: &Facts<'_>) -> Self {
        let mut memo = Memo::default();
        memo.macros
            .resize_with(facts.envelope.macros.len(), Lower::default);
        memo.scans.resize_with(facts.scans.len(), ScanMemo::default);
        if let Some(reading) = facts.message {
            let map = reading.map();
            let fields = map.root().fields().len();
            memo.fields.resize_with(fields, FieldMemo::default);
            memo.subjects
                .resize_with(map.parts().len(), OnceCell::default);
        }
        memo
    }

    pub(crate) fn envelope<'t>(&'t self, slot: Slot, text: &'t str) -> Folded<'t> {
        match self.envelope.get(slot as usize) {
            Some(lower) => lower.fold(text),
            None => Folded::of(text),
        }
    }

    /// The value of the macro of that place.
    pub(crate) fn of_macro<'t>(&'t self, place: usize, value: &'t str) -> Folded<'t> {
        fold(self.macros.get(place), value)
    }

    /// What the scanner of that place says.
    pub(crate) fn of_scan<'t>(&'t self, place: usize, said: &'t str) -> Folded<'t> {
        fold(self.scans.get(place).map(|scan| &scan.said), said)
    }

    /// What the scanner of that place would do.
    pub(crate) fn of_action<'t>(&'t self, place: usize, action: &'t str) -> Folded<'t> {
        fold(self.scans.get(place).map(|scan| &scan.action), action)
    }

    /// Whether a test that hit, of the scanner of that place, is one of those asked for.
    pub(crate) fn of_symbols(
        &self,
        place: usize,
        symbols: &[String],
        holds: impl Fn(&Folded<'_>) -> bool,
    ) -> bool {
        let Some(memo) = self.scans.get(place) else {
            return symbols.iter().any(|symbol| holds(&Folded::of(symbol)));
        };
        let lower = memo
            .symbols
            .get_or_init(|| symbols.iter().map(|_| Lower::default()).collect());
        let mut symbols = symbols.iter().zip(lower);
        symbols.any(|(symbol, lower)| holds(&lower.fold(symbol)))
    }

    /// Whether the decoded value of the field of that place is one of those asked for.
    pub(crate) fn of_value(
        &self,
        place: usize,
        field: &Field,
        holds: impl Fn(&Folded<'_>) -> bool,
    ) -> bool {
        let Some(memo) = self.fields.get(place) else {
            return holds(&Folded::of(&field.text()));
        };
        let (text, lower) = memo.value.get_or_init(|| (field.text(), Lower::default()));
        holds(&lower.fold(text))
    }

    /// Whether an address in the field of that place is one of those asked for.
    pub(crate) fn of_addresses(
        &self,
        place: usize,
        field: &Field,
        holds: impl Fn(&Folded<'_>) -> bool,
    ) -> bool {
        let found = || {
            let found = addresses(field.raw_value()).into_iter();
            found.map(|address| (address, Lower::default())).collect()
        };
        let known;
        let addresses: &Vec<(String, Lower)> = if let Some(memo) = self.fields.get(place) {
            memo.addresses.get_or_init(found)
        } else {
            known = found();
            &known
        };
        addresses
            .iter()
            .any(|(address, lower)| holds(&lower.fold(address)))
    }

    /// The names of a part, or of a member of it; the part itself has place 0.
    pub(crate) fn names(&self, part: &Part, place: usize) -> Option<&Names> {
        let subjects = self.subjects.get(part.id().index())?;
        subjects.get_or_init(|| names_of(part)).get(place)
    }
}

fn names_of(part: &Part) -> Vec<Names> {
    let members = part.members().iter().map(|_: &Member| Names::default());
    std::iter::once(Names::default()).chain(members).collect()
}

fn fold<'t>(lower: Option<&'t Lower>, text: &'t str) -> Folded<'t> {
    lower.map_or_else(|| Folded::of(text), |lower| lower.fold(text))
}

/// The place of a scan among all.
pub(crate) fn place_of(scan: &ScanFact, scans: &[ScanFact]) -> usize {
    let mut scans = scans.iter();
    scans
        .position(|other| std::ptr::eq(scan, other))
        .unwrap_or(usize::MAX)
}
