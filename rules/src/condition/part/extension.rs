//! The extension of a part's file name.

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
    key: "part.extension",
    says: "Last extension of any form of the part's file name, without the dot; or a list of kind extension. The earlier extensions of `a.pdf.exe` are a matter for part.name.",
    example: r#"part.extension = ["iso", "list:tamis/programs"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Extension(Patterns<ExtensionSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Extension(loading.patterns(node)?)))
}

impl Test for Extension {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| {
            let mut last = part
                .names()
                .iter()
                .filter_map(|name| name.extensions.first());
            last.any(|extension| self.0.holds(&Folded::lowered(extension)))
        })
    }
}
