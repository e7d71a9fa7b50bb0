//! What holds for every file: order, places, limits, and how problems are shown.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use super::loader;
use super::support::{faults, render};
use tamis_rules::{Fault, Sources, load};

#[test]
fn all_at_once_and_in_order() {
    let faults = faults(
        "version = 3\n\
         [[rule]]\nname = 'a'\nwhen = { sendr = '<>', part.kind = 'exe' }\nthen = { rejct = true }\n\
         [[rule]]\nname = 'b'\nwhen = { size = 'x' }\nthen = { reject = '250 ok', tag_subject = 1 }\n\
         [[rule]]\nname = 'c'\nwhen = { client = '::1' }\nthen = { accept = true }\n",
    );
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.line, fault.code))
        .collect();
    let expected = [
        (1, Fault::Version),
        (4, Fault::UnknownKey),
        (4, Fault::UnknownValue),
        (5, Fault::UnknownKey),
        (8, Fault::BadQuantity),
        (9, Fault::BadReply),
        (9, Fault::WrongType),
        (9, Fault::Conflict),
    ];
    for place in expected {
        assert!(places.contains(&place), "{place:?} is not in {places:?}");
    }
    assert!(places.is_sorted_by_key(|(line, _)| *line), "{places:?}");
}

#[test]
fn a_syntax_error_does_not_hide_the_others() {
    let faults = faults(
        "[[rule]]\nname = 'a'\nwhen = { sender = }\nthen = { accept = true }\n\
         [[rule]]\nname = 'b'\nwhen = { sizes = '>1B' }\nthen = { accept = true }\n",
    );
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.line, fault.code))
        .collect();
    assert!(places.contains(&(3, Fault::Syntax)), "{places:?}");
    assert!(places.contains(&(7, Fault::UnknownKey)), "{places:?}");
    assert!(
        places
            .iter()
            .all(|(line, code)| *line != 3 || *code == Fault::Syntax),
        "{places:?}"
    );
}

#[test]
fn list_files_have_places_of_their_own() {
    let sources = Sources::new("policy.toml", "[list.a]\nkind = 'cidr'\nfile = 'bad.txt'\n")
        .with_loader(loader);
    let faults = load(&sources).unwrap_err();
    let places: Vec<_> = faults
        .iter()
        .map(|it| (it.file.as_str(), it.line, it.column))
        .collect();
    assert_eq!(places, [("bad.txt", 4, 3), ("bad.txt", 5, 1)]);
}

#[test]
fn good_files_load() {
    let text = "version = 1\ninclude = ['more.toml', 'preset:default']\n[list.a]\nkind = 'cidr'\nfile = 'good.txt'\n\
        [[rule]]\nname = 'first'\nwhen = { client = 'list:a' }\nthen = { accept = true }";
    let more = |name: &str| match name {
        "more.toml" => Ok(
            "[[rule]]\nname = 'second'\nwhen = { client = 'list:a' }\nthen = { discard = true }"
                .to_owned(),
        ),
        name => loader(name),
    };
    let policy = load(&Sources::new("policy.toml", text).with_loader(more)).unwrap();
    assert!(policy.len() > 6);
}

