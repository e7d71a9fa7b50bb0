//! The same policy says the same of the same message, whichever way it comes: in a file (`tamis sanitize`), in a test of a
//! policy (`tamis policy test`), or from an MTA (`tamis milter`).

#[path = "../command/mod.rs"]
mod command;
#[path = "../daemon/mod.rs"]
mod daemon;
mod mta;
#[path = "../support/mod.rs"]
mod support;
mod ways;

use command::Bench;
use daemon::Daemon;
use mta::{End, Message, Mta};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tamis_corpus::make::{mailbag, message, mutate};
use ways::{Case, InFile, as_tests, case, from_an_mta, in_files, rules};

/// Clients outside and inside.
const OUTSIDE: &str = "203.0.113.9";
const INSIDE: &str = "127.0.0.1";

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

/// Every message of the corpus of cases, and made ones, as they are behind an MTA.
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
    for seed in 0..48 {
        let sound = message::sound(seed).octets;
        all.push(mutate::mutate(&sound, seed));
        all.push(message::flawed(seed).octets);
        all.push(sound);
    }
    for message in &mut all {
        *message = Message::parse(message).octets();
    }
    all
}

/// Every preset. `submission` takes mail of this host without TLS and login; `SITE` includes `strict`. Made messages come in
/// turns of three kinds: no step is a multiple of three.
const CASES: &[Case] = &[
    case("builtin:default", "preset:default", OUTSIDE, 1),
    case(
        "builtin:no-executables",
        "preset:no-executables",
        OUTSIDE,
        5,
    ),
    case("builtin:no-images", "preset:no-images", OUTSIDE, 2),
    case("builtin:strict", "preset:strict", OUTSIDE, 4),
    case("builtin:observe-first", "preset:observe-first", OUTSIDE, 4),
    case("builtin:outbound", "preset:outbound", INSIDE, 4),
    case("builtin:submission", "preset:submission", INSIDE, 5),
    case("site.toml", "site.toml", OUTSIDE, 1),
];

/// The message without the ids that what was removed is kept under: they are never the same twice.
fn without_ids(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let id = regex::Regex::new("[0-9a-hjkmnp-tv-z]{26}").expect("an expression");
    id.replace_all(&text.replace("=\r\n", ""), "(id)")
        .into_owned()
}

/// What an MTA delivers is what stands in the file, but for the ids of what was kept.
#[track_caller]
fn the_same_end(what: &str, end: End, file: &InFile) {
    match end {
        End::Delivered(octets) => {
            let written = file.written.as_ref();
            let written = written.unwrap_or_else(|| panic!("{what}: no file was written"));
            assert_eq!(without_ids(&octets), without_ids(written), "{what}");
        }
        End::Refused(reply) => {
            assert_eq!(file.written, None, "{what}");
            let expected = file.came.reply.clone().or(Some("discard".to_owned()));
            assert_eq!(Some(reply), expected, "{what}");
        }
    }
}

/// Asks in the three ways, and gives the rules that have fired.
fn check(case: &Case, messages: &[Vec<u8>]) -> BTreeSet<String> {
    let bench = Bench::new();
    bench.file("site.toml", SITE);
    let mut mail = BTreeMap::new();
    for (number, octets) in messages.iter().enumerate().step_by(case.one_of) {
        let name = format!("{number:04}.eml");
        bench.file(&format!("mail/{name}"), octets);
        mail.insert(name, Message::parse(octets));
    }
    let files = in_files(&bench, case);
    assert_eq!(files.len(), mail.len(), "{}", case.policy);
    as_tests(&bench, case, &rules(&bench, case.policy), &files);
    for (name, (came, end)) in from_an_mta(case, &mail) {
        let file = &files[&name];
        let what = format!("{}: {name}", case.policy);
        assert_eq!(came, file.came, "{what}");
        the_same_end(&what, end, file);
    }
    files
        .into_values()
        .flat_map(|file| file.came.rules)
        .collect()
}

#[test]
fn one_policy_one_outcome() {
    let messages = messages();
    assert!(messages.len() > 300, "{}", messages.len());
    let mut fired = BTreeSet::new();
    for case in CASES {
        fired.extend(check(case, &messages));
    }
    for rule in [
        "program-content",
        "program-from-inside",
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

/// Before there is a message, a refusal is the same too.
#[test]
fn what_is_refused_before_the_message_is_refused_in_the_same_words() {
    let case = case("builtin:submission", "preset:submission", OUTSIDE, 1);
    let words = "530 5.7.0 Must issue a STARTTLS command first";
    let message = b"From: a@example.com\r\nSubject: hello\r\n\r\nHello\r\n";
    let bench = Bench::new();
    bench.file("mail/1.eml", message);
    let files = in_files(&bench, &case);
    assert_eq!(files["1.eml"].came.reply.as_deref(), Some(words));
    as_tests(&bench, &case, &rules(&bench, case.policy), &files);
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), "include = [\"preset:submission\"]\n", "");
    let mut mta = Mta::connect(daemon.port(), case.client);
    let end = mta.send("1", ways::FROM, ways::RCPT, &Message::parse(message));
    assert_eq!(end, End::Refused(words.to_owned()));
}
