//! The daemon: sockets, scanners, quarantine and policy put together, and what signals do to them.
//!
//! | signal | effect |
//! |---|---|
//! | HUP | the policy is read again; if it has a fault, the old one goes on to rule |
//! | USR1 | the log is told how often each rule has fired, and how many notices were sent |
//! | TERM, INT | nobody new is accepted, messages on their way come to their end, then the daemon ends |

use crate::bypass::Watched;
use crate::capture::{CaptureSettings, Captures};
use crate::config::{self, Config, ScannerConfig};
use crate::decoder::Decoders;
use crate::exit::{Exit, Failure};
use crate::gate::{Gate, Routes};
use crate::inspect::{Engine, Patience, Site};
use crate::meter::Meters;
use crate::metrics::Metrics;
use crate::notify::{Notifier, NotifySettings};
use crate::policy::{Current, Means, Tally};
use crate::quarantine::Store;
use crate::spool::Spool;
use crate::telemetry;
use crate::untrusted::plain;
use crate::watch::{Endpoint, Pages, ask_scanners};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tamis_milter::server::{BindError, Listener, serve};
use tamis_rules::Policy;
use tamis_scan::Printable;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{error, info, warn};

/// How long work on the disk may take to end, once everybody has had an answer.
const LAST_WORK: Duration = Duration::from_secs(2);

/// How long notices may take to be sent, once everybody has had an answer.
pub const LAST_NOTICES: Duration = Duration::from_secs(5);

/// Serves MTAs until a signal ends it. `ready` is called once everything is in place.
pub fn run(config: &Config, ready: impl FnOnce(&Config)) -> Result<Exit, Failure> {
    let policy = Current::load(config.policy.clone(), Means::of(config))
        .map_err(|faulty| faulty.failure())?;
    let site = Arc::new(site(config)?);
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let mut signals = Signals::new()?;
        let mut listeners = Vec::new();
        for address in &config.listen {
            let listener = Listener::bind(address, Some(config.socket_mode)).await;
            listeners.push(listener.map_err(|error| cannot_listen(&error))?);
        }
        watch(config, &site, &policy).await?;
        let routes = Routes {
            networks: config.inside.networks.clone(),
            domains: config.inside.domains.clone(),
        };
        let meters = Meters::open(&config.meters)
            .map_err(|error| Failure::new(Exit::Config, error.to_string()))?;
        let gate = Gate::new(Arc::clone(&site), policy.shared(), routes, meters);
        let gate = Arc::new(gate);
        ready(config);
        warn_of(&policy.policy());
        info!(
            rules = policy.policy().len(),
            policy = policy.policy().version(),
            scanners = site.engines.len(),
            log = telemetry::LOG_VERSION,
            "ready"
        );
        serve(
            listeners,
            gate,
            config.server.clone(),
            signals.until_the_end(&policy, &site, config.policy_watch),
        )
        .await;
        send_the_last(&site).await;
        log_counters(&site);
        info!("ended");
        Ok(Exit::Done)
    });
    // Threads that wait for a disk would keep the program from ending.
    runtime.shutdown_timeout(LAST_WORK);
    served
}

/// Everything that inspections share.
fn site(config: &Config) -> Result<Site, Failure> {
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
    })
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

/// The program that runs, even if another one has taken its place on disk.
pub(crate) fn this_program() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return running;
    }
    std::env::current_exe().unwrap_or(running)
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

fn runtime() -> Result<Runtime, Failure> {
    let cannot = |error| Failure::new(Exit::Software, format!("cannot start: {}", plain(&error)));
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(cannot)
}

fn cannot_listen(error: &BindError) -> Failure {
    let exit = match () {
        () if error.is_denied() => Exit::NoPermission,
        () if error.is_in_use() => Exit::Unavailable,
        () => Exit::CannotCreate,
    };
    Failure::new(exit, error)
}

