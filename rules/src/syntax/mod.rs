//! The text of policies: files, values with their places, and everything that is wrong with them.

pub(crate) mod diagnostic;
pub(crate) mod node;
pub(crate) mod problems;
pub(crate) mod source;
pub(crate) mod suggest;
