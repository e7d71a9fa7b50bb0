//! What is wrong with the message.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::loading::Loading;
use crate::node::Node;
use crate::truth::Truth;
use crate::view::View;
use tamis_sanitize::{Class, Code, Reading};

pub(super) const ENTRY: Entry = Entry {
    key: "defect",
    says: "A defect of the message: the name of a code, or of a class (cosmetic, ambiguous, limit).",
    example: r#"defect = ["boundary-repeated", "limit"]"#,
    looks: Looks::MESSAGE,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Defective {
    /// Codes that do not depend on a limit.
    plain: Vec<Code>,
    /// Codes of limits.
    limits: Vec<Code>,
}

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let classes = [Class::Cosmetic, Class::Ambiguous, Class::Limit];
    let classes = classes.map(|class| (class.name(), codes_of(class)));
    let codes = Code::ALL.iter().map(|code| (code.name(), vec![*code]));
    let known: Vec<(&str, Vec<Code>)> = classes.into_iter().chain(codes).collect();
    let codes = words::read(node, "defect", &known, loading)?
        .into_iter()
        .flatten();
    let (limits, plain) = codes.partition(|code| code.class() == Class::Limit);
    Some(Box::new(Defective { plain, limits }))
}

impl Test for Defective {
    fn ask(&self, view: &View<'_>) -> Truth {
        let plain = view.of_message(|reading| has(reading, &self.plain));
        if plain == Truth::Yes || self.limits.is_empty() {
            return plain;
        }
        view.of_limit(|reading| has(reading, &self.limits))
    }
}

fn codes_of(class: Class) -> Vec<Code> {
    Code::ALL
        .iter()
        .copied()
        .filter(|code| code.class() == class)
        .collect()
}

fn has(reading: &Reading, codes: &[Code]) -> bool {
    let limit = reading.limit().map(|defect| defect.code);
    codes
        .iter()
        .any(|code| reading.map().defects().contains(*code) || limit == Some(*code))
}
