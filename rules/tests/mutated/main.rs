//! Policies with one mistake each: every one is refused at the right place, with help, or it is right and says the same.
//!
//! The policies are the cases of all conditions and actions, and the presets. A mutation is made wherever there is a place
//! for it, always the same.

#[path = "../support/mod.rs"]
mod support;

mod bases;
mod places;

use bases::{Base, bases};
use places::{Place, in_quotes, literals, lone_keys, quoted, tables};
use std::collections::BTreeSet;
use tamis_rules::{Diagnostic, Fault, Policy, Sources, load};

/// A policy with a mistake at a place.
struct Mutation {
    text: String,
    /// Where it was made, in the text that came of it.
    line: u32,
    /// What stood there.
    original: String,
}

impl Mutation {
    fn of(base: &Base, place: &Place, with: &str) -> Self {
        let (before, after) = (&base.text[..place.start], &base.text[place.end..]);
        Mutation {
            text: format!("{before}{with}{after}"),
            line: line_of(&base.text, place.start),
            original: base.text[place.start..place.end].to_owned(),
        }
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    u32::try_from(text[..at].matches('\n').count() + 1).expect("few lines")
}

fn try_load(base: &Base, text: &str) -> Result<Policy, Vec<Diagnostic>> {
    load(&Sources::new(base.name.as_str(), text))
}

/// It must be refused, with a diagnostic at the line of the mistake (or behind it, where the mistake has eaten what follows)
/// that says this.
#[track_caller]
fn refused(base: &Base, mutation: &Mutation, codes: &[Fault], says: Option<&str>) {
    let shown = || {
        let lines: Vec<&str> = mutation.text.lines().collect();
        let line = lines.get(mutation.line as usize - 1).copied();
        format!(
            "{}:{}: {}",
            base.name,
            mutation.line,
            line.unwrap_or_default()
        )
    };
    let Err(faults) = try_load(base, &mutation.text) else {
        panic!("loads: {} in place of {}", shown(), mutation.original);
    };
    for fault in &faults {
        assert!(
            !fault.message.is_empty() && fault.line >= 1 && fault.column >= 1,
            "{}",
            shown()
        );
    }
    let fits = |fault: &&Diagnostic| {
        let there = fault.line == mutation.line
            || (fault.code == Fault::Syntax && fault.line > mutation.line);
        there && (codes.is_empty() || codes.contains(&fault.code))
    };
    let all = || support::render(&faults);
    let fault = faults.iter().find(fits);
    let fault = fault.unwrap_or_else(|| panic!("{}: none of {codes:?} in\n{}", shown(), all()));
    if let Some(says) = says {
        let at_line = faults.iter().filter(fits);
        let found = at_line
            .map(Diagnostic::render)
            .any(|text| text.contains(says));
        assert!(found, "{}: {says:?} is not in\n{}", shown(), fault.render());
    }
}

/// It must say the same as before.
#[track_caller]
fn stays(base: &Base, text: &str) {
    let policy =
        try_load(base, text).unwrap_or_else(|faults| panic!("{}", support::render(&faults)));
    assert_eq!(outline(&policy), outline(&base.policy), "{}", base.name);
}

/// What a policy comes to, without its places.
fn outline(policy: &Policy) -> Vec<String> {
    let rules = policy.rules().map(|rule| {
        format!(
            "{} {} {} {:?}",
            rule.name, rule.asks, rule.action, rule.speaks
        )
    });
    let settings = policy
        .statements()
        .iter()
        .map(|it| format!("{} {} {}", it.key, it.value, it.holds));
    let trials = policy
        .trials()
        .iter()
        .map(|it| format!("{:?} {:?} {:?}", it.given, it.message, it.expect));
    let all = rules.chain(settings).chain(trials);
    // Texts of several lines have the line ends of the file; a message has its own.
    all.map(|line| line.replace("\\r\\n", "\\n")).collect()
}

/// Two letters in the middle in the wrong order, or one left out.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    if middle > 0 && letters[middle] != letters[middle - 1] {
        letters.swap(middle, middle - 1);
    } else {
        letters.remove(middle);
    }
    letters.into_iter().collect()
}

