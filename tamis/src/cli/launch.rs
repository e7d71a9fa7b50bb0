//! `tamis launch`, which Tamis starts itself in front of programs that scan.

use crate::decoder::Sandbox;
use crate::exit::{Exit, Failure};
use crate::launch::{FAILED, Leave};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Launch {
    /// auto or required
    #[arg(long, value_name = "WORD", value_parser = sandbox)]
    sandbox: Sandbox,
    /// Octets of address space
    #[arg(long, value_name = "OCTETS")]
    memory: u64,
    /// Seconds of processor time
    #[arg(long, value_name = "SECONDS")]
    time: u64,
    /// A directory below which it may write
    #[arg(long, value_name = "DIR")]
    write: Vec<PathBuf>,
    /// It may use TCP
    #[arg(long)]
    network: bool,
    /// The program, and its arguments
    #[arg(last = true, required = true)]
    argv: Vec<OsString>,
}

fn sandbox(word: &str) -> Result<Sandbox, &'static str> {
    let known = Sandbox::ALL.into_iter().find(|known| known.name() == word);
    known.ok_or("auto, required or off")
}

impl Launch {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let leave = Leave {
            sandbox: self.sandbox,
            memory: self.memory,
            time: Duration::from_secs(self.time),
            writable: self.write,
            network: self.network,
        };
        let error = leave.become_program(&self.argv);
        super::complain(&Failure::new(Exit::Software, error.to_string()));
        // None of the usual statuses: what it would say is for the program to say.
        std::process::exit(FAILED.into())
    }
}
