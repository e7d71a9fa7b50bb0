//! Replies good and bad.

use super::{Answer, pong, report};
use crate::{FieldChange, Opinion, Reason, Report, Score};
use bytes::Bytes;
use hyper::{StatusCode, header::HeaderValue};
use proptest::prelude::*;
use serde_json::json;

const GOOD: &str = r#"{"is_skipped":false,"score":7.5,"required_score":15.0,"action":"rewrite subject","subject":"[spam] x","symbols":{"A":{"name":"A","score":-1.0},"B":{"name":"B","score":7.5,"options":["o"]},"C":{"score":1}},"messages":{},"time_real":0.03,"milter":{"remove_headers":{"X-Old":0},"add_headers":{"X-New":"1"}}}"#;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status: StatusCode::from_u16(status).expect("a status"),
        server: Some(HeaderValue::from_static("rspamd/3.4")),
        body: Bytes::copy_from_slice(body.as_bytes()),
        is_early: false,
    }
}

#[track_caller]
fn opinion(body: &str) -> Opinion {
    match report(&answer(200, body)) {
        Report::Scored(opinion) => *opinion,
        report => panic!("an opinion on {body}: {report}"),
    }
}

/// Checks for which reason there is no opinion.
#[track_caller]
fn check(status: u16, body: &str, expected: Reason) {
    let report = report(&answer(status, body));
    assert!(
        matches!(&report, Report::Unscanned(why) if why.reason() == expected),
        "{status} {body}: {report}"
    );
}

#[test]
fn reads_what_rspamd_says() {
    let seen = opinion(GOOD);
    assert_eq!(seen.score.to_string(), "7.5");
    assert_eq!(
        seen.threshold.map(|score| score.to_string()).as_deref(),
        Some("15")
    );
    assert_eq!(
        seen.action.as_ref().map(AsRef::as_ref),
        Some("rewrite subject")
    );
    assert_eq!(seen.subject.as_deref(), Some("[spam] x"));
    let symbols: Vec<_> = seen.symbols.iter().map(AsRef::as_ref).collect();
    assert_eq!(symbols, ["B", "C", "A"]);
    assert_eq!(seen.fields.len(), 2);
}

#[test]
fn what_is_not_there_is_missing() {
    for body in [
        r#"{"score":0,"action":"no action"}"#,
        r#"{"score":0,"action":"no action","required_score":null,"symbols":[],"milter":[]}"#,
        r#"{"score":0,"action":"no\u0020action","symbols":{},"unknown":[{}]}"#,
    ] {
        let seen = opinion(body);
        assert_eq!(seen.action.as_ref().map(AsRef::as_ref), Some("no action"));
        assert!(seen.threshold.is_none() && seen.subject.is_none());
        assert!(seen.symbols.is_empty() && seen.fields.is_empty());
    }
}

#[test]
fn who_was_let_through_without_a_look_was_not_scanned() {
    check(
        200,
        r#"{"is_skipped":true,"score":0.0,"required_score":15,"action":"no action","symbols":{}}"#,
        Reason::Failed,
    );
    let gtube = opinion(
        r#"{"is_skipped":true,"score":15.0,"required_score":15.0,"action":"reject","symbols":{"GTUBE":{"score":0.0}}}"#,
    );
    assert_eq!(gtube.action.as_ref().map(AsRef::as_ref), Some("reject"));
}

