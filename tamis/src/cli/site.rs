//! What commands that inspect messages have in common: configuration, policy, and what is shared by all inspections.

use crate::bypass::Watched;
use crate::capture::CaptureSettings;
use crate::config::{Config, PolicyName};
use crate::confined::Confined;
use crate::daemon;
use crate::exit::{Exit, Failure};
use crate::inspect::Site;
use crate::metrics::Metrics;
use crate::notify::NotifySettings;
use crate::policy::{self, Tally};
use crate::quarantine::Store;
use crate::room::{Descriptors, Room};
use clap::Args;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tamis_rules::{Direction, Envelope, Policy};

/// Where settings come from.
#[derive(Debug, Args)]
pub(super) struct Settings {
    /// The policy: a file, or builtin:NAME (default, no-executables, strict, no-images)
    #[arg(short, long, value_name = "POLICY")]
    policy: Option<String>,
    /// Configuration file, for scanners, limits, spool, quarantine and policy
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Settings {
    /// The configuration with what the command line says instead.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        if let Some(name) = &self.policy {
            config.policy = PolicyName::new(name);
        }
        Ok(config)
    }
}

/// What the policy is told of the sender and the recipients: a message in a file has no envelope.
#[derive(Debug, Args)]
pub(super) struct EnvelopeArgs {
    /// Sender of the envelope
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Recipient of the envelope; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    rcpt: Vec<String>,
    /// IP address of the client
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// Which way the mail goes
    #[arg(long, value_name = "WAY", value_parser = ["inbound", "outbound", "internal"], default_value = "inbound")]
    direction: String,
}

impl EnvelopeArgs {
    pub(super) fn envelope(&self) -> Envelope {
        Envelope {
            client: self.ip,
            sender: self.from.clone(),
            recipients: self.rcpt.clone(),
            direction: Direction::from_name(&self.direction),
            ..Envelope::default()
        }
    }
}

/// What of messages is kept and told, and where. Nothing by default.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keeps<'a> {
    /// What is removed or refused.
    pub(super) quarantine: Option<&'a Path>,
    /// Copies that rules ask for.
    pub(super) captures: Option<&'a CaptureSettings>,
    /// Who sends notices.
    pub(super) notify: Option<&'a NotifySettings>,
}

/// What all inspections share. Stores are created if need be.
pub(super) fn site(config: &Config, keeps: Keeps<'_>) -> Result<Arc<Site>, Failure> {
    Ok(Arc::new(Site {
        engines: daemon::engines(config),
        patience: daemon::patience(config),
        quarantine: keeps.quarantine.map(Store::create).transpose()?,
        captures: keeps.captures.map(daemon::captures).transpose()?,
        notifier: keeps.notify.map(daemon::notifier).transpose()?,
        limits: config.limits.clone(),
        spool: config.spool.clone(),
        decoders: daemon::decoders(config),
        tally: Tally::default(),
        metrics: Metrics::default(),
        bypass: Watched::default(),
        confined: Confined::default(),
        descriptors: Descriptors::default(),
        ledger: None,
        room: Room::default(),
    }))
}

/// The policy of a configuration.
pub(super) fn policy(config: &Config) -> Result<Arc<Policy>, Failure> {
    policy::load(&config.policy)
        .map(Arc::new)
        .map_err(|faulty| faulty.failure())
}

/// A runtime with so many threads for the talk with scanners and MTAs.
pub(super) fn runtime(threads: usize) -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads.max(1))
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Software, format!("cannot start threads: {error}")))
}
