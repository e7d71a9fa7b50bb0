//! The shipped configuration with one mistake each: every one is refused at its place, misspellings with what was meant.

use std::fs;
use std::path::Path;
use tamis::config::{Config, Problem};

/// The shipped file, with everything in force that is commented out in it.
fn whole() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/tamis.toml");
    let text = fs::read_to_string(path).expect("the shipped file");
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with('[') || rest.contains(" = ") => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    without_yara(&text.lines().map(line).collect::<String>())
}

/// A program that was built without YARA has no such table.
fn without_yara(text: &str) -> String {
    let (before, table) = text.split_once("[scanner.yara]").expect("the table");
    if cfg!(feature = "yara") {
        return text.to_owned();
    }
    let after = table.find("\n[").unwrap_or(table.len());
    format!("{before}{}", &table[after..])
}

#[track_caller]
fn refused(text: &str, line: usize, says: &str) -> Vec<Problem> {
    let Err(problems) = Config::parse("tamis.toml", text) else {
        panic!("loads, with line {line}: {:?}", text.lines().nth(line - 1));
    };
    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let there = |problem: &&Problem| {
        problem.line >= line && problem.column >= 1 && problem.message.contains(says)
    };
    assert!(
        problems.iter().any(|problem| there(&problem)),
        "{says:?} at line {line} ({:?}) is not in {all:#?}",
        text.lines().nth(line - 1)
    );
    problems
}

/// The lines that are `key = value`, with their numbers from 1.
fn settings(text: &str) -> Vec<(usize, String, String)> {
    let setting = |(number, line): (usize, &str)| {
        let (key, value) = line.split_once(" = ")?;
        let good = key.chars().all(|it| it.is_ascii_lowercase() || it == '_');
        let value = value.split(" #").next().unwrap_or_default().trim();
        good.then(|| (number + 1, key.to_owned(), value.to_owned()))
    };
    text.lines().enumerate().filter_map(setting).collect()
}

fn with_line(text: &str, number: usize, new: &str) -> String {
    let lines = text.lines().enumerate();
    lines
        .map(|(at, line)| {
            if at + 1 == number {
                format!("{new}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect()
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
fn every_mistake_is_refused_at_its_place() {
    let text = whole();
    assert!(Config::parse("tamis.toml", &text).is_ok());
    let settings = settings(&text);
    assert!(settings.len() > 40, "{}", settings.len());
    let mut count = 0;
    for (line, key, value) in &settings {
        let wrong = misspelt(key);
        let changed = with_line(&text, *line, &format!("{wrong} = {value}"));
        let problems = refused(&changed, *line, &format!("{wrong}\""));
        assert!(
            key.len() < 4
                || problems
                    .iter()
                    .any(|it| it.message.contains(&format!("did you mean \"{key}\""))),
            "{key}: {problems:?}"
        );
        // Any text is a name of a file, the start of a key in a store, or the name of what was found.
        if !["policy", "prefix", "signature"].contains(&key.as_str()) {
            refused(
                &with_line(&text, *line, &format!("{key} = \"\u{1f980}\"")),
                *line,
                "",
            );
        }
        refused(
            &with_line(&text, *line, &format!("{key} = {value}\n{key} = {value}")),
            line + 1,
            "",
        );
        refused(
            &with_line(&text, *line, &format!("{key} {value}")),
            *line,
            "",
        );
        count += 5;
        if value.ends_with('"') {
            refused(
                &with_line(
                    &text,
                    *line,
                    &format!("{key} = {}", value.trim_end_matches('"')),
                ),
                *line,
                "",
            );
            count += 1;
        }
    }
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with('['))
    {
        let name = line.trim_matches(['[', ']']);
        // What stands behind a dot is the author's choice.
        let (name, rest) = name
            .split_once('.')
            .map_or((name, String::new()), |(name, rest)| {
                (name, format!(".{rest}"))
            });
        let wrong = misspelt(name) + &rest;
        let changed = with_line(&text, number + 1, &format!("[{wrong}]"));
        refused(&changed, number + 1, &format!("did you mean \"{name}\""));
        refused(
            &with_line(&text, number + 1, &format!("[{name}{rest}")),
            number + 1,
            "",
        );
        count += 2;
    }
    assert!(count > 200, "{count}");
}

#[test]
fn what_makes_no_difference_makes_none() {
    let text = whole();
    let shown = |text: &str| format!("{:?}", Config::parse("tamis.toml", text).expect("right"));
    for same in [
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
        text.replace(" = ", "=  "),
        format!("{text}\n\n# the end"),
    ] {
        assert_eq!(shown(&same), shown(&text));
    }
}