/// Tells the log how often each rule has fired, and how many notices there were.
fn log_counters(site: &Site) {
    site.tally.log();
    if let Some(notifier) = &site.notifier {
        notifier.log();
    }
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

/// Asks the scanners whether they are there, and answers whoever asks how the daemon is.
async fn watch(config: &Config, site: &Arc<Site>, policy: &Current) -> Result<(), Failure> {
    for engine in &site.engines {
        tokio::spawn(probe(engine.clone(), site.metrics.clone()));
    }
    tokio::spawn(ask_scanners(Arc::clone(site)));
    site.bypass.start(&config.control_dir()?).await;
    if let Some(address) = config.metrics.listen {
        let endpoint = Endpoint::bind(address).await?;
        let pages = Pages::new(Arc::clone(site), policy.clone());
        tokio::spawn(endpoint.serve(Arc::new(pages)));
    }
    Ok(())
}

/// Says at once if a scanner is not there; mail is deferred until it is, as policy has it.
async fn probe(engine: Engine, metrics: Metrics) {
    let since = Instant::now();
    let answer = engine.scanner.probe().await;
    let says = answer.as_ref().map(Printable::as_str);
    metrics.probed(&engine.name, says, since.elapsed());
    match answer {
        Ok(version) => info!(
            scanner = engine.name,
            version = version.as_str(),
            "scanner is there"
        ),
        Err(unscanned) => {
            let detail = unscanned.detail().as_str().to_owned();
            warn!(
                scanner = engine.name,
                reason = unscanned.reason().name(),
                detail,
                "scanner does not answer"
            );
        }
    }
}

/// The signals that the daemon knows.
struct Signals {
    reload: Signal,
    counters: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        let wait = |kind| signal(kind).map_err(|error| Failure::new(Exit::Software, plain(&error)));
        Ok(Signals {
            reload: wait(SignalKind::hangup())?,
            counters: wait(SignalKind::user_defined1())?,
            terminate: wait(SignalKind::terminate())?,
            interrupt: wait(SignalKind::interrupt())?,
        })
    }

    /// Reloads as often as asked, until the daemon shall end.
    async fn until_the_end(&mut self, policy: &Current, site: &Site, watch: Option<Duration>) {
        loop {
            tokio::select! {
                Some(()) = self.reload.recv() => {}
                Some(()) = self.counters.recv() => {
                    log_counters(site);
                    continue;
                }
                () = changed(policy, watch) => {}
                () = ended(&mut self.terminate, &mut self.interrupt) => return,
            }
            // A policy on a disk that does not answer must not keep the daemon from ending.
            tokio::select! {
                () = reload(policy.clone(), &site.metrics) => {}
                () = ended(&mut self.terminate, &mut self.interrupt) => return,
            }
        }
    }
}

/// Says what of a policy is worth a second look.
fn warn_of(policy: &Policy) {
    for warning in policy.warnings() {
        warn!(problem = warning.to_string(), "policy");
    }
}

/// Waits for a signal that ends the daemon.
async fn ended(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Waits until a file of the policy has changed on disk. Looks at them as often as the configuration says, or never.
async fn changed(policy: &Current, watch: Option<Duration>) {
    let Some(watch) = watch else {
        return std::future::pending().await;
    };
    loop {
        tokio::time::sleep(watch).await;
        let policy = policy.clone();
        if let Ok(true) = tokio::task::spawn_blocking(move || policy.is_stale()).await {
            return;
        }
    }
}

/// Reads the policy again, off the threads that serve.
async fn reload(policy: Current, metrics: &Metrics) {
    let current = policy.clone();
    let before = policy.policy().version().to_owned();
    let reloaded = tokio::task::spawn_blocking(move || policy.reload()).await;
    metrics.reloaded(matches!(reloaded, Ok(Ok(_))));
    match reloaded {
        Ok(Ok(rules)) => {
            let policy = current.policy();
            let version = policy.version();
            info!(rules, version, before, "policy reloaded");
            warn_of(&policy);
        }
        Ok(Err(faulty)) => {
            for problem in faulty.lines() {
                error!(problem, "policy has a fault, the old one goes on to rule");
            }
        }
        Err(_) => error!("policy could not be read, the old one goes on to rule"),
    }
}
