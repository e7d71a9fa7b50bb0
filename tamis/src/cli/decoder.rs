//! `tamis decoder`, which Tamis starts itself, and `tamis explain sandbox`, which says what that process can do.

use super::site::Settings;
use crate::decoder::{self, child};
use crate::exit::{Exit, Failure};
use crate::launch;
use crate::output;
use crate::untrusted::plain;
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Decoder {
    /// Where what does not fit into memory lies, in files without a name
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
}

impl Decoder {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match child::run(&self.dir) {
            Ok(()) => Ok(Exit::Done),
            Err(error) => Err(Failure::new(Exit::Software, plain(&error))),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What the process that opens containers gave up, and what it could do all the same.
#[derive(Debug, Serialize)]
struct Report {
    files: bool,
    calls: bool,
    memory: bool,
    attempts: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    what: String,
    refused: bool,
}

impl Sandbox {
    /// An exit status of failure says that something was not refused.
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let config = self.settings.config()?;
        let (confined, attempts) = decoder::check(&launch::this_program(), &config.spool.dir)
            .map_err(|error| Failure::new(Exit::Unavailable, plain(&error)))?;
        let rows = attempts.into_iter().map(|attempt| Row {
            what: attempt.what,
            refused: attempt.refused,
        });
        let report = Report {
            files: confined.files,
            calls: confined.calls,
            memory: confined.memory,
            attempts: rows.collect(),
        };
        let text = if self.json {
            output::json_line(&report)
        } else {
            report.text()
        };
        writeln!(io::stdout(), "{}", text.trim_end())
            .map_err(|error| Failure::new(Exit::Io, plain(&error)))?;
        let all = confined.is_complete() && report.attempts.iter().all(|row| row.refused);
        Ok(if all { Exit::Done } else { Exit::Unavailable })
    }
}

impl Report {
    fn text(&self) -> String {
        // Writing to a string cannot fail.
        let word = |given_up| if given_up { "yes" } else { "no" };
        let mut text = String::from("The process that opens containers\n");
        for (what, given_up) in [
            ("is kept from files and TCP (Landlock)", self.files),
            ("is kept from other system calls (seccomp)", self.calls),
            ("has a bound for its memory", self.memory),
        ] {
            let _ = writeln!(text, "  {what:<44}{}", word(given_up));
        }
        text.push_str("What it tried\n");
        for row in &self.attempts {
            let came = if row.refused { "refused" } else { "POSSIBLE" };
            let _ = writeln!(text, "  {:<44}{came}", row.what);
        }
        text
    }
}
