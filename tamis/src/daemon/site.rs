//! What all inspections share, put together as the configuration has it.

use crate::bypass::Watched;
use crate::capture::{CaptureSettings, Captures};
use crate::config::{self, Config, ScannerConfig};
use crate::confined::Confined;
use crate::decoder::Decoders;
use crate::exit::{Exit, Failure};
use crate::inspect::{Engine, Patience, Site};
use crate::launch::this_program;
use crate::metrics::Metrics;
use crate::notify::{Notifier, NotifySettings};
use crate::poison::Ledger;
use crate::policy::Tally;
use crate::quarantine::Store;
use crate::room::{self, Descriptors, Room};
use crate::spool::Spool;
use crate::untrusted::plain;
use std::path::Path;
use std::time::Duration;
use tracing::warn;

/// Everything that inspections share.
pub(super) fn site(
    config: &Config,
    confined: Confined,
    descriptors: Descriptors,
) -> Result<Site, Failure> {
    let dir = config
        .quarantine
        .clone()
        .map_or_else(config::default_quarantine, Ok)?;
    let quarantine = Some(Store::create(&dir)?);
    Spool::check(&config.spool).map_err(|error| Failure::new(Exit::CannotCreate, error))?;
    Ok(Site {
        engines: engines(config),
        patience: patience(config),
        quarantine,
        captures: config.capture.as_ref().map(captures).transpose()?,
        notifier: config.notify.as_ref().map(notifier).transpose()?,
        limits: config.limits.clone(),
        spool: config.spool.clone(),
        decoders: decoders(config),
        tally: Tally::default(),
        metrics: Metrics::default(),
        bypass: Watched::default(),
        confined,
        descriptors,
        room: room(config, descriptors),
        ledger: ledger(&dir, config),
    })
}

/// Who remembers what inspections died of. Without it mail goes on.
fn ledger(quarantine: &Path, config: &Config) -> Option<Ledger> {
    match Ledger::open(quarantine, config.poison) {
        Ok((ledger, 0)) => Some(ledger),
        Ok((ledger, messages)) => {
            warn!(messages, "the process before ended while it inspected");
            Some(ledger)
        }
        Err(error) => {
            warn!(problem = plain(&error), "inspections are not remembered");
            None
        }
    }
}

fn room(config: &Config, descriptors: Descriptors) -> Room {
    let largest = config.limits.message_bytes;
    let fitting = || room::fitting(&config.spool.dir, largest);
    let octets = config.in_flight.unwrap_or_else(fitting);
    let messages = usize::try_from(descriptors.messages).unwrap_or(usize::MAX);
    Room::new(octets, messages)
}

/// The store of copies, as the configuration has it.
pub fn captures(settings: &CaptureSettings) -> Result<Captures, Failure> {
    Captures::create(settings).map_err(|error| Failure::new(Exit::CannotCreate, error))
}

/// What sends notices, as the configuration has it.
pub fn notifier(settings: &NotifySettings) -> Result<Notifier, Failure> {
    Notifier::start(settings)
        .map_err(|error| Failure::new(Exit::Config, format!("cannot send notices: {error}")))
}

/// What opens containers, as the configuration has it.
pub fn decoders(config: &Config) -> Decoders {
    Decoders::new(config.sandbox, this_program(), &config.spool)
}

/// The longest time that the end of a message takes, whatever the configuration says.
const LONGEST_END: Duration = Duration::from_mins(4);

/// How long a message waits for scanners: the rest of the time is for the edits and the way back.
pub fn patience(config: &Config) -> Patience {
    Patience(config.server.end.min(LONGEST_END).mul_f32(0.8))
}

/// The scanners that the configuration names.
pub fn engines(config: &Config) -> Vec<Engine> {
    config.scanners.iter().map(ScannerConfig::engine).collect()
}
