//! Laws over arbitrary policies and facts: loading never panics, deciding is deterministic, the strictest wins.

mod support;

use proptest::prelude::*;
use std::net::Ipv4Addr;
use support::{MIXED, cut, decide, read, unscanned};
use tamis_rules::{
    Direction, Envelope, Facts, MeterFact, Policy, ScanFact, Sources, Stage, Verdict, load,
};

/// A policy with everything in it, to be damaged.
const EVERYTHING: &str = r#"
version = 1
include = ["preset:default"]

[repair]
cosmetic = "ignore"
M004 = true
bare-lf = "repair"
raw-8bit = "encode"

[list.lab]
kind = "address"
entries = ["a@example.org", "@x.example", ".y.example", "*@z.*", "<>"]

[list.nets]
kind = "cidr"
file = "nets.txt"

[notice.gone]
text = "{part.name} {{gone}} {id}"
name = "gone.txt"
language = "de"

[[rule]]
name = "one"
when = { direction = ["inbound"], part.kind = ["executable", "script"], part.name = "/^a.*\\.exe$/i", not = { size = ">10MiB" } }
unless = [{ recipient = "list:lab" }, { client = ["192.0.2.0/24", "list:nets"] }]
then = { strip = "gone", keep = false, tag_subject = "[{rule}]" }

[[rule]]
name = "two"
when = { any = [{ scan.engine = "clamd", scan.result = "found" }, { header.Subject = "*a?b*" }], limit = false }
then = { reject = "550 5.7.1 {scan.signature} found in {part.name}", quarantine = true }

[[rule]]
name = "three"
[rule.when]
part.extension = ["exe", "list:tamis/programs"]
[rule.then]
rename = "{part.name}.txt"
set_header = { X-Tamis = "{queue_id}" }

[[rule]]
name = "four"
when = { defect = ["M004", "limit"], part.defect = "base64-junk" }
then = { ambiguity_results = "mx.example.org" }
"#;

fn sources(text: &str) -> Sources<'_> {
    let loader = |name: &str| match name {
        "nets.txt" => Ok("192.0.2.0/24\n::1 # local\n".to_owned()),
        _ => Err("no such file".to_owned()),
    };
    Sources::new("policy.toml", text).with_loader(loader)
}

