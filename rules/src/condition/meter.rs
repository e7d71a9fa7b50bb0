//! What a meter says.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{Quantity, Unit};
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "meter.NAME",
    says: "What the meter of that name says with this transaction: exceeded (more than one of its limits allows), or unavailable (the store did not answer); or a comparison of what was used in the window of its first limit with a number. Of what the meter does not count, none holds.",
    example: r#"meter.sender-hour = "exceeded""#,
    since: Stage::Message,
    looks: Looks::ENVELOPE,
    takes: Takes::Count,
    read: Read::Named(read),
};

#[derive(Debug)]
struct Meter {
    name: String,
    since: Stage,
    says: Says,
}

#[derive(Debug)]
enum Says {
    Exceeded,
    Unavailable,
    Used(Quantity),
}

fn read(name: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let since = loading.meter(name)?;
    let says = match node.as_text() {
        Some("exceeded") => Says::Exceeded,
        Some("unavailable") => Says::Unavailable,
        Some(word) if word.starts_with(char::is_alphabetic) => {
            let message = format!("`{word}` is nothing that a meter says");
            let problem = loading.report(Fault::UnknownValue, node.place, message);
            problem.help("write \"exceeded\", \"unavailable\" or a comparison such as \">100\"");
            return None;
        }
        _ => Says::Used(Quantity::read(node, Unit::Count, loading)?),
    };
    let name = name.text.to_owned();
    Some(Box::new(Meter { name, since, says }))
}

impl Test for Meter {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known(self.since, |envelope| {
            let mut facts = envelope.meters.iter();
            let Some(fact) = facts.find(|fact| fact.meter == self.name) else {
                return false;
            };
            match &self.says {
                Says::Exceeded => fact.exceeded,
                Says::Unavailable => fact.used.is_none(),
                Says::Used(quantity) => {
                    let used = fact.used.as_ref().and_then(|used| used.first());
                    used.is_some_and(|used| quantity.holds(*used))
                }
            }
        })
    }

    fn since(&self) -> Option<Stage> {
        Some(self.since)
    }
}
