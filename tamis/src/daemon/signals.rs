//! What signals do to the daemon.

use super::service;
use super::upgrade::Program;
use crate::exit::{Exit, Failure};
use crate::inspect::Site;
use crate::metrics::Metrics;
use crate::policy::Current;
use crate::untrusted::plain;
use std::os::fd::OwnedFd;
use std::time::Duration;
use tamis_rules::Policy;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{error, info, warn};

/// What signals are about.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) policy: &'a Current,
    pub(super) site: &'a Site,
    /// How often the files of the policy are looked at.
    pub(super) watch: Option<Duration>,
    /// What is handed over to a new process.
    pub(super) sockets: &'a [OwnedFd],
    pub(super) program: &'a Program,
}

/// The signals that the daemon knows.
pub(super) struct Signals {
    reload: Signal,
    upgrade: Signal,
    counters: Signal,
    terminate: Signal,
    interrupt: Signal,
    /// Only there to be caught: a file that may not grow is then an error of the write, and does not end the process.
    _too_large: Signal,
}

impl Signals {
    pub(super) fn new() -> Result<Self, Failure> {
        let wait = |kind| signal(kind).map_err(|error| Failure::new(Exit::Software, plain(&error)));
        Ok(Signals {
            reload: wait(SignalKind::hangup())?,
            upgrade: wait(SignalKind::user_defined2())?,
            counters: wait(SignalKind::user_defined1())?,
            terminate: wait(SignalKind::terminate())?,
            interrupt: wait(SignalKind::interrupt())?,
            _too_large: wait(SignalKind::from_raw(libc::SIGXFSZ))?,
        })
    }

    /// Does what it is told until the daemon shall end. Gives the process that goes on instead, if there is one.
    pub(super) async fn until_the_end(&mut self, told: &Told<'_>) -> Option<u32> {
        loop {
            tokio::select! {
                Some(()) = self.reload.recv() => {}
                Some(()) = self.counters.recv() => {
                    log_counters(told.site);
                    continue;
                }
                Some(()) = self.upgrade.recv() => match upgraded(told).await {
                    Some(process) => return Some(process),
                    None => continue,
                },
                () = changed(told.policy, told.watch) => {}
                () = ended(&mut self.terminate, &mut self.interrupt) => return None,
            }
            // A policy on a disk that does not answer must not keep the daemon from ending.
            tokio::select! {
                () = reload(told.policy.clone(), &told.site.metrics) => {}
                () = ended(&mut self.terminate, &mut self.interrupt) => return None,
            }
        }
    }
}

/// Hands over to the program that lies on disk now. Nothing if that failed: this one goes on.
async fn upgraded(told: &Told<'_>) -> Option<u32> {
    info!("handing over to a new process");
    let sockets = match told.sockets.iter().map(OwnedFd::try_clone).collect() {
        Ok(sockets) => sockets,
        Err(error) => {
            let error: std::io::Error = error;
            error!(
                failure = plain(&error),
                "not handed over, this process goes on"
            );
            return None;
        }
    };
    match told.program.start(sockets).await {
        Ok(process) => {
            info!(process, "handed over");
            service::handed_over(process);
            Some(process)
        }
        Err(failure) => {
            error!(
                failure = failure.to_string(),
                "not handed over, this process goes on"
            );
            None
        }
    }
}

/// Says what of a policy is worth a second look.
pub(super) fn warn_of(policy: &Policy) {
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
    service::reloading();
    let current = policy.clone();
    let shown = policy.clone();
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
    service::ready(&status(&shown));
}

/// Tells the log how often each rule has fired, and how many notices there were.
pub(super) fn log_counters(site: &Site) {
    site.tally.log();
    if let Some(notifier) = &site.notifier {
        notifier.log();
    }
}

/// What the service manager shows of the daemon.
pub(super) fn status(policy: &Current) -> String {
    let policy = policy.policy();
    format!("policy {} of {} rules", policy.version(), policy.len())
}
