//! Fields that hold lists of addresses before and after their repair.

use proptest::prelude::*;
use tamis_sanitize::repair::{RepairOptions, header_repairs_with};
use tamis_sanitize::{Code, HeaderEdit, Limits, MessageMap, Needs, Reader};

fn read(octets: &[u8]) -> MessageMap {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(octets);
    reader.finish().map().clone()
}

/// The value that a To field gets, and the defect that it gets it for. None if it stays.
fn mended(value: &str, options: &RepairOptions) -> Option<(Code, String)> {
    let message = format!("To: {}\r\n\r\n", value.replace('\n', "\r\n"));
    let repairs = header_repairs_with(&read(message.as_bytes()), options);
    assert!(repairs.len() < 2, "{repairs:?}");
    let repair = repairs.into_iter().next()?;
    match repair.edit {
        HeaderEdit::Change { value, .. } => {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            Some((repair.code, text))
        }
        edit => panic!("{edit:?}"),
    }
}

/// What the default makes of a To field.
#[track_caller]
fn check(before: &str, after: &str) {
    let options = RepairOptions::default();
    let mended_once = mended(before, &options).unwrap_or_else(|| panic!("{before:?} stays"));
    assert_eq!(mended_once, (Code::AddressListSyntax, after.to_owned()));
    assert_eq!(mended(after, &options), None, "mended twice");
}

#[test]
fn a_list_that_all_read_alike_is_left_alone() {
    for sound in [
        "",
        "jane@example.org",
        "Jane <jane@example.org>, bob@example.com,",
        "\"Example, Jane\" <jane@example.org>,\n\tbob@example.com",
        "\"Jane \\\"J\\\" Example\" <jane@example.org>",
        "jane@example.org (Jane, Example), bob@example.com",
        "Jane (work) <jane@example.org>",
        "\"bob@example.com\" <jane@example.org>",
        "\"Bob <bob@example.com>, x\" <jane@example.org>",
        "=?utf-8?Q?Example,_J=C3=A4ne?= <jane@example.org>",
        "J\u{e4}ne <jane@example.org>",
        "undisclosed-recipients:;",
        "Friends: jane@example.org, bob@example.com;",
        "Friends: jane@example.org;, bob@example.com",
        "Friends: jane@example.org; (the end)",
        "Friends:;",
        "root, jane@example.org",
        "Undisclosed recipients",
        "undisclosed-recipients:",
        "Jane Example, bob@example.com",
        "jane@[IPv6:2001:db8::1], bob@[192.0.2.1]",
        "<jane@example.org>,<bob@example.com>",
        "'jane@example.org', O'Hara <bob@example.com>",
        "\"jane doe\"@example.org",
    ] {
        assert_eq!(mended(sound, &RepairOptions::default()), None, "{sound}");
    }
}

#[test]
fn separators_become_commas() {
    for before in [
        "jane@example.org; bob@example.com",
        "jane@example.org; bob@example.com;",
        "jane@example.org,, bob@example.com",
        ", jane@example.org, , bob@example.com",
        "jane@example.org bob@example.com",
        "<jane@example.org> <bob@example.com>",
        "<jane@example.org,bob@example.com>",
        "<jane@example.org; bob@example.com>",
        "jane@example.org | bob@example.com",
        "jane@example.org\n bob@example.com",
    ] {
        check(before, "jane@example.org, bob@example.com");
    }
    let after = "Jane <jane@example.org>, Bob <bob@example.com>";
    check("Jane <jane@example.org> Bob <bob@example.com>", after);
    check("Jane <jane@example.org>; Bob <bob@example.com>;", after);
}

