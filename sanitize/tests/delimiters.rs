//! Delimiter lines: which lines are taken for one, by the letter or not.

mod reading;

use reading::check;

#[test]
fn what_only_looks_like_a_delimiter_is_content() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n\n--x\n--\n-\n- -xx\nxx --\n-xx\n--xx--\n",
        &[
            "multipart/mixed",
            r#"1 text/plain "--x\r\n--\r\n-\r\n- -xx\r\nxx --\r\n-xx""#,
        ],
        &[],
    );
}

#[test]
fn white_space_may_follow_a_delimiter() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x \t\n\none\n--x-- \n",
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["boundary-near-miss"],
    );
}

#[test]
fn a_padded_close_delimiter_in_front_of_a_part_closes_nothing() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x--\t\n\
         Content-Type: text/plain\n\ntwo\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 text/plain "one""#,
            r#"2 text/plain "two""#,
        ],
        &["boundary-near-miss"],
    );
}

#[test]
fn a_boundary_may_be_a_prefix_of_another() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=xy\n\n\
         --xy\n\none\n--xy--\n--x\n\ntwo\n--x--\n",
        &[
            "multipart/mixed",
            "1 multipart/mixed",
            r#"1.1 text/plain "one""#,
            r#"2 text/plain "two""#,
        ],
        &["boundary-repeated"],
    );
}

#[test]
fn structure_that_breaks_is_recorded() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--x\n\none\n--x--\n",
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["boundary-missing", "boundary-guessed"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\nno parts\n",
        &["multipart/mixed"],
        &["boundary-unused"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x--\n",
        &["multipart/mixed"],
        &["empty-multipart"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x--\n\n--x\n\nafter\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 text/plain "one""#,
            r#"2 text/plain "after""#,
        ],
        &["part-after-close"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n--x\n\ntwo\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 text/plain """#,
            r#"2 text/plain "two""#,
        ],
        &["missing-separator"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW4NCg0K\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 message/rfc822 "U3ViamVjdDogaW4NCg0K""#,
        ],
        &["encoded-container"],
    );
}

/// A multipart with the boundary `b` and two parts, the second behind this delimiter, and the defects that it has.
#[track_caller]
fn near_miss(delimiter: &str, defects: &[&str]) {
    let message = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none{delimiter}Content-Type: text/html\n\ntwo\n--b--\n"
    );
    check(
        &message,
        &[
            "multipart/mixed",
            r#"1 text/plain "one""#,
            r#"2 text/html "two""#,
        ],
        defects,
    );
}

#[test]
fn a_line_that_some_parser_takes_for_a_delimiter_is_one() {
    near_miss("\n--b\n", &[]);
    for delimiter in [
        "\n--b junk\n",
        "\n--bzz\n",
        "\n--b\0\n",
        "\n--b--x\n",
        "\n--B\n",
        "\n --b\n",
        "\n \t--b\n",
        "\n --b junk\n",
        "\r--b\n",
        "\n--b\r",
        "\n--b\r\n",
        "\r--b\r",
    ] {
        near_miss(delimiter, &["boundary-near-miss"]);
    }
}

#[test]
fn a_boundary_amid_a_line_is_no_delimiter_but_noted() {
    for text in ["text --b", "text --b\nmore", "> --b--", "---b", "a ----b--"] {
        let message = format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n--b--\n"
        );
        let body = text.replace('\n', "\r\n");
        let part = format!("1 text/plain {body:?}");
        check(&message, &["multipart/mixed", &part], &["boundary-in-line"]);
    }
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=--b\n\n----b\n\n--b ---b\n----b--\n",
        &["multipart/mixed", r#"1 text/plain "--b ---b""#],
        &[],
    );
}

#[test]
fn a_boundary_that_ends_a_line_is_a_delimiter_where_a_field_follows() {
    for before in ["text", ">", "\t\x0b", "--"] {
        let message = format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=--b\n\n----b\n\n{before}----b\nContent-Type: text/html\n\ntwo\n----b--\n"
        );
        let part = format!("1 text/plain {before:?}");
        check(
            &message,
            &["multipart/mixed", &part, r#"2 text/html "two""#],
            &["boundary-near-miss"],
        );
    }
}

#[test]
fn a_boundary_that_no_field_gives_is_guessed() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--x\nContent-Type: text/html\n\none\n--x\n\ntwo\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 text/html "one""#,
            r#"2 text/plain "two""#,
        ],
        &["preamble-text", "boundary-guessed"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\nepilogue\n--x\ncontent-Type: text/html\n\ntwo\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 text/plain "one""#,
            r#"2 text/html "two""#,
        ],
        &["part-after-close", "epilogue-text", "boundary-guessed"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n-- \nme\n--me\ntext\n--b\n\none\n--b--\n--\nlist\n--list\n\n",
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["preamble-text", "epilogue-text", "epilogue-delimiter"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"\"\n\n--\n\none\n----\n",
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["boundary-invalid"],
    );
}

#[test]
fn of_several_multiparts_with_one_boundary_the_open_one_goes_on() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
        &[
            "multipart/mixed",
            "1 multipart/mixed",
            r#"1.1 text/plain "one""#,
            r#"2 text/plain "two""#,
        ],
        &["boundary-repeated"],
    );
}
