//! Refuses the message for good.

use super::actions::{Actions, Finish};
use super::entry::Entry;
use super::reply::{self, Class};
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "reject",
    says: "Ends the rules: the message, or at RCPT TO the recipient, is refused with a reply code 5xx, an enhanced status code of class 5, and a text of ASCII with variables. true stands for 550 5.7.1 and a standard text.",
    example: r#"reject = "550 5.7.1 {scan.signature} found""#,
    takes: Takes::TrueOrText,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    actions.finish = Some(Finish::Reject(reply::read(
        node,
        Class::Permanent,
        loading,
    )?));
    Some(())
}
