//! The table of defects.

use std::collections::BTreeSet;
use tamis_sanitize::defect::{Class, Code, CodeSet};

/// A sentence: begins and ends like one, on one line.
#[track_caller]
fn check_sentence(code: Code, column: &str, text: &str) {
    assert!(
        text.len() >= 10 && text.ends_with('.'),
        "{code}: {column} is no sentence: {text:?}"
    );
    assert!(
        !text.contains('\n') && !text.contains("  "),
        "{code}: {column} has gaps: {text:?}"
    );
}

#[test]
fn every_column_of_every_row_is_filled() {
    for code in Code::ALL {
        check_sentence(*code, "what it is", code.what());
        check_sentence(*code, "differs", code.differs());
        check_sentence(*code, "repair", code.repair());
    }
}

#[test]
fn numbers_are_unique_and_stand_in_their_group() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        let number = code.number();
        assert!(seen.insert(number), "{number} is there twice");
        let (letter, digits) = number.split_at(1);
        assert!("HVMEL".contains(letter), "{number} is of no group");
        assert!(
            digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()),
            "{number} has no three digits"
        );
        assert_eq!(letter == "L", code.class() == Class::Limit, "{number}");
        assert_eq!(Code::from_number(number), Some(*code));
    }
}

#[test]
fn names_are_unique_and_stable_in_form() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        let name = code.name();
        assert!(seen.insert(name), "{name} is there twice");
        assert!(!Class::ALL.iter().any(|class| class.name() == name));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(name.bytes().all(plain), "{name} has odd characters");
        assert_eq!(Code::from_name(name), Some(*code));
    }
}

/// Numbers that policies out there may name. A row may be added, none may change its number or its name.
#[test]
fn numbers_stay_with_their_names() {
    for (number, name) in [
        ("H001", "mbox-from-line"),
        ("H011", "duplicate-field"),
        ("V004", "parameter-forms"),
        ("M004", "boundary-repeated"),
        ("E004", "base64-junk"),
        ("L002", "limit-depth"),
    ] {
        assert_eq!(Code::from_number(number).map(Code::name), Some(name));
    }
}

#[test]
fn a_set_holds_what_was_put_in() {
    let mut set: CodeSet = [Code::BareCr, Code::LimitDepth].into_iter().collect();
    assert!(set.contains(Code::BareCr) && !set.contains(Code::BareLf));
    assert_eq!(set.len(), 2);
    assert!(set.intersects(CodeSet::of_class(Class::Limit)));
    set.remove(Code::LimitDepth);
    assert!(!set.intersects(CodeSet::of_class(Class::Limit)));
    assert_eq!(set.iter().collect::<Vec<_>>(), [Code::BareCr]);
    assert!(CodeSet::EMPTY.is_empty() && !set.is_empty());
    let all = Class::ALL.map(CodeSet::of_class);
    let union = all.into_iter().fold(CodeSet::EMPTY, CodeSet::union);
    assert_eq!(union.len(), Code::ALL.len());
}
