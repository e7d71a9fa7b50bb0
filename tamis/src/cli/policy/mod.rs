//! `tamis policy`: what makes policies safe to change.

mod check;
mod diff;
mod show;
mod test;

use crate::exit::{Exit, Failure};
use crate::output;
use clap::{Args, Subcommand};
use std::io::{self, Write};

#[derive(Debug, Subcommand)]
pub(super) enum Policy {
    /// Find everything that is wrong with policies, and what is worth a second look; says nothing if nothing is
    Check(check::Check),
    /// Run the tests that policies carry
    Test(test::Test),
    /// Show the rules of a policy, each with when it speaks, what it asks and what it does
    Show(show::Show),
    /// Show every message whose outcome a change of the policy would alter
    Diff(diff::Diff),
    /// Print the JSON Schema of policy files, for editors
    Schema(Schema),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Schema {}

impl Policy {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Policy::Check(command) => command.run(),
            Policy::Test(command) => command.run(),
            Policy::Show(command) => command.run(),
            Policy::Diff(command) => command.run(),
            Policy::Schema(Schema {}) => {
                say(&format!("{:#}", tamis_rules::schema::schema())).map(|()| Exit::Done)
            }
        }
    }
}

/// One line, or several, on standard output.
fn say(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{text}").map_err(|error| output::failed(&error))
}
