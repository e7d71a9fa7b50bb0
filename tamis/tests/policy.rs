//! `tamis policy`: what makes policies safe to change, as it is used from the command line.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod command;

use command::{Bench, CLEAN, infected};
use serde_json::Value;

/// A policy with a list, a meter, and rules of several stages.
const SITE: &str = r#"version = 1
include = ["preset:no-images"]
[repair]
bare-lf = "ignore"
cosmetic = "repair"
[list.lab]
kind = "address"
source = "the registry"
entries = ["@lab.example", "b@example.org"]
[meter.hour]
key = "client"
counts = "messages"
limits = "100 in 1h"
[[rule]]
name = "helo"
when = { helo = "friend" }
then = { reject = true }
[[rule]]
name = "much"
when = { meter.hour = "exceeded" }
then = { tempfail = true }
[[rule]]
name = "lab"
mode = "observe"
when = { recipient = "list:lab", subject = "offer" }
then = { discard = true }
"#;

/// A test that holds, and one that does not.
const TESTS: &str = r#"
[[test]]
name = "the lab"
message = { subject = "offer" }
given = { recipient = "a@lab.example" }
expect = { verdict = "deliver", observed = "lab", changed = false }
[[test]]
name = "never"
message = { attach = [{ sample = "image" }] }
expect = { verdict = "reject", rule = "much", removed = false }
"#;

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn policies_and_configurations_are_checked() {
    let bench = Bench::new();
    bench.file(
        "good.toml",
        "[[rule]]\nname = \"a\"\nwhen = { sender = \"x@example.org\" }\nthen = { accept = true }\n",
    );
    let run = bench.run("policy check good.toml builtin:default");
    assert_eq!((run.exit, run.out.as_str(), run.err.as_str()), (0, "", ""));

    bench.file("bad.toml", "[[rule]]\nname = \"a\"\nwhen = { sendr = \"x@example.org\", direction = \"up\" }\nthen = { accept = true }\n");
    let run = bench.run("policy check bad.toml");
    assert_eq!(run.exit, 78, "{run:?}");
    assert!(
        run.err.contains("bad.toml:3:10") && run.err.contains("did you mean `sender`"),
        "{run:?}"
    );
    let run = bench.run("policy check bad.toml --json");
    assert_eq!(run.out.lines().count(), 2, "all problems at once: {run:?}");
    bench
        .run("policy check missing.toml")
        .fails(78, "cannot read the policy missing.toml");

    bench.file("in.eml", CLEAN);
    bench
        .run("sanitize in.eml -p missing.toml")
        .fails(78, "cannot read the policy missing.toml");
    assert_eq!(bench.run("sanitize in.eml -p bad.toml").exit, 78);
    bench.file("list.toml", "[[rule]]\nname = \"a\"\nwhen = { sender = \"list:x\" }\nthen = { accept = true }\n[list.x]\nkind = \"address\"\nfile = \"none.txt\"\n");
    let run = bench.run("sanitize in.eml -p list.toml");
    assert!(run.exit == 78 && run.err.contains("none.txt"), "{run:?}");

    bench.file("tamis.toml", "lisen = \"inet:127.0.0.1:1\"\n[spol]\n");
    let run = bench.run("milter --config tamis.toml");
    assert_eq!(run.exit, 78, "{run:?}");
    assert!(
        run.err
            .contains("tamis.toml:1:1: there is no key \"lisen\" (did you mean \"listen\"?)"),
        "{run:?}"
    );
    assert!(
        run.err
            .contains("tamis.toml:2:2: there is no key \"spol\" (did you mean \"spool\"?)"),
        "{run:?}"
    );
}

#[test]
fn rules_are_shown_with_their_stages() {
    let bench = Bench::new();
    bench.file("site.toml", SITE);
    let run = bench.run("policy show site.toml");
    assert_eq!(run.exit, 0, "{run:?}");
    let words: Vec<String> = run
        .out
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for line in [
        "helo helo reject helo",
        "mail much tempfail meter.hour",
        "message lab discard recipient and subject (observed)",
        "differing_recipients \"strictest\"",
        "list.lab kind = \"address\", source = \"the registry\", entries = [\"@lab.example\", \"b@example.org\"] (2 entries)",
    ] {
        assert!(
            words.iter().any(|it| it == line),
            "{line:?} is not in\n{}",
            run.out
        );
    }
    assert!(
        run.out.contains("image"),
        "what is included is shown: {}",
        run.out
    );
}

