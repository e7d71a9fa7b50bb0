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

/// Runs the tests of a policy, each on its own. Those of presets that it includes are not its own.
pub fn run(policy: &Arc<Policy>, own: &str, site: &Arc<Site>, runtime: &Handle) -> Vec<Verdict> {
    let is_own = |trial: &&Trial| !trial.file.starts_with("preset:") || *trial.file == *own;
    let trials = policy.trials().iter().filter(is_own);
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
