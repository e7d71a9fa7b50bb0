//! The cipher of the connection.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::memo::Slot;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "tls_cipher",
    says: "Cipher of a connection with TLS: text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: r#"tls_cipher = ["*RC4*", "*-CBC-*"]"#,
    since: Stage::Mail,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Cipher(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Cipher(loading.patterns(node)?)))
}

impl Test for Cipher {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known_text(
            Stage::Mail,
            Slot::Cipher,
            |envelope| envelope.tls.as_ref()?.cipher.as_deref(),
            |text| self.0.holds(text),
        )
    }
}
