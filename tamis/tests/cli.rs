//! The built program: what it writes, what it says, and how it exits.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test may do I/O, and fails by panicking"
)]

mod command;

use command::{Bench, CLEAN, Run, infected};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FROM: &str = "From a@example.org Thu Jan  1 00:00:00 1970\n";

#[test]
fn a_clean_message_goes_through_byte_for_byte() {
    let bench = Bench::new();
    bench.file("in.eml", CLEAN);
    let run = bench.run("sanitize in.eml -o out.eml");
    assert_eq!((run.exit, run.out.as_str(), run.err.as_str()), (0, "", ""));
    assert_eq!(bench.read("out.eml"), CLEAN);
    let run = bench.run_with("sanitize -", CLEAN);
    assert_eq!((run.exit, run.out.as_str()), (0, CLEAN));
}

#[test]
fn a_program_is_taken_out_and_reported() {
    let bench = Bench::new();
    bench.file("in.eml", infected("\r\n"));
    let run = bench.run("sanitize in.eml -o out.eml --quarantine q");
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(run.out.starts_with("in.eml: changed\n"), "{run:?}");
    assert!(run.out.contains("strip part 2 \"setup.exe\""), "{run:?}");
    let out = bench.read("out.eml");
    assert!(
        !out.contains("TVqQ") && out.contains("From here on:\r\n"),
        "{out}"
    );

    let listed = bench.run("quarantine list --dir q");
    let id = listed.out.split(' ').next().unwrap().to_owned();
    assert!(out.contains(&id), "the notice carries the id");
    let shown = bench.run(&format!("quarantine show {id} --dir q"));
    assert!(shown.out.contains("name           setup.exe"), "{shown:?}");
    let export = format!("quarantine export {id} --dir q -o setup.bin");
    assert_eq!(bench.run(&export).exit, 0);
    assert!(
        fs::read(bench.path("setup.bin"))
            .unwrap()
            .starts_with(b"MZ")
    );
    let mode = fs::metadata(bench.path("setup.bin"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    bench.run(&export).fails(73, "cannot create setup.bin");
    let raw = bench.run(&format!("quarantine export {id} --dir q --raw -o -"));
    assert!(
        raw.out
            .starts_with("Content-Type: application/octet-stream"),
        "{raw:?}"
    );
}

#[test]
fn a_refused_message_is_not_written() {
    let bench = Bench::new();
    bench.file("p.toml", "[[rule]]\nname = \"no\"\nwhen = { sender = \"a@example.org\" }\nthen = { reject = \"550 5.7.1 go away\" }\n");
    bench.file("in.eml", CLEAN);
    let run = bench.run("sanitize in.eml -o out.eml -p p.toml --from a@example.org");
    assert_eq!(run.exit, 1, "{run:?}");
    assert!(
        run.out
            .contains("in.eml: refused: 550 5.7.1 go away\n  no (p.toml:1)"),
        "{run:?}"
    );
    assert!(!bench.exists("out.eml"));
    assert_eq!(
        bench
            .run("sanitize in.eml -o out.eml -p p.toml --from c@example.org")
            .exit,
        0
    );
}

#[test]
fn a_directory_keeps_its_names() {
    let bench = Bench::new();
    bench.file("in/a.eml", CLEAN);
    bench.file("in/sub/b.eml", infected("\r\n"));
    bench.file("in/sub/.hidden", "x");
    let run = bench.run("sanitize in -o out -j 2");
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(
        run.out
            .ends_with("2 messages: 1 unchanged, 1 changed\n  program-content: fired once\n"),
        "{run:?}"
    );
    assert_eq!(bench.files("out"), ["a.eml", "sub/b.eml"]);
    assert_eq!(bench.read("out/a.eml"), CLEAN);
}

#[test]
fn a_maildir_stays_one() {
    let bench = Bench::new();
    for dir in ["cur", "new", "tmp"] {
        fs::create_dir_all(bench.path("in").join(dir)).unwrap();
    }
    bench.file("in/cur/1.host:2,FS", CLEAN);
    bench.file("in/new/2.host", infected("\n"));
    bench.file("in/tmp/3.host", "unfinished");
    assert_eq!(bench.run("sanitize in -o out").exit, 0);
    assert_eq!(bench.files("out"), ["cur/1.host:2,FS", "new/2.host"]);
    assert_eq!(bench.read("out/cur/1.host:2,FS"), CLEAN);
    assert!(bench.path("out/tmp").is_dir());
    bench
        .run("sanitize out/cur/1.host:2,FS -o out")
        .fails(73, "it exists and is a directory");
}

#[test]
fn an_mbox_keeps_its_other_messages_byte_for_byte() {
    let bench = Bench::new();
    let plain = CLEAN.replace("\r\n", "\n");
    let quoted = format!("{plain}>From me\n>>From you\n");
    let first = format!("{FROM}{quoted}\n");
    let last = format!("{FROM}{plain}");
    bench.file(
        "in.mbox",
        format!(
            "{first}{FROM}{}\n{last}",
            infected("\n").replace("From here", ">From here")
        ),
    );
    let run = bench.run("sanitize in.mbox -o out.mbox");
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(run.out.starts_with("in.mbox:2: changed\n"), "{run:?}");
    let out = bench.read("out.mbox");
    assert!(
        out.starts_with(&first) && out.ends_with(&format!("\n\n{last}")),
        "{out}"
    );
    assert!(
        out.contains("\n>From here on:\n") && !out.contains("TVqQ"),
        "{out}"
    );
    assert_eq!(out.matches(FROM).count(), 3);

    let run = bench.run_with("sanitize - -o again.mbox", &out);
    assert_eq!(
        (run.exit, run.out.as_str()),
        (0, "3 messages: 3 unchanged\n")
    );
    assert_eq!(bench.read("again.mbox"), out);
    let run = bench.run("sanitize in.mbox --report none");
    assert_eq!((run.exit, run.out, run.err.as_str()), (0, out, ""));
}

#[test]
fn refused_messages_are_missing_in_an_mbox() {
    let bench = Bench::new();
    bench.file("p.toml", "[[rule]]\nname = \"no\"\nwhen = { header.Subject = \"*bad*\" }\nthen = { reject = \"550 5.7.1 bad\" }\n");
    let message = |subject: &str| format!("{FROM}Subject: {subject}\n\nx\n\n");
    bench.file(
        "in.mbox",
        format!("{}{}{}", message("one"), message("bad"), message("two")),
    );
    let run = bench.run("sanitize in.mbox -o out.mbox -p p.toml -j 3");
    assert_eq!(run.exit, 1, "{run:?}");
    assert_eq!(
        bench.read("out.mbox"),
        format!("{}{}", message("one"), message("two"))
    );
    bench.file("all.mbox", message("bad"));
    assert_eq!(
        bench.run("sanitize all.mbox -o none.mbox -p p.toml").exit,
        1
    );
    assert!(!bench.exists("none.mbox"), "nothing is left of it");
}

#[test]
fn several_inputs_go_to_a_directory() {
    let bench = Bench::new();
    bench.file("a.eml", CLEAN);
    bench.file("box", format!("{FROM}{CLEAN}\n"));
    bench.run("sanitize a.eml box").fails(64, "-o DIR");
    bench
        .run("sanitize a.eml ./a.eml -o out")
        .fails(64, "same name: a.eml");
    let run = bench.run("sanitize a.eml box missing -o out");
    assert_eq!(
        run.exit, 66,
        "what can be read is done all the same: {run:?}"
    );
    assert!(
        run.err
            .contains("cannot open missing: no such file or directory"),
        "{run:?}"
    );
    assert_eq!(bench.files("out"), ["a.eml", "box"]);
}

#[test]
fn json_reports_every_message_and_the_sums() {
    let bench = Bench::new();
    bench.file("in/a.eml", CLEAN);
    bench.file("in/b.eml", infected("\n"));
    let run = bench.run("sanitize in -n --report json");
    let lines: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "{run:?}");
    assert_eq!(
        (&lines[0]["input"], &lines[0]["result"]),
        (&"in/a.eml".into(), &"unchanged".into())
    );
    assert_eq!(
        (&lines[1]["result"], &lines[1]["edited"][0]["number"]),
        (&"changed".into(), &"2".into())
    );
    assert_eq!(lines[2]["summary"]["changed"], 1);
    assert_eq!(
        bench.files("."),
        ["in/a.eml", "in/b.eml"],
        "a dry run writes nothing"
    );
}

#[test]
fn input_that_cannot_be_read_is_named() {
    let bench = Bench::new();
    bench
        .run("sanitize missing.eml")
        .fails(66, "cannot open missing.eml: no such file or directory");
    fs::create_dir(bench.path("empty")).unwrap();
    bench
        .run("sanitize empty -o out")
        .fails(66, "empty holds no message");
    assert!(!bench.exists("out"));
    bench
        .run_with("sanitize -", "")
        .fails(66, "standard input holds no message");
    bench.file(
        "cut.mbox",
        format!("{FROM}{CLEAN}\n{FROM}Subject: x\n\nhalf a li"),
    );
    bench
        .run("sanitize cut.mbox -o out")
        .fails(65, "cut.mbox is truncated");
    assert!(!bench.exists("out"));
    bench.file("links/a.eml", CLEAN);
    std::os::unix::fs::symlink("nowhere", bench.path("links/b.eml")).unwrap();
    bench
        .run("sanitize links -o linked")
        .fails(66, "cannot open links/b.eml: no such file or directory");
    assert_eq!(bench.files("linked"), ["a.eml"]);
    bench.file("secret.eml", CLEAN);
    fs::set_permissions(bench.path("secret.eml"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(bench.path("secret.eml")).is_err() {
        bench
            .run("sanitize secret.eml")
            .fails(66, "cannot open secret.eml: permission denied");
    }
}

#[test]
fn output_that_cannot_be_written_is_named() {
    let bench = Bench::new();
    bench.file("in.eml", CLEAN);
    bench.file("dir/x.eml", CLEAN);
    bench.file("box", format!("{FROM}{CLEAN}\n"));
    bench.run("sanitize in.eml -o dir").fails(
        73,
        "cannot write a message to dir: it exists and is a directory",
    );
    bench
        .run("sanitize dir -o in.eml")
        .fails(73, "it exists and is a file");
    bench
        .run("sanitize in.eml -o box")
        .fails(73, "it exists and is an mbox");
    bench
        .run("sanitize box -o in.eml")
        .fails(73, "it exists and is a file but no mbox");
    bench.run("sanitize dir").fails(64, "dir is a directory");
    bench
        .run("sanitize in.eml -o ./in.eml")
        .fails(64, "one would lie inside the other");
    bench
        .run("sanitize dir -o dir/out")
        .fails(64, "one would lie inside the other");
    bench
        .run("sanitize in.eml -o no/such/out.eml")
        .fails(73, "cannot create no/such/out.eml");
    bench
        .run("sanitize dir -o out --quarantine dir/kept")
        .fails(64, "the quarantine dir/kept lies inside the input dir");
    assert_eq!(bench.read("in.eml"), CLEAN);
    assert_eq!(bench.files("dir"), ["x.eml"]);
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let bench = Bench::new();
    bench.file("in.eml", CLEAN);
    if Path::new("/dev/full").exists() {
        bench
            .run("sanitize in.eml -o /dev/full")
            .fails(74, "cannot write /dev/full: no space left on device");
    }
    fs::create_dir(bench.path("small")).unwrap();
    let small = bench.path("small");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "none"])
        .arg(&small)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("SKIPPED: a small tmpfs needs root");
        return;
    }
    let body = "x".repeat(70).repeat(2_000);
    bench.file("big.eml", format!("{CLEAN}{body}\r\n"));
    let run = bench.run("sanitize big.eml -o small/out.eml");
    let left = bench.files("small");
    let unmounted = Command::new("umount").arg(&small).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    run.fails(74, "cannot write small/out.eml: no space left on device");
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_is_kept_of_a_message_that_fails_is_taken_back() {
    let bench = Bench::new();
    let small = bench.path("small");
    fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "none"])
        .arg(&small)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("SKIPPED: a small tmpfs needs root");
        return;
    }
    let program = infected("\r\n");
    let (_, second) = program
        .split_once("--b\r\nContent-Type: application")
        .unwrap();
    let second = second.replace("AAA=", &format!("\r\n{}AAA=", "QUJD\r\n".repeat(20_000)));
    let text = program.replace(
        "--b--",
        &format!("--b\r\nContent-Type: application{second}"),
    );
    bench.file("two.eml", text);
    let run = bench.run("sanitize two.eml -o out.eml --quarantine small/q");
    let list = bench.run("quarantine list --dir small/q");
    let left = bench.files("small/q");
    let unmounted = Command::new("umount").arg(&small).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    run.fails(
        74,
        "two.eml: cannot write to the quarantine small/q: no space left on device",
    );
    assert_eq!((list.exit, list.out.as_str()), (0, ""));
    assert!(left.is_empty(), "{left:?}");
    assert!(!bench.exists("out.eml"));
}

