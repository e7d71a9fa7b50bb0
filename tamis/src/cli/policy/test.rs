//! `tamis policy test`: the tests that policies carry.

use super::say;
use crate::cli::site::{self, Keeps};
use crate::config::{Config, PolicyName};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::policy::load;
use crate::trial::{self, Verdict, Which};
use clap::Args;
use serde::Serialize;
use std::sync::Arc;

/// A test that fails is told with what was expected and what came of it; the exit status is 1 then.
#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    /// Files, or built-in policies: builtin:default
    #[arg(required = true, value_name = "FILE")]
    policies: Vec<String>,
    /// Run the tests of included presets as well: one that fails shows where rules of yours overrule the preset
    #[arg(long)]
    all: bool,
    /// One JSON object per test
    #[arg(long)]
    json: bool,
    /// Name the tests that pass as well
    #[arg(short, long)]
    verbose: bool,
}

/// A test, for programs.
#[derive(Serialize)]
struct Told<'a> {
    test: &'a str,
    place: &'a str,
    passed: bool,
    failures: &'a [String],
}

impl Test {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let runtime = site::runtime(1)?;
        let site = site::site(&Config::default(), Keeps::default())?;
        let (mut passed, mut failed) = (0_u32, 0_u32);
        for name in &self.policies {
            let policy_name = PolicyName::new(name);
            let policy = load(&policy_name).map_err(|faulty| faulty.failure())?;
            let policy = Arc::new(policy);
            let file = policy_name.file();
            let which = if self.all {
                Which::All
            } else {
                Which::Own(&file)
            };
            for verdict in trial::run(&policy, which, &site, runtime.handle()) {
                let count = if verdict.failures.is_empty() {
                    &mut passed
                } else {
                    &mut failed
                };
                *count = count.saturating_add(1);
                self.tell(&verdict)?;
            }
        }
        if !self.json {
            say(&format!("{passed} passed, {failed} failed"))?;
        }
        Ok(if failed > 0 {
            Exit::Refused
        } else {
            Exit::Done
        })
    }

    fn tell(&self, verdict: &Verdict) -> Result<(), Failure> {
        let Verdict {
            name,
            place,
            failures,
        } = verdict;
        if self.json {
            return say(&output::json_line(&Told {
                test: name,
                place,
                passed: failures.is_empty(),
                failures,
            }));
        }
        if failures.is_empty() {
            return if self.verbose {
                say(&format!("ok      {name}"))
            } else {
                Ok(())
            };
        }
        say(&format!("FAILED  {name}\n  --> {place}"))?;
        failures
            .iter()
            .try_for_each(|failure| say(&format!("   = {failure}")))
    }
}