#[test]
fn what_was_changed_is_shown_with_its_origin() {
    let bench = Bench::new();
    bench.file("site.toml", SITE);
    let run = bench.run("policy show site.toml --changed --origin --json");
    let shown = json(&run.out);
    let pairs = |of: &str, name: &str| -> Vec<String> {
        let items = shown[of].as_array().unwrap().iter();
        items
            .map(|it| {
                format!(
                    "{} {}",
                    it[name].as_str().unwrap(),
                    it["origin"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(
        pairs("settings", "key"),
        [
            "repair.bare-lf site.toml:4",
            "repair.cosmetic site.toml:5",
            "list.lab site.toml:6",
            "meter.hour site.toml:10"
        ]
    );
    assert_eq!(
        pairs("rules", "name"),
        ["helo site.toml:14", "much site.toml:18", "lab site.toml:22"]
    );
    let run = bench.run("policy show site.toml --changed --origin");
    assert!(
        run.out.contains("(site.toml:4)") && !run.out.contains("preset:"),
        "{run:?}"
    );

    // What a file before says already makes no difference.
    bench.file(
        "over.toml",
        "include = [\"site.toml\"]\nmode = \"enforce\"\n[repair]\ncosmetic = \"ignore\"\nambiguous = \"repair\"\n",
    );
    let run = bench.run("policy show over.toml --origin");
    let line = |text: &str| run.out.lines().find(|line| line.contains(text)).unwrap();
    assert!(line("(site.toml:5)").contains("(overruled)"), "{run:?}");
    assert!(!line("(over.toml:4)").contains("(overruled)"), "{run:?}");
    let run = bench.run("policy show over.toml --changed --origin");
    assert!(run.out.contains("(over.toml:4)"), "{run:?}");
    assert!(
        !run.out.contains("mode") && !run.out.contains("ambiguous"),
        "{run:?}"
    );
}

#[test]
fn tests_of_a_policy_are_run() {
    let bench = Bench::new();
    bench.file("site.toml", format!("{SITE}{TESTS}"));
    let run = bench.run("policy test site.toml");
    assert_eq!(run.exit, 1, "{run:?}");
    assert!(run.out.ends_with("1 passed, 1 failed\n"), "{run:?}");
    assert!(
        run.out.contains("FAILED  never\n  --> site.toml:33\n") && !run.out.contains("the lab"),
        "{run:?}"
    );
    for wrong in ["reject", "much", "picture"] {
        assert!(run.out.contains(wrong), "{wrong}: {}", run.out);
    }
    let run = bench.run("policy test site.toml --json");
    let told: Vec<Value> = run.out.lines().map(json).collect();
    assert_eq!(
        (told[0]["passed"].as_bool(), told[1]["passed"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(
        told[1]["failures"].as_array().unwrap().len(),
        3,
        "{}",
        run.out
    );

    bench.file(
        "right.toml",
        format!(
            "{SITE}{}",
            TESTS.split("[[test]]\nname = \"never\"").next().unwrap()
        ),
    );
    let run = bench.run("policy test right.toml --verbose");
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(run.out.contains("ok      the lab"), "{run:?}");
    let wrong = format!("{SITE}[[test]]\nexpect = {{ rule = \"hello\" }}\n");
    bench.file("wrong.toml", wrong);
    let run = bench.run("policy test wrong.toml");
    assert!(
        run.exit == 78 && run.err.contains("did you mean `helo`?"),
        "{run:?}"
    );
}

#[test]
fn tests_of_an_included_preset_run_if_asked_for() {
    let bench = Bench::new();
    let own = "include = [\"preset:default\"]\n[[rule]]\nname = \"programs-stay\"\nwhen = { part.content = \"executable\" }\n\
               then = { strip = false }\n[[test]]\nmessage = { attach = [{ sample = \"program\" }] }\n\
               expect = { removed = false }\n";
    bench.file("own.toml", own);
    let run = bench.run("policy test own.toml");
    assert_eq!(run.out, "1 passed, 0 failed\n", "{run:?}");
    let run = bench.run("policy test own.toml --all");
    assert_eq!(run.exit, 1, "{run:?}");
    assert!(
        run.out.contains("--> preset:default:") && run.out.contains("expected program-content"),
        "{run:?}"
    );
    for name in ["preset:default", "builtin:default"] {
        let run = bench.run(&format!("policy test {name}"));
        assert!(run.exit == 0 && run.out.ends_with(" 0 failed\n"), "{run:?}");
    }
}

#[test]
fn what_is_expected_of_a_message_fails_without_one() {
    let bench = Bench::new();
    for expected in [
        "hold = true",
        "quarantine = true",
        "added = 'b@example.org'",
        "gone = 'b@example.org'",
        "changed = false",
        "removed = false",
        "text = 'hello'",
    ] {
        let rule =
            "[[rule]]\nname = 'a'\nwhen = { sender = 'a@example.com' }\nthen = { reject = true }\n";
        let test = format!(
            "[[test]]\nmessage = {{ text = 'hello' }}\ngiven = {{ sender = 'a@example.com' }}\nexpect = {{ {expected} }}\n"
        );
        bench.file("a.toml", format!("{rule}{test}"));
        let run = bench.run("policy test a.toml");
        assert!(
            run.exit == 1 && run.out.contains("no message was judged"),
            "{expected}: {run:?}"
        );
    }
}

/// A policy that differs from the shipped one in two rules.
const NEW: &str = r#"include = ["preset:default"]
[[rule]]
name = "hello"
when = { subject = "hello" }
then = { reject = "550 5.7.1 no greetings" }
[[rule]]
name = "tell"
when = { part.name = "setup.exe" }
then = { strip = true, tag_subject = "[stripped]" }
"#;

#[test]
fn a_change_is_tried_on_mail_that_is_there() {
    let bench = Bench::new();
    bench.file("new.toml", NEW);
    let other = CLEAN.replace("hello", "lunch");
    for (name, mail) in [
        ("1.eml", CLEAN),
        ("2.eml", &infected("\r\n")),
        ("3.eml", &other),
    ] {
        bench.file(&format!("mail/{name}"), mail);
        bench.file(&format!("box/cur/{name}:2,"), mail);
    }
    bench.file("box/new/.keep", "");
    bench.file("box/tmp/.keep", "");
    let unix = |mail: &str| mail.replace("\r\n", "\n");
    let from = "From a@example.org Thu Jan  1 00:00:00 1970\n";
    bench.file(
        "mail.mbox",
        format!(
            "{from}{}\n{from}{}\n{from}{}\n",
            unix(CLEAN),
            infected("\n").replace("\nFrom here", "\n>From here"),
            unix(&other)
        ),
    );
    for corpus in ["mail", "mail.mbox", "box"] {
        let run = bench.run(&format!(
            "policy diff builtin:default new.toml --corpus {corpus} --json"
        ));
        assert_eq!(run.exit, 1, "{corpus}: {run:?}");
        let changes: Vec<Value> = run.out.lines().map(json).collect();
        let by: Vec<_> = changes
            .iter()
            .map(|change| change["by"].as_str().unwrap())
            .collect();
        assert_eq!(by.len(), 2, "{corpus}: {run:?}");
        assert!(
            by.iter().any(|by| by.contains("hello")) && by.iter().any(|by| by.contains("tell")),
            "{by:?}"
        );
    }
    let run = bench.run("policy diff builtin:default new.toml --corpus mail");
    assert!(
        run.out
            .starts_with("3 messages, 2 of them with another outcome\n"),
        "{run:?}"
    );
    assert!(run.out.contains("no greetings"), "{run:?}");
    // A rule of the same name that does something else is told with what it does; one that lets parts stay is none.
    bench.file(
        "same.toml",
        "[[rule]]\nname = \"text\"\nwhen = { part.kind = \"text\" }\nthen = { strip = false }\n\
         [[rule]]\nname = \"program-content\"\nwhen = { part.content = \"executable\" }\nthen = { rename = \"x.txt\" }\n",
    );
    let run = bench.run("policy diff builtin:default same.toml --corpus mail --json");
    let change = json(run.out.lines().next().expect("a change"));
    assert_eq!(
        change["by"], "+program-content (rename) -program-content (strip)",
        "{run:?}"
    );
    let run = bench.run("policy diff new.toml new.toml --corpus mail");
    assert_eq!(
        (run.exit, run.out.as_str()),
        (0, "3 messages, 0 of them with another outcome\n")
    );
    bench
        .run("policy diff new.toml none.toml --corpus mail")
        .fails(78, "none.toml");
    let run = bench.run("policy diff new.toml new.toml --corpus none");
    assert!(run.exit == 66 && run.err.contains("none"), "{run:?}");
}

#[test]
fn a_quarantine_is_mail_that_is_there() {
    let bench = Bench::new();
    bench.file("2.eml", infected("\r\n"));
    bench.file(
        "keep.toml",
        "[[rule]]\nname = \"keep\"\nthen = { accept = true, quarantine = true }\n",
    );
    let run = bench.run("sanitize 2.eml -o out.eml -p keep.toml --quarantine q --from a@example.org --rcpt b@example.net");
    assert_eq!(run.exit, 0, "{run:?}");
    bench.file("sender.toml", "[[rule]]\nname = \"sender\"\nwhen = { sender = \"a@example.org\" }\nthen = { discard = true }\n");
    let run = bench.run("policy diff keep.toml sender.toml --corpus q --json");
    assert_eq!(run.exit, 1, "{run:?}");
    let change = json(&run.out);
    assert!(
        change["by"].as_str().unwrap().contains("sender"),
        "the envelope is that of the record: {change}"
    );
}

#[test]
fn what_is_only_observed_changes_nothing_and_is_told() {
    let bench = Bench::new();
    bench.file(
        "watch.toml",
        "mode = \"observe\"\ninclude = [\"preset:default\"]\n",
    );
    bench.file("2.eml", infected("\r\n"));
    let run = bench.run("sanitize 2.eml -o out.eml -p watch.toml --report json");
    assert_eq!(run.exit, 0, "{run:?}");
    assert_eq!(bench.read("out.eml"), infected("\r\n"));
    let report = json(run.out.lines().next().unwrap());
    assert!(
        report["observed"].to_string().contains("program-content"),
        "{report}"
    );
    bench.file("mail/1.eml", infected("\r\n"));
    bench.file("mail/2.eml", infected("\r\n"));
    let run = bench.run("sanitize mail -n -p watch.toml");
    assert!(
        run.out
            .contains("mail/1.eml: unchanged\n  only observed: program-content"),
        "{run:?}"
    );
    assert!(
        run.out
            .ends_with("2 messages: 2 unchanged\n  program-content: would have fired 2 times\n"),
        "{run:?}"
    );
    let run = bench.run("explain 2.eml -p watch.toml");
    assert!(run.out.contains("program-content"), "{run:?}");
}

#[test]
fn the_schema_is_one() {
    let bench = Bench::new();
    let run = bench.run("policy schema");
    assert_eq!(run.exit, 0, "{run:?}");
    let schema = json(&run.out);
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    for key in [
        "rule", "list", "meter", "notice", "banner", "repair", "test", "include",
    ] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
}

#[test]
fn a_second_look_is_a_warning_and_with_strict_a_failure() {
    let bench = Bench::new();
    bench.file(
        "twice.toml",
        "[[rule]]\nname = \"all\"\nthen = { accept = true }\n[[rule]]\nname = \"late\"\nwhen = { helo = \"x\" }\nthen = { reject = true }\n",
    );
    let run = bench.run("policy check twice.toml");
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(
        run.err
            .starts_with("warning[unreachable]: the rule `late` is never asked")
            && run.err.contains("twice.toml:5:8"),
        "{run:?}"
    );
    assert_eq!(bench.run("policy check twice.toml --strict").exit, 78);
    let run = bench.run("policy check twice.toml --json");
    assert_eq!(
        (run.exit, json(&run.out)["level"].as_str()),
        (0, Some("warning")),
        "{run:?}"
    );
    let text = bench.read("twice.toml");
    bench.file("meant.toml", format!("allow = \"unreachable\"\n{text}"));
    let run = bench.run("policy check meant.toml --strict");
    assert_eq!((run.exit, run.err.as_str()), (0, ""));
}
