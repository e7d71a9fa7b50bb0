//! What is told of batch work: one entry for each message that is worth it, and a summary.

use super::Progress;
use crate::exit::{Exit, Failure};
use crate::inspect::{CaptureNote, NoticeNote, Report};
use crate::mailbox::{Error, Origin};
use crate::output;
use crate::policy::{Count, Tally};
use crate::untrusted::Untrusted;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// What was changed or refused, for people
    Text,
    /// Every message, one JSON object per line, and a summary
    Json,
    /// Only errors
    None,
}

/// Tells what became of each message, and keeps count.
#[derive(Debug)]
pub struct Reporter {
    form: Form,
    to_stdout: bool,
    progress: Progress,
    counts: Counts,
    /// How often each rule has fired.
    rules: Tally,
    exit: Exit,
}

/// What became of the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    messages: u64,
    unchanged: u64,
    changed: u64,
    refused: u64,
    tempfailed: u64,
    errors: u64,
}

/// One line of the JSON report.
#[derive(Serialize)]
struct Line<'a> {
    schema: u32,
    input: String,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten)]
    report: Option<&'a Report>,
}

#[derive(Serialize)]
struct Summary {
    schema: u32,
    #[serde(rename = "summary")]
    counts: Counts,
    rules: BTreeMap<String, Count>,
}

/// Version of the JSON report.
const SCHEMA: u32 = 1;

impl Reporter {
    /// A reporter on standard output, or on standard error where standard output carries mail. The rules are those that are
    /// counted while messages are judged.
    pub fn new(form: Form, to_stdout: bool, progress: Progress, rules: Tally) -> Self {
        Reporter {
            form,
            to_stdout,
            progress,
            counts: Counts::default(),
            rules,
            exit: Exit::Done,
        }
    }

    /// A message came to its end.
    pub(super) fn message(&mut self, origin: &Origin, report: &Report) -> Result<(), Failure> {
        let result = self.count(report);
        self.progress.step(origin);
        match self.form {
            Form::None => Ok(()),
            Form::Text if result == "unchanged" && !has_more(report) => Ok(()),
            Form::Text => self.say(&text_of(origin, result, report)),
            Form::Json => self.line(origin.to_string(), result, None, Some(report)),
        }
    }

    /// A message could not be inspected; it was not written.
    pub(super) fn failed(&mut self, origin: &Origin, failure: &Failure) -> Result<(), Failure> {
        self.counts.messages = self.counts.messages.saturating_add(1);
        self.progress.step(origin);
        self.error(origin.to_string(), failure)
    }

    /// Something could not be read.
    pub(super) fn unreadable(&mut self, error: Error) -> Result<(), Failure> {
        self.error(String::new(), &error.into())
    }

    /// Tells the sums, and what the exit status is.
    pub(super) fn close(&mut self) -> Result<Exit, Failure> {
        self.progress.end();
        match self.form {
            Form::Json => self.say(&output::json_line(&Summary {
                schema: SCHEMA,
                counts: self.counts,
                rules: self.rules.counts().into_iter().map(named).collect(),
            }))?,
            Form::Text if self.counts.messages > 1 => {
                self.say(&sums(&self.counts))?;
                for (rule, count) in self.rules.counts() {
                    self.say(&format!("  {rule}: {count}"))?;
                }
            }
            Form::Text | Form::None => {}
        }
        Ok(self.exit)
    }

