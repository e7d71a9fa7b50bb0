//! Header sections: which lines are fields, which are skipped, and where the body begins.

mod reading;

use reading::check;

#[test]
fn lines_that_are_no_fields_are_skipped_or_end_the_header() {
    check(
        "Subject: a\ngarbage\nTo: b\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["field-missing-colon"],
    );
    check(
        "Subject: a\nthis is the body\nof it\n",
        &[r#"1 text/plain "this is the body\r\nof it\r\n""#],
        &["missing-separator"],
    );
    check(
        "From x Mon\nSubject: a\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["mbox-from-line"],
    );
    check(
        "\u{feff}Subject: a\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["byte-order-mark"],
    );
    check(
        "Subject: a\n \n b\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["blank-continuation"],
    );
}
