//! All extensions of a file name.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{ExtensionSet, Folded};
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.any_extension",
    says: "Any extension of any form of the part's file name, without the dot: of `a.exe.pdf` both; or a list of kind extension.",
    example: r#"part.any_extension = "list:tamis/programs""#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct AnyExtension(Patterns<ExtensionSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(AnyExtension(loading.patterns(node)?)))
}

impl Test for AnyExtension {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| {
            let mut all = part.names().iter().flat_map(|name| &name.extensions);
            all.any(|extension| self.0.holds(&Folded::lowered(extension)))
        })
    }
}
