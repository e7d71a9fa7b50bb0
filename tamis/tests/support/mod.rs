//! Throw-away real servers for tests: Postfix, clamd, spamd, rspamd, Redis, and a client that speaks SMTP to the one of them.
//!
//! Everything a server needs lies in a temporary directory and on free loopback ports; the set-up of the system is neither
//! read nor touched, and only processes started here are ended, by their process id.
//!
//! A test begins with [`ready`]: where a server is not installed the test says so and passes, unless
//! `TAMIS_REQUIRE_SERVICES=1` is set, which makes it fail.
//!
//! ```ignore
//! let Some(clamd) = support::ready(support::clamd::Clamd::start(&[])) else { return };
//! ```

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(
    unreachable_pub,
    reason = "a module of test programs, not of a library"
)]

pub mod clamd;
pub mod icap;
pub mod postfix;
pub mod process;
pub mod redis;
pub mod rspamd;
pub mod sendmail;
pub mod sink;
pub mod smtp;
pub mod spamd;

use std::{
    env, fmt,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io::{self, Write as _},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longest wait for what a local server does in well under a second, on a machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Why a server cannot be had here.
#[derive(Debug)]
pub struct Skip(String);

impl Skip {
    /// For this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Skip(reason.into())
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The server, or nothing after having said loudly why the test is skipped.
///
/// # Panics
///
/// When there is no server and `TAMIS_REQUIRE_SERVICES` is `1`.
pub fn ready<T>(server: Result<T, Skip>) -> Option<T> {
    let skip = match server {
        Ok(server) => return Some(server),
        Err(skip) => skip,
    };
    assert!(
        env::var("TAMIS_REQUIRE_SERVICES").as_deref() != Ok("1"),
        "a required service is missing: {skip}"
    );
    let test = thread::current().name().unwrap_or("a test").to_owned();
    // Not `eprintln`: the test runner would keep it to itself as long as the test passes.
    let _ = writeln!(
        io::stderr(),
        "\nSKIPPED {test}: {skip} (TAMIS_REQUIRE_SERVICES=1 makes this a failure)"
    );
    None
}

/// The first of `places` where there is a program.
pub fn program(name: &str, places: &[&str]) -> Result<PathBuf, Skip> {
    let found = places.iter().map(Path::new).find(|path| path.is_file());
    found.map(Path::to_path_buf).ok_or_else(|| {
        Skip::new(format!(
            "{name} is not installed (looked for {})",
            places.join(", ")
        ))
    })
}

/// A port of the loopback interface that is free at this moment, out of those that the system does not give to clients:
/// nobody but another test takes it meanwhile, and that one looks for its port at random too.
pub fn free_port() -> u16 {
    loop {
        let random = RandomState::new().build_hasher().finish() % 12_000;
        let port = 20_000 + u16::try_from(random).expect("less than 12,000");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A new directory that goes away with the value. In memory where there is room, because mail servers wait for the disk with
/// each message, and a disk that has just taken gigabytes of a build lets them wait for minutes. Otherwise in `/tmp`, wherever
/// other tests may have theirs: the path must be short enough for unix sockets, and everyone must be able to search it.
pub fn directory() -> TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::Builder::new()
        .prefix("tamis-")
        .tempdir_in(if has_room(MEMORY) { MEMORY } else { "/tmp" })
        .expect("a temporary directory");
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755))
        .expect("its mode");
    directory
}

/// A file system in memory.
const MEMORY: &str = "/dev/shm";

/// Room that all tests together do not use up.
const ROOM: u64 = 2 << 30;

/// Whether this directory is writable and has room for mail queues.
fn has_room(directory: &str) -> bool {
    let room = rustix::fs::statvfs(directory)
        .map(|system| system.f_bavail.saturating_mul(system.f_frsize))
        .unwrap_or_default();
    room > ROOM && tempfile::tempfile_in(directory).is_ok()
}

/// Waits until there is something, and says at the deadline what was missing.
///
/// # Panics
///
/// When `deadline` has passed and there is nothing yet.
#[track_caller]
pub fn wait_for<T>(what: &str, deadline: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < deadline, "waited {deadline:?} for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
