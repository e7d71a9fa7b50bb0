//! The policy, and what the daemon says of itself.

use super::Finding;
use crate::bypass;
use crate::config::Config;
use crate::confined::Confine;
use crate::notify::By;
use crate::policy::{Current, Means};
use crate::watch::{self, Status};
use std::time::SystemTime;

/// What is wrong with the policy.
pub(super) fn policy(config: &Config) -> Vec<Finding> {
    let todo = match &config.policy {
        crate::config::PolicyName::File(path) => format!("tamis policy check {}", path.display()),
        crate::config::PolicyName::BuiltIn(name) => format!("tamis policy show builtin:{name}"),
    };
    match Current::load(config.policy.clone(), Means::of(config)) {
        Ok(current) => {
            let policy = current.policy();
            let note = |warning: &tamis_rules::Diagnostic| {
                let first = warning.to_string();
                let first = first.lines().next().unwrap_or_default().to_owned();
                Finding::note("policy-warning", first).todo(todo.clone())
            };
            policy.warnings().iter().map(note).collect()
        }
        Err(faulty) => {
            let fault = |line: String| {
                Finding::error("policy-fault", line)
                    .why("The daemon does not start with it, and does not take it up when it is read again.")
                    .todo(todo.clone())
            };
            faulty.lines().into_iter().map(fault).collect()
        }
    }
}

/// What the daemon says of itself, if it does.
pub(super) async fn daemon(config: &Config) -> Vec<Finding> {
    let mut findings: Vec<_> = bypassed(config).into_iter().collect();
    let Some(address) = config.metrics.listen else {
        findings.push(
            Finding::note("metrics-off", "nobody can ask the daemon how it is")
                .why("Without [metrics] there are no counters, no alerts and no tamis status.")
                .todo("in the configuration of Tamis:\n[metrics]\nlisten = \"127.0.0.1:9811\""),
        );
        return findings;
    };
    if !address.ip().is_loopback() {
        findings.push(
            Finding::warning(
                "metrics-public",
                format!("whoever reaches {address} can read how the daemon is"),
            )
            .why("The endpoint has no login.")
            .todo("[metrics] listen = \"127.0.0.1:9811\", or a firewall before it"),
        );
    }
    match watch::ask(address, "/status").await {
        Err(error) => findings.push(
            Finding::error("status-unreachable", error.to_string())
                .why("The daemon does not run, or with another configuration.")
                .todo("systemctl restart tamis"),
        ),
        Ok((_, page)) => {
            let status: Option<Status> = serde_json::from_str(&page).ok();
            findings.extend(status.iter().flat_map(said));
            findings.extend(status.and_then(|status| unconfined(config, &status)));
        }
    }
    findings
}

fn said(status: &Status) -> Vec<Finding> {
    let problems = status.problems.iter();
    let problems =
        problems.map(|problem| Finding::error("daemon-unready", problem).todo("tamis status"));
    let reload = status.last_reload.is_some_and(|(_, ok)| !ok).then(|| {
        Finding::warning(
            "policy-not-taken-up",
            "the policy on disk has a fault, and an older one rules",
        )
        .why("What was changed since does not hold.")
        .todo("tamis policy check FILE")
    });
    problems.chain(reload).collect()
}

/// The daemon could write every file of its user, and nobody has wanted that.
fn unconfined(config: &Config, status: &Status) -> Option<Finding> {
    let wanted = config.confine != Confine::Off && !status.confined.writes;
    let todo = match config.notify.as_ref().map(|notify| &notify.by) {
        Some(By::Sendmail(_)) => "[notify] dir = \"...\" instead of sendmail",
        _ => "a kernel with Landlock (Linux 5.13), or confine = \"off\" to be told no more",
    };
    wanted.then(|| {
        Finding::note(
            "not-confined",
            "the daemon has not given up the files that it does not need",
        )
        .why("Whoever finds a hole in it can do all that its user can do.")
        .todo(todo)
    })
}

fn bypassed(config: &Config) -> Option<Finding> {
    let dir = config.control_dir().ok()?;
    match bypass::read(&dir) {
        Ok(Some(switch)) if switch.holds(SystemTime::now()) => Some(
            Finding::warning(
                "bypass-active",
                format!("mail passes uninspected until {}", switch.end()),
            )
            .why("Somebody has switched inspection off.")
            .todo("tamis bypass off"),
        ),
        Ok(_) => None,
        Err(trouble) => Some(
            Finding::warning(
                "bypass-not-believed",
                format!(
                    "{} is not believed: {trouble}",
                    dir.join(bypass::NAME).display()
                ),
            )
            .why("It switches nothing off.")
            .todo("tamis bypass off"),
        ),
    }
}
