//! Conditions on one part.

pub(super) mod content;
pub(super) mod declared;
pub(super) mod defect;
pub(super) mod depth;
pub(super) mod detected;
pub(super) mod disposition;
pub(super) mod extension;
pub(super) mod finding;
pub(super) mod inside;
pub(super) mod kind;
pub(super) mod name;
pub(super) mod size;
pub(super) mod unread;
