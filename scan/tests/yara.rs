//! Rules of YARA: what they find, what is wrong with them, and that new ones take the place of the old.
#![cfg(feature = "yara")]

use bytes::Bytes;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tamis_scan::{Envelope, Reason, Report, Scanner as _, Yara, YaraSettings};
use tempfile::TempDir;

const MACRO: &str = r#"
rule Office_Macro : malware office {
    strings: $a = "AutoOpen" nocase  $b = "CreateObject"
    condition: all of them
}
rule Mentions_Shell : hint { strings: $a = "WScript.Shell" condition: $a }
private rule Helper { condition: true }
"#;

/// A directory with these files.
fn rules(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    dir
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, text).expect("a file");
}

fn settings(dir: &TempDir) -> YaraSettings {
    YaraSettings::new(vec![dir.path().to_path_buf()])
}

async fn scan(yara: &Yara, content: &[u8]) -> Report {
    let mut scan = yara.start(&Envelope::default());
    for piece in content.chunks(10_000) {
        scan.feed(Bytes::copy_from_slice(piece)).await;
    }
    scan.finish().await
}

#[track_caller]
fn assert_unscanned(report: &Report, reason: Reason, says: &str) {
    let Report::Unscanned(unscanned) = report else {
        panic!("{report}");
    };
    assert_eq!(unscanned.reason(), reason, "{report}");
    assert!(unscanned.detail().as_str().contains(says), "{report}");
}

#[tokio::test]
async fn all_rules_that_match_are_named() {
    let dir = rules(&[("macros.yar", MACRO), ("notes.txt", "no rules")]);
    let yara = Yara::new(settings(&dir));
    let shell = b"Set x = CreateObject(\"WScript.Shell\")";
    let both = [&b"Sub autoopen()\r\n".repeat(20_000), &shell[..]].concat();
    let found = |names: &str| Report::found(names.as_bytes());
    assert_eq!(scan(&yara, b"Good day.").await, Report::Clean);
    assert_eq!(scan(&yara, b"").await, Report::Clean);
    assert_eq!(scan(&yara, shell).await, found("Mentions_Shell"));
    assert_eq!(
        scan(&yara, &both).await,
        found("Mentions_Shell Office_Macro")
    );
    // What scanners are tried with is found by any rules.
    let eicar = [
        "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR",
        "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ];
    let eicar = scan(&yara, eicar.concat().as_bytes()).await;
    assert_eq!(eicar, found("EICAR_Test_File"));
}

#[tokio::test]
async fn only_rules_with_a_tag_count_if_tags_are_named() {
    let dir = rules(&[("macros.yar", MACRO)]);
    let tags = vec!["malware".to_owned(), "phishing".to_owned()];
    let yara = Yara::new(YaraSettings {
        tags,
        ..settings(&dir)
    });
    assert_eq!(scan(&yara, b"WScript.Shell").await, Report::Clean);
    let report = scan(&yara, b"AutoOpen CreateObject WScript.Shell").await;
    assert_eq!(report, Report::found(b"Office_Macro"));
}

#[tokio::test]
async fn modules_look_into_programs() {
    let program = "import \"elf\"\nrule Program { condition: elf.type == elf.ET_EXEC or elf.type == elf.ET_DYN }\n\
        import \"hash\"\nrule Known { condition: hash.sha256(0, filesize) == \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\" }";
    let dir = rules(&[("deep/er/elf.yara", program)]);
    let yara = Yara::new(settings(&dir));
    let this = fs::read("/proc/self/exe").expect("this program");
    let this = this.get(..this.len().min(4 << 20)).expect("its beginning");
    assert_eq!(scan(&yara, this).await, Report::found(b"Program"));
    assert_eq!(scan(&yara, b"abc").await, Report::found(b"Known"));
}

#[tokio::test]
async fn a_fault_is_named_by_file_and_line() {
    let broken = "rule a { condition: true }\n\nrule b { condition: nothing_known }\n";
    let dir = rules(&[("good.yar", MACRO), ("z.yar", broken)]);
    let yara = Yara::new(settings(&dir));
    let report = scan(&yara, b"AutoOpen CreateObject").await;
    assert_unscanned(&report, Reason::Unreachable, "z.yar:3: unknown identifier");
    let says = yara.probe().await.expect_err("no rules").to_string();
    assert!(says.contains("z.yar:3:"), "{says}");
}

#[tokio::test]
async fn no_rules_are_no_clean_mail() {
    let empty = rules(&[("notes.txt", "none")]);
    let comment = rules(&[("a.yar", "// later")]);
    for (paths, says) in [
        (vec![empty.path().to_path_buf()], "there are no rules"),
        (vec![comment.path().to_path_buf()], "there are no rules"),
        (Vec::new(), "there are no rules"),
        (vec![PathBuf::from("/nowhere/rules")], "/nowhere/rules: "),
    ] {
        let yara = Yara::new(YaraSettings::new(paths));
        let report = scan(&yara, b"text").await;
        assert_unscanned(&report, Reason::Unreachable, says);
    }
}

#[tokio::test]
async fn new_rules_take_the_place_of_the_old() {
    let dir = rules(&[("a.yar", "rule Old { condition: true }")]);
    let yara = Yara::new(settings(&dir));
    assert_eq!(scan(&yara, b"x").await, Report::found(b"Old"));
    let says = yara.probe().await.expect("rules");
    assert_eq!(says.as_str(), "YARA-X, 1 rules");
    let edition = yara.edition();

    // A fault leaves the old ones in force, and is told.
    write(dir.path(), "b.yar", "rule Newer { condition: }");
    let says = yara.probe().await.expect("the old rules").to_string();
    assert!(
        says.contains("older than those on disk") && says.contains("b.yar:1:"),
        "{says}"
    );
    assert_eq!(scan(&yara, b"x").await, Report::found(b"Old"));
    assert_eq!(yara.edition(), edition);

    write(dir.path(), "b.yar", "rule New { condition: true }");
    let says = yara.probe().await.expect("rules");
    assert_eq!(says.as_str(), "YARA-X, 2 rules");
    assert_eq!(scan(&yara, b"x").await, Report::found(b"New Old"));
    assert_ne!(yara.edition(), edition);
}

#[tokio::test]
async fn rules_that_take_too_long_have_no_answer() {
    let slow = "rule Slow { condition: for all i in (0..4000000000): (for any j in (0..4000000000): (j == i + filesize + 5000000000)) }";
    let dir = rules(&[("slow.yar", slow)]);
    let total = Duration::from_secs(1);
    let yara = Yara::new(YaraSettings {
        total,
        processors: 1,
        ..settings(&dir)
    });
    assert_unscanned(&scan(&yara, b"x").await, Reason::Timeout, "too long");
}

#[tokio::test]
async fn what_is_too_large_is_not_scanned() {
    let dir = rules(&[("macros.yar", MACRO)]);
    let yara = Yara::new(YaraSettings {
        max_bytes: 20_000,
        ..settings(&dir)
    });
    assert_eq!(scan(&yara, &b"x".repeat(20_000)).await, Report::Clean);
    let report = scan(&yara, &b"x".repeat(20_001)).await;
    assert_unscanned(&report, Reason::TooLarge, "");
}
