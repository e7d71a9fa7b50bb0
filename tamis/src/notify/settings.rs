//! What can be set about notices.

use std::path::PathBuf;
use std::time::Duration;

/// The most notices that may go out in an hour, and that may wait: each costs some memory.
pub(crate) const MOST: usize = 10_000;

/// Everything that can be set about notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifySettings {
    /// How they go out.
    pub by: By,
    /// The address in their From field.
    pub from: String,
    /// How many go out within an hour, one for each address.
    pub per_hour: usize,
    /// How many go to one address within an hour.
    pub per_address: usize,
    /// How many may wait to be sent.
    pub queue: usize,
    /// How long the program may take for one.
    pub timeout: Duration,
}

/// How notices go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// With a program that takes what sendmail(8) takes.
    Sendmail(PathBuf),
    /// As files in a directory, for somebody else to send.
    Directory(PathBuf),
}

impl NotifySettings {
    /// Notices from this address.
    pub fn new(by: By, from: impl Into<String>) -> Self {
        NotifySettings {
            by,
            from: from.into(),
            per_hour: 60,
            per_address: 20,
            queue: 100,
            timeout: Duration::from_secs(30),
        }
    }
}
