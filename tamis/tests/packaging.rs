//! Dashboard and alert rules: they ask for nothing that is not there, and a real Prometheus understands rules and metrics.

mod daemon;
mod support;

use daemon::Daemon;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{PATIENCE, Skip, process::Process, program, wait_for};
use tamis::metrics::{Described, described};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../packaging")
        .join(name)
}

/// The names under which metrics can be asked for.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for metric in described() {
        if metric.kind == "histogram" {
            names.extend(["bucket", "sum", "count"].map(|end| format!("{}_{end}", metric.name)));
        }
        names.insert(metric.name);
    }
    names
}

/// Everything that is asked for is there.
#[track_caller]
fn check(expressions: &[String]) {
    let names = names();
    let metric = Regex::new(r"\b(?:tamis|process)_[a-z_]+\b").expect("an expression");
    let mut seen = 0;
    for expression in expressions {
        for found in metric.find_iter(expression) {
            seen += 1;
            assert!(
                names.contains(found.as_str()),
                "{} of {expression} does not exist: {names:?}",
                found.as_str()
            );
        }
    }
    assert!(seen >= expressions.len(), "{seen} of {}", expressions.len());
}

#[test]
fn the_dashboard_shows_what_there_is() {
    let text = fs::read_to_string(file("grafana/tamis.json")).expect("the dashboard");
    let dashboard: Value = serde_json::from_str(&text).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    let expressions: Vec<String> = targets
        .map(|target| target["expr"].as_str().expect("an expression").to_owned())
        // Prometheus itself knows it.
        .filter(|expression| !expression.contains("(up{"))
        .collect();
    assert!(expressions.len() > 20);
    check(&expressions);
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), panels.len(), "each panel has an id of its own");
}

#[test]
fn alerts_go_by_what_there_is() {
    let text = fs::read_to_string(file("prometheus/tamis.rules.yml")).expect("the rules");
    let rules: Vec<String> = text.split("- alert: ").skip(1).map(str::to_owned).collect();
    let of_prometheus = |rule: &String| rule.contains("expr: up{");
    check(
        &rules
            .into_iter()
            .filter(|rule| !of_prometheus(rule))
            .collect::<Vec<_>>(),
    );
}

fn promtool() -> Result<PathBuf, Skip> {
    program(
        "promtool",
        &["/usr/bin/promtool", "/usr/local/bin/promtool"],
    )
}

#[test]
fn prometheus_understands_the_alerts() {
    let Some(promtool) = support::ready(promtool()) else {
        return;
    };
    for arguments in [
        ["check", "rules", "tamis.rules.yml"],
        ["test", "rules", "tamis.rules.test.yml"],
    ] {
        let mut command = Command::new(&promtool);
        command.args(arguments).current_dir(file("prometheus"));
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
    }
}

/// A page of a server on this host, over HTTP/1.0 so that it ends with the connection.
fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer.split_once("\r\n\r\n")?.1.to_owned())
}

/// A daemon that tells of itself, and the port where it does.
fn watched(place: &Path) -> (Daemon, u16) {
    let port = support::free_port();
    let further = format!("\n[metrics]\nlisten = \"127.0.0.1:{port}\"\n");
    (Daemon::start(place, "", &further), port)
}

#[test]
fn what_is_shown_is_described() {
    let dir = support::directory();
    let (_daemon, port) = watched(dir.path());
    let page = get(port, "/metrics").expect("a page");
    let described: BTreeSet<String> = described()
        .iter()
        .map(|it| format!("# TYPE {} {}", it.name.trim_end_matches("_total"), it.kind))
        .collect();
    let shown: BTreeSet<String> = page
        .lines()
        .filter(|line| line.starts_with("# TYPE "))
        .map(str::to_owned)
        .collect();
    assert!(
        shown.is_subset(&described),
        "{:?}",
        shown.difference(&described)
    );
    // The others have labels that are known only once something happens.
    assert!(shown.len() > 15, "{shown:?}");
}

#[test]
fn the_page_of_metrics_is_made_from_them() {
    let mut page = include_str!("metrics-head.md").to_owned();
    for Described {
        name,
        kind,
        help,
        labels,
    } in described()
    {
        let labels: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
        let _ = writeln!(
            page,
            "| `{name}` | {kind} | {} | {help} |",
            labels.join(", ")
        );
    }
    let path = file("../docs/metrics.md");
    if std::env::var_os("TAMIS_BLESS").is_some() {
        fs::write(&path, &page).expect("written");
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/metrics.md is out of date: TAMIS_BLESS=1 cargo test -p tamis --test packaging"
    );
}

#[test]
fn a_real_prometheus_reads_the_metrics() {
    let Some(promtool) = support::ready(promtool()) else {
        return;
    };
    let prometheus = program(
        "prometheus",
        &["/usr/bin/prometheus", "/usr/local/bin/prometheus"],
    );
    let Some(prometheus) = support::ready(prometheus) else {
        return;
    };
    let dir = support::directory();
    let (_daemon, port) = watched(dir.path());

    let page = get(port, "/metrics").expect("a page");
    let mut command = Command::new(promtool);
    command
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    // It knows the older form, whose lines are the same but for the last.
    let page = page.replace("# EOF\n", "");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(page.as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("it ends");
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!says.contains("error while linting"), "{says}");

    let own = support::free_port();
    let config = format!(
        "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\nrule_files: [{}]\nscrape_configs:\n  - job_name: tamis\n    static_configs: [{{ targets: [\"127.0.0.1:{port}\"] }}]\n",
        file("prometheus/tamis.rules.yml").display()
    );
    fs::write(dir.path().join("prometheus.yml"), config).expect("written");
    let mut command = Command::new(prometheus);
    command
        .arg(format!(
            "--config.file={}/prometheus.yml",
            dir.path().display()
        ))
        .arg(format!("--storage.tsdb.path={}/data", dir.path().display()))
        .arg(format!("--web.listen-address=127.0.0.1:{own}"));
    let _process =
        Process::start(&mut command, &dir.path().join("prometheus.log")).expect("started");
    let ask = |query: &str| -> Option<Value> {
        let page = get(own, &format!("/api/v1/query?query={query}"))?;
        let answer: Value = serde_json::from_str(&page).ok()?;
        Some(answer["data"]["result"].as_array()?.first()?["value"][1].clone())
    };
    wait_for("Prometheus to read the metrics", PATIENCE, || {
        (ask("tamis_build_info").as_ref() == Some(&Value::from("1"))).then_some(())
    });
    assert_eq!(ask("up"), Some(Value::from("1")));
    assert!(ask("process_resident_memory_bytes").is_some());
    wait_for("Prometheus to go by the rules", PATIENCE, || {
        let page = get(own, "/api/v1/rules")?;
        let well = page.matches("\"health\":\"ok\"").count();
        (well == page.matches("\"name\":\"Tamis").count() && well > 10).then_some(())
    });
}
