//! `tamis milter`: the daemon.

use crate::attach;
use crate::config::Config;
use crate::daemon;
use crate::exit::{Exit, Failure};
use crate::telemetry;
use clap::Args;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Milter {
    /// Configuration file; without one the built-in policy rules on a port of this host
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Milter {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let config = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::read)?;
        telemetry::start(&config.log);
        let configured = self.config.is_some();
        daemon::run(&config, self.config.as_deref(), |config| {
            if !configured {
                // Nobody is left to tell if this fails.
                let _ = advise(config, &mut io::stdout().lock());
            }
        })
    }
}

/// The lines that attach an MTA.
fn advise(config: &Config, out: &mut impl Write) -> io::Result<()> {
    for address in &config.listen {
        writeln!(
            out,
            "Listening on {address} with the policy builtin:default.\n"
        )?;
    }
    let queue = Path::new("/var/spool/postfix");
    let postfix = attach::main_cf(&config.listen, &config.server, queue);
    let sendmail = attach::sendmail_mc(&config.listen, &config.server);
    writeln!(out, "Postfix, in main.cf:\n\n{postfix}")?;
    writeln!(out, "Sendmail, in sendmail.mc:\n\n{sendmail}")?;
    out.flush()
}
