//! What the MTA says of a transaction, as policies ask for it.

use std::collections::BTreeMap;
use tamis_milter::{Macros, Path};
use tamis_rules::{Envelope, Policy, Tls};

/// The MTA's name for the service that the client has connected to.
pub(super) fn listener(macros: &Macros) -> Option<String> {
    value(macros, "daemon_name")
}

/// Takes in what is known of the client when a message begins.
pub(super) fn take_login(envelope: &mut Envelope, macros: &Macros) {
    envelope.authenticated = value(macros, "auth_authen");
    envelope.tls = value(macros, "tls_version").map(|version| Tls {
        version,
        cipher: value(macros, "cipher"),
    });
    take_queue_id(envelope, macros);
}

/// Takes in the queue id, which some MTAs tell only late.
pub(super) fn take_queue_id(envelope: &mut Envelope, macros: &Macros) {
    envelope.queue_id = value(macros, "i").or(envelope.queue_id.take());
}

/// The macros that the policy asks about.
pub(super) fn asked_for(policy: &Policy, macros: &Macros) -> BTreeMap<String, String> {
    let known = policy.macros().filter_map(|name| {
        let value = macros.get(name)?;
        Some((name.to_owned(), text(value)))
    });
    known.collect()
}

/// A macro that says something.
fn value(macros: &Macros, name: &str) -> Option<String> {
    let value = macros.get(name).map(text);
    value.filter(|value| !value.is_empty())
}

/// The host name, unless it is only the address in brackets.
pub(super) fn host(name: &[u8]) -> Option<String> {
    (!name.is_empty() && !name.starts_with(b"[")).then(|| text(name))
}

/// An address without its angle brackets.
pub(super) fn address(path: &Path) -> String {
    let bare = path
        .address
        .strip_prefix(b"<")
        .and_then(|rest| rest.strip_suffix(b">"));
    text(bare.unwrap_or(&path.address))
}

/// The size that the sender announces for the message (RFC 1870).
pub(super) fn announced(sender: &Path) -> Option<u64> {
    let parameters = sender.parameters.iter();
    let size = parameters.filter_map(|parameter| {
        let (name, value) = parameter.split_at_checked(5)?;
        name.eq_ignore_ascii_case(b"SIZE=").then_some(value)
    });
    let size = size.last()?;
    std::str::from_utf8(size).ok()?.parse().ok()
}

pub(super) fn text(octets: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(octets.as_ref()).into_owned()
}
