//! The laws of the engine over the cases, over generated and mutated messages, and over what is made to be hard.
//!
//! `LAWS_MESSAGES` sets how many messages are generated; a long run takes a hundred thousand. `LAWS_MAIL` is a directory of
//! messages to try as well, as they are and damaged:
//! `LAWS_MESSAGES=100000 LAWS_MAIL=DIR cargo test --release -p tamis-sanitize --test laws`.

use proptest::prelude::*;
use tamis_corpus::make::hard;
use tamis_corpus::make::message::{flawed, sound};
use tamis_corpus::make::mutate::mutate;
use tamis_corpus::{canonical, cases, laws};

fn messages() -> u64 {
    std::env::var("LAWS_MESSAGES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(400)
}

#[test]
fn hold_for_every_case() {
    for (case, seed) in cases().expect("cases").iter().zip(1u64..) {
        println!("{}", case.id);
        laws::all(&case.message, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
}

#[test]
fn hold_for_generated_messages() {
    for seed in 0..messages() {
        laws::all(&sound(seed).octets, seed);
        let damaged = flawed(seed).octets;
        laws::all(&damaged, seed);
        laws::all(&mutate(&damaged, seed), seed);
        laws::all(&mutate(&sound(seed).octets, seed), seed);
    }
}

#[test]
fn what_is_made_to_be_hard_ends_and_is_judged() {
    for (name, message) in hard::all(20_000) {
        println!("{name}");
        laws::chunking_changes_nothing(&message, &[4_096]);
        laws::empty_plan_is_identity(&message);
    }
}

#[test]
fn of_the_canonical_form_hold_for_every_case() {
    for case in cases().expect("cases") {
        println!("{}", case.id);
        canonical::all(&case.message);
    }
}

#[test]
fn of_the_canonical_form_hold_for_damaged_cases() {
    for case in cases().expect("cases") {
        for seed in 0..messages().div_ceil(200) {
            println!("{} {seed}", case.id);
            canonical::all(&mutate(&case.message, seed));
        }
    }
}

#[test]
fn of_the_canonical_form_hold_for_generated_messages() {
    for seed in 0..messages().div_ceil(4) {
        println!("{seed}");
        canonical::all(&sound(seed).octets);
        let damaged = flawed(seed).octets;
        canonical::all(&damaged);
        canonical::all(&mutate(&damaged, seed));
        canonical::all(&mutate(&sound(seed).octets, seed));
    }
}

#[test]
fn of_the_canonical_form_hold_for_the_mail_of_a_directory() {
    let Some(directory) = std::env::var_os("LAWS_MAIL") else {
        return;
    };
    let files = std::fs::read_dir(directory).expect("a directory");
    for path in files.map(|entry| entry.expect("an entry").path()) {
        let message = std::fs::read(&path).expect("a message");
        println!("{}", path.display());
        canonical::all(&message);
        for seed in 0..4 {
            println!("{} {seed}", path.display());
            canonical::all(&mutate(&message, seed));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hold_for_any_octets(message in proptest::collection::vec(any::<u8>(), 0..600), seed: u64) {
        laws::all(&message, seed);
    }

    #[test]
    fn hold_for_what_looks_like_mail(message in "(From|Content-Type|Subject| x)?:?[ a-z/;=\"\r\n-]{0,80}(\r\n\r\n)?(--[ab]{0,2}-{0,2}\r?\n[ -~\r\n]{0,30}){0,6}", seed: u64) {
        let message = format!("Content-Type: multipart/mixed; boundary=a\r\n{message}");
        laws::all(message.as_bytes(), seed);
    }
}
