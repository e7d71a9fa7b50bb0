//! Addresses that rules send to: plain ones, few of them.

use crate::loading::Loading;
use crate::pattern::is_address;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use std::sync::Arc;

/// Most addresses of one action.
pub(super) const MOST: usize = 20;

/// Reads an address or a list of them.
pub(super) fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Vec<Arc<str>>> {
    let texts = node.texts(loading)?;
    if texts.len() > MOST {
        let message = format!("a rule sends to at most {MOST} addresses");
        loading.report(Fault::TooLarge, node.place, message);
        return None;
    }
    let mut addresses = Vec::new();
    for text in &texts {
        if is_address(text.text) {
            addresses.push(text.text.into());
        } else {
            let message = format!("`{}` is no mail address", text.text);
            let problem = loading.report(Fault::BadAddress, text.place, message);
            problem.help("write archive@example.org");
        }
    }
    (addresses.len() == texts.len()).then_some(addresses)
}