#[test]
fn names_get_quotes() {
    for (before, after) in [
        (
            "Example, Jane <jane@example.org>, Example, Bob <bob@example.com>",
            "\"Example, Jane\" <jane@example.org>, \"Example, Bob\" <bob@example.com>",
        ),
        (
            "Example\\, Jane <jane@example.org>",
            "\"Example, Jane\" <jane@example.org>",
        ),
        (
            "jane.x@example.net <jane@example.org>",
            "\"jane.x at example.net\" <jane@example.org>",
        ),
        (
            "jane@example.org <jane@example.org>",
            "\"jane@example.org\" <jane@example.org>",
        ),
        (
            "[List] Jane <jane@example.org>",
            "\"(List) Jane\" <jane@example.org>",
        ),
        ("Re: Jane <jane@example.org>", "Re Jane <jane@example.org>"),
        (
            "=?utf-8?Q?bob=40example.com?= jane@example.org",
            "\"bob at example.com\" <jane@example.org>",
        ),
    ] {
        check(before, after);
    }
}

#[test]
fn what_does_not_pair_hides_nobody() {
    for before in [
        "\"Jane <jane@example.org>, bob@example.com",
        "Jane\" <jane@example.org>, bob@example.com",
        "Jane <jane@example.org, bob@example.com",
        "Jane jane@example.org>, bob@example.com",
        "Jane <<jane@example.org>>, bob@example.com",
        "jane@example.org (Jane, bob@example.com",
        "jane@example.org Jane), bob@example.com",
        "Jane <jane@example.org> more, bob@example.com",
        "(Jane) jane@example.org, bob@example.com",
        "Jane: jane@example.org, bob@example.com",
        "Jane <@a.example,@b.example:jane@example.org>, bob@example.com",
        "Jane <mailto:jane@example.org>, bob@example.com",
        "Jane <jane@\n example.org>, bob@example.com",
        "Jane <jane@example . org>, bob@example.com",
        "Jane <jane@example.org.>, bob@example.com",
        "Jane <=?utf-8?Q?jane?=@example.org>, bob@example.com",
    ] {
        check(before, "Jane <jane@example.org>, bob@example.com");
    }
    check(
        "Jane <jane@example.org, Bob <bob@example.com>",
        "Jane <jane@example.org>, Bob <bob@example.com>",
    );
    check("\"jane@example.org\"", "jane@example.org");
    check(
        "jane@example . org, bob@example.com",
        "jane@example.org, bob@example.com",
    );
    check(
        "Friends: jane@example.org; bob@example.com",
        "jane@example.org, bob@example.com",
    );
}

#[test]
fn what_is_no_address_becomes_text() {
    for (before, after) in [
        ("Jane <>, bob@example.com", "Jane:;, bob@example.com"),
        (
            "jane@example.net@example.org, bob@example.com",
            "\"jane at example.net at example.org\":;, bob@example.com",
        ),
        (
            "=?utf-8?Q?Jane_=3Cjane=40example.org=3E?=, bob@example.com",
            "\"Jane (jane at example.org)\":;, bob@example.com",
        ),
        ("<Nobody:;@example.org>", "\"Nobody:; at example.org\":;"),
        ("<@>", "at:;"),
    ] {
        check(before, after);
    }
}

#[test]
fn names_alone_become_groups_if_asked_for() {
    let options = RepairOptions {
        codes: [Code::RecipientWithoutAddress].into_iter().collect(),
        ..RepairOptions::default()
    };
    for (before, after) in [
        (
            "Jane Example, bob@example.com",
            Some("Jane Example:;, bob@example.com"),
        ),
        ("Undisclosed recipients", Some("Undisclosed recipients:;")),
        ("undisclosed-recipients:", Some("undisclosed-recipients:;")),
        ("<>", Some("undisclosed-recipients:;")),
        ("root", None),
        ("Friends: jane@example.org;", None),
    ] {
        let written = mended(before, &options).map(|(_, value)| value);
        assert_eq!(written.as_deref(), after, "{before}");
        assert_eq!(mended(after.unwrap_or(before), &options), None);
    }
}

