//! Archives, and streams that hold one compressed file.

pub(super) mod stream;
pub(super) mod tar;
pub(super) mod zip;
