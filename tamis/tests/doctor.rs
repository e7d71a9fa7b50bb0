//! `tamis doctor`: every finding provoked, and a set-up in which there is none.

mod daemon;
mod support;

use daemon::{Daemon, TAMIS};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use support::clamd::Clamd;
use support::{Skip, program};

const POLICY: &str =
    "[[rule]]\nname = \"one\"\nwhen = { sender = \"a@example.org\" }\nthen = { accept = true }\n";

/// A daemon, and a configuration of Postfix that leads to it.
struct Patient {
    daemon: Option<Daemon>,
    dir: tempfile::TempDir,
    metrics: u16,
}

impl Patient {
    /// Everything is well, with these further lines for the daemon, settings before tables.
    fn new(further: &str) -> Self {
        let dir = support::directory();
        let metrics = support::free_port();
        let further = format!(
            "{further}\n[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n[control]\ndir = \"{}/control\"\n",
            dir.path().display()
        );
        let daemon = Daemon::start(dir.path(), POLICY, &further);
        let patient = Patient {
            daemon: Some(daemon),
            dir,
            metrics,
        };
        patient.postfix("", "");
        patient
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    fn port(&self) -> u16 {
        self.daemon.as_ref().expect("a daemon").port()
    }

    /// Writes the configuration of Postfix: the lines that attach it, then these, which take their place.
    fn postfix(&self, main: &str, master: &str) {
        let conf = self.path("conf");
        let _ = fs::create_dir(&conf);
        let _ = fs::create_dir(self.path("queue"));
        let lines = Command::new(TAMIS)
            .args(["mta-config", "postfix", "--config"])
            .arg(self.path("tamis.toml"))
            .output()
            .expect("it runs")
            .stdout;
        let lines = String::from_utf8(lines).expect("text");
        let base = format!(
            "compatibility_level = 3.6\nqueue_directory = {}/queue\nmail_owner = postfix\n{lines}{main}\n",
            self.dir.path().display()
        );
        fs::write(conf.join("main.cf"), base).expect("written");
        let services =
            format!("smtp inet n - n - - smtpd\npickup unix n - n 60 1 pickup\n{master}\n");
        fs::write(conf.join("master.cf"), services).expect("written");
    }

    /// The names of what is found, and everything as it is shown.
    fn examine(&self, arguments: &[&str]) -> (Option<i32>, Vec<String>, String) {
        let run = |json: bool| {
            let mut command = Command::new(TAMIS);
            command
                .arg("doctor")
                .arg("--config")
                .arg(self.path("tamis.toml"));
            if !arguments.contains(&"--quick") {
                command.arg("--postfix").arg(self.path("conf"));
            }
            command.args(arguments);
            if json {
                command.arg("--json");
            }
            command.output().expect("it runs")
        };
        let text = run(false);
        let json = String::from_utf8(run(true).stdout).expect("text");
        let names = json.lines().map(|line| {
            let finding: serde_json::Value = serde_json::from_str(line).expect("JSON");
            finding["name"].as_str().expect("a name").to_owned()
        });
        // The small set-ups here have none.
        // Nor has every kernel what confines a daemon.
        let beside = ["no-scanner", "not-confined"];
        let names = names
            .filter(|name| !beside.contains(&name.as_str()))
            .collect();
        let shown = [text.stdout, text.stderr].concat();
        (
            text.status.code(),
            names,
            String::from_utf8_lossy(&shown).into_owned(),
        )
    }

    /// Exactly these are found.
    #[track_caller]
    fn finds(&self, expected: &[&str], says: &str) {
        let (exit, names, text) = self.examine(&[]);
        assert_eq!(names, expected, "{text}");
        assert!(text.contains(says), "{says:?} is not in\n{text}");
        let notes = [
            "local-mail",
            "metrics-off",
            "policy-warning",
            "scanner-limit",
        ];
        let bad = expected.iter().any(|name| !notes.contains(name));
        assert_eq!(exit, Some(i32::from(bad)), "{text}");
    }
}

/// Whether the programs of Postfix are here.
fn postconf() -> Result<(), Skip> {
    program("postconf", &["/usr/sbin/postconf"]).map(|_| ())
}

#[test]
fn a_healthy_set_up_has_no_findings() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let Some(clamd) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let patient = Patient::new(&format!(
        "[limits]\nmessage_size = \"20MiB\"\n[scanner.clamd]\naddress = \"{}\"\n",
        clamd.tcp()
    ));
    let (exit, names, text) = patient.examine(&[]);
    assert_eq!((exit, names.as_slice()), (Some(0), &[][..]), "{text}");
    assert_eq!(text, "nothing is wrong\n");
    assert_eq!(patient.examine(&["--quick"]).2, "nothing is wrong\n");
}

