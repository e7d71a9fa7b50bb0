//! The hard cases that a filter program has to prove, with what proves them here. What the library proves stands in its own
//! table; both together are all.

#[path = "../../../milter/tests/bogo/hard_table.rs"]
mod library;

use std::path::Path;

/// Number of a case, and tests: `file::test`.
const PROOFS: &[(u8, &[&str])] = &[
    (
        5,
        &["hard_cases/trouble::hc05_a_lost_connection_leaves_nothing_behind"],
    ),
    (
        12,
        &[
            "hard_cases/trouble::hc12_without_file_descriptors_connections_wait",
            "faults::many_sessions_at_once_are_each_served",
            "milter::a_unix_socket_serves_too_and_the_end_is_graceful",
        ],
    ),
    (
        29,
        &["hard_cases/envelope::hc29_and_31_the_list_of_recipients_is_that_of_the_mta"],
    ),
    (
        31,
        &["hard_cases/envelope::hc29_and_31_the_list_of_recipients_is_that_of_the_mta"],
    ),
    (
        32,
        &[
            "hard_cases/envelope::hc32_messages_of_one_connection_are_strangers",
            "sendmail::every_verdict_in_one_session",
        ],
    ),
    (
        40,
        &[
            "hard_cases/envelope::hc40_nothing_is_refused_early_of_mail_of_the_host",
            "hard_cases/envelope::hc40_mail_of_the_host_through_postfix",
        ],
    ),
    (41, &["hard_cases/envelope::hc41_no_queue_id_is_needed"]),
    (45, &["hard_cases/content::hc45_to_50_every_octet_is_kept"]),
    (46, &["hard_cases/content::hc45_to_50_every_octet_is_kept"]),
    (47, &["hard_cases/content::hc45_to_50_every_octet_is_kept"]),
    (
        48,
        &[
            "hard_cases/content::hc45_to_50_every_octet_is_kept",
            "hard_cases/content::hc48_and_51_a_body_is_edited_however_it_was_cut",
        ],
    ),
    (49, &["hard_cases/content::hc45_to_50_every_octet_is_kept"]),
    (50, &["hard_cases/content::hc45_to_50_every_octet_is_kept"]),
    (
        51,
        &["hard_cases/content::hc48_and_51_a_body_is_edited_however_it_was_cut"],
    ),
    (52, &["gate::a_large_message_is_edited_too"]),
    (
        54,
        &["hard_cases/content::hc54_and_66_fields_are_changed_alike_in_both_spellings"],
    ),
    (
        62,
        &["hard_cases/envelope::hc62_recipients_are_taken_out_as_they_were_written"],
    ),
    (
        64,
        &[
            "hard_cases/envelope::hc64_held_or_refused_but_not_both",
            "sendmail::held_mail_stays_in_its_quarantine",
        ],
    ),
    (
        66,
        &[
            "hard_cases/content::hc54_and_66_fields_are_changed_alike_in_both_spellings",
            "gate::header_repair_goes_through_the_milter",
            "sendmail::a_broken_header_is_repaired_as_behind_postfix",
        ],
    ),
    (
        74,
        &["hard_cases/trouble::hc74_a_scanner_that_hangs_holds_no_command_up"],
    ),
    (
        75,
        &[
            "faults::a_spool_that_cannot_hold_defers_the_mail",
            "faults::a_quarantine_that_cannot_keep_defers_the_mail",
            "faults::a_scanner_that_hangs_defers_the_mail_and_nobody_else_waits",
            "sendmail::a_filter_that_is_gone_is_try_again_later",
        ],
    ),
    (
        77,
        &["hard_cases/trouble::hc77_a_second_filter_sees_what_the_first_has_made"],
    ),
];

fn is_test(proof: &str) -> bool {
    let Some((file, test)) = proof.split_once("::") else {
        return false;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(format!("{file}.rs"));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.contains(&format!("#[test]\nfn {test}()"))
}

#[test]
fn every_hard_case_of_a_filter_has_its_proofs() {
    let numbers: Vec<u8> = PROOFS.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, library::FILTERS);
    assert_eq!(library::HARD_CASES.len(), 77);
    for (number, proofs) in PROOFS {
        assert!(!proofs.is_empty(), "{number}");
        for proof in *proofs {
            assert!(is_test(proof), "case {number}: there is no {proof}");
        }
    }
    assert!(!is_test("faults::no_such_test") && !is_test("faults::kept"));
}
