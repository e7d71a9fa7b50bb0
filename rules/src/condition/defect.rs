//! What is wrong with the message.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::defects;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::{Class, CodeSet, Reading};

pub(super) const ENTRY: Entry = Entry {
    key: "defect",
    says: "A defect of the message as it came: its code, its name, or a class (cosmetic, ambiguous, limit). All of them stand in defects.md.",
    example: r#"defect = ["M004", "base64-junk", "limit"]"#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Defective {
    /// Codes that do not depend on a limit.
    plain: CodeSet,
    /// Codes of limits.
    limits: CodeSet,
}

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let codes = codes(node, loading)?;
    let limits = codes.intersection(CodeSet::of_class(Class::Limit));
    let plain = codes.iter().filter(|code| !limits.contains(*code));
    Some(Box::new(Defective {
        plain: plain.collect(),
        limits,
    }))
}

/// The codes that a word or a list of them stands for.
pub(in crate::condition) fn codes(node: Node<'_>, loading: &mut Loading<'_>) -> Option<CodeSet> {
    let mut codes = Some(CodeSet::EMPTY);
    for text in node.texts(loading)? {
        let meant = defects::meant(text.text);
        if meant.is_none() {
            defects::report(Fault::UnknownValue, text, loading);
        }
        codes = codes.zip(meant).map(|(one, two)| one.union(two));
    }
    codes
}

impl Test for Defective {
    fn ask(&self, view: &View<'_>) -> Truth {
        let plain = view.of_message(|reading| has(reading, self.plain));
        if plain == Truth::Yes || self.limits.is_empty() {
            return plain;
        }
        view.of_limit(|reading| has(reading, self.limits))
    }
}

fn has(reading: &Reading, codes: CodeSet) -> bool {
    let limit = reading.limit().map(|defect| defect.code);
    let mut seen = reading.map().defects().counts().map(|(code, _)| code);
    seen.any(|code| codes.contains(code)) || limit.is_some_and(|code| codes.contains(code))
}
