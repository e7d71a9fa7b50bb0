//! Files that are right, and files that are wrong in every way.

use super::*;
use crate::capture::OnFailure;
use crate::meter::Store;
use crate::notify::By;
use std::time::Duration;
use tamis_scan::ClamdSettings;

#[test]
fn an_empty_file_is_the_default() {
    let config = Config::parse("t.toml", "").unwrap();
    assert_eq!(config.listen[0].to_string(), "inet:127.0.0.1:8891");
    assert_eq!(config.policy, PolicyName::BuiltIn("default".to_owned()));
    assert!(config.scanners.is_empty() && config.quarantine.is_none());
}

#[test]
fn every_key_is_read() {
    let text = r#"
        listen = ["inet:127.0.0.1:9000", "unix:/run/tamis/milter.sock"]
        confine = "on"
        socket_mode = "0666"
        policy = "/etc/tamis/policy.toml"
        [inside]
        networks = ["192.0.2.0/24", "2001:db8::1"]
        domains = "Example.org"
        [spool]
        threshold = "1MiB"
        memory = "32MiB"
        dir = "/var/spool/tamis"
        [quarantine]
        dir = "/var/lib/tamis/quarantine"
        [capture]
        dir = "/var/lib/tamis/copies"
        max_size = "10GiB"
        max_messages = 1000
        on_failure = "continue"
        [notify]
        dir = "/var/spool/notices"
        from = "tamis@example.org"
        per_hour = 10
        per_address = 5
        queue = 3
        timeout = "2s"
        [meters]
        store = "local"
        timeout = "1s"
        max_keys = 1000
        prefix = "mx:"
        [limits]
        message_size = "50MiB"
        depth = 20
        parts = 100
        fields = 500
        field_size = "10KiB"
        header_size = "100KiB"
        [server]
        connections = 10
        packets = 5000
        idle = "1h"
        packet = "1m"
        write = "1m"
        command = "10s"
        end_of_message = "60s"
        progress = "2s"
        drain = "10s"
        [log]
        format = "json"
        level = "debug"
    "#;
    let config = Config::parse("t.toml", text).unwrap();
    assert_eq!(config.confine, Confine::On);
    assert_eq!(config.listen.len(), 2);
    assert_eq!(config.socket_mode, 0o666);
    assert_eq!(
        config.policy,
        PolicyName::File("/etc/tamis/policy.toml".into())
    );
    assert_eq!(config.inside.domains, ["example.org"]);
    assert_eq!(config.inside.networks.len(), 2);
    assert_eq!(config.spool.threshold, 1 << 20);
    assert_eq!(config.spool.memory.total(), 32 << 20);
    let capture = CaptureSettings {
        max_size: Some(10 << 30),
        max_messages: Some(1_000),
        on_failure: OnFailure::Continue,
        ..CaptureSettings::new("/var/lib/tamis/copies")
    };
    assert_eq!(config.capture, Some(capture));
    let notify = NotifySettings {
        by: By::Directory("/var/spool/notices".into()),
        from: "tamis@example.org".to_owned(),
        per_hour: 10,
        per_address: 5,
        queue: 3,
        timeout: Duration::from_secs(2),
    };
    assert_eq!(config.notify, Some(notify));
    assert_eq!(
        (config.limits.depth, config.limits.field_bytes),
        (20, 10 << 10)
    );
    let meters = MeterSettings {
        store: Store::Local,
        timeout: Duration::from_secs(1),
        max_keys: 1_000,
        prefix: "mx:".to_owned(),
    };
    assert_eq!(config.meters, meters);
    assert_eq!(config.server.end, Duration::from_mins(1));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let problems = Config::parse("t.toml", text).unwrap_err();
    let problems: Vec<_> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(problems, expected);
}

#[test]
fn every_problem_is_told_at_once() {
    check(
        "listn = \"x\"\nsocket_mode = 660\n[log]\nlevel = \"inf\"\nformat = \"xml\"\n[limits]\ndepth = -1\nparts = \"9\"\n",
        &[
            "t.toml:1:1: there is no key \"listn\" (did you mean \"listen\"?)",
            "t.toml:2:15: socket_mode: a text in quotes is needed",
            "t.toml:4:9: log.level: \"inf\" is not known (did you mean \"info\"?)",
            "t.toml:5:10: log.format: \"xml\" is not known, one of text, json is needed",
            "t.toml:7:9: limits.depth: a whole number is needed that is not negative and not too large",
            "t.toml:8:9: limits.parts: a whole number is needed",
        ],
    );
}

#[test]
fn what_cannot_be_is_explained() {
    check(
        "listen = []",
        &["t.toml:1:10: listen: at least one address is needed"],
    );
    check("spool = 1", &["t.toml:1:9: spool: a table is needed"]);
    check(
        "[spool]\ndir = \"tmp\"",
        &["t.toml:2:7: spool.dir: an absolute path is needed"],
    );
    check(
        "[spool]\nthreshold = \"10\"",
        &[
            "t.toml:2:13: spool.threshold: \"10\" is no size: write a whole number and one of B, kB, KiB, MB, MiB, GB, GiB, as in \"10MiB\"",
        ],
    );
    check(
        "[inside]\nnetworks = [\"192.0.2.0/99\"]\ndomains = [\"a b\"]",
        &[
            "t.toml:2:13: inside.networks: \"192.0.2.0/99\" is no network: write an address and a length, as in \"192.0.2.0/24\"",
            "t.toml:3:12: inside.domains: \"a b\" is no domain, as in \"example.org\"",
        ],
    );
}

