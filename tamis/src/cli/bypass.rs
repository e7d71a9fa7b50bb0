//! `tamis bypass`: lets mail pass uninspected for a while.

use crate::bypass::{self, Bypass as Switch, MOST};
use crate::config::{self, Config};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::untrusted::{Untrusted, plain, shown};
use clap::{Args, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

#[derive(Debug, Args)]
pub(super) struct Bypass {
    /// Configuration file of the daemon, which says where it looks ([control] dir)
    #[arg(short, long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Switch inspection off: from now on mail passes as it comes, with a line in the log and a field in its header
    On(On),
    /// Switch inspection on again
    Off,
    /// Say whether inspection is switched off; exits with 1 if it is
    Status,
}

#[derive(Debug, Args)]
struct On {
    /// For how long: 30s, 10m, 2h; at most 24h
    #[arg(long = "for", value_name = "TIME", value_parser = config::duration)]
    length: Duration,
    /// Why, for whoever reads the log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Bypass {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let config = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::read)?;
        let dir = config.control_dir()?;
        let cannot = |error: io::Error| {
            let text = format!("cannot write to {}: {}", shown(&dir), plain(&error));
            Failure::new(Exit::CannotCreate, text)
        };
        match self.command {
            Command::On(on) => {
                let switch = on.switch()?;
                bypass::write(&dir, &switch).map_err(cannot)?;
                say(&off(&switch))?;
                Ok(Exit::Done)
            }
            Command::Off => {
                let was = bypass::remove(&dir).map_err(cannot)?;
                let says = if was {
                    "inspection is on again"
                } else {
                    "inspection was on"
                };
                say(says)?;
                Ok(Exit::Done)
            }
            Command::Status => {
                let found = bypass::read(&dir).map_err(|trouble| {
                    let file = shown(&dir.join(bypass::NAME)).to_string();
                    Failure::new(Exit::Config, format!("{file} is not believed: {trouble}"))
                })?;
                let now = SystemTime::now();
                match found.filter(|switch| switch.holds(now)) {
                    Some(switch) => say(&off(&switch)).map(|()| Exit::Refused),
                    None => say("inspection is on").map(|()| Exit::Done),
                }
            }
        }
    }
}

impl On {
    fn switch(self) -> Result<Switch, Failure> {
        let wrong = |why: &str| Failure::new(Exit::Usage, why);
        if self.length < Duration::from_secs(1) {
            return Err(wrong("--for: at least a second is needed"));
        }
        let reason = self.reason.map(|reason| reason.chars().take(200).collect());
        Switch::from_now(self.length, reason).ok_or_else(|| {
            let hours = MOST.as_secs() / 3_600;
            wrong(&format!("--for: no more than {hours}h at once"))
        })
    }
}

fn off(switch: &Switch) -> String {
    let reason = switch.reason.as_deref().map(|reason| {
        let reason = Untrusted::new(reason).to_string();
        format!(" ({reason})")
    });
    format!(
        "inspection is switched off until {}{}: mail passes as it comes",
        switch.end(),
        reason.unwrap_or_default()
    )
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}").map_err(|error| output::failed(&error))
}