#[test]
fn misspelt_keys() {
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for base in bases() {
        for place in lone_keys(&base.text) {
            let key = &base.text[place.start..place.end];
            if key.len() < 3 || !seen.insert((base.kind(), key.to_owned())) {
                continue;
            }
            let mutation = Mutation::of(&base, &place, &misspelt(key));
            refused(
                &base,
                &mutation,
                &[Fault::UnknownKey, Fault::MissingKey],
                Some(key),
            );
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn misspelt_tables() {
    let mut count = 0;
    for base in bases() {
        for place in tables(&base.text) {
            let name = &base.text[place.start..place.end];
            let mutation = Mutation::of(&base, &place, &misspelt(name));
            refused(&base, &mutation, &[Fault::UnknownKey], Some(name));
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
}

/// Words that stand for one thing wherever they stand in quotes.
const WORDS: [&str; 34] = [
    "executable",
    "script",
    "macro-office",
    "active-html",
    "archive",
    "inbound",
    "outbound",
    "internal",
    "deliver",
    "tempfail",
    "discard",
    "continue",
    "connect",
    "helo",
    "message",
    "rcpt",
    "found",
    "unscanned",
    "exceeded",
    "unavailable",
    "inline",
    "attachment",
    "encrypted",
    "unsupported",
    "observe",
    "authenticated",
    "distinct_recipients",
    "rejected_recipients",
    "sender_domain",
    "duplicate-field",
    "base64-junk",
    "ambiguous",
    "address",
    "extension",
];

#[test]
fn misspelt_words() {
    let mut count = 0;
    for base in bases() {
        for place in quoted(&base.text) {
            let word = &base.text[place.start..place.end];
            let names: Vec<String> = base
                .policy
                .rules()
                .map(|rule| rule.name.to_string())
                .collect();
            if !WORDS.contains(&word) || names.iter().any(|name| name == word) {
                continue;
            }
            let mutation = Mutation::of(&base, &place, &misspelt(word));
            let faults = [Fault::UnknownValue, Fault::UnknownRule];
            refused(&base, &mutation, &faults, Some(word));
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}

#[test]
fn values_of_another_type() {
    let mut count = 0;
    for base in bases() {
        for place in literals(&base.text) {
            // What a number can stand for as well.
            let with = if base.text[..place.start].ends_with("meter.account = ") {
                "[]"
            } else {
                "17.5"
            };
            refused(&base, &Mutation::of(&base, &place, with), &[], None);
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn lists_within_lists_and_numbers_without_end() {
    let mut count = 0;
    for base in bases() {
        for place in literals(&base.text) {
            let nested = format!("[[{}]]", &base.text[place.start..place.end]);
            refused(&base, &Mutation::of(&base, &place, &nested), &[], None);
            count += 1;
        }
        for place in quoted(&base.text) {
            let word = &base.text[place.start..place.end];
            let compares = word.starts_with(['>', '<']) && base.is_in_rule(place.start);
            let digit = word.find(|it: char| it.is_ascii_digit());
            if let (true, Some(at @ 1..=2)) = (compares, digit) {
                let with = format!("{}{}{}", &word[..at], "9".repeat(30), &word[at..]);
                let faults = [Fault::BadQuantity];
                refused(&base, &Mutation::of(&base, &place, &with), &faults, None);
                count += 1;
            }
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn names_of_nothing() {
    let mut count = 0;
    for base in bases() {
        for place in quoted(&base.text) {
            let word = &base.text[place.start..place.end];
            let Some(name) = word.strip_prefix("list:") else {
                continue;
            };
            let mutation = Mutation::of(&base, &place, &format!("list:{}", misspelt(name)));
            refused(&base, &mutation, &[Fault::UnknownList], Some(name));
            count += 1;
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn quotes_and_brackets_that_are_missing() {
    let mut count = 0;
    for base in bases() {
        // Where text of several lines begins or ends, a quote more or less is another thing.
        let lines = base.text.split_inclusive('\n');
        let mut start = 0;
        for line in lines {
            let at = start;
            start += line.len();
            if line.contains("\"\"\"") || line.starts_with('#') || base.is_within_text(at) {
                continue;
            }
            for closing in ['"', '}', ']'] {
                let Some(place) = line.rfind(closing) else {
                    continue;
                };
                if closing == ']' && line.starts_with("[[") {
                    continue;
                }
                let place = Place {
                    start: at + place,
                    end: at + place + 1,
                };
                if closing != '"' && in_quotes(&base.text[..place.start]) {
                    continue;
                }
                refused(&base, &Mutation::of(&base, &place, ""), &[], None);
                count += 1;
            }
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn lines_that_stand_twice() {
    let mut count = 0;
    for base in bases() {
        let mut start = 0;
        for line in base.text.split_inclusive('\n') {
            let at = start;
            start += line.len();
            let whole = ["when", "then", "name", "expect", "given", "kind", "counts"];
            let is_whole = whole.iter().any(|key| line.starts_with(key))
                && line.trim_end().ends_with(['}', '"']);
            if !is_whole || base.is_within_text(at) {
                continue;
            }
            let place = Place {
                start: start - 1,
                end: start - 1,
            };
            let mutation = Mutation::of(&base, &place, &format!("\n{}", line.trim_end()));
            refused(&base, &mutation, &[Fault::Syntax], Some("duplicate"));
            count += 1;
        }
    }
    assert!(count > 300, "{count}");
}

#[test]
fn broken_values() {
    let mut count = 0;
    for base in bases() {
        for place in quoted(&base.text) {
            let word = &base.text[place.start..place.end];
            let with_fault = if word.starts_with('/') && base.is_in_rule(place.start) {
                Some((word.replacen('/', "/(", 1), Fault::BadRegex))
            } else if word.starts_with(['>', '<']) && word.ends_with('B') {
                Some((
                    word.replace("iB", "iX")
                        .replace("0B", "0X")
                        .replace("4B", "4X"),
                    Fault::BadQuantity,
                ))
            } else if word.starts_with('5') && word.contains(" 5.") && base.is_in_rule(place.start)
            {
                Some((format!("2{}", &word[1..]), Fault::BadReply))
            } else if word.starts_with('4') && word.contains(" 4.") && base.is_in_rule(place.start)
            {
                Some((word.replacen(" 4.", " 5.", 1), Fault::BadReply))
            } else if word.contains(" in 1h") {
                Some((word.replacen(" in 1h", " per 1h", 1), Fault::BadQuantity))
            } else {
                None
            };
            if let Some((with, fault)) = with_fault {
                refused(&base, &Mutation::of(&base, &place, &with), &[fault], None);
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn characters_that_have_no_place() {
    let mut count = 0;
    for base in bases() {
        for place in quoted(&base.text) {
            let before = &base.text[..place.start];
            let line = before.rsplit('\n').next().unwrap_or_default();
            if !line.starts_with("name") || !base.is_in_rule(place.start) {
                continue;
            }
            for (odd, faults) in [
                ("\u{0}", [Fault::Syntax, Fault::Syntax]),
                ("\u{1b}", [Fault::Syntax, Fault::Syntax]),
                ("\u{202e}", [Fault::BadName, Fault::Syntax]),
                (" ", [Fault::BadName, Fault::Syntax]),
                ("\u{e9}", [Fault::BadName, Fault::Syntax]),
            ] {
                let place = Place {
                    start: place.start,
                    end: place.start,
                };
                refused(&base, &Mutation::of(&base, &place, odd), &faults, None);
                count += 1;
            }
        }
    }
    assert!(count > 300, "{count}");
}

#[test]
fn two_of_a_name() {
    for base in bases() {
        let Some(start) = base.text.find("\n[[rule]]") else {
            continue;
        };
        let rest = &base.text[start + 1..];
        let end = rest[8..].find("\n[").map_or(rest.len(), |at| at + 8);
        let twice = format!("{}\n{}", base.text, &rest[..end]);
        let faults = try_load(&base, &twice).expect_err("two rules of a name");
        let fault = faults
            .iter()
            .find(|fault| fault.code == Fault::DuplicateName);
        let fault = fault.unwrap_or_else(|| panic!("{}:\n{}", base.name, support::render(&faults)));
        assert!(
            fault.line > line_of(&base.text, base.text.len() - 1),
            "{}",
            fault.render()
        );
        let again = format!("include = [\"{0}\"]\n{1}", base.name, base.text);
        assert!(
            try_load(&base, &again).is_err(),
            "a file that includes itself"
        );
    }
}

#[test]
fn what_makes_no_difference_makes_none() {
    for base in bases() {
        stays(&base, &base.text.replace('\n', "\r\n"));
        stays(&base, &format!("\u{feff}{}", base.text));
        stays(&base, &format!("# a comment\n\n{}\n\n# the end", base.text));
        let wide: Vec<String> = base.text.lines().map(str::to_owned).collect();
        stays(&base, &(wide.join("\n") + "\n\n\n"));
    }
}

#[test]
fn a_file_that_is_cut_is_refused_or_says_the_start_of_it() {
    let mut loaded = 0;
    for base in bases() {
        let whole: Vec<String> = base
            .policy
            .rules()
            .map(|rule| rule.name.to_string())
            .collect();
        for (at, _) in base.text.match_indices('\n') {
            for cut in [at, at.saturating_sub(3)] {
                if !base.text.is_char_boundary(cut) {
                    continue;
                }
                match try_load(&base, &base.text[..cut]) {
                    Ok(policy) => {
                        loaded += 1;
                        let own = policy.rules().filter(|rule| *rule.file == *base.name);
                        for (rule, known) in own.zip(&whole) {
                            assert_eq!(&*rule.name, known, "{}", base.name);
                        }
                    }
                    Err(faults) => {
                        assert!(
                            faults
                                .iter()
                                .all(|fault| !fault.message.is_empty() && fault.line >= 1)
                        );
                    }
                }
            }
        }
    }
    assert!(loaded > 50, "{loaded}");
}
