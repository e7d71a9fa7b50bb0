//! Room for mail, and who may look at what is kept of it.

use super::Finding;
use crate::config::Config;
use crate::config::default_quarantine;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Everything that is wrong with spool and quarantine.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let quarantine = config
        .quarantine
        .clone()
        .or_else(|| default_quarantine().ok());
    let mut findings = Vec::new();
    findings.extend(room(config, "spool", &config.spool.dir));
    if let Some(dir) = &quarantine {
        findings.extend(room(config, "quarantine", dir));
        findings.extend(mode(dir));
    }
    findings
}

/// Less room than one and a half of the largest messages, or than a twentieth of the disk.
#[cfg(target_os = "linux")]
fn room(config: &Config, what: &str, dir: &Path) -> Option<Finding> {
    // What is not there yet will be on the disk of what is.
    let there = dir.ancestors().find(|path| path.exists())?;
    let disk = rustix::fs::statvfs(there).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let all = disk.f_blocks.saturating_mul(disk.f_frsize);
    let largest = config.limits.message_bytes;
    let needed = largest.saturating_add(largest / 2).max(all / 20);
    let mib = |octets: u64| octets >> 20;
    (free < needed).then(|| {
        Finding::error(
            "disk-full",
            format!(
                "{} MiB are free for the {what} in {}, and {} MiB are needed",
                mib(free),
                dir.display(),
                mib(needed)
            ),
        )
        .why("When the disk is full, mail is deferred.")
        .todo(format!(
            "make room, or put the {what} somewhere else: [{what}] dir = \"...\""
        ))
    })
}

#[cfg(not(target_os = "linux"))]
fn room(_: &Config, _: &str, _: &Path) -> Option<Finding> {
    None
}

/// Others than its owner can look into it.
fn mode(dir: &Path) -> Option<Finding> {
    let metadata = fs::metadata(dir).ok()?;
    let mode = metadata.mode() & 0o777;
    let dir = dir.display();
    (mode & 0o077 != 0).then(|| {
        Finding::warning(
            "quarantine-open",
            format!("the quarantine {dir} has the mode {mode:04o}"),
        )
        .why("Others than the user of the daemon can look into mail that was taken out.")
        .todo(format!("chmod 0700 {dir}"))
    })
}
