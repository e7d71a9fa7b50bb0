//! `tamis quarantine`: what lies there, and out with it.

use crate::config;
use crate::exit::{Exit, Failure};
use crate::output::{self, Table};
use crate::quarantine::{CopyOf, Export, Id, Record, Store, What};
use crate::spool::next_chunk;
use crate::untrusted::{Untrusted, plain, shown};
use clap::{Args, Subcommand};
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Quarantine {
    /// Directory of the quarantine; where the daemon keeps things without a configuration if nothing is said
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what is in quarantine, oldest first
    List(List),
    /// Show what is known of one entry
    Show(Show),
    /// Write the content of one entry to a file
    Export(Take),
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    filter: Filter,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

/// All that are given must fit.
#[derive(Debug, Args)]
struct Filter {
    /// Only of messages from this address
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Only of messages to this address
    #[arg(long, value_name = "ADDRESS")]
    rcpt: Option<String>,
    /// Only of the message with this queue id
    #[arg(long, value_name = "ID")]
    queue_id: Option<String>,
    /// Only what this rule wanted
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Only what was kept at this time or later (RFC 3339: 2026-01-31T12:00:00Z, or the beginning of it)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
}

#[derive(Debug, Args)]
struct Show {
    /// Its id
    id: Id,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Take {
    /// Its id
    id: Id,
    /// The file to write; it must not exist. `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A removed part as it stood in the message, with its header section and encoded
    #[arg(long)]
    raw: bool,
}

impl Quarantine {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let dir = self.dir.map_or_else(config::default_quarantine, Ok)?;
        let store = Store::open(&dir)?;
        match self.command {
            Command::List(list) => list.run(&store),
            Command::Show(show) => show.run(&store),
            Command::Export(take) => take.run(&store),
        }
    }
}

impl List {
    fn run(&self, store: &Store) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        let mut out = io::stdout().lock();
        for record in store.entries()? {
            let line = match record {
                Ok(record) if !self.filter.fits(&record) => continue,
                Ok(record) if self.json => output::json_line(&record),
                Ok(record) => line_of(&record),
                Err(error) => {
                    exit = exit.worse(error.exit());
                    super::complain(&error.into());
                    continue;
                }
            };
            writeln!(out, "{line}").map_err(|error| output::failed(&error))?;
        }
        Ok(exit)
    }
}

impl Filter {
    fn fits(&self, record: &Record) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| found.is_some_and(|found| found.eq_ignore_ascii_case(wanted)))
        };
        let mut recipients = record.envelope.recipients.iter();
        let recipient = self.rcpt.as_ref().is_none_or(|wanted| {
            recipients.any(|recipient| recipient.eq_ignore_ascii_case(wanted))
        });
        recipient
            && is(&self.from, record.envelope.sender.as_deref())
            && is(&self.queue_id, record.queue_id.as_deref())
            && is(
                &self.rule,
                record.rule.as_ref().map(|rule| rule.name.as_str()),
            )
            && self
                .since
                .as_ref()
                .is_none_or(|since| record.time >= *since)
    }
}

/// One line: id, time, size, what it is, sender, reason.
fn line_of(record: &Record) -> String {
    let what = match &record.what {
        What::Message => match record.copy {
            None => "message".to_owned(),
            Some(copy) => format!("copy {}", copy.name()),
        },
        What::Part(part) => {
            let name = part.name.as_deref().unwrap_or("without name");
            format!("part {}", Untrusted::new(name).limit(60))
        }
    };
    let sender = record.envelope.sender.as_deref().unwrap_or_default();
    format!(
        "{} {} {:>10} {what} from <{}>: {}",
        record.id,
        record.time,
        record.stored.size,
        Untrusted::new(sender).limit(80),
        Untrusted::new(&record.reason).limit(120),
    )
}

impl Show {
    fn run(&self, store: &Store) -> Result<Exit, Failure> {
        let record = store.get(&self.id)?;
        let text = if self.json {
            output::json_line(&record)
        } else {
            table_of(&record).to_string()
        };
        writeln!(io::stdout().lock(), "{text}").map_err(|error| output::failed(&error))?;
        if Export::is_intact(store, &record)? {
            return Ok(Exit::Done);
        }
        let text = format!("the content of {} is not what was kept", self.id);
        Err(Failure::new(Exit::Data, text))
    }
}

fn table_of(record: &Record) -> Table {
    let mut table = Table::default();
    table.row("id", record.id.as_str());
    table.row("time", record.time.as_str());
    table.row("queue id", record.queue_id.as_deref());
    if let Some(rule) = &record.rule {
        let rule = format!("{} ({}:{})", rule.name, rule.file, rule.line);
        table.row("rule", rule.as_str());
    }
    table.row("reason", record.reason.as_str());
    table.row("policy", record.policy.as_deref());
    let envelope = &record.envelope;
    table.row("from", envelope.sender.as_deref());
    for recipient in &envelope.recipients {
        table.row("to", recipient.as_str());
    }
    table.row("client", envelope.client.as_deref());
    table.row("client name", envelope.client_name.as_deref());
    table.row("helo", envelope.helo.as_deref());
    table.row("login", envelope.authenticated.as_deref());
    table.row("direction", envelope.direction.as_deref());
    table.row(
        "what",
        match (record.part(), record.copy) {
            (Some(_), _) => "removed part",
            (None, None) => "whole message",
            (None, Some(CopyOf::Before)) => "copy of a message as it came",
            (None, Some(CopyOf::After)) => "copy of a message as it was delivered",
        },
    );
    if let Some(part) = record.part() {
        table.row("section", part.number.as_str());
        table.row("name", part.name.as_deref());
        table.row("declared type", part.declared_type.as_str());
        table.row("detected type", part.detected_type.as_deref());
        table.row("kinds", part.kinds.join(", ").as_str());
    }
    let digest = |digest: &crate::quarantine::Digest| {
        format!("{} octets, sha256 {}", digest.size, digest.sha256)
    };
    table.row("stored", digest(&record.stored).as_str());
    table.row("decoded", record.decoded.as_ref().map(digest).as_deref());
    table
}

impl Take {
    fn run(&self, store: &Store) -> Result<Exit, Failure> {
        let record = store.get(&self.id)?;
        let mut content = Export::open(store, &record, self.raw)?;
        if self.output == Path::new("-") {
            let mut out = io::stdout().lock();
            return copy(&mut content, &mut out)
                .map(|()| Exit::Done)
                .map_err(|error| output::failed(&error));
        }
        let name = shown(&self.output);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.output)
            .map_err(|error| {
                let text = format!("cannot create {name}: {}", plain(&error));
                Failure::new(Exit::CannotCreate, text)
            })?;
        let copied = copy(&mut content, &mut file).and_then(|()| file.sync_all());
        copied.map_err(|error| {
            // Half a file is worse than none.
            let _ = std::fs::remove_file(&self.output);
            Failure::new(Exit::Io, format!("cannot write {name}: {}", plain(&error)))
        })?;
        Ok(Exit::Done)
    }
}

fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    while let Some(chunk) = next_chunk(from)? {
        to.write_all(&chunk)?;
    }
    to.flush()
}
