//! What mail itself is carried in: messages that were attached as files, TNEF, S/MIME.

pub(super) mod message;
pub(super) mod smime;
pub(super) mod tnef;
