//! `tamis mta-config`: the lines that attach an MTA.

use crate::attach;
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::output;
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct MtaConfig {
    /// The MTA
    mta: Mta,
    /// Configuration file of the daemon, for its addresses and times
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Queue directory of Postfix: sockets below it are named as its services see them
    #[arg(long, value_name = "DIR", default_value = "/var/spool/postfix")]
    queue_directory: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mta {
    /// Lines for main.cf
    Postfix,
    /// Lines for sendmail.mc
    Sendmail,
}

impl MtaConfig {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let config = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::read)?;
        let lines = match self.mta {
            Mta::Postfix => attach::main_cf(&config.listen, &config.server, &self.queue_directory),
            Mta::Sendmail => attach::sendmail_mc(&config.listen, &config.server),
        };
        let mut out = io::stdout().lock();
        out.write_all(lines.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| output::failed(&error))?;
        Ok(Exit::Done)
    }
}
