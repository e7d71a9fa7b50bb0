//! A real Sendmail in a directory of its own, which relays every message into a [`Sink`].
//!
//! Debian's package cannot be installed beside Postfix. So only its files are used, as `packaging/test-services.sh` unpacks
//! them into `target/services/sendmail`; where Sendmail is the mail server of the system, the installed ones.

use super::{
    PATIENCE, Skip, directory, free_port, process::Process, program, sink::Sink, wait_for,
};
use std::{
    fs,
    net::{Ipv4Addr, TcpStream},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Where its files may be, in this order.
const ROOTS: [&str; 2] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/services/sendmail"),
    "/",
];

/// A running Sendmail. Dropping it ends it.
#[derive(Debug)]
pub struct Sendmail {
    daemon: Process,
    port: u16,
    directory: TempDir,
    sink: Sink,
}

impl Sendmail {
    /// Starts one that hands every message to the milter at `milter`, in its own spelling (`inet:8891@127.0.0.1`,
    /// `local:/path`). A milter that fails is "try again later".
    pub fn start(milter: &str) -> Result<Sendmail, Skip> {
        Self::attached(&format!(
            "INPUT_MAIL_FILTER(`tamis', `S={milter}, F=T, T=C:30s;S:30s;R:30s;E:240s')dnl\n"
        ))
    }

    /// Starts one with these lines of sendmail.mc, which attach a milter.
    pub fn attached(lines: &str) -> Result<Sendmail, Skip> {
        let root = root()?;
        let m4 = program("m4", &["/usr/bin/m4", "/usr/local/bin/m4"])?;
        let unshare = program("unshare", &["/usr/bin/unshare", "/bin/unshare"])?;
        if fs::metadata("/proc/self").map_or(1, |own| own.uid()) != 0 {
            return Err(Skip::new("Sendmail can be started by root only"));
        }
        let (directory, sink, port) = (directory(), Sink::start(), free_port());
        let place = directory.path();
        make_place(place, &root);
        write(
            place,
            "sendmail.mc",
            &configuration(place, &root, port, lines, sink.port()),
        );
        let made = Command::new(m4)
            .arg(place.join("sendmail.mc"))
            .output()
            .expect("m4 runs");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        fs::write(place.join("sendmail.cf"), made.stdout).expect("a configuration");

        // It asks for its own host name, and sleeps for a minute when that has no domain.
        let script = format!(
            "hostname mx.example.org && mount --bind '{0}/hosts' /etc/hosts && \
             exec '{0}/sendmail' -bD -q1s -C '{0}/sendmail.cf'",
            place.display()
        );
        let mut command = Command::new(unshare);
        command
            .args(["-m", "-u", "sh", "-c", &script])
            .current_dir(place)
            .env("RES_OPTIONS", "timeout:1 attempts:1");
        let daemon = Process::start(&mut command, &place.join("output")).expect("started");
        let mut sendmail = Sendmail {
            daemon,
            port,
            directory,
            sink,
        };
        sendmail.wait_until_it_listens()?;
        Ok(sendmail)
    }

    /// The port of 127.0.0.1 where it takes mail.
    pub fn smtp_port(&self) -> u16 {
        self.port
    }

    /// Where it delivers to.
    pub fn sink(&self) -> &Sink {
        &self.sink
    }

    /// How many messages it holds: those that a filter had it quarantine.
    pub fn held(&self) -> usize {
        let entries = fs::read_dir(self.directory.path().join("queue"));
        let names = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.starts_with("hf")).count()
    }

    /// What it has printed; its log goes to the system's, where there is one.
    pub fn log(&self) -> String {
        let output = fs::read(self.directory.path().join("output")).unwrap_or_default();
        String::from_utf8_lossy(&output).into_owned()
    }

    fn wait_until_it_listens(&mut self) -> Result<(), Skip> {
        let ended = wait_for("Sendmail to listen", PATIENCE, || {
            if let Some(status) = self.daemon.ended() {
                return Some(Some(status));
            }
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
                .ok()
                .map(|_| None)
        });
        let log = self.log();
        match ended {
            None => Ok(()),
            // A container may forbid name spaces.
            Some(_) if log.contains("unshare") => Err(Skip::new(format!(
                "Sendmail needs a host name of its own: {log}"
            ))),
            Some(status) => panic!("Sendmail has ended: {status}\n{log}"),
        }
    }
}

impl Drop for Sendmail {
    fn drop(&mut self) {
        self.daemon.end();
    }
}

/// A message that it has relayed without the `Received` that it has put before it.
pub fn without_received(relayed: &[u8]) -> &[u8] {
    super::postfix::without_trace(relayed)
}

fn root() -> Result<PathBuf, Skip> {
    let complete = |root: &&Path| binary(root).is_file() && cf(root).join("m4/cf.m4").is_file();
    let found = ROOTS.iter().map(Path::new).find(complete);
    found.map(Path::to_path_buf).ok_or_else(|| {
        Skip::new("there is no Sendmail (packaging/test-services.sh unpacks one into target/services/sendmail)")
    })
}

fn binary(root: &Path) -> PathBuf {
    root.join("usr/libexec/sendmail/sendmail")
}

fn cf(root: &Path) -> PathBuf {
    root.join("usr/share/sendmail/cf")
}

fn write(place: &Path, name: &str, text: &str) {
    fs::write(place.join(name), text).expect("a file of the configuration");
}

/// A copy of the program, which so has no rights of a group, an empty queue, and hosts that it knows.
fn make_place(place: &Path, root: &Path) {
    let own = |name: &str, mode| {
        fs::set_permissions(place.join(name), fs::Permissions::from_mode(mode)).expect("its mode");
    };
    fs::copy(binary(root), place.join("sendmail")).expect("a program");
    own("sendmail", 0o755);
    fs::create_dir(place.join("queue")).expect("a queue");
    own("queue", 0o700);
    write(place, "service.switch", "hosts files\n");
    write(
        place,
        "hosts",
        "127.0.0.1 localhost\n127.0.0.2 mx.example.org mx\n",
    );
    for empty in ["cw", "stat", "help"] {
        write(place, empty, "");
    }
}

fn configuration(place: &Path, root: &Path, port: u16, lines: &str, sink: u16) -> String {
    let (place, cf) = (place.display(), cf(root).display().to_string());
    format!(
        "divert(-1)
define(`_CF_DIR_', `{cf}/')
include(_CF_DIR_`m4/cf.m4')
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.example.org')dnl
define(`confCW_FILE', `{place}/cw')dnl
define(`STATUS_FILE', `{place}/stat')dnl
define(`HELP_FILE', `{place}/help')dnl
define(`ALIAS_FILE', `')dnl
define(`confPID_FILE', `{place}/sendmail.pid')dnl
define(`QUEUE_DIR', `{place}/queue')dnl
define(`confSERVICE_SWITCH_FILE', `{place}/service.switch')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl
define(`confTO_IDENT', `0')dnl
define(`confQUEUE_LA', `1000')define(`confREFUSE_LA', `1000')define(`confDELAY_LA', `0')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {sink}')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`promiscuous_relay')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port={port}')dnl
{lines}MAILER(`smtp')dnl
"
    )
}
