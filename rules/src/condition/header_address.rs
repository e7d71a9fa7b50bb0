//! The addresses in a header field.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::AddressSet;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::FieldName;

pub(super) const ENTRY: Entry = Entry {
    key: "header_address.NAME",
    says: "An address in the header fields of that name (From, To, Reply-To ...), without names and comments: written as for sender. Of several addresses any may match.",
    example: r#"header_address.From = ["@example.org", ".example.org"]"#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Texts,
    read: Read::Named(read),
};

#[derive(Debug)]
struct HeaderAddress {
    name: String,
    addresses: Patterns<AddressSet>,
}

fn read(name: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    if let Err(error) = FieldName::new(name.text) {
        loading.report(Fault::BadHeaderName, name.place, error.to_string());
        return None;
    }
    let addresses = loading.patterns(node)?;
    let name = name.text.to_owned();
    Some(Box::new(HeaderAddress { name, addresses }))
}

impl Test for HeaderAddress {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.any_address(&self.name, |address| self.addresses.holds(address))
    }
}
