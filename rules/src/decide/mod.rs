//! Facts to decision: the rules are asked in their order, for each group of recipients.

pub(crate) mod adopted;
mod ask;
pub(crate) mod decision;
pub(crate) mod header;
pub(crate) mod law;
pub(crate) mod merge;
pub(crate) mod path;
pub(crate) mod poison;
pub(crate) mod walk;
pub(crate) mod wanted;
