//! `tamis explain`: what is in a message, what is wrong with it, and which rule does what to it; or what a defect is.

use super::catalogue::Topic;
use super::site::{self, EnvelopeArgs, Keeps, Settings};
use crate::batch::Worker;
use crate::exit::{Exit, Failure};
use crate::explanation::Explanation;
use crate::mailbox::{self, Source};
use crate::output;
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

/// Nothing is written and nothing is kept; scanners are asked if the configuration names them. A message in a file that is
/// called like one of the commands is named with its directory: ./defect
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Explain {
    #[command(subcommand)]
    topic: Option<Topic>,
    /// A message, or - for standard input. Of an mbox or a directory, every message is explained
    #[arg(required = true)]
    message: Option<PathBuf>,
    /// One JSON object per message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    envelope: EnvelopeArgs,
}

impl Explain {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self.topic {
            Some(topic) => topic.run(),
            None => self.messages(),
        }
    }

    fn messages(self) -> Result<Exit, Failure> {
        // The command line is refused without one.
        let path = self.message.unwrap_or_default();
        let config = self.settings.config()?;
        let runtime = site::runtime(1)?;
        let worker = Worker {
            policy: site::policy(&config)?,
            site: site::site(&config, Keeps::default())?,
            envelope: self.envelope.envelope(),
            runtime: runtime.handle().clone(),
        };
        let mut exit = Exit::Done;
        for (index, message) in Source::open(&path, &config.spool)?.enumerate() {
            let explained = message
                .map_err(|unreadable| unreadable.error.into())
                .and_then(|message| explain(&worker, &message));
            match explained {
                Ok(explanation) if self.json => print(&output::json_line(&explanation))?,
                Ok(explanation) if index == 0 => print(&explanation.to_string())?,
                Ok(explanation) => print(&format!("\n{explanation}"))?,
                Err(failure) => {
                    exit = exit.worse(failure.exit());
                    super::complain(&failure);
                }
            }
        }
        Ok(exit)
    }
}

fn explain(worker: &Worker, message: &mailbox::Message) -> Result<Explanation, Failure> {
    let judged = worker.judge(message.origin.path(), &message.content)?;
    let (read, way) = (judged.reading().clone(), judged.way());
    let outcome = judged
        .carry_out()
        .map_err(|error| Failure::new(Exit::Io, error))?;
    Ok(Explanation::new(
        message.origin.to_string(),
        &read,
        &way,
        outcome,
    ))
}

fn print(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n'))
        .map_err(|error| output::failed(&error))
}
