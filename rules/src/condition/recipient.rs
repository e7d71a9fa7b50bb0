//! An address in RCPT TO.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "recipient",
    says: "Address in RCPT TO, written as for sender. A message with several recipients is decided for each of them, and the strictest outcome is taken for all.",
    example: r#"recipient = ["postmaster@example.org", "@lab.example.org"]"#,
    since: Stage::Rcpt,
    looks: Looks::RECIPIENT,
    takes: Takes::Texts,
    read: Read::Value(read),
};

/// Which of the patterns that the policy holds for recipients: they are matched once for each recipient.
#[derive(Debug)]
struct Recipient(usize);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let patterns = loading.patterns(node)?;
    loading.recipients.push(patterns);
    Some(Box::new(Recipient(
        loading.recipients.len().saturating_sub(1),
    )))
}

impl Test for Recipient {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.of_recipient(self.0)
    }
}
