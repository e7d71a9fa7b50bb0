//! What a part really is: from its content and from every form of its name.
//!
//! Three readings are taken and none is trusted alone: what the content shows ([`Look`]), what each file name says
//! ([`name()`], [`kinds_of_name`]) and what the declared type says ([`kinds_of_type`]). [`kinds`] puts them together.
//!
//! Nothing is opened here: an archive is an archive, whatever lies in it.

mod active;
mod bytes;
mod content;
mod declared;
mod disk;
mod element;
mod extension;
mod found;
mod known;
mod magic;
mod mail;
mod markup;
mod media_type;
mod members;
mod name;
mod ole;
mod openpgp;
mod pkcs;
mod prefixed;
mod program;
mod script;
mod signatures;
mod text;
mod window;
mod zip;

pub use content::{Look, Looked};
pub use declared::kinds;
pub use extension::{describe_extension, kinds_of_extension};
pub(crate) use mail::mail_type;
pub use media_type::kinds_of_type;
pub(crate) use name::{is_invisible, percent_decoded, plain_dot};
pub use name::{kinds_of_name, name};
