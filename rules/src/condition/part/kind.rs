//! What a part is, in the words of a postmaster.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::{Kind, Kinds};

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.kind",
    says: "What the part is by content, by any form of its name or by declared type: executable, script, macro-office, encrypted, archive, office, pdf, message, html, active-html (a page or drawing that holds script), image, audio, video, text or unknown. A part may be of several kinds at once.",
    example: r#"part.kind = ["executable", "script"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Words(|| Kind::ALL.iter().map(|kind| kind.name()).collect()),
    read: Read::Value(read),
};

#[derive(Debug)]
struct IsOf(Kinds);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = Kind::ALL.map(|kind| (kind.name(), kind));
    let kinds = words::read(node, "kind of part", &known, loading)?;
    Some(Box::new(IsOf(kinds.into_iter().collect())))
}

impl Test for IsOf {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.kinds().intersects(self.0))
    }
}