#[test]
fn hears_complaints() {
    check(200, r#"{"error":"invalid command"}"#, Reason::Failed);
    check(500, r#"{"error":"invalid command"}"#, Reason::Failed);
    check(503, "", Reason::Failed);
    check(429, GOOD, Reason::Failed);
    check(403, "<html>", Reason::Failed);
    check(204, GOOD, Reason::Failed);
    check(413, "", Reason::LimitExceeded);
    check(504, "", Reason::Timeout);
    let report = report(&answer(500, r#"{"error":"bad\r\nnews"}"#));
    assert_eq!(
        report.to_string(),
        "unscanned: failed: HTTP 500 bad\\r\\nnews"
    );
}

#[test]
fn takes_nothing_else_for_an_answer() {
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        GOOD.replacen(from, to, 1)
    };
    let deep = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000));
    for body in [
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        "pong".to_owned(),
        format!("{GOOD}{GOOD}"),
        format!("[{GOOD}]"),
        deep.clone(),
        with(r#""messages":{}"#, &format!(r#""milter":{deep}"#)),
        with(r#"{"is_skipped""#, r#"{"score":0,"is_skipped""#),
        with("7.5,\"required", "1e999,\"required"),
        with("7.5,\"required", "1e300,\"required"),
        with("7.5,\"required", "NaN,\"required"),
        with("7.5,\"required", "null,\"required"),
        with("7.5,\"required", "\"7.5\",\"required"),
        with("15.0", "-Infinity"),
        with("15.0", "1e30"),
        with(r#""rewrite subject""#, r#""""#),
        with(r#""rewrite subject""#, "null"),
        with(r#""action""#, r#""Action""#),
        with(r#""score":-1.0"#, r#""score":"x""#),
        with(r#""score":-1.0"#, r#""score":1e200"#),
        with(r#"{"name":"A","score":-1.0}"#, "1"),
        with("false", "0"),
    ] {
        check(200, &body, Reason::Garbled);
    }
}

#[test]
fn believes_only_complaints_before_the_end_of_the_data() {
    for (status, body, expected) in [
        (200, GOOD, Reason::Garbled),
        (200, r#"{"error":"x"}"#, Reason::Failed),
        (500, GOOD, Reason::Failed),
    ] {
        let early = Answer {
            is_early: true,
            ..answer(status, body)
        };
        let report = report(&early);
        assert!(
            matches!(&report, Report::Unscanned(why) if why.reason() == expected),
            "{report}"
        );
    }
}

#[test]
fn keeps_symbols_few_and_short() {
    let symbols: Vec<_> = (0..500)
        .map(|number| format!(r#""{}{number}":{{"score":{number}}}"#, "X".repeat(100)))
        .collect();
    let body = format!(
        r#"{{"score":1,"action":"{}","symbols":{{{}}}}}"#,
        "a".repeat(100),
        symbols.join(",")
    );
    let seen = opinion(&body);
    assert_eq!(seen.symbols.len(), Opinion::SYMBOLS);
    let lengths = seen
        .symbols
        .iter()
        .chain(&seen.action)
        .map(|name| name.as_str().len());
    assert!(lengths.max() == Some(64));
}

#[test]
fn knows_pong() {
    assert_eq!(
        pong(&answer(200, "pong\r\n")).map(String::from).as_deref(),
        Ok("rspamd/3.4")
    );
    let nameless = Answer {
        server: None,
        ..answer(200, "pong")
    };
    assert_eq!(pong(&nameless).map(String::from).as_deref(), Ok("rspamd"));
    for (status, body) in [(200, ""), (200, "<html>"), (404, "pong")] {
        assert!(pong(&answer(status, body)).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn noise_is_no_opinion(noise in "[{}\\[\\]:,\"0-9a-z. ]{0,200}|(?s:.{0,100})") {
        prop_assert_eq!(report(&answer(200, &noise)).name(), "unscanned");
    }

    /// A reply with a piece cut out, doubled or with its end cut off is refused, or read as what it says then.
    #[test]
    fn near_misses_say_what_they_say(from in 0..GOOD.len(), to in 0..GOOD.len(), how in 0..3) {
        let (from, to) = (from.min(to), from.max(to));
        let body = match how {
            0 => GOOD[..to].to_owned(),
            1 => [&GOOD[..from], &GOOD[to..]].concat(),
            _ => [&GOOD[..to], &GOOD[from..]].concat(),
        };
        if let Report::Scored(opinion) = report(&answer(200, &body)) {
            prop_assert!(how > 0 && is_said(&opinion, &body), "{}", body);
        }
    }

    /// Any value under any key.
    #[test]
    fn hostile_values_are_refused_or_read(
        keys in prop::collection::vec((0..KEYS.len(), json()), 0..10),
        repeat: bool,
    ) {
        let members = keys.iter().map(|(key, value)| format!("\"{}\":{value}", KEYS[*key]));
        let mut members: Vec<_> = members.collect();
        if !repeat {
            members.sort();
            members.dedup_by(|one, other| one.split(':').next() == other.split(':').next());
        }
        let body = format!("{{{}}}", members.join(","));
        match report(&answer(200, &body)) {
            Report::Scored(opinion) => prop_assert!(is_said(&opinion, &body), "{}", body),
            other => prop_assert_eq!(other.name(), "unscanned"),
        }
    }
}

const KEYS: [&str; 9] = [
    "is_skipped",
    "score",
    "required_score",
    "action",
    "symbols",
    "subject",
    "milter",
    "error",
    "other",
];

/// Values that fit somewhere, and others.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<f64>().prop_map(|value| json!(value)),
        (-20..20_i32).prop_map(|value| json!(value)),
        "(?s:.{0,8})|no action|reject".prop_map(|value| json!(value)),
    ];
    let key = "score|value|order|add_headers|remove_headers|X-[A-Z]|(?s:.{0,4})";
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|values| json!(values)),
            prop::collection::btree_map(key, inner, 0..4).prop_map(|values| json!(values)),
        ]
    })
}

/// Whether the numbers and the action that were read stand in the reply, each once, and nothing of it could break a line.
fn is_said(opinion: &Opinion, body: &str) -> bool {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(body) else {
        return false;
    };
    let number = |key: &str| value.get(key).and_then(serde_json::Value::as_f64);
    let action = value.get("action").and_then(|action| action.as_str());
    let skipped = value.get("is_skipped") == Some(&json!(true));
    let lines = opinion.fields.iter().map(|change| match change {
        FieldChange::Add { name, value } => format!("{name}: {value}"),
        FieldChange::Remove { name, .. } => name.clone(),
    });
    let breaks = |line: &str| line.contains(['\r', '\n', '\0']);
    number("score").and_then(Score::from_f64) == Some(opinion.score)
        && number("required_score").and_then(Score::from_f64) == opinion.threshold
        && action.is_some_and(|action| !action.is_empty())
        && !(skipped && action == Some("no action"))
        && !lines
            .chain(opinion.subject.clone())
            .any(|line| breaks(&line))
}
