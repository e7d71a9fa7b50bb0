//! Conditions on one part.

pub(super) mod any_extension;
pub(super) mod content;
pub(super) mod declared;
pub(super) mod defect;
pub(super) mod depth;
pub(super) mod detected;
pub(super) mod digest;
pub(super) mod disposition;
pub(super) mod extension;
pub(super) mod finding;
pub(super) mod inside;
pub(super) mod kind;
pub(super) mod mismatch;
pub(super) mod name;
pub(super) mod path;
pub(super) mod size;
pub(super) mod unread;
