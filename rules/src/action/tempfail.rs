//! Defers the message.

use super::actions::{Actions, Finish};
use super::entry::Entry;
use super::reply::{self, Class};
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "tempfail",
    says: "Ends the rules: the sender shall try again, with a reply code 4xx, an enhanced status code of class 4, and a text of ASCII with variables. true stands for 451 4.7.1 and a standard text.",
    example: r#"tempfail = "451 4.7.1 not scanned, try again later""#,
    takes: Takes::TrueOrText,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    actions.finish = Some(Finish::TempFail(reply::read(
        node,
        Class::Transient,
        loading,
    )?));
    Some(())
}
