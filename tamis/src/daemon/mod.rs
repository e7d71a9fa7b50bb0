//! The daemon: sockets, scanners, quarantine and policy put together, and what signals do to them.
//!
//! | signal | effect |
//! |---|---|
//! | HUP | the policy is read again; if it has a fault, the old one goes on to rule |
//! | USR1 | the log is told how often each rule has fired, and how many notices were sent |
//! | USR2 | a new process of the program on disk takes over: it gets the sockets, nobody is refused meanwhile |
//! | TERM, INT | nobody new is accepted, messages on their way come to their end, then the daemon ends |

//!
//! | file | what it is about |
//! |---|---|
//! | `sockets` | where MTAs are awaited: bound, or handed over |
//! | `privileges` | giving up the rights of root |
//! | `confine` | giving up files, ports and system calls that are not needed |
//! | `scanners` | whether they are there at the start, and what they see |
//! | `site` | what all inspections share |
//! | `signals` | what signals do |
//! | `service` | what the service manager is told |
//! | `upgrade` | handing over to a new process |

mod confine;
mod privileges;
mod scanners;
mod service;
mod signals;
mod site;
mod sockets;
mod upgrade;

pub use site::{captures, decoders, engines, notifier, patience};

use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::gate::{Gate, Routes};
use crate::inspect::Site;
use crate::meter::Meters;
use crate::policy::{Current, Means};
use crate::room::Descriptors;
use crate::telemetry;
use crate::untrusted::plain;
use crate::watch::{Endpoint, Pages, ask_scanners};
use confine::Needed;
use signals::{Signals, Told, log_counters, warn_of};
use sockets::Sockets;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tamis_milter::Settings;
use tamis_milter::server::{SocketFile, Stop, serve};
use tokio::runtime::{Builder, Runtime};
use tracing::{info, warn};
use upgrade::Program;

/// Between two tries to answer at a place that is taken.
const TRY_AGAIN: Duration = Duration::from_millis(200);

/// How long work on the disk may take to end, once everybody has had an answer.
const LAST_WORK: Duration = Duration::from_secs(2);

/// How long notices may take to be sent, once everybody has had an answer.
pub const LAST_NOTICES: Duration = Duration::from_secs(5);

/// Serves MTAs until a signal ends it, as the configuration has it, which was read from `file`. `ready` is called once
/// everything is in place.
pub fn run(
    config: &Config,
    file: Option<&Path>,
    ready: impl FnOnce(&Config),
) -> Result<Exit, Failure> {
    let program = Program::this();
    let awaited = upgrade::is_awaited();
    let wanted = config.server.connections as u64;
    let descriptors = Descriptors::take(scans(config), wanted);
    let sockets = Sockets::open(config, awaited)?;
    privileges::drop(config)?;
    let policy = Current::load(config.policy.clone(), Means::of(config))
        .map_err(|faulty| faulty.failure())?;
    let needed = Needed {
        config: file,
        program: program.path(),
        policy: policy.files(),
    };
    let confinement = confine::confine(config, &needed, awaited)?;
    let program = program.confined(confinement.confined);
    let site = Arc::new(site::site(config, confinement.confined, descriptors)?);
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let mut signals = Signals::new()?;
        privileges::warn_of_root(config);
        confinement.tell();
        descriptors.tell(wanted);
        sockets.tell();
        let duplicates = sockets.duplicates().map_err(|error| cannot_start(&error))?;
        let (listeners, files) = sockets.listen()?;
        watch(config, &site, &policy, awaited).await?;
        let gate = Arc::new(gate(config, &site, &policy)?);
        ready(config);
        warn_of(&policy.policy());
        info!(
            rules = policy.policy().len(),
            policy = policy.policy().version(),
            scanners = site.engines.len(),
            log = telemetry::LOG_VERSION,
            "ready"
        );
        if awaited {
            upgrade::tell_ready();
        }
        service::ready(&signals::status(&policy));
        let told = Told {
            policy: &policy,
            site: &site,
            watch: config.policy_watch,
            sockets: &duplicates,
            program: &program,
        };
        let mut successor = None;
        let end = async {
            successor = signals.until_the_end(&told).await;
            if successor.is_some() {
                return Stop::HandOver;
            }
            service::stopping(config.server.drain);
            Stop::Drain
        };
        serve(listeners, gate, bounded(config, descriptors), end).await;
        if successor.is_some() {
            files.into_iter().for_each(SocketFile::leave);
        }
        send_the_last(&site).await;
        log_counters(&site);
        info!("ended");
        Ok(Exit::Done)
    });
    // Threads that wait for a disk would keep the program from ending.
    runtime.shutdown_timeout(LAST_WORK);
    served
}

fn gate(config: &Config, site: &Arc<Site>, policy: &Current) -> Result<Gate, Failure> {
    let routes = Routes {
        networks: config.inside.networks.clone(),
        domains: config.inside.domains.clone(),
    };
    let meters = Meters::open(&config.meters)
        .map_err(|error| Failure::new(Exit::Config, error.to_string()))?;
    Ok(Gate::new(Arc::clone(site), policy.shared(), routes, meters))
}

/// Descriptors of all scans that may go on at a time: a connection, or what a program reads and says.
fn scans(config: &Config) -> u64 {
    let scanners = config.scanners.iter().map(|scanner| {
        let of_a_scan = if scanner.is_program() { 4 } else { 1 };
        (scanner.guard.concurrency as u64).saturating_mul(of_a_scan)
    });
    scanners.fold(0, u64::saturating_add)
}

/// No more connections than there are descriptors for.
fn bounded(config: &Config, descriptors: Descriptors) -> Settings {
    let mut settings = config.server.clone();
    let most = usize::try_from(descriptors.connections).unwrap_or(usize::MAX);
    settings.connections = settings.connections.min(most);
    settings
}

fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| cannot_start(&error))
}

fn cannot_start(error: &io::Error) -> Failure {
    Failure::new(Exit::Software, format!("cannot start: {}", plain(error)))
}

/// Waits for the notices that are on their way.
async fn send_the_last(site: &Arc<Site>) {
    let site = Arc::clone(site);
    let wait = move || {
        let notifier = site.notifier.as_ref();
        notifier.is_none_or(|notifier| notifier.finish(LAST_NOTICES))
    };
    if !tokio::task::spawn_blocking(wait).await.unwrap_or(false) {
        warn!("some notices were not sent");
    }
}

/// Asks the scanners whether they are there, says that the daemon lives, and answers whoever asks how it is. A daemon that
/// takes over has to wait until the one before no longer answers.
async fn watch(
    config: &Config,
    site: &Arc<Site>,
    policy: &Current,
    takes_over: bool,
) -> Result<(), Failure> {
    tokio::spawn(service::live(Arc::clone(site)));
    for engine in &site.engines {
        tokio::spawn(scanners::meet(engine.clone(), Arc::clone(site)));
    }
    tokio::spawn(ask_scanners(Arc::clone(site)));
    site.bypass.start(&config.control_dir()?).await;
    if let Some(address) = config.metrics.listen {
        let pages = Arc::new(Pages::new(Arc::clone(site), policy.clone()));
        match Endpoint::bind(address).await {
            Ok(endpoint) => drop(tokio::spawn(endpoint.serve(pages))),
            Err(_) if takes_over => drop(tokio::spawn(answer_later(address, pages))),
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Answers as soon as the place is free.
async fn answer_later(address: SocketAddr, pages: Arc<Pages>) {
    loop {
        tokio::time::sleep(TRY_AGAIN).await;
        if let Ok(endpoint) = Endpoint::bind(address).await {
            return endpoint.serve(pages).await;
        }
    }
}
