//! What is measured and how: the filters, and how often.

use super::client::{self, Manner};
use super::mail::Mail;
use super::server::Server;
use super::table::Row;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds of processor time that one measurement should take at least: a tick is a hundredth.
const LONG: f64 = 0.5;

/// The filters, in the order in which they take turns.
const FILTERS: [&str; 3] = ["lockstep", "noreply", "tamis"];

/// What is measured, and how.
pub(crate) struct Plan {
    tamis: PathBuf,
    accept: PathBuf,
    dir: tempfile::TempDir,
    pub(crate) rounds: usize,
    pub(crate) manner: Manner,
    /// The only filter to be measured.
    pub(crate) only: Option<String>,
}

impl Plan {
    /// A plan for this program; compiles the filter it is measured against.
    pub(crate) fn new(tamis: &Path, rounds: usize, manner: Manner) -> io::Result<Self> {
        let dir = tempfile::tempdir()?;
        Ok(Plan {
            tamis: tamis.into(),
            accept: compiled(dir.path())?,
            dir,
            rounds,
            manner,
            only: None,
        })
    }

    /// Those of these filters that are to be measured.
    pub(crate) fn filters<'a>(&self, all: &[&'a str]) -> Vec<&'a str> {
        let wanted = |filter: &&str| self.only.as_ref().is_none_or(|only| only == filter);
        all.iter().copied().filter(wanted).collect()
    }

    /// Processor time of a message with each filter, in all rounds; the filters take turns.
    pub(crate) fn measure(&self, name: String, mail: &[Mail]) -> io::Result<Row> {
        let mut servers = Vec::new();
        for filter in self.filters(&FILTERS) {
            let server = self.start(filter)?;
            let count = self.count(&server, mail)?;
            servers.push((filter, server, count, Vec::new()));
        }
        for _ in 0..self.rounds {
            for (_, server, count, costs) in &mut servers {
                costs.push(self.cost(server, mail, *count)?);
            }
        }
        let touched = match servers.iter().find(|(filter, ..)| *filter == "tamis") {
            Some((_, server, ..)) => client::play(server.socket(), mail, mail.len(), self.manner)?,
            None => 0,
        };
        let costs = servers.into_iter();
        Ok(Row {
            name,
            messages: mail.len(),
            octets: mail.iter().map(Mail::size).sum::<usize>() / mail.len().max(1),
            costs: costs.map(|(filter, _, _, costs)| (filter, costs)).collect(),
            touched,
        })
    }

    /// A filter by its name.
    pub(crate) fn start(&self, filter: &str) -> io::Result<Server> {
        let socket = self.dir.path().join(format!("{filter}.sock"));
        let address = format!("unix:{}", socket.display());
        let mut command = Command::new(&self.accept);
        if filter == "tamis" {
            let config = self.dir.path().join("tamis.toml");
            let kept = self.dir.path().join("quarantine");
            let text = format!(
                "listen = \"{address}\"\n[quarantine]\ndir = \"{}\"\n[server]\nconnections = 20000\n",
                kept.display()
            );
            std::fs::write(&config, text)?;
            command = Command::new(&self.tamis);
            command.arg("milter").arg("--config").arg(config);
        } else {
            command.arg(address).arg(filter);
        }
        Server::start(&mut command, socket)
    }

    /// How many messages take long enough to be measured.
    fn count(&self, server: &Server, mail: &[Mail]) -> io::Result<usize> {
        let mut count = mail.len().max(100);
        while self.time(server, mail, count)? < LONG {
            count = count.saturating_mul(2);
        }
        Ok(count)
    }

    /// Seconds of processor time for one message.
    fn cost(&self, server: &Server, mail: &[Mail], count: usize) -> io::Result<f64> {
        let messages = u32::try_from(count).map_err(io::Error::other)?;
        Ok(self.time(server, mail, count)? / f64::from(messages))
    }

    /// Seconds of processor time for so many messages.
    fn time(&self, server: &Server, mail: &[Mail], count: usize) -> io::Result<f64> {
        let before = server.time()?;
        client::play(server.socket(), mail, count, self.manner)?;
        Ok(server.time()? - before)
    }
}

/// The filter that accepts everything, made with the libmilter of this host.
fn compiled(dir: &Path) -> io::Result<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/libmilter/accept.c");
    let program = dir.join("accept");
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-o"]).arg(&program);
    compiler.args([source, "-lmilter", "-lpthread"]);
    if compiler.status()?.success() {
        return Ok(program);
    }
    let why = "cannot compile the filter to compare with: is libmilter-dev there?";
    Err(io::Error::other(why))
}
