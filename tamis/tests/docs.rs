//! Pages of the documentation that are made from the tables of the program: they are never out of date.
//!
//! `TAMIS_BLESS=1 cargo test -p tamis --test docs` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tamis_rules::{actions, conditions, variables};
use tamis_sanitize::{Code, Kind};

#[track_caller]
fn check(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name);
    if std::env::var_os("TAMIS_BLESS").is_some() {
        fs::write(&path, page).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "docs/{name} is out of date: TAMIS_BLESS=1 cargo test -p tamis --test docs"
    );
}

#[test]
fn the_page_of_the_policy_language() {
    let mut page = String::from(include_str!("policy-head.md"));
    page.push_str("\n## Conditions\n\n| key | what it asks | example |\n|---|---|---|\n");
    for entry in conditions() {
        let _ = writeln!(
            page,
            "| `{}` | {} | `{}` |",
            entry.key,
            cell(entry.says),
            cell(entry.example)
        );
    }
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
    let _ = write!(page, "\nThe kinds of part: {}.\n", kinds.join(", "));
    page.push_str("\n## Actions\n\n| key | what it does | example |\n|---|---|---|\n");
    for entry in actions() {
        let _ = writeln!(
            page,
            "| `{}` | {} | `{}` |",
            entry.key,
            cell(entry.says),
            cell(entry.example)
        );
    }
    page.push_str("\n## Variables of replies, notices and new values\n\n| variable | what it stands for |\n|---|---|\n");
    for (name, says) in variables() {
        let _ = writeln!(page, "| `{{{name}}}` | {} |", cell(says));
    }
    check("policy.md", &page);
}

#[test]
fn the_page_of_the_defects() {
    let mut page = String::from(include_str!("defects-head.md"));
    let groups = [
        ('H', "Header sections"),
        ('V', "Values, parameters and names"),
        ('M', "MIME structure"),
        ('E', "Lines and encodings"),
        ('L', "Limits"),
    ];
    for (letter, title) in groups {
        let _ = write!(
            page,
            "\n## {letter}: {title}\n\n| code | name | class | what it is | what parsers do | what Tamis does |\n\
             |---|---|---|---|---|---|\n"
        );
        let group = Code::ALL
            .iter()
            .filter(|code| code.number().starts_with(letter));
        for code in group {
            let _ = writeln!(
                page,
                "| `{}` | `{}` | {} | {} | {} | {} |",
                code.number(),
                code.name(),
                code.class().name(),
                cell(code.what()),
                cell(code.differs()),
                cell(code.repair())
            );
        }
    }
    for code in Code::ALL {
        let row = format!("| `{}` |", code.number());
        assert!(page.contains(&row), "{code} is in no group of the page");
    }
    check("defects.md", &page);
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
