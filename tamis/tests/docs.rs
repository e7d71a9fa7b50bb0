//! Pages of the documentation that are made from the tables of the program: they are never out of date.
//!
//! `TAMIS_BLESS=1 cargo test -p tamis --test docs` writes them anew.

use regex::Regex;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tamis_rules::{Counts, Described, KeyPart, Sample, actions, conditions, lints, variables};
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
    let mut page = include_str!("policy-head.md")
        .replace("METERS\n", &meter_words())
        .replace("SAMPLES\n", &samples());
    page.push_str("\n## Conditions\n\n| key | what it asks | example |\n|---|---|---|\n");
    for entry in conditions() {
        page.push_str(&row("condition", &entry));
    }
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
    let _ = write!(page, "\nThe kinds of part: {}.\n", kinds.join(", "));
    page.push_str("\n## Actions\n\n| key | what it does | example |\n|---|---|---|\n");
    for entry in actions() {
        page.push_str(&row("action", &entry));
    }
    page.push_str("\n## Variables of replies, notices and new values\n\n| variable | what it stands for |\n|---|---|\n");
    for (name, says) in variables() {
        let _ = writeln!(page, "| `{{{name}}}` | {} |", cell(says));
    }
    page.push_str("\n## Warnings\n\n`tamis policy check` tells of these; the policy is used all the same. `allow = [\"signed\"]` at the top of a \
         file, or in a rule, says that it is meant.\n\n| warning | what it tells of |\n|---|---|\n");
    for (name, says) in lints() {
        let _ = writeln!(page, "| `{name}` | {} |", cell(says));
    }
    check("policy.md", &page);
}

/// A row of the table of conditions or actions, with a link to the case.
fn row(of: &str, entry: &Described) -> String {
    let Described { key, says, example } = entry;
    format!(
        "| [`{key}`](policy-cases.md#{of}-{key}) | {} | `{}` |\n",
        cell(says),
        cell(example)
    )
}

#[test]
fn the_page_of_the_cases() {
    let mut page = String::from(
        "# The policy language by example\n\nOne policy for each condition and action, with tests: what goes in, what comes of it. \
         They are run as they stand here\n(`tamis policy test rules/cases/condition/sender.toml`). What the keys of rules and tests mean \
         stands in [policy.md](policy.md).\n",
    );
    cases("condition", "Conditions", conditions(), &mut page);
    cases("action", "Actions", actions(), &mut page);
    check("policy-cases.md", &page);
}

fn cases(of: &str, title: &str, keys: impl Iterator<Item = Described>, page: &mut String) {
    let _ = write!(page, "\n## {title}\n");
    for Described { key, says, .. } in keys {
        let name = format!("../rules/cases/{of}/{}.toml", key.trim_end_matches(".NAME"));
        let case =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a case");
        let _ = write!(
            page,
            "\n### <a id=\"{of}-{key}\"></a>`{key}`\n\n{says}\n\n```toml\n{case}```\n"
        );
    }
}

/// What can be attached to the message of a test.
fn samples() -> String {
    let mut text = String::from("| `sample` | what it is |\n|---|---|\n");
    for (_, word, says) in Sample::ALL {
        let _ = writeln!(text, "| `{word}` | {} |", cell(says));
    }
    text.push('\n');
    text
}

/// What meters count, and under which keys.
fn meter_words() -> String {
    let mut text = String::from("| `counts` | what it is |\n|---|---|\n");
    for (_, word, says) in Counts::ALL {
        let _ = writeln!(text, "| `{word}` | {} |", cell(says));
    }
    text.push_str("\n| `key` | what it is |\n|---|---|\n");
    for (_, word, says) in KeyPart::ALL {
        let _ = writeln!(text, "| `{word}` | {} |", cell(says));
    }
    text.push('\n');
    text
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

/// How the files of `sanitize/src/look` recognise formats, for those that have rows in this page.
const DETECTORS: &[(&str, &str)] = &[
    ("magic.rs", "octets"),
    ("signatures.rs", "structure of the header"),
    ("program.rs", "structure of the header of a program"),
    ("known.rs", "library"),
    ("members.rs", "structure: members of a ZIP archive"),
    ("ole.rs", "structure: entries of a compound file"),
    ("prefixed.rs", "structure, behind other octets"),
    (
        "disk.rs",
        "structure: descriptors of a disk image, at its start or end",
    ),
    ("element.rs", "structure: the first element of markup"),
    ("script.rs", "octets: first lines of text"),
    ("mail.rs", "structure: header fields"),
    ("openpgp.rs", "structure: packets"),
    ("pkcs.rs", "structure: ASN.1"),
];

#[test]
fn the_page_of_the_types() {
    let look = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sanitize/src/look");
    let mut page = String::from(include_str!("types-head.md"));
    page.push_str("\n## By content\n\n| format | type | kinds | how |\n|---|---|---|---|\n");
    let row = r#"(?:(\d+), b("(?:[^"\\]|\\.)*"), )?"([a-z]+/[a-z0-9.+-]+)",\s*"([^"]+)"(?:,\s*([A-Za-z_:]+))?"#;
    let row = Regex::new(row).expect("a sound expression");
    for (file, how) in DETECTORS {
        let source = fs::read_to_string(look.join(file)).expect("readable");
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let mut found = 0;
        for row in row.captures_iter(source) {
            found += 1;
            let how = match (row.get(1), row.get(2)) {
                (Some(at), Some(magic)) => {
                    format!("octets `{}` at {}", magic.as_str(), at.as_str())
                }
                _ => (*how).to_owned(),
            };
            let cells = [
                &row[4],
                &row[3],
                kinds(row.get(5).map_or("archive", |constant| constant.as_str())),
                &how,
            ]
            .map(cell)
            .join(" | ");
            let _ = writeln!(page, "| {cells} |");
        }
        assert!(found > 0, "no row of {file} was understood");
    }
    page.push_str("\n## By name\n\n| extension | kinds | what it is |\n|---|---|---|\n");
    let table = fs::read_to_string(look.join("extensions.tsv")).expect("readable");
    for line in table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let columns: Vec<String> = line.split('\t').map(cell).collect();
        let _ = writeln!(page, "| {} |", columns.join(" | "));
    }
    check("types.md", &page);
}

/// The words for a constant of `found.rs`.
fn kinds(constant: &str) -> &'static str {
    match constant.rsplit(':').next().unwrap_or_default() {
        "kinds" => "office or macro-office",
        "PROGRAM" => "executable",
        "PACKAGE" => "executable, archive",
        "SCRIPT" => "script",
        "OFFICE" => "office",
        "MACROS" => "macro-office",
        "archive" | "ARCHIVE" => "archive",
        "IMAGE" => "image",
        "AUDIO" => "audio",
        "VIDEO" => "video",
        "PDF" => "pdf",
        "HTML" => "html",
        "DRAWING" => "html, image",
        "TEXT" => "text",
        "MESSAGE" => "message",
        "ENCRYPTED" => "encrypted",
        "NONE" => "none of these",
        other => panic!("what kind is {other}?"),
    }
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