#[test]
fn lists_that_do_not_lead_to_the_daemon_are_found() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let patient = Patient::new("");
    let port = patient.port();
    let check = |main: &str, expected: &[&str], says: &str| {
        patient.postfix(main, "");
        patient.finds(expected, says);
    };
    check("", &[], "nothing is wrong");
    check(
        "smtpd_milters =",
        &["not-attached", "local-mail"],
        &format!("inet:127.0.0.1:{port}"),
    );
    check(
        "smtpd_milters = inet:127.0.0.1:1",
        &["not-attached", "local-mail"],
        "connect_timeout=30s",
    );
    check(
        &format!("smtpd_milters = tcp:127.0.0.1:{port}"),
        &["milter-spelling", "not-attached", "local-mail"],
        &format!("write inet:127.0.0.1:{port} in its place"),
    );
    check(
        &format!("smtpd_milters = inet:{port}@127.0.0.1"),
        &["milter-spelling", "not-attached", "local-mail"],
        &format!("write inet:127.0.0.1:{port} in its place"),
    );
    check(
        &format!("smtpd_milters = inet:127.0.0.1:{}", patient.metrics),
        &["milter-is-metrics", "local-mail"],
        "speaks HTTP",
    );
    check(
        &format!("smtpd_milters = inet:localhost:{port}, inet:localhost:11333"),
        &["milter-is-scanner"],
        "whose milter is at port 11332",
    );
    check(
        "non_smtpd_milters =",
        &["local-mail"],
        "non_smtpd_milters = $smtpd_milters",
    );
    check(
        &format!("smtpd_milters = inet:localhost:{port}"),
        &[],
        "nothing is wrong",
    );
    check(
        &format!(
            "smtpd_milters = unix:{}/tamis.sock",
            patient.dir.path().display()
        ),
        &["socket-permission"],
        "socket_mode",
    );
}

#[test]
fn lists_that_lead_to_the_daemon_badly_are_found() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let patient = Patient::new("");
    let port = patient.port();
    let check = |main: &str, expected: &[&str], says: &str| {
        patient.postfix(main, "");
        patient.finds(expected, says);
    };
    check(
        &format!("smtpd_milters = inet:localhost:{port}\nmilter_default_action = accept"),
        &["default-action-accept"],
        "milter_default_action = tempfail",
    );
    check(
        &format!("smtpd_milters = {{ inet:localhost:{port}, default_action=accept }}"),
        &["default-action-accept"],
        &format!("default_action=tempfail for inet:localhost:{port}"),
    );
    check(
        &format!("smtpd_milters = inet:localhost:12301, inet:localhost:{port}"),
        &["signer-first"],
        &format!("smtpd_milters = inet:localhost:{port}, inet:localhost:12301"),
    );
    check(
        &format!("smtpd_milters = unix:opendkim/opendkim.sock inet:localhost:{port}"),
        &["signer-first"],
        "ends it",
    );
    check(
        &format!("smtpd_milters = inet:localhost:{port}, inet:localhost:12301"),
        &[],
        "",
    );
    check(
        &format!(
            "smtpd_milters = {{ inet:localhost:{port}, content_timeout=60s, command_timeout=10s }}"
        ),
        &["waits-too-short", "waits-too-short"],
        "content_timeout=300s",
    );
    check(
        &format!("smtpd_milters = inet:localhost:{port}\nmilter_content_timeout = 2m"),
        &["waits-too-short"],
        "milter_content_timeout = 300s",
    );
    check(
        &format!("smtpd_milters = inet:localhost:{port}\nmilter_protocol = 2"),
        &["protocol-old"],
        "milter_protocol = 6",
    );
    check(
        "message_size_limit = 0",
        &["message-size"],
        "message_size_limit = 104857600",
    );
    check(
        "message_size_limit = 104857601",
        &["message-size"],
        "up to 104857601 octets",
    );
}

