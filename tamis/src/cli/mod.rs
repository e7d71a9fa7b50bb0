//! The command line: what can be asked for, and which module does it.

mod bypass;
mod catalogue;
mod decoder;
mod doctor;
mod explain;
mod launch;
mod milter;
mod mta_config;
mod policy;
mod quarantine;
mod sanitize;
mod site;
mod status;

use crate::exit::{Exit, Failure};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// A content-filtering milter and MIME sanitizer.
#[derive(Debug, Parser)]
#[command(
    name = "tamis",
    version,
    max_term_width = 110,
    propagate_version = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Clean mail in files: messages, directories of them, mbox files, Maildirs
    Sanitize(sanitize::Sanitize),
    /// Show what is in a message, what is wrong with it, and which rule does what to it
    Explain(explain::Explain),
    /// Serve an MTA over the milter protocol
    Milter(milter::Milter),
    /// Work on policies
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Look into the quarantine and take things out
    Quarantine(quarantine::Quarantine),
    /// Print the lines that attach an MTA
    MtaConfig(mta_config::MtaConfig),
    /// Say how the daemon is
    Status(status::Status),
    /// Find what is wrong with the set-up: MTA, daemon, scanners, disk, policy
    Doctor(doctor::Doctor),
    /// Let mail pass uninspected for a while
    Bypass(bypass::Bypass),
    /// What Tamis starts to open containers in
    #[command(hide = true)]
    Decoder(decoder::Decoder),
    /// What Tamis starts to become a program that scans
    #[command(hide = true)]
    Launch(launch::Launch),
}

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitCode {
    let matches = Cli::command().after_help(Exit::table());
    let cli = match matches
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let result = match cli.command {
        Command::Sanitize(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Milter(command) => command.run(),
        Command::Policy(command) => command.run(),
        Command::Quarantine(command) => command.run(),
        Command::MtaConfig(command) => command.run(),
        Command::Status(command) => command.run(),
        Command::Bypass(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Decoder(command) => command.run(),
        Command::Launch(command) => command.run(),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            complain(&failure);
            failure.exit().into()
        }
    }
}

/// Says on standard error what ended a command.
pub(crate) fn complain(failure: &Failure) {
    if !failure.is_silent() {
        // Nobody is left to tell if this fails.
        let _ = writeln!(std::io::stderr(), "tamis: {failure}");
    }
}

/// Shows help as it was asked for, or what is wrong with the command line.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Done.into()
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