#[test]
fn every_field_that_holds_a_list_is_mended() {
    for name in [
        "Cc",
        "Bcc",
        "Reply-To",
        "Sender",
        "resent-to",
        "Resent-Cc",
        "Resent-From",
    ] {
        let message = format!("{name}: jane@example.org; bob@example.com\r\n\r\n");
        let repairs = header_repairs_with(&read(message.as_bytes()), &RepairOptions::default());
        let codes: Vec<Code> = repairs.iter().map(|repair| repair.code).collect();
        assert_eq!(codes, [Code::AddressListSyntax], "{name}");
    }
}

#[test]
fn of_two_fields_the_lists_are_read_as_one() {
    let message = "To: jane@example.org, Example\r\nTo: Bob <bob@example.com>\r\n\r\n";
    let repairs = header_repairs_with(&read(message.as_bytes()), &RepairOptions::default());
    let changed = repairs.iter().find_map(|repair| match &repair.edit {
        HeaderEdit::Change { value, .. } => Some(String::from_utf8_lossy(value.as_bytes())),
        _ => None,
    });
    let expected = "jane@example.org, \"Example, Bob\" <bob@example.com>";
    assert_eq!(changed.as_deref(), Some(expected));
}

/// An entry of a list as somebody could write it, with the address in it.
fn entry(bracketed: bool) -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec![
        "",
        "Jane ",
        "\"Example, Jane\" ",
        "Example, Jane ",
        "J. Q. ",
        "[x] ",
        "<",
        "Re: ",
    ]);
    let end = prop::sample::select(vec!["", " (work)", " more", ">", ";", ","]);
    let address = "[a-z]{1,8}@[a-z]{1,8}\\.example";
    (name, address, end).prop_map(move |(name, address, end)| {
        let shown = if bracketed {
            format!("<{address}>")
        } else {
            address.clone()
        };
        (format!("{name}{shown}{end}"), address)
    })
}

/// Entries with something between them.
fn list() -> impl Strategy<Value = (Vec<(String, String)>, &'static str)> {
    let bracketed = prop::collection::vec(entry(true), 1..6);
    let mixed = prop::collection::vec(prop_oneof![entry(true), entry(false)], 1..6);
    prop_oneof![(mixed, Just(", ")), (bracketed, Just(" ")),]
}

/// Every word of a field that is an address.
fn addresses(value: &str) -> Vec<String> {
    let between = |c: char| c.is_whitespace() || "<>\"(),;:".contains(c);
    let words = value.split(between).filter(|word| word.contains('@'));
    words.map(str::to_owned).collect()
}

/// What is taken out of a list that this stands in front of.
fn stray_quote(stray: &str) -> &str {
    if stray == "\"" { stray } else { "\0" }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_address_is_lost_and_none_made((entries, separator) in list(), stray in prop::sample::select(vec!["", "\"", "(", ")"])) {
        let texts: Vec<&str> = entries.iter().map(|(text, _)| text.as_str()).collect();
        // A lone quote is meant to be one: it must find no other.
        let kept = texts.join(separator).replace(stray_quote(stray), "");
        let list = format!("{stray}{kept}");
        let expected: Vec<String> = entries.iter().map(|(_, address)| address.clone()).collect();
        let value = match mended(&list, &RepairOptions::default()) {
            Some((_, value)) => value,
            None => list.clone(),
        };
        prop_assert_eq!(addresses(&value), expected, "{:?} became {:?}", list, value);
        prop_assert_eq!(mended(&value, &RepairOptions::default()), None);
    }

    #[test]
    fn a_mended_list_needs_no_repair(value in "[-a-c@<>\"(),;:=?\\\\ .\\[\\]]{0,40}") {
        let options = RepairOptions {
            codes: [Code::AddressListSyntax, Code::RecipientWithoutAddress].into_iter().collect(),
            ..RepairOptions::default()
        };
        if let Some((_, once)) = mended(&value, &options) {
            prop_assert_eq!(mended(&once, &options), None, "{:?} became {:?}", value, once);
        }
    }
}