#[test]
fn services_with_lists_of_their_own_and_chroots_are_found() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let patient = Patient::new("");
    patient.postfix("", "submission inet n - n - - smtpd -o smtpd_milters=\n");
    patient.finds(&["service-not-attached"], "the service submission");
    patient.postfix(
        &format!(
            "smtpd_milters = unix:{}/tamis.sock",
            patient.dir.path().display()
        ),
        "smtps inet n - y - - smtpd\n",
    );
    patient.finds(
        &["milter-outside-chroot", "local-mail"],
        "smtpd_milters = unix:tamis/tamis.sock",
    );
}

#[test]
fn a_socket_below_the_queue_directory_is_reached_through_the_chroot() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let dir = support::directory();
    fs::create_dir_all(dir.path().join("queue/tamis")).expect("a directory");
    let config = format!(
        "listen = \"unix:{0}/queue/tamis/tamis.sock\"\nsocket_mode = \"0666\"\npolicy = \"{0}/policy.toml\"\n[quarantine]\ndir = \"{0}/quarantine\"\n",
        dir.path().display()
    );
    let patient = Patient {
        daemon: None,
        dir,
        metrics: 0,
    };
    fs::write(patient.path("policy.toml"), POLICY).expect("written");
    fs::write(patient.path("tamis.toml"), config).expect("written");
    let mut command = Command::new(TAMIS);
    command
        .arg("milter")
        .arg("--config")
        .arg(patient.path("tamis.toml"));
    let _process =
        support::process::Process::start(&mut command, &patient.path("log")).expect("started");
    let socket = patient.path("queue/tamis/tamis.sock");
    support::wait_for("the socket", support::PATIENCE, || {
        socket.exists().then_some(())
    });
    patient.postfix("", "smtps inet n - y - - smtpd\n");
    let main = fs::read_to_string(patient.path("conf/main.cf")).expect("main.cf");
    assert!(main.contains("{ unix:"), "{main}");
    let main = main.replace(
        &format!("unix:{}", socket.display()),
        "unix:tamis/tamis.sock",
    );
    fs::write(patient.path("conf/main.cf"), main).expect("written");
    patient.finds(&["metrics-off"], "nothing is wrong");
    fs::set_permissions(
        patient.path("queue/tamis"),
        fs::Permissions::from_mode(0o700),
    )
    .expect("its mode");
    patient.finds(&["socket-permission", "metrics-off"], "may not search");
    fs::set_permissions(
        patient.path("queue/tamis"),
        fs::Permissions::from_mode(0o755),
    )
    .expect("its mode");
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).expect("its mode");
    patient.finds(&["socket-permission", "metrics-off"], "may not write to");
}

#[test]
fn a_daemon_that_is_away_is_found() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let mut patient = Patient::new("");
    patient.daemon = None;
    let (exit, names, text) = patient.examine(&[]);
    assert_eq!(exit, Some(1));
    assert_eq!(
        names,
        [
            "daemon-unreachable",
            "daemon-unreachable",
            "status-unreachable"
        ],
        "{text}"
    );
    assert!(text.contains("connection refused"), "{text}");
    assert_eq!(patient.examine(&["--quick"]).0, Some(1));
}

