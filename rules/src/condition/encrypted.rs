//! Whether the message is encrypted.

use super::protected::{self, Means};
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use tamis_sanitize::{Protection, Protections};

pub(super) const ENTRY: Entry = Entry {
    key: "encrypted",
    says: "Whether the message or a part of it is encrypted to its recipients: true or false; or by which means: smime, pgp. Encrypted archives and documents are a matter for part.kind.",
    example: "encrypted = true",
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::FlagOrWords(|| protected::words(MEANS)),
    read: Read::Value(read),
};

const MEANS: &[Means] = &[
    ("smime", &[Protection::SmimeEncrypted]),
    (
        "pgp",
        &[Protection::PgpEncrypted, Protection::InlinePgpEncrypted],
    ),
];

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    protected::read(node, MEANS, Protections::is_encrypted, loading)
}
