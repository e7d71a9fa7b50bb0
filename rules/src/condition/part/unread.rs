//! Why a container was not looked into.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::map::Unread;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.unread",
    says: "Why a container was not looked into to its end: encrypted, unsupported (a format that is not opened), damaged, limit (it would cost more than one message may) or failed. What was seen of it is judged all the same.",
    example: r#"part.unread = ["limit", "failed"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Words(|| Unread::ALL.iter().map(|why| why.name()).collect()),
    read: Read::Value(read),
};

#[derive(Debug)]
struct NotRead(Vec<Unread>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = Unread::ALL.map(|why| (why.name(), why));
    let reasons = words::read(node, "reason", &known, loading)?;
    Some(Box::new(NotRead(reasons)))
}

impl Test for NotRead {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.unread().is_some_and(|why| self.0.contains(&why)))
    }
}