#[test]
fn another_program_at_the_address_is_found() {
    let dir = support::directory();
    for (greeting, says) in [
        ("220 mx.example.org ESMTP\r\n", "an SMTP server"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "an HTTP server"),
        ("PONG\u{7}", "somebody who says \"PONG\\\\x07\""),
        ("", "somebody who hangs up"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let port = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            for stream in listener.incoming().take(2) {
                let mut stream = stream.expect("a connection");
                let _ = stream.write_all(greeting.as_bytes());
                let _ = stream.read(&mut [0; 100]);
            }
        });
        fs::write(
            dir.path().join("tamis.toml"),
            format!(
                "listen = \"inet:127.0.0.1:{port}\"\n[quarantine]\ndir = \"{}\"\n",
                dir.path().display()
            ),
        )
        .expect("written");
        let output = Command::new(TAMIS)
            .args(["doctor", "--quick", "--config"])
            .arg(dir.path().join("tamis.toml"))
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            text.contains("error[not-a-milter]") && text.contains(says),
            "{says}: {text}"
        );
    }
}

/// Scanners of clamd with these lines of clamd.conf, and what is found.
#[track_caller]
fn scanners(settings: &[&str], expected: &[&str], says: &str) {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let Some(clamd) = support::ready(Clamd::start(settings)) else {
        return;
    };
    let patient = Patient::new(&format!(
        "[limits]\nmessage_size = \"20MiB\"\n[scanner.clamd]\naddress = \"{}\"\n",
        clamd.tcp()
    ));
    patient.finds(expected, says);
}

#[test]
fn a_scanner_that_gives_up_in_silence_is_found() {
    scanners(
        &["AlertExceedsMax no"],
        &["scanner-blind"],
        "below 20 multiparts",
    );
    scanners(
        &["AlertExceedsMax no", "MaxScanSize 2M", "MaxFileSize 2M"],
        &["scanner-blind-large", "scanner-blind"],
        "MaxFileSize 20971520",
    );
    scanners(&["ScanMail no"], &["scanner-blind"], "below 1 multiparts");
}

#[test]
fn a_scanner_that_takes_less_than_tamis_is_found() {
    scanners(
        &["StreamMaxLength 1M"],
        &["scanner-limit"],
        "StreamMaxLength 20971520",
    );
}

#[test]
fn a_scanner_that_is_away_is_found() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let nobody = support::free_port();
    let patient = Patient::new(&format!(
        "[scanner.clamd]\naddress = \"tcp:127.0.0.1:{nobody}\"\n"
    ));
    patient.finds(&["scanner-unreachable"], "[scanner.clamd]");
}

#[test]
fn disk_policy_and_switches_are_looked_at() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let patient = Patient::new("");
    let rewrite = |from: &str, to: &str| {
        let config = fs::read_to_string(patient.path("tamis.toml")).expect("a configuration");
        assert!(config.contains(from), "{config}");
        fs::write(patient.path("tamis.toml"), config.replace(from, to)).expect("written");
    };
    let mode = |mode| {
        fs::set_permissions(patient.path("quarantine"), fs::Permissions::from_mode(mode))
            .expect("its mode");
    };
    mode(0o750);
    patient.finds(&["quarantine-open"], "chmod 0700 ");
    mode(0o700);

    rewrite("[log]", "[limits]\nmessage_size = \"1000000GiB\"\n[log]");
    patient.finds(&["disk-full", "disk-full"], "are needed");
    rewrite("[limits]\nmessage_size = \"1000000GiB\"\n[log]", "[log]");

    let policy = patient.path("policy.toml");
    fs::write(&policy, "[[rule]]\nname = 1\n").expect("written");
    let (_, names, text) = patient.examine(&["--quick"]);
    assert!(names.contains(&"policy-fault".to_owned()), "{text}");
    fs::write(&policy, POLICY).expect("written");

    let bypass = |arguments: &[&str]| {
        let status = Command::new(TAMIS)
            .arg("bypass")
            .args(arguments)
            .arg("--config")
            .arg(patient.path("tamis.toml"))
            .output();
        assert!(status.expect("it runs").status.success());
    };
    bypass(&["on", "--for", "1h"]);
    let file = patient.path("control/bypass.json");
    let (_, names, text) = patient.examine(&["--quick"]);
    assert!(names.contains(&"bypass-active".to_owned()), "{text}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("its mode");
    let (_, names, text) = patient.examine(&["--quick"]);
    assert!(names.contains(&"bypass-not-believed".to_owned()), "{text}");
    bypass(&["off"]);

    rewrite(
        &format!("127.0.0.1:{}", patient.metrics),
        &format!("0.0.0.0:{}", patient.metrics),
    );
    let (_, names, text) = patient.examine(&["--quick"]);
    assert!(names.contains(&"metrics-public".to_owned()), "{text}");
}

