//! The service that the client has connected to.

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
    key: "listener",
    says: "The MTA's name for the service that the client has connected to: text, a glob, `/regex/`, or a list of kind literal or glob. It is the macro daemon_name: milter_macro_daemon_name of a Postfix service, Name of Sendmail's DaemonPortOptions.",
    example: r#"listener = "submission""#,
    since: Stage::Connect,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Listener(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Listener(loading.patterns(node)?)))
}

impl Test for Listener {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known_text(
            Stage::Connect,
            Slot::Listener,
            |envelope| envelope.listener.as_deref(),
            |text| self.0.holds(text),
        )
    }
}