#[test]
fn copies_need_a_directory() {
    check(
        "[capture]\nmax_size = \"10\"\nmax_messages = -1\non_failure = \"drop\"",
        &[
            "t.toml:1:1: capture: a directory is needed, such as dir = \"/var/lib/tamis/copies\"",
            "t.toml:2:12: capture.max_size: \"10\" is no size: write a whole number and one of B, kB, KiB, MB, MiB, GB, GiB, as in \"10MiB\"",
            "t.toml:3:16: capture.max_messages: a whole number is needed that is not negative and not too large",
            "t.toml:4:14: capture.on_failure: \"drop\" is not known, one of tempfail, continue is needed",
        ],
    );
}

#[test]
fn notices_go_one_way_from_an_address() {
    let ways = "t.toml:1:1: notify: either sendmail or dir is needed, such as sendmail = \"/usr/sbin/sendmail\"";
    check(
        "[notify]\nper_hour = 0\nqueue = 10001",
        &[
            ways,
            "t.toml:1:1: notify: an address is needed, such as from = \"postmaster@example.org\"",
            "t.toml:2:12: notify.per_hour: a number from 1 to 10000 is needed",
            "t.toml:3:9: notify.queue: a number from 1 to 10000 is needed",
        ],
    );
    check(
        "[notify]\nsendmail = \"/a\"\ndir = \"/b\"\nfrom = \"a@b@c\"",
        &[
            ways,
            "t.toml:4:8: notify.from: \"a@b@c\" is no address, as in \"postmaster@example.org\"",
        ],
    );
}

#[test]
fn meters_need_a_store_that_can_be() {
    check(
        "[meters]\nstore = \"memory\"\ntimeout = \"0s\"\nmax_keys = 0\nprefx = \"\"",
        &[
            "t.toml:2:9: meters.store: \"memory\" is no store: write \"local\" or a URL, as in \"redis://127.0.0.1:6379/0\" or \"redis+unix:///run/redis/redis.sock\"",
            "t.toml:3:11: meters.timeout: mail waits for it: a time from 1ms to 10s is needed",
            "t.toml:4:12: meters.max_keys: a number from 1 to 10000000 is needed",
            "t.toml:5:1: there is no key \"meters.prefx\" (did you mean \"prefix\"?)",
        ],
    );
    check(
        "[meters]\nstore = \"rediss://host\"",
        &[
            "t.toml:2:9: meters.store: TLS to a store is not supported: use redis:// inside a trusted network, or a tunnel",
        ],
    );
}

#[cfg(feature = "redis")]
#[test]
fn a_shared_store_is_a_url() {
    for url in [
        "redis://127.0.0.1:6379/0",
        "valkey://meters.example.org",
        "redis+unix:///run/redis/redis.sock",
    ] {
        let config = Config::parse("t.toml", &format!("meters.store = \"{url}\"")).unwrap();
        assert_eq!(config.meters.store, url.parse().unwrap());
        assert!(format!("{config:?}").contains(url));
    }
}

#[cfg(not(feature = "redis"))]
#[test]
fn a_shared_store_is_refused_where_it_was_left_out() {
    check(
        "meters.store = \"redis://127.0.0.1\"",
        &[
            "t.toml:1:16: meters.store: this program was built without shared stores (the feature \"redis\"): only \"local\" can be used",
        ],
    );
}

#[test]
fn a_syntax_error_stops_the_load() {
    let problems =
        Config::parse("t.toml", "listen = \"inet:127.0.0.1:9\npolicy = \"x\"\n").unwrap_err();
    assert_eq!(problems[0].line, 1, "{problems:?}");
}

#[test]
fn the_shipped_file_says_the_defaults() {
    let text = include_str!("../../../packaging/tamis.toml");
    let shipped = Config::parse("tamis.toml", text).unwrap();
    let mut default = Config::default();
    default.spool.dir = "/tmp".into();
    assert_eq!(format!("{shipped:?}"), format!("{default:?}"));

    // What is commented out is right as well.
    let whole: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with('[') || rest.contains(" = ") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let (before, yara) = whole.split_once("[scanner.yara]").unwrap();
    let (yara, after) = yara.split_at(yara.find("\n[").unwrap());
    let yara = Config::parse("tamis.toml", &format!("[scanner.yara]{yara}"));
    if cfg!(feature = "yara") {
        yara.unwrap();
    } else {
        let says = "1:10: scanner.yara: this program was built without YARA (the feature \"yara\")";
        let problems: Vec<_> = yara.unwrap_err().iter().map(Problem::to_string).collect();
        assert_eq!(problems, [format!("tamis.toml:{says}")]);
    }
    let whole = Config::parse("tamis.toml", &format!("{before}{after}")).unwrap();
    let shipped: Vec<_> = whole.scanners.iter().map(|it| &it.kind).collect();
    let [ScannerKind::Clamd(_, clamd), ..] = shipped[..] else {
        panic!("{shipped:?}");
    };
    assert_eq!(*clamd, ClamdSettings::default());
    assert!(whole.quarantine.is_some() && whole.capture.is_some() && whole.notify.is_some());
}
