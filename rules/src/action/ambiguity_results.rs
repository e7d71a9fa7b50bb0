//! Hands on what was ambiguous in the message.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "ambiguity_results",
    says: "Sets the field MIME-Ambiguity-Results (draft-chen-email-mime-ambiguity-defense-00, written like Authentication-Results of RFC 8601): the name that your site goes by, and every ambiguous defect that the message came with, repaired or ignored. In a policy with this action, such fields that a message comes with are always removed.",
    example: r#"ambiguity_results = "mx.example.org""#,
    takes: Takes::Text,
    read,
};

/// Longest name of a site, in octets: that of a domain.
const LONGEST: usize = 253;

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let id = node.text(loading)?;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if id.text.len() > LONGEST || !id.text.bytes().all(token) {
        let message = format!("`{}` cannot be the name of a site", id.text);
        let problem = loading.report(Fault::UnknownValue, id.place, message);
        problem.help("write the name of your mail host or domain, such as \"mx.example.org\"");
        return None;
    }
    actions.header.push(HeaderEffect::AmbiguityResults {
        authserv_id: id.text.to_owned(),
        treatment: loading.repairs.treatment(),
    });
    Some(())
}
