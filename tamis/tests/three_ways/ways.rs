//! The three ways that a message can come, and what is told of it on each.

use crate::command::Bench;
use crate::daemon::Daemon;
use crate::mta::{End, Message, Mta};
use crate::{INSIDE, SITE, support};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub(crate) const FROM: &str = "a@example.com";
pub(crate) const RCPT: &str = "b@example.org";

/// A policy, and the mail that it is asked about.
pub(crate) struct Case {
    /// The policy as a command line names it, and as a policy includes it.
    pub(crate) policy: &'static str,
    include: &'static str,
    pub(crate) client: &'static str,
    /// One message of so many is taken.
    pub(crate) one_of: usize,
}

impl Case {
    fn direction(&self) -> &'static str {
        if self.client == INSIDE {
            "outbound"
        } else {
            "inbound"
        }
    }
}

pub(crate) const fn case(
    policy: &'static str,
    include: &'static str,
    client: &'static str,
    one_of: usize,
) -> Case {
    Case {
        policy,
        include,
        client,
        one_of,
    }
}

/// What came of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Came {
    verdict: String,
    pub(crate) reply: Option<String>,
    pub(crate) rules: BTreeSet<String>,
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

/// What came of a file.
pub(crate) struct InFile {
    pub(crate) came: Came,
    /// The names of the parts that were taken out, or their numbers.
    removed: Vec<String>,
    /// What was written, if it was.
    pub(crate) written: Option<Vec<u8>>,
}

/// The parts that a line of the report says were taken out.
fn removed(event: &Value) -> Vec<String> {
    let edited = event["edited"].as_array().into_iter().flatten();
    let taken = edited.filter(|note| note["action"] == "strip" || note["action"] == "replace");
    let name = |note: &Value| {
        let name = note["names"].get(0).unwrap_or(&note["number"]);
        name.as_str().expect("a name").to_owned()
    };
    taken.map(name).collect()
}

/// In files: what came of each, and what was written.
pub(crate) fn in_files(bench: &Bench, case: &Case) -> BTreeMap<String, InFile> {
    let Case { policy, client, .. } = case;
    let run = bench.run(&format!(
        "sanitize mail -o out -p {policy} --from {FROM} --rcpt {RCPT} --ip {client} --direction {} --quarantine kept --report json",
        case.direction()
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
        let file = InFile {
            came: came(&event, rules),
            removed: removed(&event),
            written,
        };
        all.insert(name, file);
    }
    all
}

/// As tests of a policy: the expectations are what came of the files.
pub(crate) fn as_tests(
    bench: &Bench,
    case: &Case,
    rules: &[String],
    files: &BTreeMap<String, InFile>,
) {
    let (client, direction) = (case.client, case.direction());
    let mut text = format!("include = [\"{}\"]\n", case.include);
    let list = |names: &mut dyn Iterator<Item = &String>| {
        let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
        format!("[{}]", names.join(", "))
    };
    for (name, InFile { came, removed, .. }) in files {
        let _ = write!(
            text,
            "[[test]]\nname = {name:?}\nmessage = \"mail/{name}\"\ngiven = {{ client = {client:?}, sender = {FROM:?}, recipient = {RCPT:?}, \
             direction = {direction:?} }}\nexpect = {{ verdict = {:?}",
            came.verdict
        );
        if came.verdict == "deliver" {
            let _ = write!(text, ", changed = {}", came.changed);
            // JSON is TOML here.
            let names = serde_json::to_string(removed).expect("JSON");
            let names = if removed.is_empty() { "false" } else { &names };
            let _ = write!(text, ", removed = {names}");
        }
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
    assert_eq!(run.exit, 0, "{}: {}{}", case.policy, run.out, run.err);
    assert_eq!(run.out, format!("{} passed, 0 failed\n", files.len()));
}

/// From an MTA with two connections: the answers, and the log.
pub(crate) fn from_an_mta(
    case: &Case,
    mail: &BTreeMap<String, Message>,
) -> BTreeMap<String, (Came, End)> {
    let policy = match case.include.strip_prefix("preset:") {
        Some(_) => format!("include = [\"{}\"]\n", case.include),
        None => SITE.to_owned(),
    };
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), &policy, "");
    let mail: Vec<_> = mail.iter().collect();
    let send = |half: &[(&String, &Message)]| -> Vec<(String, End)> {
        let mut mta = Mta::connect(daemon.port(), case.client);
        let mut ends = half.iter();
        ends.by_ref()
            .map(|(name, message)| ((*name).clone(), mta.send(name, FROM, RCPT, message)))
            .collect()
    };
    let (first, second) = mail.split_at(mail.len() / 2);
    let mut ends: BTreeMap<String, End> = std::thread::scope(|scope| {
        let other = scope.spawn(|| send(second));
        let mut all = send(first);
        all.extend(other.join().expect("answered"));
        all.into_iter().collect()
    });
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

/// The names of the rules of a policy.
pub(crate) fn rules(bench: &Bench, policy: &str) -> Vec<String> {
    let shown = bench.run(&format!("policy show {policy} --json"));
    let shown: Value = serde_json::from_str(&shown.out).expect("JSON");
    let rules = shown["rules"].as_array().expect("rules").iter();
    let name = |rule: &Value| rule["name"].as_str().expect("a name").to_owned();
    rules.map(name).collect()
}