/// Rules that together look at everything that a decision depends on.
fn rules() -> impl Strategy<Value = String> {
    let when = prop::sample::select(vec![
        "",
        "sender = '@example.org'",
        "recipient = 'a@example.net'",
        "not = { recipient = ['b@example.net', 'c@example.net'] }",
        "part.extension = 'exe'",
        "part.kind = ['image', 'text']",
        "part.kind = 'executable', recipient = 'b@example.net'",
        "part.name = true, scan.result = 'unscanned'",
        "scan.result = 'found'",
        "scan.engine = 'one'",
        "limit = true",
        "defect = 'ambiguous'",
        "header.Subject = '*May*'",
        "listener = 'submission'",
        "tls = 'TLSv1.3'",
        "not = { authenticated = 'x' }",
        "helo = 'mail.example.org'",
        "direction = 'inbound'",
        "macro.'{daemon_addr}' = '192.0.2.1'",
        "time = '08:00-18:00', weekday = ['sat', 'sun']",
        "meter.messages = 'exceeded'",
        "not = { meter.recipients = 'exceeded' }",
        "tag = 'early'",
        "not = { tag = 'late' }",
        "recipient_count = '>1'",
        "part_count = '>2', depth = '>0'",
        "any = [{ client = '192.0.2.7' }, { header.Subject = true }]",
        "not = { sender = '@example.org', header.Subject = true }",
        "any = [{ part.kind = 'pdf' }, { recipient = 'a@example.net', helo = 'mail.example.org' }]",
    ]);
    let then = prop::sample::select(vec![
        "accept = true",
        "reject = true",
        "tempfail = true",
        "discard = true",
        "quarantine = true",
        "quarantine = true, accept = true",
        "tag_subject = 'x'",
        "set_header = { X-A = '{rule}' }",
        "strip = true",
        "strip = false",
        "rename = '{part.name}.txt'",
        "relabel = true, continue = true",
        "stop = true",
        "hold = true",
        "wrap = true",
        "redirect = 'z@example.net'",
        "remove_recipient = true",
        "add_recipient = 'y@example.net'",
        "tag = 'early'",
        "capture = 'both', notify = 'p@example.net'",
    ]);
    let of_parts = |then: &str| {
        ["strip", "rename", "relabel"]
            .iter()
            .any(|it| then.contains(it))
    };
    let mode = prop::sample::select(vec!["enforce", "enforce", "enforce", "observe"]);
    let rule = (when, then, mode)
        .prop_filter("a part action needs a part", move |(when, then, _)| {
            when.contains("part.") || !of_parts(then)
        });
    prop::collection::vec(rule, 0..6).prop_map(|rules| {
        let text = |(at, (when, then, mode)): (usize, (&str, &str, &str))| {
            format!("[[rule]]\nname = 'r{at}'\nmode = '{mode}'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
        };
        let rules: String = rules.into_iter().enumerate().map(text).collect();
        format!("{BEFORE}{rules}")
    })
}

/// What arbitrary rules speak of.
const BEFORE: &str = "
[meter.messages]
key = 'client'
counts = 'messages'
limits = '1 in 1h'
[meter.recipients]
key = 'recipient'
counts = 'recipients'
limits = '1 in 1h'
[[rule]]
name = 'early'
when = { sender = '@example.org' }
then = { tag = 'early' }
[[rule]]
name = 'late'
when = { header.Subject = '*May*' }
then = { tag = 'late' }
";

fn recipients() -> impl Strategy<Value = Vec<String>> {
    let one = prop::sample::select(vec!["a@example.net", "b@example.net", "c@example.net"]);
    prop::collection::vec(one.prop_map(str::to_owned), 1..4)
}

fn envelope(recipients: Vec<String>) -> Envelope {
    let meter = |name: &str, exceeded| MeterFact {
        meter: name.into(),
        used: Some(vec![2]),
        exceeded,
    };
    Envelope {
        client: Some(Ipv4Addr::new(192, 0, 2, 7).into()),
        helo: Some("mail.example.org".into()),
        listener: Some("submission".into()),
        authenticated: Some("x".into()),
        direction: Some(Direction::Inbound),
        sender: Some("x@example.org".into()),
        recipients,
        meters: vec![meter("messages", true), meter("recipients", false)],
        ..Envelope::default()
    }
}

/// As much of an envelope as there is at this stage.
fn part_of(whole: &Envelope, stage: Stage) -> Envelope {
    let mut part = whole.clone();
    if stage < Stage::Rcpt {
        part.recipients.clear();
        part.direction = None;
        part.meters.retain(|meter| meter.meter != "recipients");
    }
    if stage < Stage::Mail {
        (part.sender, part.authenticated) = (None, None);
        part.meters.clear();
    }
    if stage < Stage::Helo {
        part.helo = None;
    }
    part
}

fn scans() -> impl Strategy<Value = Vec<ScanFact>> {
    prop::sample::select(vec![
        vec![],
        vec![support::clean("one")],
        vec![support::found("one", "Eicar")],
        vec![unscanned("one", "timeout"), support::clean("two")],
    ])
}

fn strictness(policy: &Policy, envelope: &Envelope, scans: &[ScanFact]) -> u8 {
    let decision = decide(policy, envelope, &read(MIXED), scans);
    match decision.verdict {
        Verdict::Reject(_) => 4,
        Verdict::TempFail(_) => 3,
        Verdict::Discard if decision.keep => 2,
        Verdict::Deliver(_) => 1,
        Verdict::Discard => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn loading_never_panics_on_any_text(text in any::<String>()) {
        let _ = load(&sources(&text));
    }

    #[test]
    fn loading_never_panics_on_pieces_of_the_language(pieces in prop::collection::vec(prop::sample::select(vec![
        "[[rule]]\n", "[rule]\n", "[list.a]\n", "[notice.a]\n", "name = 'a'\n", "when = ", "then = ", "unless = ", "{", "}", "[", "]",
        " = ", ", ", "part", ".kind", "'pdf'", "any", "not", "\"", "'", "\n", "true", "1", "list:a", "header.", "'/('", "strip", "reject",
        "'550 {", "include = ", "'policy.toml'", "kind = 'glob'\n", "entries = ", "'[a'", "\u{feff}", "\u{202e}", "\0", "é",
    ]), 0..40)) {
        let _ = load(&sources(&pieces.concat()));
    }

    #[test]
    fn damaged_policies_are_refused_with_a_place_or_are_right(at in 0..EVERYTHING.len(), cut in 0..6_usize, put in "[a-z\\[\\]{}='\".,#\n0-9é]{0,4}") {
        let end = (at + cut).min(EVERYTHING.len());
        let text = format!("{}{put}{}", &EVERYTHING[..at], &EVERYTHING[end..]);
        if let Err(faults) = load(&sources(&text)) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(fault.line >= 1 && fault.column >= 1 && !fault.message.is_empty());
                prop_assert!(fault.render().contains(&fault.message));
                prop_assert!(!fault.to_json().is_empty());
            }
        }
    }

    #[test]
    fn deciding_is_deterministic(rules in rules(), recipients in recipients(), scans in scans()) {
        let text = rules;
        let envelope = envelope(recipients);
        for message in [read(MIXED), cut(MIXED)] {
            let (one, two) = (support::policy(&text), support::policy(&text));
            let first = decide(&one, &envelope, &message, &scans);
            prop_assert_eq!(&first, &decide(&one, &envelope, &message, &scans));
            prop_assert_eq!(&first, &decide(&two, &envelope, &message, &scans));
            if message.limit().is_some() && let Verdict::Deliver(delivery) = &first.verdict {
                prop_assert!(delivery.parts.is_empty());
            }
        }
    }

    #[test]
    fn what_is_settled_early_stays(rules in rules(), recipients in recipients(), scans in scans()) {
        let policy = support::policy(&rules);
        let whole = envelope(recipients[..1].to_vec());
        let last = decide(&policy, &whole, &read(MIXED), &scans);
        for stage in [Stage::Connect, Stage::Helo, Stage::Mail, Stage::Rcpt] {
            let envelope = part_of(&whole, stage);
            let early = policy.decide(&Facts { stage, envelope: &envelope, message: None, scans: &[] });
            if early.settled {
                prop_assert_eq!(early.verdict, last.verdict.clone());
                prop_assert_eq!(early.keep, last.keep);
            }
        }
    }

    #[test]
    fn nothing_is_refused_before_it_may_be(rules in rules(), recipients in recipients(), observe in any::<bool>()) {
        let policy = support::policy(&if observe { format!("mode = 'observe'\n{rules}") } else { rules });
        let whole = envelope(recipients[..1].to_vec());
        for stage in [Stage::Connect, Stage::Helo, Stage::Mail, Stage::Rcpt] {
            let envelope = part_of(&whole, stage);
            let early = policy.decide(&Facts { stage, envelope: &envelope, message: None, scans: &[] });
            let refused = matches!(early.verdict, Verdict::Reject(_) | Verdict::TempFail(_));
            prop_assert!(!refused || stage >= policy.refuses_from(), "{early:?} at {stage:?}");
        }
    }

    #[test]
    fn together_is_at_least_as_strict_as_each(rules in rules(), recipients in recipients(), scans in scans()) {
        // How many there are is another matter for all than for one.
        if rules.contains("recipient_count") {
            return Ok(());
        }
        let policy = support::policy(&rules);
        let together = strictness(&policy, &envelope(recipients.clone()), &scans);
        for one in recipients {
            prop_assert!(together >= strictness(&policy, &envelope(vec![one]), &scans));
        }
    }

    #[test]
    fn a_part_that_one_recipient_may_not_have_nobody_gets(rules in rules(), recipients in recipients()) {
        // How many there are is another matter for all than for one.
        if rules.contains("recipient_count") {
            return Ok(());
        }
        let policy = support::policy(&rules);
        let message = read(MIXED);
        let edits = |recipients: Vec<String>| match decide(&policy, &envelope(recipients), &message, &[]).verdict {
            Verdict::Deliver(delivery) => Some(delivery.parts),
            _ => None,
        };
        if let Some(together) = edits(recipients.clone()) {
            for one in recipients {
                for part in edits(vec![one]).unwrap_or_default() {
                    let same = together.iter().find(|it| it.part == part.part);
                    let stricter = |it: &tamis_rules::PartDecision| it.action.name() == "strip" || it.action.name() == part.action.name();
                    prop_assert!(same.is_some_and(stricter), "{part:?} in {together:?}");
                    prop_assert!(same.is_some_and(|it| it.keep || !part.keep));
                }
            }
        }
    }
}

#[test]
fn the_policy_with_everything_is_right() {
    assert!(load(&sources(EVERYTHING)).is_ok_and(|policy| policy.len() == 15));
}

#[test]
fn policies_are_shared_between_tasks() {
    fn shared<T: Send + Sync>() {}
    shared::<Policy>();
}
