//! The hard cases of the protocol by number: what each is about, and what proves it. `hard_cases.rs` checks that all that is
//! named here exists.

/// Number, subject, and proofs: `file::test` in this folder's neighbours, or `group/case` of this program. A filter has to
/// prove the cases of [`FILTERS`] as well.
pub(crate) const HARD_CASES: &[(u8, &str, &[&str])] = &[
    (
        1,
        "packets cut anywhere",
        &[
            "framing::any_fragmentation_is_the_same",
            "bogo/main::a_session_cut_at_every_octet",
            "laws::any_fragmentation_gives_the_same_frames",
        ],
    ),
    (
        2,
        "length 0",
        &[
            "framing::a_packet_of_length_zero",
            "lie/length-0/in-the-envelope",
        ],
    ),
    (
        3,
        "lengths beyond the limit",
        &[
            "framing::a_packet_beyond_the_limit",
            "codec::frames_are_cut_or_refused",
            "lie/length-2^32-1/at-the-start",
            "lie/one-above-the-limit/in-the-body",
        ],
    ),
    (
        4,
        "the end outside a message",
        &[
            "framing::the_end_outside_a_message",
            "cut/nothing/negotiated",
            "cut/nothing/after-the-end",
        ],
    ),
    (
        5,
        "the end inside a message",
        &[
            "framing::the_end_inside_a_message",
            "cut/nothing/in-the-body",
        ],
    ),
    (
        6,
        "the end inside a packet",
        &[
            "framing::the_end_inside_a_packet",
            "cut/all-but-one/in-the-body",
        ],
    ),
    (
        7,
        "unknown letters",
        &[
            "framing::an_unknown_letter",
            "lie/unknown-letter-z/negotiated",
            "state/mail/Z",
        ],
    ),
    (
        8,
        "payloads that are missing",
        &[
            "framing::a_payload_is_missing",
            "framing::what_can_do_without_a_payload",
            "shape/mail-empty",
            "shape/field-value-without-end",
        ],
    ),
    (
        9,
        "too many and too few strings",
        &[
            "framing::too_few_or_too_many_strings",
            "shape/field-nul-behind-the-value",
            "shape/field-name-alone",
        ],
    ),
    (
        10,
        "slow packets and slow MTAs",
        &[
            "framing::a_slow_packet_ends_the_connection_a_slow_mta_does_not",
            "framing::an_idle_connection_ends_at_last",
        ],
    ),
    (
        11,
        "an MTA that does not read",
        &["framing::an_mta_that_does_not_read_holds_the_body_back"],
    ),
    (
        12,
        "many connections, graceful end",
        &[
            "serving::many_connections_each_inside_a_message",
            "serving::those_beyond_the_bound_wait_for_a_place",
            "serving::a_graceful_end_lets_messages_finish",
        ],
    ),
    (
        13,
        "versions old and new",
        &[
            "negotiation::every_version_gets_what_it_knows",
            "offer/version-2",
            "offer/version-7",
            "mask/all-ones",
        ],
    ),
    (
        14,
        "a needed action is missing",
        &[
            "negotiation::a_needed_action_is_missing",
            "needs/1-missing",
            "needs/all-of-nothing",
        ],
    ),
    (
        15,
        "silence wanted, offered or not",
        &[
            "negotiation::answers_that_the_mta_insists_on_are_given",
            "negotiation::a_refusal_that_is_not_heard_is_repeated_at_the_end",
            "silent/L-not-offered",
            "silent/all",
        ],
    ),
    (
        16,
        "omissions that are not offered",
        &[
            "negotiation::unwanted_commands_of_an_old_mta_are_answered_and_not_shown",
            "omit/T-not-offered",
            "omit/U-sent-all-the-same",
        ],
    ),
    (
        17,
        "macros of commands that are left out",
        &[
            "negotiation::macros_of_omitted_commands_still_come",
            "omit/M-with-its-macros",
        ],
    ),
    (
        18,
        "skip only where it is known",
        &[
            "negotiation::skip_is_said_only_where_it_is_known",
            "skip/known",
            "skip/not-known",
        ],
    ),
    (
        19,
        "sizes of payloads",
        &[
            "codec::sizes_are_echoed_only_where_they_are_offered",
            "mask/both-sizes",
            "new-body/300000-with-256k",
            "limit/body-1048575",
        ],
    ),
    (
        20,
        "lists of macros",
        &[
            "codec::lists_of_macros_for_both_ends_of_the_message",
            "macro-list/offered",
            "macro-list/not-offered",
        ],
    ),
    (
        21,
        "the offer twice, or not first",
        &[
            "framing::commands_before_the_negotiation_and_a_second_one",
            "offer-again/inside-a-message",
            "state/start/M",
        ],
    ),
    (
        22,
        "an offer that is too short",
        &[
            "framing::an_offer_that_is_too_short_or_too_old",
            "offer/11-octets",
        ],
    ),
    (
        23,
        "aborts outside a message",
        &[
            "sequence::abort_outside_a_message_is_nothing",
            "state/aborted-twice/A",
        ],
    ),
    (
        24,
        "aborts at each point",
        &[
            "sequence::abort_keeps_the_connection_and_drops_the_message",
            "break/abort-after-M",
            "break/abort-after-B",
        ],
    ),
    (
        25,
        "HELO again, inside a message",
        &["sequence::helo_inside_a_message", "aside/helo-at-3"],
    ),
    (
        26,
        "HELO again, after STARTTLS",
        &["sequence::the_second_helo_replaces_the_macros"],
    ),
    (
        27,
        "no HELO",
        &["hc27/no-helo", "hc27/neither-connect-nor-helo"],
    ),
    (
        28,
        "recipients after DATA was refused",
        &[
            "sequence::recipients_and_data_again_after_data_was_refused",
            "word/data-t/R",
            "word/data-t/T",
        ],
    ),
    (
        29,
        "one recipient refused",
        &[
            "sequence::a_refused_recipient_is_one_recipient",
            "word/rcpt-r/T",
        ],
    ),
    (
        30,
        "recipients that the MTA refused",
        &["sequence::a_recipient_that_the_mta_refused"],
    ),
    (31, "duplicate recipients", &["hc31/duplicate-recipients"]),
    (
        32,
        "messages do not mix",
        &[
            "sequence::messages_of_one_connection_do_not_mix",
            "series/rejected-then-A",
        ],
    ),
    (
        33,
        "a new connection on the same socket",
        &[
            "sequence::a_new_connection_on_the_same_socket",
            "break/new-connection-after-B",
            "series/ten-connections-on-one-socket",
        ],
    ),
    (
        34,
        "a message right after another",
        &[
            "sequence::a_message_right_after_another_and_one_that_was_not_ended",
            "series/fifty",
            "series/fifty-with-aborts",
        ],
    ),
    (
        35,
        "unknown commands anywhere",
        &[
            "sequence::unknown_commands_change_nothing",
            "aside/unknown-at-0",
            "aside/unknown-at-2",
        ],
    ),
    (
        36,
        "the last piece with the end",
        &[
            "sequence::the_last_piece_of_the_body_with_the_end",
            "limit/end-with-65535",
        ],
    ),
    (
        37,
        "steps that are missing",
        &[
            "sequence::steps_are_missing",
            "hc37/no-data-in-version-2",
            "hc37/end-after-the-recipient",
        ],
    ),
    (
        38,
        "addresses of every shape",
        &[
            "fine/null-sender",
            "fine/no-brackets",
            "fine/quoted",
            "fine/source-route",
            "octets/utf-8-in-sender",
            "hc38/twenty-parameters",
        ],
    ),
    (
        39,
        "clients of every kind",
        &[
            "codec::every_kind_of_client",
            "fine/client-unknown",
            "fine/client-ipv4-in-ipv6",
            "octets/empty-in-path-of-a-client",
        ],
    ),
    (
        40,
        "mail submitted on the host",
        &["sequence::mail_submitted_on_the_host_itself"],
    ),
    (
        41,
        "the queue id is not known yet",
        &["hc41/no-macros-at-all", "hc41/queue-id-late"],
    ),
    (
        42,
        "macros of odd shape",
        &[
            "codec::macros_are_taken_as_far_as_they_go",
            "macros/odd-number/before-mail",
            "macros/letter-alone/inside-the-body",
        ],
    ),
    (
        43,
        "how long macros live",
        &[
            "sequence::messages_of_one_connection_do_not_mix",
            "negotiation::macros_of_omitted_commands_still_come",
        ],
    ),
    (
        44,
        "values of every shape",
        &[
            "sequence::header_values_arrive_whole",
            "hc44/a-long-value",
            "hc44/three-hundred-fields",
            "octets/8-bit-in-value",
        ],
    ),
    (
        45,
        "the space behind the colon",
        &[
            "sequence::header_values_arrive_whole",
            "changes/without-leading-space",
        ],
    ),
    (46, "no header", &["hc46/no-field-at-all"]),
    (47, "a body like a header", &["hc47/a-body-like-a-header"]),
    (
        48,
        "pieces cut anywhere",
        &["hc48/cr-and-lf-apart", "hc48/one-octet-each"],
    ),
    (
        49,
        "no body",
        &["hc49/no-body", "hc49/an-empty-line", "hc49/no-end-of-line"],
    ),
    (
        50,
        "bare octets",
        &[
            "hc50/every-bare-octet",
            "hc50/a-long-line",
            "octets/bare-cr-in-body",
        ],
    ),
    (
        51,
        "lone dots",
        &[
            "ending::an_empty_body_is_not_the_same_as_no_new_body",
            "fine/lone-dots",
        ],
    ),
    (
        52,
        "large messages",
        &[
            "serving::a_long_message_arrives_whole",
            "hc52/five-megabytes",
        ],
    ),
    (
        53,
        "several fields of one name",
        &[
            "order::both_mtas_come_to_the_header_that_was_asked_for",
            "ending::all_changes_in_an_order_that_both_mtas_read_alike",
        ],
    ),
    (
        54,
        "a field that is not there",
        &[
            "ending::a_field_that_is_not_there_is_not_changed_into_a_new_one",
            "changes/of-a-field-that-is-not-there",
        ],
    ),
    (
        55,
        "insertions at the top",
        &[
            "order::both_mtas_come_to_the_header_that_was_asked_for",
            "ending::all_changes_in_an_order_that_both_mtas_read_alike",
        ],
    ),
    (
        56,
        "additions to an existing name",
        &["order::both_mtas_come_to_the_header_that_was_asked_for"],
    ),
    (
        57,
        "what a name and a value may hold",
        &[
            "codec::names_and_values_of_fields",
            "codec::long_values_are_folded",
            "laws::a_value_that_is_taken_cannot_break_out_of_its_field",
        ],
    ),
    (
        58,
        "the new body in one run",
        &[
            "ending::signs_of_progress_before_the_body_and_none_after",
            "progress/not-between-pieces",
        ],
    ),
    (
        59,
        "an empty body and none",
        &[
            "ending::an_empty_body_is_not_the_same_as_no_new_body",
            "new-body/none",
            "new-body/empty-pieces",
        ],
    ),
    (
        60,
        "a long new body, a lost MTA",
        &[
            "ending::a_long_body_goes_in_packets_that_every_mta_takes",
            "ending::the_mta_closes_in_the_middle_of_the_body",
            "new-body/300000",
        ],
    ),
    (
        61,
        "changes that were not agreed on",
        &[
            "ending::what_was_not_agreed_on_is_not_sent",
            "changes/none-agreed",
            "new-body/without-the-action",
        ],
    ),
    (
        62,
        "recipients by their own spelling",
        &["ending::all_changes_in_an_order_that_both_mtas_read_alike"],
    ),
    (
        63,
        "senders and recipients with parameters",
        &[
            "ending::a_plain_recipient_can_be_added_by_either_action",
            "codec::addresses_and_parameters",
            "changes/without-action-2",
        ],
    ),
    (64, "held mail", &["codec::reasons", "changes/all-agreed"]),
    (
        65,
        "changes before a refusal",
        &[
            "ending::a_body_that_cannot_be_read_to_its_end",
            "new-body/breaks-off",
        ],
    ),
    (
        66,
        "the same changes with and without the space",
        &[
            "ending::all_changes_in_an_order_that_both_mtas_read_alike",
            "changes/without-leading-space",
        ],
    ),
    (
        67,
        "replies",
        &[
            "codec::replies",
            "codec::replies_are_read",
            "laws::any_text_becomes_a_reply_that_mtas_take",
            "early/reply-of-two-lines-at-mail",
        ],
    ),
    (
        68,
        "421",
        &[
            "ending::the_filters_own_words",
            "early/reply-421-at-connect",
            "early/reply-421-at-body",
            "end/reply-421",
        ],
    ),
    (
        69,
        "answers that do not fit their stage",
        &[
            "laws::every_command_gets_exactly_the_answer_that_is_due",
            "early/accept-at-connect",
            "skip/with-the-end",
        ],
    ),
    (
        70,
        "accept",
        &[
            "sequence::accept_is_for_the_connection_or_for_the_message",
            "early/accept-at-helo",
            "early/accept-at-rcpt",
        ],
    ),
    (
        71,
        "plain answers have no payload",
        &[
            "ending::every_plain_answer_is_without_payload",
            "state/mail/R",
        ],
    ),
    (
        72,
        "one answer for each command",
        &[
            "laws::every_command_gets_exactly_the_answer_that_is_due",
            "state/body/E",
            "progress/not-after-the-end",
        ],
    ),
    (
        73,
        "signs of progress",
        &[
            "ending::long_work_is_bridged",
            "ending::signs_of_progress_before_the_body_and_none_after",
            "progress/at-the-end",
            "progress/not-at-mail",
        ],
    ),
    (
        74,
        "late answers",
        &["ending::every_failure_of_the_filter_is_try_again_later"],
    ),
    (
        75,
        "failures",
        &[
            "ending::every_failure_of_the_filter_is_try_again_later",
            "serving::a_message_that_does_not_end_in_time_is_refused_for_now",
            "shape/mail-empty",
            "early/panic-at-eoh",
        ],
    ),
    (
        76,
        "small packets are not held up",
        &["../src/server/stream::small_packets_are_acknowledged_at_once_after_each_read"],
    ),
    (
        77,
        "two filters, long gaps",
        &["serving::a_pause_inside_a_message"],
    ),
];

/// Cases that a filter program has to prove too: what it keeps of a message, and what it does when it is in trouble.
pub(crate) const FILTERS: &[u8] = &[
    5, 12, 29, 31, 32, 40, 41, 45, 46, 47, 48, 49, 50, 51, 52, 54, 62, 64, 66, 74, 75, 77,
];
