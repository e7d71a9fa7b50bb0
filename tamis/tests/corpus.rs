//! Every case of the corpus through reader, policy and writer: the verdict, what is removed, and clean mail byte for byte.

use bytes::Bytes;
use std::fs;
use std::io::Read;
use std::sync::Arc;
use tamis::inspect::{Fate, Inspection, Outcome, Site};
use tamis_corpus::case::{self, Case};
use tamis_corpus::{Chunking, cases, run};
use tamis_rules::{Direction, Envelope, Policy, Sources, load};

fn policy(case: &Case) -> Arc<Policy> {
    let sources = match &case.policy {
        case::Policy::Preset(name) => Sources::preset(name).expect("a shipped preset"),
        case::Policy::File(path) => Sources::new(
            "policy.toml",
            fs::read_to_string(path).expect("a policy file"),
        ),
    };
    Arc::new(load(&sources).expect("a policy"))
}

fn envelope(case: &Case) -> Envelope {
    Envelope {
        client: Some(case.envelope.client.parse().expect("an address")),
        sender: Some(case.envelope.from.clone()),
        recipients: case.envelope.rcpt.clone(),
        direction: Direction::from_name(case.envelope.direction.name()),
        ..Envelope::default()
    }
}

async fn inspect(case: &Case) -> Outcome {
    let site = Site {
        limits: case.limits.clone(),
        ..Site::default()
    };
    let mut inspection = Inspection::begin(Arc::new(site), policy(case), envelope(case));
    for chunk in Chunking::Every(4_096).cut(&case.message) {
        inspection
            .push(Bytes::copy_from_slice(chunk))
            .await
            .expect("spooled");
    }
    inspection
        .finish()
        .await
        .expect("spooled")
        .carry_out()
        .expect("carried out")
}

/// Section numbers of the parts that the case says are removed.
fn expected(case: &Case) -> Vec<String> {
    let reading = run::read(&case.message, &case.limits, Chunking::Whole).reading;
    let plan = run::plan(case, reading.map()).expect("parts of these names");
    let removed = plan.parts.iter().skip(case.edits.len());
    removed
        .map(|(part, _)| reading.map().part(*part).number().to_owned())
        .chain(case.expect.uncovered.iter().cloned())
        .collect()
}

/// What is wrong with the outcome of a case, if anything is.
fn complaint(case: &Case, outcome: &Outcome) -> Option<String> {
    let report = &outcome.report;
    let verdict = case.expect.verdict.name();
    if report.verdict != verdict {
        return Some(format!("expected {verdict}, found {}", report.verdict));
    }
    let removed: Vec<String> = report
        .edited
        .iter()
        .map(|note| note.part.number.clone())
        .collect();
    if removed != expected(case) {
        return Some(format!(
            "expected to lose {:?}, lost {removed:?}",
            expected(case)
        ));
    }
    let Fate::Deliver(delivered) = &outcome.fate else {
        return None;
    };
    let mut message = Vec::new();
    delivered.message().read_to_end(&mut message).expect("read");
    let same = message == case.message;
    match () {
        () if case.expect.unchanged && !same => Some("came out changed".to_owned()),
        () if report.changed == same => {
            Some(format!("changed is {}, which is not so", report.changed))
        }
        () => None,
    }
}

#[test]
fn every_case_comes_out_as_expected() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut complaints = Vec::new();
    for case in cases().expect("every case loads") {
        let outcome = runtime.block_on(inspect(&case));
        complaints.extend(complaint(&case, &outcome).map(|what| format!("{}: {what}", case.id)));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Law 8: same bytes, limits and policy, same result; not even a new boundary differs.
#[test]
fn every_case_comes_out_the_same_each_time() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let result = |case: &Case| {
        let outcome = runtime.block_on(inspect(case));
        let mut message = Vec::new();
        if let Fate::Deliver(delivered) = &outcome.fate {
            delivered.message().read_to_end(&mut message).expect("read");
        }
        (
            message,
            serde_json::to_string(&outcome.report).expect("JSON"),
        )
    };
    for case in cases().expect("every case loads") {
        assert!(result(&case) == result(&case), "{}", case.id);
    }
}
