//! What is counted of one message.

use std::time::Duration;

/// What is counted of one message that has come to its end: words of the program, and amounts.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// The verdict.
    pub verdict: &'static str,
    /// From its beginning to its verdict.
    pub took: Duration,
    /// Octets.
    pub size: u64,
    /// Name and class of each defect.
    pub defects: Vec<(&'static str, &'static str)>,
    /// What was done to it.
    pub actions: Vec<&'static str>,
    /// What was put into quarantine.
    pub kept: usize,
    /// Copies that rules asked for: whether each was kept.
    pub captures: Vec<bool>,
    /// Why containers in it were not looked into.
    pub unread: Vec<&'static str>,
}
