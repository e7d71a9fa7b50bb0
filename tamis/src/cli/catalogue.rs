//! `tamis explain defect`, `defects` and `findings`: the catalogues of what can be wrong with a message, and of what can
//! be found in its content.

use super::decoder::Sandbox;
use crate::config;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::untrusted::Untrusted;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};
use tamis_sanitize::{Code, Finding};

/// Columns of the text.
const WIDTH: usize = 90;
/// Columns in front of a text.
const INDENT: usize = 4;

#[derive(Debug, Subcommand)]
pub(super) enum Topic {
    /// Say what a defect is, what parsers do with it, and what Tamis does
    Defect(Defect),
    /// List all defects that Tamis knows
    Defects(Defects),
    /// List everything that is looked for in the content of documents, pages and programs
    Findings(Findings),
    /// Say what the process that opens containers could do on this machine
    Sandbox(Sandbox),
}

#[derive(Debug, Args)]
pub(super) struct Defect {
    /// Code or name of a defect, such as M004 or boundary-repeated
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<String>,
    /// One JSON object per defect
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Defects {
    /// One JSON object per defect
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Findings {
    /// One JSON object per finding
    #[arg(long)]
    json: bool,
}

/// A finding in the list.
#[derive(Debug, Serialize)]
struct FindingRow {
    name: &'static str,
    what: &'static str,
}

/// A row of the catalogue.
#[derive(Debug, Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    class: &'static str,
    what: &'static str,
    differs: &'static str,
    repair: &'static str,
}

impl Topic {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Topic::Defect(Defect { codes, json }) => {
                let found: Result<Vec<Code>, Failure> =
                    codes.iter().map(|word| find(word)).collect();
                let texts = found?.into_iter().map(|code| page(code, json));
                print(&texts.collect::<Vec<_>>().join("\n"))
            }
            Topic::Defects(Defects { json }) => {
                let lines = Code::ALL.iter().map(|code| line(*code, json));
                print(&lines.collect::<Vec<_>>().join("\n"))
            }
            Topic::Sandbox(sandbox) => sandbox.run(),
            Topic::Findings(Findings { json }) => {
                let lines = Finding::ALL
                    .iter()
                    .map(|finding| finding_line(*finding, json));
                print(&lines.collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

impl Row {
    fn of(code: Code) -> Self {
        Row {
            code: code.number(),
            name: code.name(),
            class: code.class().name(),
            what: code.what(),
            differs: code.differs(),
            repair: code.repair(),
        }
    }
}

/// The defect of that code or name, whichever case it is written in.
fn find(word: &str) -> Result<Code, Failure> {
    let known = Code::from_name(&word.to_ascii_lowercase())
        .or_else(|| Code::from_number(&word.to_ascii_uppercase()));
    known.ok_or_else(|| {
        let text = format!("there is no defect \"{}\"", Untrusted::new(word).limit(60));
        Failure::new(Exit::Usage, format!("{text} ({})", advice(word)))
    })
}

fn advice(word: &str) -> String {
    let names = Code::ALL.iter().map(|code| code.name());
    let numbers = Code::ALL.iter().map(|code| code.number());
    let known: Vec<_> = names.chain(numbers).collect();
    match config::nearest(word, &known) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "tamis explain defects lists them".to_owned(),
    }
}

/// Everything about one defect.
fn page(code: Code, json: bool) -> String {
    if json {
        return output::json_line(&Row::of(code));
    }
    let mut page = format!(
        "{} {} ({})\n",
        code.number(),
        code.name(),
        code.class().name()
    );
    for (title, text) in [
        ("What it is", code.what()),
        ("What parsers do", code.differs()),
        ("What Tamis does", code.repair()),
    ] {
        let _ = write!(page, "\n  {title}\n{}", filled(text));
    }
    page
}

/// One defect in the list.
fn line(code: Code, json: bool) -> String {
    if json {
        return output::json_line(&Row::of(code));
    }
    let (number, name, class) = (code.number(), code.name(), code.class().name());
    format!("{number}  {name:<26}  {class:<9}  {}", code.what())
}

/// One finding in the list.
fn finding_line(finding: Finding, json: bool) -> String {
    let (name, what) = (finding.name(), finding.what());
    if json {
        return output::json_line(&FindingRow { name, what });
    }
    format!("{name:<18}  {what}")
}

/// The text in lines of at most [`WIDTH`] columns.
fn filled(text: &str) -> String {
    let mut lines = String::new();
    let mut column = 0_usize;
    for word in text.split(' ') {
        let wanted = word.chars().count().saturating_add(1);
        if column == 0 || column.saturating_add(wanted) > WIDTH {
            if column > 0 {
                lines.push('\n');
            }
            lines.push_str(&" ".repeat(INDENT));
            column = INDENT;
        } else {
            lines.push(' ');
        }
        lines.push_str(word);
        column = column.saturating_add(wanted);
    }
    lines.push('\n');
    lines
}

fn print(text: &str) -> Result<Exit, Failure> {
    writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n'))
        .map(|()| Exit::Done)
        .map_err(|error| output::failed(&error))
}