#[test]
fn a_private_message_stays_private() {
    let bench = Bench::new();
    bench.file("in/private.eml", infected("\r\n"));
    bench.file("in/public.eml", CLEAN);
    bench.file("box.mbox", format!("{FROM}{}\n", CLEAN.replace('\r', "")));
    let mode = |name: &str, mode| {
        fs::set_permissions(bench.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("in/private.eml", 0o600);
    mode("in/public.eml", 0o644);
    mode("box.mbox", 0o400);
    assert_eq!(bench.run("sanitize in -o out").exit, 0);
    assert_eq!(bench.run("sanitize box.mbox -o out.mbox").exit, 0);
    let readable = |name: &str| {
        let mode = bench.path(name).metadata().unwrap().permissions().mode();
        mode & 0o077 != 0
    };
    assert!(!readable("out/private.eml"));
    assert!(readable("out/public.eml"));
    assert!(!readable("out.mbox"));
}

#[test]
fn an_interrupt_leaves_nothing_half_written() {
    let bench = Bench::new();
    for number in 0..3_000 {
        bench.file(&format!("in/{number}.eml"), CLEAN);
    }
    let child = bench.start("sanitize in -o out");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !bench.exists("out/0.eml") && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    interrupt(&child);
    let run = Run::of(&child.wait_with_output().unwrap());
    run.fails(130, "interrupted");
    let files = bench.files("out");
    assert!(
        files.len() < 3_000 && files.iter().all(|name| !name.contains(".tamis-")),
        "{files:?}"
    );

    let mut waiting = bench.start("sanitize -");
    let stdin = waiting.stdin.take();
    while !catches_interrupts(&waiting) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    let asked = Instant::now();
    interrupt(&waiting);
    Run::of(&waiting.wait_with_output().unwrap()).fails(130, "interrupted");
    assert!(
        asked.elapsed() < Duration::from_secs(8),
        "nothing to wait for"
    );
    drop(stdin);
}

/// Whether the program has got so far that an interrupt is its own affair: bit 1 of the mask is SIGINT.
fn catches_interrupts(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 2 != 0)
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn an_explanation_shows_tree_defects_and_rules() {
    let bench = Bench::new();
    bench.file(
        "in.eml",
        infected("\r\n").replace("; name=\"setup.exe\"", "; name=\"a\u{202e}b\""),
    );
    let run = bench.run("explain in.eml");
    assert_eq!(run.exit, 0, "{run:?}");
    for line in [
        "before\n  multipart/mixed",
        "2 application/octet-stream \"setup.exe\"",
        "! names-disagree",
        "strip part 2",
        "\nafter\n",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
    assert!(!run.out.contains('\u{202e}'), "{}", run.out);
    let run = bench.run("explain in.eml --json");
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["edited"][0]["action"], "strip");
    assert_eq!(json["after"].as_array().unwrap().len(), 3);
    assert_eq!(bench.files("."), ["in.eml"], "nothing is written");
}

#[test]
fn a_defect_is_explained_by_code_and_name() {
    let bench = Bench::new();
    let by_code = bench.run("explain defect M004");
    assert_eq!(by_code.exit, 0, "{by_code:?}");
    for piece in [
        "M004 boundary-repeated (ambiguous)",
        "What it is",
        "What parsers do",
        "What Tamis does",
    ] {
        assert!(by_code.out.contains(piece), "{piece}: {}", by_code.out);
    }
    assert_eq!(
        by_code.out,
        bench.run("explain defect Boundary-Repeated").out
    );
    let run = bench.run("explain defect m004 e001 --json");
    let names: Vec<_> = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].to_string())
        .collect();
    assert_eq!(names, ["\"boundary-repeated\"", "\"bare-lf\""]);
    let run = bench.run("explain defect boundary-repeatd");
    assert_eq!(run.exit, 64);
    assert!(
        run.err.contains("did you mean \"boundary-repeated\"?"),
        "{run:?}"
    );
    let run = bench.run("explain defect quux\u{1b}[31m");
    assert!(run.exit == 64 && !run.err.contains('\u{1b}'), "{run:?}");
    assert!(run.err.contains("tamis explain defects"), "{run:?}");
    assert_eq!(bench.run("explain defect").exit, 64);
    assert_eq!(bench.run("explain").exit, 64);
}

#[test]
fn every_defect_is_listed() {
    let bench = Bench::new();
    let list = bench.run("explain defects");
    assert_eq!(list.exit, 0, "{list:?}");
    assert_eq!(list.out.lines().count(), tamis_sanitize::Code::ALL.len());
    let json = bench.run("explain defects --json");
    assert_eq!(json.out.lines().count(), tamis_sanitize::Code::ALL.len());
}

#[test]
fn the_command_line_explains_itself() {
    let bench = Bench::new();
    assert_eq!(bench.run("").exit, 64);
    assert_eq!(bench.run("sanitise x").exit, 64);
    assert_eq!(bench.run("quarantine show ../../etc/passwd").exit, 64);
    let help = bench.run("sanitize --help");
    assert_eq!(help.exit, 0);
    assert!(
        help.out.contains("Exit status:") && help.out.contains("75  At least one message"),
        "{help:?}"
    );
    bench
        .run("quarantine list --dir /nonexistent/q")
        .fails(66, "cannot open the quarantine /nonexistent/q");
    fs::create_dir(bench.path("q")).unwrap();
    bench
        .run("quarantine show 00000000000000000000000000 --dir q")
        .fails(66, "there is no 00000000000000000000000000");
}
