//! A real Postfix in a directory of its own, which delivers every recipient of every message into one Maildir.
//!
//! Only the programs of the installed Postfix are used, never its configuration, queue or running daemon. The master daemon is
//! started directly: the checks of `postfix start` take seconds, and all they would find is what stands here.

mod place;

use super::{PATIENCE, Skip, directory, free_port, process::Process, program, wait_for};
use place::{Accounts, main_cf, make_directories, master_cf, write_settled};
use std::{
    fs,
    io::Write as _,
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A running Postfix. Dropping it ends it.
#[derive(Debug)]
pub struct Postfix {
    master: Process,
    port: u16,
    directory: TempDir,
}

impl Postfix {
    /// Starts one that hands every message to the milter at `milter_address`, in the form of `smtpd_milters`
    /// (`inet:127.0.0.1:8891`, `unix:/path`); without a milter if that is empty. `extra` are further lines of main.cf.
    pub fn start(milter_address: &str, extra: &[(&str, &str)]) -> Result<Postfix, Skip> {
        let master = program(
            "Postfix",
            &[
                "/usr/lib/postfix/sbin/master",
                "/usr/libexec/postfix/master",
            ],
        )?;
        let accounts = Accounts::look_up()?;
        let daemons = master.parent().unwrap_or(Path::new("/")).to_owned();
        let directory = directory();
        let place = directory.path();
        make_directories(place, &accounts);
        let port = free_port();
        let configuration = place.join("conf");
        let settings = main_cf(place, &daemons, &accounts, milter_address, extra);
        write_settled(&configuration.join("main.cf"), &settings);
        write_settled(&configuration.join("master.cf"), &master_cf(port));
        let mut command = Command::new(master);
        command
            .arg("-c")
            .arg(&configuration)
            .current_dir(place)
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        let master = Process::start(&mut command, &place.join("output")).expect("master starts");
        let mut postfix = Postfix {
            master,
            port,
            directory,
        };
        postfix.wait_until_it_listens();
        Ok(postfix)
    }

    /// The port of 127.0.0.1 where it takes mail.
    pub fn smtp_port(&self) -> u16 {
        self.port
    }

    /// Submits a message as a program of the host does, with LF as the end of line.
    ///
    /// # Panics
    ///
    /// When it is not taken.
    #[track_caller]
    pub fn submit(&self, sender: &str, recipients: &[&str], message: &str) {
        let mut program = Command::new("/usr/sbin/sendmail")
            .arg("-C")
            .arg(self.directory.path().join("conf"))
            .args(["-i", "-f", sender])
            .args(recipients)
            .stdin(Stdio::piped())
            .spawn()
            .expect("sendmail runs");
        let mut input = program.stdin.take().expect("an input");
        input.write_all(message.as_bytes()).expect("written");
        drop(input);
        let status = program.wait().expect("a status");
        assert!(status.success(), "{status}\n{}", self.log());
    }

    /// Every message delivered up to now, in the order of delivery; one for each recipient, with LF as the end of line.
    pub fn deliveries(&self) -> Vec<Vec<u8>> {
        let Ok(entries) = fs::read_dir(self.directory.path().join("mail/all/new")) else {
            return Vec::new();
        };
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                Some((fs::metadata(&path).ok()?.modified().ok()?, path))
            })
            .collect();
        files.sort();
        files
            .iter()
            .filter_map(|(_, path)| fs::read(path).ok())
            .collect()
    }

    /// Waits until there are `count` deliveries at least, and returns all.
    ///
    /// # Panics
    ///
    /// When `deadline` has passed before; the log is shown.
    #[track_caller]
    pub fn wait_for(&self, count: usize, deadline: Duration) -> Vec<Vec<u8>> {
        let start = Instant::now();
        loop {
            let deliveries = self.deliveries();
            if deliveries.len() >= count {
                return deliveries;
            }
            let seen = deliveries.len();
            assert!(
                start.elapsed() < deadline,
                "{seen} of {count} deliveries within {deadline:?}\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Removes the messages delivered up to now, and gives how many there were.
    pub fn take_deliveries(&self) -> usize {
        let entries = fs::read_dir(self.directory.path().join("mail/all/new"));
        let paths = entries.into_iter().flatten().flatten();
        paths
            .filter(|entry| fs::remove_file(entry.path()).is_ok())
            .count()
    }

    /// How many messages lie in its hold queue.
    pub fn held(&self) -> usize {
        let entries = fs::read_dir(self.directory.path().join("queue/hold"));
        entries.map_or(0, Iterator::count)
    }

    /// What it has logged, and what its master has printed.
    pub fn log(&self) -> String {
        let read = |name| fs::read(self.directory.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&[read("mail.log"), read("output")].concat()).into_owned()
    }

    /// Adds a line to main.cf; [`reload`](Self::reload) makes it hold.
    pub fn set(&self, name: &str, value: &str) {
        let path = self.directory.path().join("conf/main.cf");
        let text = fs::read_to_string(&path).expect("main.cf");
        write_settled(&path, &format!("{text}{name} = {value}\n"));
    }

    /// Has it read its configuration anew. Sessions that are open go on as they are; new ones find the new state.
    pub fn reload(&self) {
        let reloads = |log: &str| log.matches("reload -- version").count();
        let before = reloads(&self.log());
        let servers = self.idle_servers();
        self.master.signal("HUP");
        wait_for("Postfix to reload", PATIENCE, || {
            (reloads(&self.log()) > before).then_some(())
        });
        // An idle smtpd may take one more session before it learns of the reload.
        wait_for("idle servers to end", PATIENCE, || {
            let left = self.idle_servers();
            servers
                .iter()
                .all(|server| !left.contains(server))
                .then_some(())
        });
    }

    /// The process ids of the smtpd that wait for a session.
    fn idle_servers(&self) -> Vec<u32> {
        let log = self.log();
        let count = |id: u32, what: &str| {
            log.matches(&format!("postfix/smtpd[{id}]: {what} "))
                .count()
        };
        let idle = |&id: &u32| {
            let name = fs::read_to_string(format!("/proc/{id}/comm"));
            name.is_ok_and(|name| name == "smtpd\n")
                && count(id, "connect") == count(id, "disconnect")
        };
        self.master.children().into_iter().filter(idle).collect()
    }

    fn wait_until_it_listens(&mut self) {
        wait_for("Postfix to listen", PATIENCE, || {
            let ended = self.master.ended();
            assert!(
                ended.is_none(),
                "Postfix has ended: {ended:?}\n{}",
                self.log()
            );
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()
        });
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // The master ends its servers, which a kill would not; but it does not wait for them, and they listen too.
        let servers = self.master.children();
        self.master.end();
        // One that nobody has reaped yet has no command line any more.
        let runs =
            |id: &u32| fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| !line.is_empty());
        for _ in 0..1_000 {
            if !servers.iter().any(runs) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A delivered message without the fields that Postfix has put before it: Return-Path, X-Original-To, Delivered-To and
/// its own Received.
pub fn without_trace(delivered: &[u8]) -> &[u8] {
    const TRACE: [&str; 4] = [
        "return-path:",
        "x-original-to:",
        "delivered-to:",
        "received:",
    ];
    let mut rest = delivered;
    for name in TRACE {
        if starts_with(rest, name) {
            rest = after_field(rest);
        }
    }
    rest
}

fn starts_with(text: &[u8], name: &str) -> bool {
    text.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

fn after_field(text: &[u8]) -> &[u8] {
    let mut end = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if end > 0 && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            break;
        }
        end += line.len();
    }
    &text[end..]
}
