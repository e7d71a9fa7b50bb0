//! Tests that a policy carries; each stands in a table `[[test]]` behind a rule `a`.

use super::{Wrong, wrong};

pub(super) const TRIALS: &[Wrong] = &[
    wrong(
        "given = { recipient = 'a@b.example' }\nexpect = { rule = «'b'» }",
        "unknown-rule",
        "`b` is no rule",
    ),
    wrong("expect = «{ }»", "missing-key", "expects nothing"),
    wrong(
        "expect = { verdict = «'rejct'» }",
        "unknown-value",
        "did you mean `reject`?",
    ),
    wrong(
        "expect = { stage = «'mial'» }",
        "unknown-value",
        "did you mean `mail`?",
    ),
    wrong(
        "expect = { «verdit» = 'reject' }",
        "unknown-key",
        "did you mean `verdict`?",
    ),
    wrong(
        "expect = { changed = «'yes'» }",
        "wrong-type",
        "true or false",
    ),
    wrong(
        "given = { client = «'localhost'» }\nexpect = { verdict = 'reject' }",
        "bad-network",
        "192.0.2.1",
    ),
    wrong(
        "given = { time = «'25:00'» }\nexpect = { verdict = 'reject' }",
        "bad-quantity",
        "23:30",
    ),
    wrong(
        "given = { direction = «'inwards'» }\nexpect = { verdict = 'reject' }",
        "unknown-value",
        "one of inbound",
    ),
    wrong(
        "message = { attach = [{ sample = «'programme'» }] }\nexpect = { changed = true }",
        "unknown-value",
        "did you mean `program`?",
    ),
    wrong(
        "message = { attach = [«{ name = 'a.txt' }»] }\nexpect = { changed = true }",
        "missing-key",
        "one of sample, text, zip and message",
    ),
];
