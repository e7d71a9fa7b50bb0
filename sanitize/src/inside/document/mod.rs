//! Documents: what they carry besides what is read, and what they do when they are opened.

pub(super) mod active_mime;
mod biff12;
pub(super) mod flat;
pub(super) mod ole;
pub(super) mod onenote;
pub(super) mod package;
pub(super) mod pdf;
pub(super) mod rtf;
pub(super) mod sheet;
