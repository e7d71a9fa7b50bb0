//! What earlier rules have said.

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
    key: "tag",
    says: "A tag that an earlier rule has set: text, or a list of texts. A tag that no earlier rule sets is an error.",
    example: r#"tag = "suspicious""#,
    since: Stage::Connect,
    looks: Looks::TAGS,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Tagged(Vec<String>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let texts = node.texts(loading)?;
    for text in &texts {
        loading.check_name(*text, "tag");
        if !loading.tags.contains(text.text) {
            let known: Vec<String> = loading.tags.iter().cloned().collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let message = format!("no rule before this one sets the tag `{}`", text.text);
            let problem = loading.report(Fault::UnknownTag, text.place, message);
            problem.help(crate::syntax::suggest::help(text.text, &known));
        }
    }
    Some(Box::new(Tagged(
        texts.iter().map(|text| text.text.to_owned()).collect(),
    )))
}

impl Test for Tagged {
    fn ask(&self, view: &View<'_>) -> Truth {
        Truth::any(self.0.iter().map(|tag| view.of_tag(tag)))
    }

    /// An early rule may set it, and it is not set if none may.
    fn earliest(&self) -> Option<Stage> {
        Some(Stage::Connect)
    }

    fn tags(&self) -> &[String] {
        &self.0
    }
}
