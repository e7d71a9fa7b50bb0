//! `tamis doctor`: finds what is wrong with a set-up.

use super::site::runtime;
use crate::config::Config;
use crate::doctor::{self, Finding, Postfix, Severity};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::untrusted::Untrusted;
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Configuration file of the daemon
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Configuration directory of Postfix; the one of the system if nothing is said
    #[arg(long, value_name = "DIR")]
    postfix: Option<PathBuf>,
    /// Do not look at an MTA
    #[arg(long, conflicts_with = "postfix")]
    no_mta: bool,
    /// Look at the daemon, its disk and its scanners alone: fast enough for a health check
    #[arg(long)]
    quick: bool,
    /// One JSON object per finding
    #[arg(long)]
    json: bool,
    /// Hand a test message for this address to the MTA
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    send_test: Option<String>,
}

impl Doctor {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let config = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::read)?;
        let postfix = self.postfix()?;
        let findings = runtime(2)?.block_on(doctor::examine(&config, postfix.as_ref(), self.quick));
        let mut out = io::stdout().lock();
        for finding in &findings {
            let text = if self.json {
                output::json_line(finding)
            } else {
                shown(finding)
            };
            writeln!(out, "{text}").map_err(|error| output::failed(&error))?;
        }
        let bad = findings
            .iter()
            .any(|finding| finding.severity < Severity::Note);
        if !bad && !self.json {
            writeln!(out, "nothing is wrong").map_err(|error| output::failed(&error))?;
        }
        if let Some(address) = &self.send_test {
            let id = doctor::send_test(postfix.as_ref(), address).map_err(|why| {
                Failure::new(Exit::Unavailable, format!("no test message: {why}"))
            })?;
            let says = format!(
                "a test message is on its way: look for {id} in the log of the MTA and the mail of the address"
            );
            writeln!(io::stderr(), "tamis: {says}").map_err(|error| output::failed(&error))?;
        }
        Ok(if bad { Exit::Refused } else { Exit::Done })
    }

    /// The settings of Postfix. That there is none is said, and no failure unless one was asked for.
    fn postfix(&self) -> Result<Option<Postfix>, Failure> {
        if self.quick || self.no_mta {
            return Ok(None);
        }
        match Postfix::read(self.postfix.as_deref()) {
            Ok(postfix) => Ok(Some(postfix)),
            Err(error) if self.postfix.is_some() => Err(Failure::new(Exit::NoInput, error)),
            Err(error) => {
                let text = format!("Postfix is not looked at: {error}");
                super::complain(&Failure::new(Exit::NoInput, text));
                Ok(None)
            }
        }
    }
}

/// Each line escaped: names of files and answers of other programs are in it.
fn shown(finding: &Finding) -> String {
    let text = finding.to_string();
    let lines = text
        .lines()
        .map(|line| Untrusted::new(line).limit(4_000).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

/// An address that sendmail(1) cannot take for anything else.
fn address(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_graphic() && !"<>()[],;:\\\"".contains(c);
    let good = text.contains('@') && !text.starts_with('-') && text.chars().all(plain);
    if good {
        Ok(text.to_owned())
    } else {
        Err("an address is needed, as in postmaster@example.org".to_owned())
    }
}
