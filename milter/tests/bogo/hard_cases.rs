//! Checks that every hard case has its proofs, and that the proofs exist.

use crate::hard_table::{FILTERS, HARD_CASES};
use std::collections::BTreeSet;
use std::path::Path;

/// How many there are.
const COUNT: u8 = 77;

/// Whether the file of this folder's neighbours has that test: a function with `#[test]` or the like before it, or one inside
/// `proptest!`.
fn is_test(file: &str, test: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(format!("{file}.rs"));
    let Ok(text) = std::fs::read_to_string(path) else {
        return false;
    };
    let head = format!("fn {test}(");
    let Some(at) = text.find(&head) else {
        return false;
    };
    let before = text[..at].trim_end_matches("async ").trim_end();
    let attribute = before.ends_with("#[test]") || before.ends_with("#[tokio::test]");
    attribute || text[..at].contains("proptest! {")
}

#[test]
fn every_hard_case_has_its_proofs() {
    let numbers: Vec<u8> = HARD_CASES.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=COUNT).collect::<Vec<u8>>());
    assert!(FILTERS.iter().all(|number| numbers.contains(number)));
    let names: BTreeSet<String> = crate::GROUPS
        .iter()
        .flat_map(|(_, cases)| cases())
        .map(|case| case.name)
        .collect();
    for (number, subject, proofs) in HARD_CASES {
        assert!(!subject.is_empty() && !proofs.is_empty(), "{number}");
        for proof in *proofs {
            let exists = match proof.split_once("::") {
                Some((file, test)) => is_test(file, test),
                None => names.contains(*proof),
            };
            assert!(exists, "case {number}, {subject}: there is no {proof}");
        }
    }
}

#[test]
fn what_is_no_test_is_not_taken_for_one() {
    assert!(is_test("framing", "the_end_inside_a_packet"));
    assert!(is_test("laws", "any_octets_are_read_or_refused"));
    assert!(!is_test("framing", "check_end"));
    assert!(!is_test("framing", "no_such_test"));
    assert!(!is_test("nowhere", "the_end_inside_a_packet"));
}
