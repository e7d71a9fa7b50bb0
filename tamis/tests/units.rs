//! The units of systemd: it understands them, and leaves the daemon little to do harm with.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use support::{program, ready};
use tamis::config::Config;
use tamis_milter::Address;

/// Most exposure that is borne, in tenths: of a network service that reads what strangers send.
const EXPOSURE: &str = "12";

fn unit(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/systemd");
    fs::read_to_string(path.join(name)).expect("a unit")
}

/// All values of a key.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    lines
        .filter(|(name, _)| *name == key)
        .map(|(_, value)| value)
        .collect()
}

/// Runs `systemd-analyze` beside both units, with the program that was built in the place of the installed one.
fn analyze(arguments: &[&str]) -> Option<Output> {
    let places = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"];
    let analyze: PathBuf = ready(program("systemd-analyze", &places))?;
    let dir = support::directory();
    let service = unit("tamis.service").replace("/usr/bin/tamis", env!("CARGO_BIN_EXE_tamis"));
    fs::write(dir.path().join("tamis.service"), service).expect("written");
    fs::write(dir.path().join("tamis.socket"), unit("tamis.socket")).expect("written");
    let mut command = Command::new(analyze);
    command.args(arguments).current_dir(dir.path());
    Some(command.output().expect("it runs"))
}

#[test]
fn systemd_understands_the_units() {
    let Some(output) = analyze(&["verify", "./tamis.service", "./tamis.socket"]) else {
        return;
    };
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    let ours: Vec<_> = says.lines().filter(|line| line.contains("tamis")).collect();
    assert!(output.status.success() && ours.is_empty(), "{says}");
}

#[test]
fn the_daemon_is_exposed_as_little_as_can_be() {
    let threshold = format!("--threshold={EXPOSURE}");
    let arguments = ["security", "--offline=true", &threshold, "./tamis.service"];
    let Some(output) = analyze(&arguments) else {
        return;
    };
    let says = String::from_utf8_lossy(&output.stdout).into_owned();
    let complains = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = says.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{last}\n{complains}");
    assert!(last.contains("Overall exposure level"), "{says}");
    assert!(!complains.contains("ignoring"), "{complains}");
}

/// Where there is no systemd to ask, what matters is there all the same.
#[test]
fn the_service_agrees_with_the_daemon() {
    let service = unit("tamis.service");
    for (key, value) in [
        ("Type", "notify"),
        ("Restart", "on-failure"),
        ("User", "tamis"),
        ("CapabilityBoundingSet", ""),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("StateDirectory", "tamis"),
        ("ExecReload", "/bin/kill -HUP $MAINPID"),
    ] {
        assert_eq!(values(&service, key), [value], "{key}");
    }
    for key in [
        "WatchdogSec",
        "MemoryMax",
        "TasksMax",
        "LimitNOFILE",
        "SystemCallFilter",
    ] {
        assert!(!values(&service, key).is_empty(), "{key}");
    }
    let stop: u64 = values(&service, "TimeoutStopSec")[0]
        .parse()
        .expect("seconds");
    let drain = Config::default().server.drain;
    assert!(Duration::from_secs(stop) > drain + Duration::from_secs(10));
}

#[test]
fn the_sockets_are_those_of_the_configuration() {
    let socket = unit("tamis.socket");
    let listens = values(&socket, "ListenStream").into_iter().map(|place| {
        let place = match place.strip_prefix('/') {
            Some(_) => format!("unix:{place}"),
            None => format!("inet:{place}"),
        };
        place.parse::<Address>().expect("an address")
    });
    let listens: Vec<_> = listens.collect();
    assert!(
        listens.starts_with(&Config::default().listen),
        "{listens:?}"
    );
    assert_eq!(values(&socket, "SocketGroup"), ["postfix"]);
    assert_eq!(values(&socket, "SocketMode"), ["0660"]);
}
