//! Wrong policies: each one is refused, at the right place, with the right help.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support/mod.rs"]
mod support;

mod actions;
mod conditions;
mod files;
mod language;
mod trials;

use actions::ACTIONS;
use conditions::CONDITIONS;
use files::FILES;
use support::render;
use tamis_rules::{Fault, Sources, load};
use trials::TRIALS;

/// One wrong policy: its text with `«` and `»` around the place, the code, and a piece of message or help.
struct Wrong {
    text: &'static str,
    code: &'static str,
    says: &'static str,
}

const fn wrong(text: &'static str, code: &'static str, says: &'static str) -> Wrong {
    Wrong { text, code, says }
}

fn loader(name: &str) -> Result<String, String> {
    match name {
        "good.txt" => Ok("192.0.2.0/24 # documentation\n\n# a comment\n::1\n".to_owned()),
        "bad.txt" => Ok("192.0.2.0/24\n  # comment\n\n  192.0.2.x # why\n::g\n".to_owned()),
        "huge.txt" => Ok("#".repeat(Sources::LIST_LIMIT + 1)),
        _ => Err("no such file".to_owned()),
    }
}

/// Takes the marks out: the text, and line and column of the first mark.
fn marked(text: &str) -> (String, u32, u32) {
    let before = text.split('«').next().unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let text = text.replace(['«', '»'], "");
    (text, line.try_into().unwrap(), column.try_into().unwrap())
}

fn check(case: &Wrong, text: &str) {
    let (text, line, column) = marked(text);
    let sources = Sources::new("policy.toml", &text).with_loader(loader);
    let faults = load(&sources)
        .err()
        .unwrap_or_else(|| panic!("loads:\n{text}"));
    let all = render(&faults);
    let [fault] = faults.as_slice() else {
        panic!("{} faults:\n{all}", faults.len());
    };
    assert_eq!(fault.code.name(), case.code, "{all}");
    assert!(all.contains(case.says), "{:?} is not in:\n{all}", case.says);
    if case.code != "syntax" {
        assert_eq!((fault.line, fault.column), (line, column), "{all}");
    }
    assert_eq!(fault.line, line, "{all}");
}

const REST: &str =
    "[list.lab]\nkind = 'address'\nentries = ['a@b.example']\n[notice.gone]\ntext = 'gone'\n";

#[test]
fn wrong_conditions() {
    for case in CONDITIONS {
        let rule = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ {} }}\nthen = {{ accept = true }}\n{REST}",
            case.text
        );
        check(case, &rule);
    }
}

#[test]
fn wrong_actions() {
    for case in ACTIONS {
        let rule = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ part.kind = 'pdf' }}\nthen = {{ {} }}\n{REST}",
            case.text
        );
        check(case, &rule);
    }
}

#[test]
fn wrong_files() {
    for case in FILES {
        check(case, case.text);
    }
}
#[test]
fn wrong_tests() {
    for case in TRIALS {
        let rule = "[[rule]]\nname = 'a'\nthen = { accept = true }\n[[test]]\n";
        check(case, &format!("{rule}{}", case.text));
    }
}

#[test]
fn every_fault_is_tested() {
    let tables = [CONDITIONS, ACTIONS, FILES, TRIALS].concat_names();
    let elsewhere = ["too-deep", "unknown-file"];
    let lints: Vec<&str> = tamis_rules::lints().map(|(name, _)| name).collect();
    for fault in Fault::ALL.iter().filter(|it| !lints.contains(&it.name())) {
        assert!(fault.what().ends_with('.'));
        assert!(
            tables.contains(&fault.name()) || elsewhere.contains(&fault.name()),
            "no wrong policy shows {fault}"
        );
    }
    assert!(tables.len() > 120);
}

trait ConcatNames {
    fn concat_names(&self) -> Vec<&'static str>;
}

impl ConcatNames for [&[Wrong]; 4] {
    fn concat_names(&self) -> Vec<&'static str> {
        self.iter()
            .flat_map(|table| table.iter().map(|case| case.code))
            .collect()
    }
}