#[test]
fn what_cannot_be_read_is_a_failure() {
    let doctor = |arguments: &[&str]| {
        let output = Command::new(TAMIS).arg("doctor").args(arguments).output();
        output.expect("it runs").status.code()
    };
    assert_eq!(doctor(&["--config", "/nonexistent"]), Some(78));
    assert_eq!(doctor(&["--send-test", "-oQ/tmp@x"]), Some(64));
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let empty = support::directory();
    let path: &Path = empty.path();
    assert_eq!(
        doctor(&["--postfix", path.to_str().expect("a path")]),
        Some(66)
    );
}

#[test]
fn what_the_daemon_says_of_itself_is_told() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    let patient = Patient::new("policy_watch = \"off\"");
    fs::remove_dir(patient.path("quarantine/tmp")).expect("removed");
    fs::write(patient.path("quarantine/tmp"), "").expect("written");
    patient.finds(&["daemon-unready"], "quarantine cannot be written");
    fs::remove_file(patient.path("quarantine/tmp")).expect("removed");

    let daemon = patient.daemon.as_ref().expect("a daemon");
    daemon.policy("[[rule]]\nname = 1\n");
    daemon.process.signal("HUP");
    daemon.wait_for("goes on to rule", 1);
    daemon.policy(POLICY);
    support::wait_for("the quarantine", support::PATIENCE, || {
        let (_, names, _) = patient.examine(&[]);
        (names == ["policy-not-taken-up"]).then_some(())
    });

    // A rule that nothing can reach is worth a note.
    let unreachable = format!(
        "{POLICY}[[rule]]\nname = \"two\"\nwhen = {{ sender = \"a@example.org\" }}\nthen = {{ accept = true }}\n"
    );
    daemon.policy(&unreachable);
    daemon.process.signal("HUP");
    daemon.wait_for("policy reloaded", 1);
    let (exit, names, text) = patient.examine(&[]);
    assert!(names.iter().all(|name| name == "policy-warning"), "{text}");
    assert_eq!(exit, Some(0), "{text}");
}

/// A server that answers every scan of clamd with this.
fn clamd_that_says(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let mut command = Vec::new();
                let mut octet = [0];
                while !command.ends_with(b"\0") {
                    if stream.read_exact(&mut octet).is_err() {
                        return;
                    }
                    command.extend(octet);
                }
                if !command.starts_with(b"zINSTREAM") {
                    let ping = command.starts_with(b"zPING");
                    let says = if ping {
                        "PONG\0"
                    } else {
                        "ClamAV 1.4.6/1/Mon Nov 23 00:00:00 2026\0"
                    };
                    let _ = stream.write_all(says.as_bytes());
                    return;
                }
                let mut length = [0; 4];
                while stream.read_exact(&mut length).is_ok() && u32::from_be_bytes(length) > 0 {
                    let mut piece = vec![0; u32::from_be_bytes(length) as usize];
                    if stream.read_exact(&mut piece).is_err() {
                        return;
                    }
                }
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    port
}

#[test]
fn a_scanner_that_says_the_same_of_everything_is_found() {
    let Some(()) = support::ready(postconf()) else {
        return;
    };
    for (answer, expected) in [
        ("stream: Everything FOUND\0", &["scanner-cries-wolf"][..]),
        ("stream: OK\0", &["scanner-blind"]),
        (
            "stream: Can't allocate memory ERROR\0",
            &["scanner-fails-large"],
        ),
    ] {
        let port = clamd_that_says(answer);
        let patient = Patient::new(&format!(
            "[limits]\nmessage_size = \"1MiB\"\n[scanner.clamd]\naddress = \"tcp:127.0.0.1:{port}\"\nsessions = 0\n"
        ));
        patient.postfix("message_size_limit = 1048576", "");
        patient.finds(expected, "scanner clamd");
    }
}
