//! Whether the message is signed.

use super::protected::{self, Means};
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use tamis_sanitize::{Protection, Protections};

pub(super) const ENTRY: Entry = Entry {
    key: "signed",
    says: "Whether the author has signed the message or a part of it, as it came: true or false; or by which means: smime, pgp, or dkim and arc, which are signatures of servers and do not count for true. No signature is verified.",
    example: r#"signed = ["smime", "pgp"]"#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::FlagOrWords(|| protected::words(MEANS)),
    read: Read::Value(read),
};

const MEANS: &[Means] = &[
    ("smime", &[Protection::SmimeSigned]),
    ("pgp", &[Protection::PgpSigned, Protection::InlinePgpSigned]),
    ("dkim", &[Protection::Dkim]),
    ("arc", &[Protection::Arc]),
];

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    protected::read(node, MEANS, Protections::is_signed, loading)
}
