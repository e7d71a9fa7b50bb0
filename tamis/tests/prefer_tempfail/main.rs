//! Mail is put off rather than let through: whatever fails, and whenever, a message is accepted only if every scanner that the
//! policy wants has had all of it and has nothing against it, or the policy says in so many words that it may pass.
//!
//! ```text
//! Case (made up) ──▶ world: the gate, scripted scanners, breaking disks; a scripted MTA ──▶ Answer
//!                                                                                             │
//!                    model: what the scripted parts have seen, what is on disk ───────────────┴──▶ a complaint, or none
//! ```
//!
//! `TAMIS_CASES=1000000 cargo test --release -p tamis --test prefer_tempfail` tries as many cases.

#[path = "../../../milter/tests/mta/mod.rs"]
mod mta;

mod case;
mod mail;
mod model;
mod policies;
mod scanner;
mod world;

use case::{Case, Failure, State};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use tokio::task::JoinSet;
use world::Answer;

/// Cases that run at the same time: those that hang wait for each other.
const AT_ONCE: usize = 24;

/// What became of how many cases.
#[derive(Debug, Default)]
struct Tally {
    /// Cases without a failure, and how many of them were accepted.
    sound: (u32, u32),
    /// How often each failure met each state, and what the MTA was told.
    met: BTreeMap<(&'static str, State), BTreeMap<Answer, u32>>,
    complaints: Vec<String>,
}

impl Tally {
    fn count(&mut self, case: &Case, answers: &[Answer], complaints: Vec<String>) {
        let last = answers.last().copied().unwrap_or(Answer::Gone);
        if case.is_sound() {
            self.sound.0 += 1;
            self.sound.1 += u32::from(last == Answer::Accepted);
        }
        for (failure, state) in case.failures() {
            *self
                .met
                .entry((failure, state))
                .or_default()
                .entry(last)
                .or_default() += 1;
        }
        self.complaints.extend(complaints);
    }
}

async fn run(cases: Vec<Case>) -> Tally {
    let mut tally = Tally::default();
    let mut running = JoinSet::new();
    let mut cases = cases.into_iter();
    loop {
        while running.len() < AT_ONCE
            && let Some(case) = cases.next()
        {
            running.spawn(async move {
                let (answers, complaints) = world::play(&case).await;
                (case, answers, complaints)
            });
        }
        match running.join_next().await {
            None => return tally,
            Some(done) => {
                let (case, answers, complaints) = done.expect("a case ends");
                tally.count(&case, &answers, complaints);
            }
        }
    }
}

fn on_runtime(cases: Vec<Case>) -> Tally {
    scanner::be_quiet();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(cases))
}

#[track_caller]
fn assert_no_complaint(tally: &Tally) {
    let first: Vec<_> = tally.complaints.iter().take(3).collect();
    assert!(
        first.is_empty(),
        "{} of them, such as\n{}",
        tally.complaints.len(),
        first.into_iter().cloned().collect::<Vec<_>>().join("\n\n")
    );
}

#[test]
fn nothing_passes_unjudged_whatever_fails() {
    let cases = std::env::var("TAMIS_CASES").ok();
    let cases: usize = cases.map_or(800, |number| number.parse().expect("a number"));
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = case::any();
    let (mut sound, mut met, mut left) = ((0, 0), 0, cases);
    while left > 0 {
        let some = left.min(20_000);
        left -= some;
        let made = |_| strategy.new_tree(&mut runner).expect("a case").current();
        let tally = on_runtime((0..some).map(made).collect());
        assert_no_complaint(&tally);
        sound = (sound.0 + tally.sound.0, sound.1 + tally.sound.1);
        met = met.max(tally.met.len());
        if left > 0 {
            println!("{} cases, none wrong", cases - left);
        }
    }
    println!(
        "{cases} cases, {met} pairs of failure and state; {} sound ones",
        sound.0
    );
    assert!(
        sound.0 > 0 && sound.0 == sound.1,
        "sound mail is accepted: {sound:?}"
    );
}

#[test]
fn each_failure_at_each_state_puts_off_what_policy_does_not_let_pass() {
    let cases = case::each_failure_at_each_state();
    let tally = on_runtime(cases);
    assert_no_complaint(&tally);
    for ((failure, state), answers) in &tally.met {
        let accepted = answers.get(&Answer::Accepted).copied().unwrap_or(0);
        assert_eq!(accepted, 0, "{failure} at {state:?}: {answers:?}");
    }
    for failure in Failure::NAMES {
        let met = tally.met.keys().any(|(name, _)| *name == failure);
        assert!(met, "nothing tries {failure}");
    }
}
