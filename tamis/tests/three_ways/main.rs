//! The same policy says the same of the same message, whichever way it comes: in a file (`tamis sanitize`), in a test of a
//! policy (`tamis policy test`), or from an MTA (`tamis milter`).

#[path = "../command/mod.rs"]
mod command;
#[path = "../daemon/mod.rs"]
mod daemon;
mod mta;
#[path = "../support/mod.rs"]
mod support;

use command::Bench;
use daemon::Daemon;
use mta::{End, Message, Mta};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tamis_corpus::make::{mailbag, message, mutate};

const FROM: &str = "a@example.com";
const RCPT: &str = "b@example.org";
const CLIENT: &str = "203.0.113.9";

/// Rules of many kinds beside those of the presets.
const SITE: &str = r#"
include = ["preset:strict"]
[banner.outside]
text = "This message came from outside."
[[rule]]
name = "invoice"
when = { subject = "*invoice*", part.kind = "pdf" }
then = { rename = "{part.name}.bin", tag = "invoice" }
[[rule]]
name = "deep"
when = { depth = ">3" }
then = { reject = "550 5.7.1 {sender}: too deep, 100% sure" }
[[rule]]
name = "wrong-name"
when = { part.mismatch = true }
then = { relabel = true, continue = true }
[[rule]]
name = "many-parts"
when = { part_count = ">4" }
then = { wrap = true }
[[rule]]
name = "outside"
unless = { signed = true }
then = { banner = "outside", set_header = { X-Outside = "{client}" }, tag_subject = "[out]", insert_header = { X-Top = "1" }, remove_header = "X-Mailer" }
"#;

/// Every message of the corpus of cases, and made ones, that an MTA hands on as they are.
fn messages() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/cases")];
    while let Some(next) = left.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(next)
            .expect("a directory")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                left.push(path);
            } else if path.ends_with("message.eml") {
                all.push(std::fs::read(path).expect("readable"));
            }
        }
    }
    all.extend(mailbag::mailbag(11, 40).filter(|message| message.len() < 100_000));
    for seed in 0..60 {
        let sound = message::sound(seed).octets;
        all.push(mutate::mutate(&sound, seed));
        all.push(message::flawed(seed).octets);
        all.push(sound);
    }
    all.retain(|message| Message::parse(message).is_some_and(|it| it.octets() == *message));
    all
}

/// What came of a message.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    verdict: String,
    reply: Option<String>,
    rules: BTreeSet<String>,
    changed: bool,
}

/// From a line of the report of batch work, or of the log.
fn came(event: &Value, rules: BTreeSet<String>) -> Came {
    Came {
        verdict: event["verdict"].as_str().expect("a verdict").to_owned(),
        reply: event["reply"].as_str().map(str::to_owned),
        rules,
        changed: event["changed"].as_bool().expect("whether it was changed"),
    }
}

/// The name in front of a reason; none for what is no reason but a piece of a file name in one.
fn rule_of(reason: &str) -> Option<String> {
    let (name, rest) = reason.split_once(" (")?;
    let good = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    (name.chars().all(good) && rest.contains("): ")).then(|| name.to_owned())
}

/// The message without the ids that what was removed is kept under: they are never the same twice.
fn without_ids(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let id = regex::Regex::new("[0-9a-hjkmnp-tv-z]{26}").expect("an expression");
    id.replace_all(&text.replace("=\r\n", ""), "(id)")
        .into_owned()
}

/// In files: what came of each, and what was written.
fn in_files(bench: &Bench, policy: &str) -> BTreeMap<String, (Came, Value, Option<Vec<u8>>)> {
    let run = bench.run(&format!(
        "sanitize mail -o out -p {policy} --from {FROM} --rcpt {RCPT} --ip {CLIENT} --quarantine kept --report json"
    ));
    let mut all = BTreeMap::new();
    for line in run.out.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let Some(input) = event["input"].as_str() else {
            continue;
        };
        let name = input.rsplit('/').next().expect("a name").to_owned();
        let reasons = event["reasons"].as_array().expect("reasons").iter();
        let rules = reasons
            .filter_map(|reason| rule_of(reason.as_str()?))
            .collect();
        let written = std::fs::read(bench.path(&format!("out/{name}"))).ok();
        all.insert(name, (came(&event, rules), event, written));
    }
    all
}

