//! The day of the week.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "weekday",
    says: "The day of the week at the site: mon, tue, wed, thu, fri, sat or sun.",
    example: r#"weekday = ["sat", "sun"]"#,
    since: Stage::Connect,
    looks: Looks::ENVELOPE,
    takes: Takes::Words(|| DAYS.to_vec()),
    read: Read::Value(read),
};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The day of that name, in days since Monday.
pub(crate) fn day(name: &str) -> Option<u8> {
    let mut known = DAYS.into_iter().zip(0..);
    known
        .find(|(day, _)| *day == name)
        .map(|(_, number)| number)
}

/// Days since Monday.
#[derive(Debug)]
struct Weekday(Vec<u8>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known: Vec<(&str, u8)> = DAYS.into_iter().zip(0..).collect();
    Some(Box::new(Weekday(words::read(
        node,
        "day of the week",
        &known,
        loading,
    )?)))
}

impl Test for Weekday {
    fn ask(&self, view: &View<'_>) -> Truth {
        let moment = view.envelope.moment;
        moment
            .is_some_and(|moment| self.0.contains(&moment.weekday))
            .into()
    }
}
