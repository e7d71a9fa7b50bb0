//! How many fields of a name there are.

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
use tamis_sanitize::FieldName;

pub(super) const ENTRY: Entry = Entry {
    key: "header_count.NAME",
    says: "How many header fields of that name the message has: a number, or a comparison.",
    example: r#"header_count.Received = ">50""#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Count,
    read: Read::Named(read),
};

#[derive(Debug)]
struct HeaderCount {
    name: String,
    count: Quantity,
}

fn read(name: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    if let Err(error) = FieldName::new(name.text) {
        loading.report(Fault::BadHeaderName, name.place, error.to_string());
        return None;
    }
    let count = Quantity::read(node, Unit::Count, loading)?;
    let name = name.text.to_owned();
    Some(Box::new(HeaderCount { name, count }))
}

impl Test for HeaderCount {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.of_message(|reading| {
            let fields = reading.map().root().fields().iter();
            let count = fields.filter(|field| field.is(&self.name)).count();
            self.count.holds(u64::try_from(count).unwrap_or(u64::MAX))
        })
    }
}
