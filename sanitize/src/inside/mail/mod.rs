//! What mail itself is carried in: messages that were attached as files, messages that Outlook has saved,
//! TNEF, S/MIME, mailboxes, calendars, and files written in text.

pub(super) mod calendar;
mod compressed_rtf;
pub(super) mod mailbox;
pub(super) mod message;
pub(super) mod outlook;
pub(super) mod smime;
pub(super) mod tnef;
pub(super) mod written;
