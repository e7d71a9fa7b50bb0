//! The values that conditions compare with: addresses, hosts, networks, text, extensions and quantities.
//!
//! Every kind of pattern is a set: a condition holds if any of its values matches.

mod address;
mod extension;
mod host;
mod network;
mod quantity;
mod set;
mod text;

pub(crate) use address::{AddressSet, domain};
pub(crate) use extension::ExtensionSet;
pub(crate) use host::HostSet;
pub(crate) use network::NetworkSet;
pub(crate) use quantity::{Quantity, Unit};
pub(crate) use set::PatternSet;
pub(crate) use text::TextSet;
