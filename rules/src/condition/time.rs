//! The time of day.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "time",
    says: "The time of day at the site, from a minute up to another and over midnight if the second is earlier: \"HH:MM-HH:MM\", or several. The second minute is not part of it.",
    example: r#"time = "18:00-07:30""#,
    since: Stage::Connect,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

/// Spans of minutes since midnight.
#[derive(Debug)]
struct Time(Vec<(u16, u16)>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let texts = node.texts(loading)?;
    let mut spans = Vec::new();
    for text in &texts {
        let span = text
            .text
            .split_once('-')
            .and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        if span.is_none_or(|(from, to)| from == to) {
            let message = format!("`{}` is no span of time", text.text);
            let problem = loading.report(Fault::BadQuantity, text.place, message);
            problem.help("write \"08:00-18:00\", or \"22:00-06:00\" for a night");
        }
        spans.extend(span.filter(|(from, to)| from != to));
    }
    (spans.len() == texts.len()).then(|| Box::new(Time(spans)) as Box<dyn Test>)
}

/// `HH:MM` in minutes; 24:00 is the end of the day.
pub(crate) fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let whole = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && whole <= 24 * 60).then_some(whole)
}

impl Test for Time {
    fn ask(&self, view: &View<'_>) -> Truth {
        let holds = |now: u16| {
            self.0.iter().any(|(from, to)| {
                if from < to {
                    (*from..*to).contains(&now)
                } else {
                    now >= *from || now < *to
                }
            })
        };
        view.envelope
            .moment
            .is_some_and(|moment| holds(moment.minute))
            .into()
    }
}
