//! `tamis policy check`: silent if all is well, every problem with its place if not.

use super::say;
use crate::config::{Config, PolicyName};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::policy::{Faulty, Means, load};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use tamis_rules::Diagnostic;

#[derive(Debug, Args)]
pub(in crate::cli) struct Check {
    /// Files, or built-in policies: builtin:default
    #[arg(required = true, value_name = "FILE")]
    policies: Vec<String>,
    /// Configuration that the policies are for: what their rules ask for must be there
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One JSON object per problem, for editors
    #[arg(long)]
    json: bool,
    /// Take what is worth a second look for an error
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        let config = self.config.as_deref().map(Config::read).transpose()?;
        let means = config.as_ref().map(Means::of);
        for name in &self.policies {
            let policy = load(&PolicyName::new(name));
            match policy.and_then(|policy| match means {
                Some(means) => means.check(policy),
                None => Ok(policy),
            }) {
                Err(Faulty::Wrong(diagnostics)) => {
                    exit = exit.worse(Exit::Config);
                    self.show(&diagnostics)?;
                }
                Err(faulty @ (Faulty::Unreadable(_) | Faulty::Lacking(_))) => {
                    exit = exit.worse(Exit::Config);
                    crate::cli::complain(&faulty.failure());
                }
                Ok(policy) => {
                    if self.strict && !policy.warnings().is_empty() {
                        exit = exit.worse(Exit::Config);
                    }
                    self.show(policy.warnings())?;
                }
            }
        }
        Ok(exit)
    }

    fn show(&self, diagnostics: &[Diagnostic]) -> Result<(), Failure> {
        for diagnostic in diagnostics {
            if self.json {
                say(&output::json_line(diagnostic))?;
            } else {
                // Nobody is left to tell if this fails.
                let _ = writeln!(io::stderr().lock(), "{}", diagnostic.render());
            }
        }
        Ok(())
    }
}
