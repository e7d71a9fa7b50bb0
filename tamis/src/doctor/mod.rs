//! Finds what is wrong with a set-up: the MTA, the way from it to the daemon, scanners, disk and policy.
//!
//! | file | what it looks at |
//! |---|---|
//! | `postfix` | the settings of Postfix, as `postconf` tells them |
//! | `milters` | the lists of milters in them |
//! | `wiring` | whether these lead to the daemon, in the right order and with enough time |
//! | `socket` | whether the daemon answers, and whether Postfix may reach it |
//! | `scanners` | whether scanners answer, and whether they look at all they are given |
//! | `disk` | room and modes |
//! | `own` | policy, and what the daemon says of itself |

mod disk;
mod milters;
mod own;
mod postfix;
mod scanners;
mod send;
mod socket;
mod wiring;

pub use postfix::{NoPostfix, Postfix};
pub use send::send_test;

use crate::config::Config;
use serde::Serialize;
use std::fmt;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Mail does not get through, or passes unfiltered.
    Error,
    /// It will, on a bad day.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Its name, which stays the same.
    pub name: &'static str,
    /// What is so.
    pub what: String,
    /// Why that is bad.
    pub why: String,
    /// What to do about it: where possible the exact line.
    pub todo: String,
}

impl Finding {
    fn new(severity: Severity, name: &'static str, what: impl Into<String>) -> Self {
        Finding {
            severity,
            name,
            what: what.into(),
            why: String::new(),
            todo: String::new(),
        }
    }

    fn error(name: &'static str, what: impl Into<String>) -> Self {
        Finding::new(Severity::Error, name, what)
    }

    fn warning(name: &'static str, what: impl Into<String>) -> Self {
        Finding::new(Severity::Warning, name, what)
    }

    fn note(name: &'static str, what: impl Into<String>) -> Self {
        Finding::new(Severity::Note, name, what)
    }

    fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    fn todo(mut self, todo: impl Into<String>) -> Self {
        self.todo = todo.into();
        self
    }
}

/// Three lines: what, why, and what to do.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        write!(f, "{severity}[{}]: {}", self.name, self.what)?;
        if !self.why.is_empty() {
            write!(f, "\n    why: {}", self.why)?;
        }
        for (index, line) in self.todo.lines().enumerate() {
            let lead = if index == 0 { "do: " } else { "    " };
            write!(f, "\n    {lead}{line}")?;
        }
        Ok(())
    }
}

/// Everything that is found, the worst first. Without `postfix` the MTA is not looked at; `quick` leaves it out as well, and
/// everything that takes long.
pub async fn examine(config: &Config, postfix: Option<&Postfix>, quick: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let first = findings.len();
    findings.extend(socket::daemon(config));
    let answers = findings.len() == first;
    findings.extend(own::policy(config));
    findings.extend(own::daemon(config).await);
    findings.extend(disk::look(config));
    findings.extend(scanners::look(config, quick).await);
    if let Some(postfix) = postfix.filter(|_| !quick) {
        findings.extend(wiring::look(config, postfix));
        if answers {
            findings.extend(socket::way(config, postfix));
        }
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}
