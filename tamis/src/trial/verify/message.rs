//! What became of the message of a test against what was expected.

use super::super::course::Came;
use crate::inspect::{Delivered, Fate, Outcome};
use std::fmt::Debug;
use std::io::Read;
use tamis_rules::{Decision, Expect, HeaderExpect};
use tamis_sanitize::decode::Decoder;
use tamis_sanitize::{Event, Field, Limits, MessageMap, Needs, Part, Reader, Reading};

/// Adds everything that is not as expected.
pub(super) fn check(expect: &Expect, came: &Came, failures: &mut Vec<String>) {
    let mut failures = Failures(failures);
    match came {
        Came::Judged(decision, outcome) => {
            of_outcome(expect, decision, outcome, &mut failures);
            of_delivered(expect, outcome, &mut failures);
        }
        _ => without_message(expect, &mut failures),
    }
}

struct Failures<'f>(&'f mut Vec<String>);

impl Failures<'_> {
    fn differ(&mut self, what: &str, wanted: &dyn Debug, found: &dyn Debug) {
        self.0
            .push(format!("{what}: expected {wanted:?}, but it is {found:?}"));
    }

    fn check<T: Debug + PartialEq>(&mut self, what: &str, wanted: &T, found: &T) {
        if wanted != found {
            self.differ(what, wanted, found);
        }
    }

    /// All that is wanted must be found.
    fn all<S: AsRef<str> + Debug>(&mut self, what: &str, wanted: &[String], found: &[S]) {
        for one in wanted {
            if !found.iter().any(|it| it.as_ref() == one) {
                self.differ(what, one, &found);
            }
        }
    }
}

/// There was no message to be judged.
fn without_message(expect: &Expect, failures: &mut Failures<'_>) {
    for (what, wanted) in [
        ("removed", expect.removed.is_some()),
        ("changed", expect.changed.is_some()),
        ("header", !expect.header.is_empty()),
        ("names", !expect.names.is_empty()),
        ("types", !expect.types.is_empty()),
        ("text", !expect.text.is_empty()),
        ("quarantine", expect.quarantine == Some(true)),
        ("hold", expect.hold == Some(true)),
        ("added", !expect.added.is_empty()),
        ("gone", !expect.gone.is_empty()),
    ] {
        if wanted {
            failures.differ(what, &"a message", &"no message was judged");
        }
    }
}

fn of_outcome(
    expect: &Expect,
    decision: &Decision,
    outcome: &Outcome,
    failures: &mut Failures<'_>,
) {
    let report = &outcome.report;
    if let Some(wanted) = &expect.removed {
        let taken = ["strip", "replace"];
        let edited = report.edited.iter();
        let parts = edited
            .filter(|note| taken.contains(&note.action))
            .map(|note| {
                let name = note.part.names.first();
                name.unwrap_or(&note.part.number).clone()
            });
        let mut found: Vec<String> = parts.collect();
        let mut wanted = wanted.clone();
        found.sort_unstable();
        wanted.sort_unstable();
        failures.check("removed", &wanted, &found);
    }
    for (what, wanted, found) in [
        ("changed", expect.changed, report.changed),
        ("quarantine", expect.quarantine, decision.keep),
        ("hold", expect.hold, report.held.is_some()),
    ] {
        if let Some(wanted) = wanted {
            failures.check(what, &wanted, &found);
        }
    }
    failures.all("added", &expect.added, &report.added_recipients);
    failures.all("gone", &expect.gone, &report.removed_recipients);
}

fn of_delivered(expect: &Expect, outcome: &Outcome, failures: &mut Failures<'_>) {
    let asked = [&expect.names, &expect.types, &expect.text];
    if expect.header.is_empty() && asked.iter().all(|texts| texts.is_empty()) {
        return;
    }
    let Fate::Deliver(delivered) = &outcome.fate else {
        failures.differ("message", &"a delivered one", &outcome.report.verdict);
        return;
    };
    let Some((octets, map)) = read(delivered) else {
        failures.differ("message", &"one that can be read", &"none");
        return;
    };
    let parts = map.parts().iter();
    let names: Vec<&str> = parts
        .clone()
        .flat_map(Part::names)
        .map(|name| name.text.as_str())
        .collect();
    failures.all("names", &expect.names, &names);
    let types: Vec<&str> = parts.clone().map(Part::media_type).collect();
    failures.all("types", &expect.types, &types);
    let is_text = |part: &&Part| part.is_leaf() && part.media_type().starts_with("text/");
    let texts: Vec<String> = parts
        .filter(is_text)
        .map(|part| decoded(part, &octets))
        .collect();
    for wanted in &expect.text {
        if !texts.iter().any(|text| text.contains(wanted)) {
            failures.differ("text", wanted, &texts);
        }
    }
    for (name, wanted) in &expect.header {
        of_field(name, wanted, &map, failures);
    }
}

fn of_field(name: &str, wanted: &HeaderExpect, map: &MessageMap, failures: &mut Failures<'_>) {
    let fields = map.root().fields().iter().filter(|field| field.is(name));
    let values: Vec<String> = fields.map(Field::text).collect();
    let good = match wanted {
        HeaderExpect::Present(present) => *present != values.is_empty(),
        HeaderExpect::Value(value) => values.iter().any(|found| found.trim() == value),
    };
    if !good {
        failures.differ(&format!("header {name}"), wanted, &values);
    }
}

/// The message as it is delivered.
fn read(delivered: &Delivered) -> Option<(Vec<u8>, MessageMap)> {
    let mut octets = Vec::new();
    delivered.message().read_to_end(&mut octets).ok()?;
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(&octets);
    while reader.next() != Event::NeedInput {}
    let map = match reader.finish() {
        Reading::Whole(map) => map,
        Reading::Cut { seen, .. } => seen,
    };
    Some((octets, map))
}

/// The decoded text of a part; what is no UTF-8 in it is lost.
fn decoded(part: &Part, message: &[u8]) -> String {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let body = part.body();
    let raw = message.get(place(body.start)..place(body.end));
    let mut decoder = Decoder::new(part.encoding());
    let mut decoded = Vec::new();
    decoder.push(raw.unwrap_or_default(), &mut decoded);
    decoder.finish(&mut decoded);
    String::from_utf8_lossy(&decoded).replace("\r\n", "\n")
}