    fn count(&mut self, report: &Report) -> &'static str {
        let counts = &mut self.counts;
        counts.messages = counts.messages.saturating_add(1);
        let (count, result, exit) = match report.verdict {
            "deliver" if report.changed => (&mut counts.changed, "changed", Exit::Done),
            "deliver" => (&mut counts.unchanged, "unchanged", Exit::Done),
            "tempfail" => (&mut counts.tempfailed, "tempfailed", Exit::TempFail),
            "discard" => (&mut counts.refused, "discarded", Exit::Refused),
            _ => (&mut counts.refused, "refused", Exit::Refused),
        };
        *count = count.saturating_add(1);
        self.exit = self.exit.worse(exit);
        result
    }

    fn error(&mut self, input: String, failure: &Failure) -> Result<(), Failure> {
        self.counts.errors = self.counts.errors.saturating_add(1);
        self.exit = self.exit.worse(failure.exit());
        let named = match input.as_str() {
            "" => failure.to_string(),
            input => format!("{input}: {failure}"),
        };
        self.progress.pause(|| {
            // Nobody is left to tell if this fails.
            let _ = writeln!(io::stderr(), "tamis: {named}");
        });
        match self.form {
            Form::Json => self.line(input, "error", Some(failure.to_string()), None),
            Form::Text | Form::None => Ok(()),
        }
    }

    fn line(
        &self,
        input: String,
        result: &'static str,
        error: Option<String>,
        report: Option<&Report>,
    ) -> Result<(), Failure> {
        self.say(&output::json_line(&Line {
            schema: SCHEMA,
            input,
            result,
            error,
            report,
        }))
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        self.progress.pause(|| {
            if self.to_stdout {
                writeln!(io::stdout().lock(), "{text}").map_err(|error| output::failed(&error))
            } else {
                let _ = writeln!(io::stderr(), "{text}");
                Ok(())
            }
        })
    }
}

/// Whether there is something to tell of a message that was not changed.
fn has_more(report: &Report) -> bool {
    !(report.observed.is_empty() && report.captured.is_empty() && report.notified.is_empty())
}

/// What became of a message and why: one line, and one below it for each thing that was done.
fn text_of(origin: &Origin, result: &str, report: &Report) -> String {
    let mut lines = vec![match &report.reply {
        Some(reply) => format!("{origin}: {result}: {}", Untrusted::new(reply)),
        None => format!("{origin}: {result}"),
    }];
    for reason in &report.reasons {
        lines.push(format!("  {}", Untrusted::new(&reason.to_string())));
    }
    for reason in &report.observed {
        let reason = Untrusted::new(&reason.to_string()).to_string();
        lines.push(format!("  only observed: {reason}"));
    }
    for inside in report.inside.iter().filter(|it| it.unread.is_some()) {
        lines.push(format!("  {}", Untrusted::new(&inside.to_string())));
    }
    if !report.repaired.is_empty() {
        lines.push(format!("  repaired: {}", report.repaired.join(", ")));
    }
    for part in &report.loosened {
        let part = if part.is_empty() { "the message" } else { part };
        lines.push(format!(
            "  no longer valid after the change: what {part} was signed or sealed with"
        ));
    }
    if !report.voided.is_empty() {
        let voided = report.voided.join(", ");
        lines.push(format!("  changed, so this may no longer hold: {voided}"));
    }
    for kept in &report.kept {
        let what = match kept.part.as_deref() {
            None => "the message".to_owned(),
            Some("") => "its body".to_owned(),
            Some(part) => format!("part {part}"),
        };
        lines.push(format!("  {what} is in quarantine as {}", kept.id));
    }
    lines.extend(report.captured.iter().map(copy_line));
    lines.extend(report.notified.iter().map(notice_line));
    lines.join("\n")
}

fn named((rule, count): (Arc<str>, Count)) -> (String, Count) {
    (rule.to_string(), count)
}

/// What became of a copy that was to be kept.
fn copy_line(copy: &CaptureNote) -> String {
    let what = match copy.copy {
        "before" => "as it came",
        _ => "as it is delivered",
    };
    match (&copy.id, &copy.failed) {
        (Some(id), _) => format!("  a copy {what} is kept as {id}"),
        (None, why) => {
            let why = Untrusted::new(why.as_deref().unwrap_or_default());
            format!("  a copy {what} was to be kept: {why}")
        }
    }
}

/// What became of a notice.
fn notice_line(notice: &NoticeNote) -> String {
    let to = notice.to.join(", ");
    let to = Untrusted::new(&to);
    let why = match notice.result {
        "queued" => return format!("  {to} is told"),
        "limit" => "too many notices within an hour",
        "full" => "too many notices wait to be sent",
        "automatic" => "the message may be a notice itself",
        _ => "no way to send notices was given",
    };
    format!("  {to} was to be told: {why}")
}

fn sums(counts: &Counts) -> String {
    let parts = [
        (counts.unchanged, "unchanged"),
        (counts.changed, "changed"),
        (counts.refused, "refused"),
        (counts.tempfailed, "not judged, try again later"),
        (
            counts.errors,
            if counts.errors == 1 {
                "error"
            } else {
                "errors"
            },
        ),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("{} messages: {}", counts.messages, parts.join(", "))
}
