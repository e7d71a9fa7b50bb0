//! How a part is to be shown.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::map::Disposition;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.disposition",
    says: "Content-Disposition of the part: inline, attachment, or none where it declares neither.",
    example: r#"part.disposition = "attachment""#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Words(|| DISPOSITIONS.to_vec()),
    read: Read::Value(read),
};

const DISPOSITIONS: [&str; 3] = ["inline", "attachment", "none"];

#[derive(Debug)]
struct Disposed(Vec<Option<Disposition>>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = [
        (Disposition::Inline.name(), Some(Disposition::Inline)),
        (
            Disposition::Attachment.name(),
            Some(Disposition::Attachment),
        ),
        ("none", None),
    ];
    Some(Box::new(Disposed(words::read(
        node,
        "disposition",
        &known,
        loading,
    )?)))
}

impl Test for Disposed {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| self.0.contains(&part.disposition()))
    }
}
