//! A hostile MTA: named cases, each a script of packets that goes to a server over a socket, and the frames that must come
//! back. What comes back unasked, twice, late or to the wrong command fails the case.
//!
//! | file | what it is about |
//! |---|---|
//! | `matrix` | every command in every state |
//! | `offers` | negotiation: versions, every bit alone, lengths, what the filter needs |
//! | `lies` | lengths that lie, packets that end too early, other protocols, sizes |
//! | `odd_macros` | macros at odd places and of odd shapes |
//! | `messages` | several messages, and every way to break one off |
//! | `silence` | commands without an answer, and commands that are left out |
//! | `early` | last words at every stage |
//! | `octets` | every field with octets that it should not have |
//! | `endings` | changes, new bodies, progress |
//! | `hard` | hard cases that no other group has; `hard_table` lists all with their proofs |
//! | `fragments` | a session cut at every octet; not counted as cases |

mod case;
mod early;
mod endings;
mod fragments;
mod hard;
mod hard_cases;
mod hard_table;
mod lies;
mod matrix;
mod messages;
#[path = "../mta/mod.rs"]
mod mta;
mod octets;
mod odd_macros;
mod offers;
mod run;
mod script;
mod silence;

use case::Case;
use run::run_all;
use std::collections::BTreeSet;

/// What the table must have at least.
const LEAST: usize = 300;

type Group = (&'static str, fn() -> Vec<Case>);

const GROUPS: &[Group] = &[
    ("matrix", matrix::cases),
    ("offers", offers::cases),
    ("lies", lies::cases),
    ("odd macros", odd_macros::cases),
    ("messages", messages::cases),
    ("silence", silence::cases),
    ("early", early::cases),
    ("octets", octets::cases),
    ("endings", endings::cases),
    ("hard", hard::cases),
];

#[test]
fn the_table_is_long_and_every_name_is_there_once() {
    let mut names = BTreeSet::new();
    for (group, cases) in GROUPS {
        let cases = cases();
        println!("{group}: {} cases", cases.len());
        for case in cases {
            assert!(names.insert(case.name.clone()), "twice: {}", case.name);
        }
    }
    println!("{} cases in all", names.len());
    assert!(
        names.len() >= LEAST,
        "{} cases, {LEAST} at least",
        names.len()
    );
}

#[tokio::test]
async fn every_command_in_every_state() {
    run_all("matrix", matrix::cases()).await;
}

#[tokio::test]
async fn every_offer() {
    run_all("offers", offers::cases()).await;
}

#[tokio::test]
async fn every_lie() {
    run_all("lies", lies::cases()).await;
}

#[tokio::test]
async fn macros_anywhere() {
    run_all("odd macros", odd_macros::cases()).await;
}

#[tokio::test]
async fn messages_in_series_and_broken_off() {
    run_all("messages", messages::cases()).await;
}

#[tokio::test]
async fn silence_and_omission_one_by_one() {
    run_all("silence", silence::cases()).await;
}

#[tokio::test]
async fn last_words_at_every_stage() {
    run_all("early", early::cases()).await;
}

#[tokio::test]
async fn odd_octets_in_every_field() {
    run_all("octets", octets::cases()).await;
}

#[tokio::test]
async fn every_ending() {
    run_all("endings", endings::cases()).await;
}

#[tokio::test]
async fn hard_cases_of_their_own() {
    run_all("hard", hard::cases()).await;
}

#[tokio::test]
async fn a_session_cut_at_every_octet() {
    let ways = fragments::run().await;
    println!("fragments: {ways} ways to cut a session");
}
