//! Which scanner it was.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use std::collections::BTreeSet;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "scan.engine",
    says: "The scanner, by the name that the configuration gives it. A scanner that is named here and did not run counts as unscanned for the reason missing.",
    example: r#"scan.engine = ["clamd", "rspamd"]"#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Engine(BTreeSet<String>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let names = node
        .texts(loading)?
        .into_iter()
        .map(|name| name.text.to_owned());
    Some(Box::new(Engine(names.collect())))
}

impl Test for Engine {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_engine(|engine| self.0.contains(engine))
    }

    fn engines(&self) -> Option<&BTreeSet<String>> {
        Some(&self.0)
    }
}