/// Files as a program would give them: each by its whole name.
fn tree(files: &'static [(&'static str, &'static str)]) -> Sources<'static> {
    let find = move |name: &str| {
        let found = files.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or_else(|| "no such file".to_owned())
    };
    let list = move |name: &str| {
        let inside = files
            .iter()
            .filter_map(|(file, _)| file.strip_prefix(name)?.strip_prefix('/'));
        let names: Vec<String> = inside.map(str::to_owned).collect();
        if names.is_empty() {
            return Err("no such directory".to_owned());
        }
        Ok(names)
    };
    Sources::new("etc/policy.toml", files[0].1)
        .with_loader(find)
        .with_lister(list)
}

#[test]
fn names_are_relative_to_the_file_that_they_stand_in() {
    let files = tree(&[
        (
            "etc/policy.toml",
            "include = ['sub/one.toml', '/abs/two.toml']",
        ),
        (
            "etc/sub/one.toml",
            "include = ['two.toml']\n[list.l]\nkind = 'cidr'\nfile = 'nets.txt'",
        ),
        (
            "etc/sub/two.toml",
            "[[rule]]\nname = 'b'\nthen = { tag = 'x' }",
        ),
        ("etc/sub/nets.txt", "192.0.2.0/24"),
        (
            "/abs/two.toml",
            "[[rule]]\nname = 'a'\nwhen = { client = 'list:l' }\nthen = { accept = true }\n",
        ),
    ]);
    let policy = load(&files).unwrap_or_else(|faults| panic!("{}", render(&faults)));
    let places: Vec<String> = policy
        .rules()
        .map(|rule| format!("{} {}:{}", rule.name, rule.file, rule.line))
        .collect();
    assert_eq!(places, ["b etc/sub/two.toml:1", "a /abs/two.toml:1"]);
}

#[test]
fn a_drop_in_directory_is_read_in_lexical_order_and_holds_nothing_else() {
    const ONE: &str = "[[rule]]\nname = 'one'\nthen = { tag = 'one' }";
    const TWO: &str = "[[rule]]\nname = 'two'\nthen = { tag = 'two' }";
    const TOP: &str = "drop_in = 'policy.d'\n[[rule]]\nname = 'top'\nthen = { tag = 'top' }";
    let good = tree(&[
        ("etc/policy.toml", TOP),
        ("etc/policy.d/20-two.toml", TWO),
        ("etc/policy.d/10-one.toml", ONE),
    ]);
    let policy = load(&good).unwrap_or_else(|faults| panic!("{}", render(&faults)));
    let names: Vec<String> = policy.rules().map(|rule| rule.name.to_string()).collect();
    assert_eq!(names, ["top", "one", "two"]);
    let bad = tree(&[
        ("etc/policy.toml", TOP),
        ("etc/policy.d/10-one.toml", ONE),
        ("etc/policy.d/10-one.toml.bak", ONE),
        ("etc/policy.d/.hidden.toml", ONE),
        ("etc/policy.d/README", ""),
    ]);
    let faults = load(&bad).unwrap_err();
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.code.name(), fault.line, fault.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "unknown-file",
                1,
                "`etc/policy.d/.hidden.toml` is no policy file"
            ),
            (
                "unknown-file",
                1,
                "`etc/policy.d/10-one.toml.bak` is no policy file"
            ),
            ("unknown-file", 1, "`etc/policy.d/README` is no policy file"),
        ]
    );
    let none = tree(&[("etc/policy.toml", TOP)]);
    assert_eq!(load(&none).unwrap_err()[0].code, Fault::MissingFile);
}

#[test]
fn a_list_tells_where_it_comes_from_and_does_not_grow_unseen() {
    let text = |most: u32| {
        format!(
            "[list.l]\nkind = 'literal'\nentries = ['a', 'b']\nsource = 'https://example.org/l'\n\
             retrieved = 2026-10-31\nmax_entries = {most}\n"
        )
    };
    let policy = load(&Sources::new("p", text(2))).unwrap();
    let list = &policy.lists()[0];
    assert_eq!(
        (list.name.as_str(), list.kind, list.entries),
        ("l", "literal", 2)
    );
    assert_eq!(list.source.as_deref(), Some("https://example.org/l"));
    assert_eq!(list.retrieved.as_deref(), Some("2026-10-31"));
    assert_eq!(faults(&text(1))[0].code, Fault::TooLarge);
    // What else is wrong is told as well.
    let both = faults(&text(1).replace("'b'", "''"));
    assert_eq!(
        (both.len(), both[0].code),
        (1, Fault::UnknownValue),
        "{}",
        render(&both)
    );
    let both = faults(&text(1).replace("literal", "cidr"));
    let codes: Vec<Fault> = both.iter().map(|fault| fault.code).collect();
    assert_eq!(
        codes,
        [Fault::BadNetwork, Fault::BadNetwork, Fault::TooLarge]
    );
}

#[test]
fn conditions_have_a_deepest_level() {
    let nested = |levels: usize| {
        let (open, close) = ("{ not = ".repeat(levels), " }".repeat(levels));
        format!(
            "[[rule]]\nname = 'r'\nwhen = {open}{{ helo = 'a' }}{close}\nthen = {{ accept = true }}"
        )
    };
    assert!(load(&Sources::new("p", nested(10))).is_ok());
    assert_eq!(faults(&nested(30))[0].code, Fault::TooDeep);
    assert_eq!(faults(&nested(20_000))[0].code, Fault::Syntax);
}

