//! Containers opened in a confined process: the same findings as without, nothing else possible, and no way to be held up.

use bytes::Bytes;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tamis::decoder::{Decoders, Sandbox, check};
use tamis::inspect::{Inspection, Report, Site};
use tamis::spool::SpoolSettings;
use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::payload;
use tamis_corpus::make::zip::{Entry, stored};
use tamis_rules::{Envelope, Policy, Sources, load};

/// The program itself.
fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_tamis"))
}

fn site(sandbox: Sandbox, program: PathBuf) -> Arc<Site> {
    Arc::new(Site {
        decoders: Decoders::new(sandbox, program, &SpoolSettings::default()),
        ..Site::default()
    })
}

fn policy() -> Arc<Policy> {
    Arc::new(load(&Sources::preset("default").expect("a preset")).expect("a policy"))
}

/// A message with an archive: a program in an archive in it, beside so much filling that it does not stay in memory.
fn message() -> Vec<u8> {
    let inner = stored(&[Entry::new("setup.exe", &payload::executable())]);
    let filling = vec![b'.'; 400 << 10];
    let outer = stored(&[
        Entry::new("filling.txt", &filling),
        Entry::new("inner.zip", &inner),
    ]);
    let head = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
                Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\
                Content-Type: application/zip; name=\"offer.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    format!("{head}{}--b--\r\n", base64_lines(&outer)).into_bytes()
}

fn inspect(site: &Arc<Site>) -> std::io::Result<Report> {
    let envelope = Envelope {
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::clone(site), policy(), envelope);
        inspection.push(Bytes::from(message())).await?;
        inspection.finish().await
    })?;
    Ok(judged.carry_out()?.report)
}

/// What was found, and whether it was taken out.
fn found(report: &Report) -> (Vec<String>, bool) {
    let inside = report.inside.iter().map(ToString::to_string).collect();
    (inside, report.changed)
}

/// A program that does what the shell is told, whatever it is asked.
fn other_program(dir: &Path, script: &str) -> PathBuf {
    let path = dir.join("decoder");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permission");
    path
}

/// The shell command that says: ready, confined like this.
fn ready(calls: bool) -> String {
    let confined = format!(r#"{{"files":true,"calls":{calls},"memory":true}}"#);
    format!(
        r"printf 'R\000\000\000\{:03o}{confined}' >&0",
        confined.len()
    )
}

#[test]
fn the_same_is_found() {
    let here = inspect(&site(Sandbox::Off, program())).expect("inspected");
    let apart = inspect(&site(Sandbox::Auto, program())).expect("inspected");
    assert_eq!(found(&apart), found(&here));
    let (inside, changed) = found(&apart);
    let setup = "part 2 → inner.zip → setup.exe: executable";
    assert!(
        inside.iter().any(|line| line.starts_with(setup)),
        "{inside:?}"
    );
    assert!(changed);
}

#[test]
fn a_process_can_do_nothing_else() {
    let (confined, attempts) = check(&program(), &std::env::temp_dir()).expect("started");
    if !confined.is_complete() {
        eprintln!("SKIPPED: this system cannot confine a process: {confined:?}");
        return;
    }
    for attempt in attempts {
        assert!(attempt.refused, "it could {}", attempt.what);
    }
}

#[test]
fn a_process_that_dies_is_started_anew() {
    let site = site(Sandbox::Auto, program());
    let first = inspect(&site).expect("inspected");
    let children = || -> Vec<String> {
        let tasks = fs::read_dir("/proc/self/task").expect("tasks");
        let of = |task: fs::DirEntry| fs::read_to_string(task.path().join("children"));
        let all: Vec<String> = tasks.flatten().filter_map(|task| of(task).ok()).collect();
        let all = all.join(" ");
        let ids = all.split_whitespace().map(str::to_owned);
        let is_decoder = |id: &String| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains("decoder")
        };
        ids.filter(is_decoder).collect()
    };
    for id in children() {
        let killed = Command::new("kill")
            .args(["-9", &id])
            .status()
            .expect("kill");
        assert!(killed.success() || !Path::new("/proc").join(&id).exists());
    }
    let second = inspect(&site).expect("inspected");
    assert_eq!(found(&second), found(&first));
}

#[test]
fn a_process_that_fails_at_its_work_is_a_fact_about_the_part() {
    let dir = tempfile::tempdir().expect("a directory");
    // It says that it is ready, takes what it is told, and is gone.
    let ready = ready(true);
    for end in [
        "head -c 100 > /dev/null",
        "head -c 100 >/dev/null; printf nonsense >&0",
    ] {
        let failing = other_program(dir.path(), &format!("{ready}\n{end}"));
        let report = inspect(&site(Sandbox::Required, failing)).expect("inspected");
        let (inside, _) = found(&report);
        assert!(
            inside
                .iter()
                .any(|line| line.ends_with("not looked into: failed")),
            "{inside:?}"
        );
    }
}

#[test]
fn without_a_process_containers_are_opened_here_or_mail_waits() {
    let dir = tempfile::tempdir().expect("a directory");
    let useless = other_program(dir.path(), "exit 1");
    let here = inspect(&site(Sandbox::Off, program())).expect("inspected");
    let auto = inspect(&site(Sandbox::Auto, useless.clone())).expect("inspected");
    assert_eq!(found(&auto), found(&here));
    assert!(inspect(&site(Sandbox::Required, useless)).is_err());
    let unconfined = format!("{}; cat >/dev/null", ready(false));
    let unconfined = other_program(dir.path(), &unconfined);
    assert!(inspect(&site(Sandbox::Required, unconfined)).is_err());
}
