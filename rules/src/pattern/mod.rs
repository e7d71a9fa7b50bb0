//! The values that conditions compare with: addresses, hosts, networks, text, extensions, digests and quantities.
//!
//! Every kind of pattern is a set: a condition holds if any of its values matches.

mod address;
mod digest;
mod extension;
mod folded;
mod host;
mod network;
mod quantity;
mod range;
mod set;
mod text;
mod words;

pub(crate) use address::{AddressSet, domain, is_address};
pub(crate) use digest::DigestSet;
pub(crate) use extension::ExtensionSet;
pub(crate) use folded::{Folded, is_lower};
pub(crate) use host::HostSet;
pub(crate) use network::NetworkSet;
pub(crate) use quantity::{Quantity, Unit, amount};
pub(crate) use range::Range;
pub(crate) use set::PatternSet;
pub(crate) use text::TextSet;