/// As tests of a policy: the expectations are what came of the files.
fn as_tests(
    bench: &Bench,
    policy: &str,
    rules: &[String],
    files: &BTreeMap<String, (Came, Value, Option<Vec<u8>>)>,
) {
    let mut text = format!("include = [\"{policy}\"]\n");
    let list = |names: &mut dyn Iterator<Item = &String>| {
        let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
        format!("[{}]", names.join(", "))
    };
    for (name, (came, _, _)) in files {
        let _ = write!(
            text,
            "[[test]]\nname = {name:?}\nmessage = \"mail/{name}\"\ngiven = {{ client = {CLIENT:?}, sender = {FROM:?}, recipient = {RCPT:?}, \
             direction = \"inbound\" }}\nexpect = {{ verdict = {:?}, changed = {}",
            came.verdict, came.changed
        );
        if let Some(reply) = &came.reply {
            let _ = write!(text, ", reply = {reply:?}");
        }
        let known =
            |name: &&String| !["unsafe-result", "ambiguous", "canonical"].contains(&name.as_str());
        if came.rules.iter().any(|name| known(&name)) {
            let _ = write!(
                text,
                ", rule = {}",
                list(&mut came.rules.iter().filter(known))
            );
        }
        let mut others = rules
            .iter()
            .filter(|rule| !came.rules.contains(*rule))
            .peekable();
        if others.peek().is_some() {
            let _ = write!(text, ", not_rule = {}", list(&mut others));
        }
        text.push_str(" }\n");
    }
    bench.file("tests.toml", text);
    let run = bench.run("policy test tests.toml");
    assert_eq!(run.exit, 0, "{policy}: {}{}", run.out, run.err);
    assert_eq!(run.out, format!("{} passed, 0 failed\n", files.len()));
}

/// From an MTA: the answers, and the log.
fn from_an_mta(policy: &str, mail: &BTreeMap<String, Message>) -> BTreeMap<String, (Came, End)> {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), policy, "");
    let mut mta = Mta::connect(daemon.port(), CLIENT);
    let mut ends: BTreeMap<String, End> = mail
        .iter()
        .map(|(name, message)| (name.clone(), mta.send(name, FROM, RCPT, message)))
        .collect();
    daemon.wait_for("\"message\":\"message\"", mail.len());
    let mut all = BTreeMap::new();
    for event in daemon.events("message") {
        let name = event["queue_id"].as_str().expect("a queue id").to_owned();
        let reasons = event["reasons"].as_str().unwrap_or_default();
        let rules = reasons.split("; ").filter_map(rule_of).collect();
        let end = ends.remove(&name).expect("one line for each message");
        all.insert(name, (came(&event, rules), end));
    }
    assert!(ends.is_empty(), "{ends:?}");
    all
}

#[test]
fn one_policy_one_outcome() {
    let messages = messages();
    assert!(messages.len() > 200, "{}", messages.len());
    let bench = Bench::new();
    let mut mail = BTreeMap::new();
    for (number, octets) in messages.iter().enumerate() {
        let name = format!("{number:04}.eml");
        bench.file(&format!("mail/{name}"), octets);
        mail.insert(name, Message::parse(octets).expect("a message"));
    }
    bench.file("site.toml", SITE);
    let mut fired = BTreeSet::new();
    for (policy, include) in [
        ("builtin:default", "preset:default"),
        ("builtin:no-images", "preset:no-images"),
        ("builtin:observe-first", "preset:observe-first"),
        ("site.toml", "site.toml"),
    ] {
        let shown = bench.run(&format!("policy show {policy} --json"));
        let shown: Value = serde_json::from_str(&shown.out).expect("JSON");
        let rules = shown["rules"].as_array().expect("rules").iter();
        let rules: Vec<String> = rules
            .map(|rule| rule["name"].as_str().expect("a name").to_owned())
            .collect();

        let files = in_files(&bench, policy);
        assert_eq!(files.len(), mail.len(), "{policy}");
        as_tests(&bench, include, &rules, &files);
        fired.extend(files.values().flat_map(|(came, ..)| came.rules.clone()));
        let source = match include.strip_prefix("preset:") {
            Some(_) => format!("include = [\"{include}\"]\n"),
            None => SITE.to_owned(),
        };
        for (name, (came, end)) in from_an_mta(&source, &mail) {
            let (in_file, _, written) = &files[&name];
            assert_eq!(&came, in_file, "{policy}: {name}");
            match end {
                End::Delivered(octets) => {
                    let written = written.as_ref().expect("a file");
                    assert_eq!(
                        without_ids(&octets),
                        without_ids(written),
                        "{policy}: {name}"
                    );
                }
                End::Refused(reply) => {
                    assert_eq!(written, &None, "{policy}: {name}");
                    assert_eq!(
                        Some(reply),
                        in_file.reply.clone().or(Some("discard".to_owned())),
                        "{policy}: {name}"
                    );
                }
            }
        }
        std::fs::remove_dir_all(bench.path("out")).expect("removed");
    }
    for rule in [
        "program-content",
        "image",
        "wrong-name",
        "many-parts",
        "deep",
        "outside",
        "code",
    ] {
        assert!(
            fired.contains(rule),
            "no message tells of {rule}: {fired:?}"
        );
    }
}
