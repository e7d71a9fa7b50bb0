//! The files and ports that a configuration needs.

use super::Needed;
use crate::config::{self, Config, ScannerConfig};
use crate::notify::By;
use crate::quarantine::Store;
use std::fs::{self, DirBuilder};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use tamis_milter::Address;

/// What is read on any system: names of hosts and users, certificates, the time, and what the process knows of itself.
const READ: [&str; 5] = [
    "/etc",
    "/usr/share/zoneinfo",
    "/proc",
    "/sys/fs/cgroup",
    "/sys/devices/system/cpu",
];

/// Where programs and what they are linked with lie.
const RUN: [&str; 5] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"];

/// Where name servers answer what is too long for UDP.
const DNS: u16 = 53;

/// What a daemon is confined to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// Files and directories that are read.
    pub(super) read: Vec<PathBuf>,
    /// Those where programs may be started as well.
    pub(super) run: Vec<PathBuf>,
    /// Directories that are read and written.
    pub(super) keep: Vec<PathBuf>,
    /// Directories out of which files may be taken.
    pub(super) clear: Vec<PathBuf>,
    /// TCP ports that are listened at.
    pub(super) bind: Vec<u16>,
    /// TCP ports that are connected to.
    pub(super) connect: Vec<u16>,
    /// Whether Unix sockets without a file are connected to.
    pub(super) abstract_sockets: bool,
    /// What programs that scan need.
    pub(super) programs: Programs,
}

/// What programs that scan need beside what the daemon does: they inherit what it has given up. Each gives up more by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Programs {
    /// Whether there are any: which files they read is not known.
    pub(super) any: bool,
    /// Directories below which one of them may write.
    pub(super) write: Vec<PathBuf>,
    /// Whether one of them may reach any TCP port.
    pub(super) network: bool,
}

impl Programs {
    fn of(config: &Config) -> Self {
        let mut programs = Programs::default();
        for leave in config.scanners.iter().filter_map(ScannerConfig::leave) {
            programs.any = true;
            programs.write.extend(leave.writable.iter().cloned());
            programs.network |= leave.network;
        }
        programs
    }
}

impl Places {
    /// Those of a configuration. Directories that the daemon keeps things in are made if need be: what is not there cannot
    /// be confined to.
    pub(super) fn of(config: &Config, needed: &Needed<'_>) -> Self {
        let directory = |path: &Path| path.parent().map(Path::to_path_buf);
        let mut run: Vec<PathBuf> = RUN.iter().map(PathBuf::from).collect();
        run.extend(needed.program.and_then(directory));
        let programs = Programs::of(config);
        run.extend(programs.any.then(|| PathBuf::from("/")));
        let sockets = config.listen.iter().filter_map(|address| match address {
            Address::Unix(path) => directory(path),
            Address::Inet { .. } => None,
        });
        let manager = std::env::var_os("NOTIFY_SOCKET").unwrap_or_default();
        Places {
            read: read(config, needed),
            run,
            keep: kept(config),
            clear: sockets.collect(),
            bind: config.metrics.listen.iter().map(SocketAddr::port).collect(),
            connect: connected(config),
            programs,
            abstract_sockets: manager.as_encoded_bytes().starts_with(b"@"),
        }
    }
}

/// Where things lie that are read alone.
fn read(config: &Config, needed: &Needed<'_>) -> Vec<PathBuf> {
    let mut read: Vec<PathBuf> = READ.iter().map(PathBuf::from).collect();
    read.extend(name_servers());
    read.extend(config.control_dir().ok().map(|dir| made(&dir)));
    read.extend(needed.config.and_then(directory_of_file));
    let rules = config.scanners.iter().flat_map(ScannerConfig::files);
    let rules = needed.policy.iter().chain(rules);
    read.extend(rules.filter_map(|path| directory_of_rules(path)));
    read
}

/// Where a file lies that is named in any way; the directory, so that another file can take its place.
fn directory_of_file(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.parent().map(Path::to_path_buf)
}

/// Where rules lie: the directory itself, or that of a file.
fn directory_of_rules(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return Some(path.to_path_buf());
    }
    directory_of_file(path)
}

/// Where the list of name servers really lies.
fn name_servers() -> Option<PathBuf> {
    let list = fs::canonicalize("/etc/resolv.conf").ok()?;
    list.parent().map(Path::to_path_buf)
}

/// Where the daemon keeps things.
fn kept(config: &Config) -> Vec<PathBuf> {
    let quarantine = config.quarantine.clone();
    let quarantine = quarantine.or_else(|| config::default_quarantine().ok());
    let captures = config.capture.as_ref().map(|capture| capture.dir.clone());
    let mut kept = vec![config.spool.dir.clone()];
    for dir in quarantine.into_iter().chain(captures) {
        // What is wrong with it is told when it is opened.
        let _ = Store::create(&dir);
        kept.push(nearest(&dir));
    }
    if let Some(By::Directory(dir)) = config.notify.as_ref().map(|notify| &notify.by) {
        kept.push(made(dir));
    }
    kept
}

/// Where scanners and stores of meters listen.
fn connected(config: &Config) -> Vec<u16> {
    let scanners = config.scanners.iter().filter_map(|it| match it.address() {
        Some(tamis_scan::Address::Tcp { port, .. }) => Some(*port),
        _ => None,
    });
    scanners
        .chain(config.meters.store.port())
        .chain([DNS])
        .collect()
}

/// Makes a directory that nobody else can look into, if there is none.
fn made(dir: &Path) -> PathBuf {
    // What is wrong with it is told by whoever uses it.
    let _ = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    nearest(dir)
}

/// A path, or what is nearest above it.
fn nearest(path: &Path) -> PathBuf {
    let there = path.ancestors().find(|path| path.exists());
    there.unwrap_or(path).to_path_buf()
}