#[test]
fn large_files_are_refused() {
    let text = "#".repeat(Sources::POLICY_LIMIT + 1);
    assert_eq!(faults(&text)[0].code, Fault::TooLarge);
    let many: Vec<String> = (0..200_001).map(|n| format!("'{n}'")).collect();
    let list = format!(
        "[list.a]\nkind = 'literal'\nfile = 'f'\nentries = ['x']\n# {}",
        &many[0]
    );
    let loader = |_: &str| Ok(many.join("\n"));
    let faults = load(&Sources::new("p", list).with_loader(loader)).unwrap_err();
    assert_eq!(faults[0].code, Fault::TooLarge);
}

/// A rule with this expression.
fn with_regex(number: usize, expression: &str) -> String {
    format!(
        "[[rule]]\nname = 'r{number}'\nwhen = {{ subject = '{expression}' }}\nthen = {{ tag = 'x' }}\n"
    )
}

#[test]
fn regular_expressions_have_a_size_alone_and_together() {
    let huge = faults(&with_regex(0, r"/\pL{2000}/"));
    assert_eq!(huge[0].code, Fault::TooLarge, "{}", huge[0].render());
    assert!(
        huge[0].message.contains("1048576 octets"),
        "{}",
        huge[0].render()
    );

    // Each of them is allowed; of many together it is said once, at the first that is too much.
    let large = |number| with_regex(number, r"/^\pL{20}$/");
    assert!(load(&Sources::new("p", large(0))).is_ok());
    let many: String = (0..40).map(large).collect();
    let faults = faults(&many);
    assert_eq!(
        (faults.len(), faults[0].code),
        (1, Fault::TooLarge),
        "{}",
        render(&faults)
    );
    assert!(
        faults[0].message.contains("32 MiB") && faults[0].line > 100,
        "{}",
        faults[0].render()
    );
    let small: String = (0..400)
        .map(|number| with_regex(number, r"/^offer [0-9]{2,4}\b/i"))
        .collect();
    assert!(load(&Sources::new("p", small)).is_ok());
}

#[test]
fn text_and_json() {
    let faults = faults("[[rule]]\nname = 'r'\nwhen = { sendr = 'ä' }\nthen = { accept = true }\n");
    assert_eq!(
        faults[0].render(),
        "error[unknown-key]: there is no condition `sendr`\n  --> policy.toml:3:10\n   |\n 3 | \
         when = { sendr = 'ä' }\n   |          ^^^^^\n   = help: did you mean `sender`?\n"
    );
    assert_eq!(
        faults[0].to_string(),
        "policy.toml:3:10: error[unknown-key]: there is no condition `sendr` (did you mean `sender`?)"
    );
    assert_eq!(
        faults[0].to_json(),
        r#"{"code":"unknown-key","level":"error","file":"policy.toml","line":3,"column":10,"span":[29,34],"message":"there is no condition `sendr`","help":"did you mean `sender`?","excerpt":"when = { sendr = 'ä' }"}"#
    );
}

#[test]
fn what_a_policy_may_be_made_of_is_bounded() {
    let rule = |subject: &str| {
        format!("[[rule]]\nname = 'r'\nwhen = {{ subject = {subject} }}\nthen = {{ tag = 'x' }}\n")
    };
    let globs = |count: u32| {
        let globs: Vec<String> = (0..count).map(|number| format!("'*{number}'")).collect();
        rule(&format!("[{}]", globs.join(", ")))
    };
    let long = |length: usize| rule(&format!("'{}*'", "x".repeat(length - 1)));
    let files = |count: u32| {
        let names: Vec<String> = (0..count)
            .map(|number| format!("'f{number}.toml'"))
            .collect();
        format!("include = [{}]\n{}", names.join(", "), rule("'s'"))
    };
    let included = |name: &str| {
        Ok(format!(
            "[[rule]]\nname = '{name}'\nthen = {{ tag = 'x' }}\n"
        ))
    };
    for (what, most, beyond) in [
        ("octets of a pattern", long(1_024), long(1_025)),
        ("globs", globs(5_000), globs(5_001)),
        ("files", files(63), files(64)),
    ] {
        let loaded = |text: &str| load(&Sources::new("p.toml", text).with_loader(included));
        assert!(loaded(&most).is_ok(), "{what}");
        let codes: Vec<Fault> = loaded(&beyond)
            .unwrap_err()
            .iter()
            .map(|fault| fault.code)
            .collect();
        assert_eq!(codes, [Fault::TooLarge], "{what}");
    }
}
