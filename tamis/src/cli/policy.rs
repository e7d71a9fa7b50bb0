//! `tamis policy`: silent if all is well, every problem with its place if not.

use crate::config::PolicyName;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::policy::{Faulty, load};
use clap::{Args, Subcommand};
use std::io::{self, Write};

#[derive(Debug, Subcommand)]
pub(super) enum Policy {
    /// Find everything that is wrong with policies; says nothing if nothing is
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Files, or built-in policies: builtin:default
    #[arg(required = true, value_name = "FILE")]
    policies: Vec<String>,
    /// One JSON object per problem, for editors
    #[arg(long)]
    json: bool,
}

impl Policy {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Policy::Check(check) => check.run(),
        }
    }
}

impl Check {
    fn run(self) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        for name in &self.policies {
            if let Err(faulty) = load(&PolicyName::new(name)) {
                exit = exit.worse(Exit::Config);
                self.show(&faulty)?;
            }
        }
        Ok(exit)
    }

    fn show(&self, faulty: &Faulty) -> Result<(), Failure> {
        match faulty {
            Faulty::Wrong(diagnostics) if self.json => {
                let mut out = io::stdout().lock();
                diagnostics
                    .iter()
                    .try_for_each(|diagnostic| writeln!(out, "{}", output::json_line(diagnostic)))
                    .map_err(|error| output::failed(&error))
            }
            Faulty::Wrong(diagnostics) => {
                let mut out = io::stderr().lock();
                for diagnostic in diagnostics {
                    let _ = writeln!(out, "{}", diagnostic.render());
                }
                Ok(())
            }
            Faulty::Unreadable(_) => {
                super::complain(&faulty.failure());
                Ok(())
            }
        }
    }
}
