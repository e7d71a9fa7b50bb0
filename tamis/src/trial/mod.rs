//! The tests that a policy carries, run as mail is judged: the same inspection, with what the test says in the place of the
//! MTA, the scanners and the meters.
//!
//! | file | what it does |
//! |---|---|
//! | `make` | the message of a test |
//! | `sample` | harmless files that look like something |
//! | `zip` | archives of them |
//! | `course` | the course of a transaction, stage by stage |
//! | `verify` | what came of it against what was expected |

mod course;
mod make;
mod sample;
mod verify;
mod zip;

pub use course::{Came, course};
pub use make::message;

use crate::inspect::Site;
use std::sync::Arc;
use tamis_rules::{Policy, Trial};
use tokio::runtime::Handle;

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The test: its name, or its place.
    pub name: String,
    /// `policy.toml:12`.
    pub place: String,
    /// What is not as expected; nothing if all is well.
    pub failures: Vec<String>,
}

/// Which of the tests that a policy and what it includes carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Those of this file and of the site's other files: those of presets that are included are not among them, as rules of
    /// the site may be meant to overrule them.
    Own(&'a str),
    /// Those of included presets as well.
    All,
}

impl Which<'_> {
    fn has(self, trial: &Trial) -> bool {
        match self {
            Which::Own(file) => !trial.file.starts_with("preset:") || *trial.file == *file,
            Which::All => true,
        }
    }
}

/// Runs the tests of a policy, each on its own.
pub fn run(
    policy: &Arc<Policy>,
    which: Which<'_>,
    site: &Arc<Site>,
    runtime: &Handle,
) -> Vec<Verdict> {
    let trials = policy.trials().iter().filter(|trial| which.has(trial));
    trials
        .map(|trial| one(policy, trial, site, runtime))
        .collect()
}

fn one(policy: &Arc<Policy>, trial: &Trial, site: &Arc<Site>, runtime: &Handle) -> Verdict {
    let place = format!("{}:{}", trial.file, trial.line);
    let failures = match message(&trial.message) {
        Err(why) => vec![why],
        Ok(message) => match course(policy, &trial.given, message, site, runtime) {
            Err(error) => vec![error.to_string()],
            Ok(came) => verify::failures(&trial.expect, &came),
        },
    };
    Verdict {
        name: trial.name.clone().unwrap_or_else(|| place.clone()),
        place,
        failures,
    }
}
