//! One message explained: its tree before and after, what is wrong with it, and which rule decided what.

use crate::inspect::{Fate, Outcome, Report, TreeNote};
use crate::untrusted::Untrusted;
use serde::Serialize;
use std::fmt;
use tamis_rules::{Came, Way};
use tamis_sanitize::Reading;

/// Version of the JSON.
const SCHEMA: u32 = 1;

/// Everything that is to be said of one message. Shown as text, or as JSON for programs.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    schema: u32,
    input: String,
    #[serde(flatten)]
    report: Report,
    /// Where the defects are; of many, the first ones.
    places: Vec<Place>,
    /// The limit at which the reading ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<&'static str>,
    /// Which policy has decided.
    policy: String,
    /// What came of each rule that was asked, in their order.
    path: Vec<Path>,
    /// The parts of the message as it is delivered, if it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Vec<TreeNote>>,
}

/// One defect and where it was seen.
#[derive(Clone, Debug, Serialize)]
struct Place {
    code: &'static str,
    name: &'static str,
    class: &'static str,
    what: &'static str,
    /// Section number.
    part: String,
    /// Offset in the message.
    at: u64,
}

/// The way to the decision for some recipients.
#[derive(Clone, Debug, Serialize)]
struct Path {
    /// Those for whom it is the way; none where there is no envelope.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recipients: Vec<String>,
    steps: Vec<Step>,
}

/// What came of one rule.
#[derive(Clone, Debug, Serialize)]
struct Step {
    rule: String,
    place: String,
    /// Whether it holds.
    fired: bool,
    observed: bool,
    /// The same for people.
    says: String,
}

impl From<&Way> for Path {
    fn from(way: &Way) -> Self {
        let step = |step: &tamis_rules::Step| Step {
            rule: step.rule.to_string(),
            place: format!("{}:{}", step.file, step.line),
            fired: matches!(step.came, Came::Fired(_)),
            observed: step.observed,
            says: step.to_string(),
        };
        Path {
            recipients: way.recipients.clone(),
            steps: way.steps.iter().map(step).collect(),
        }
    }
}

impl Explanation {
    /// Puts together what was read and what became of it.
    pub fn new(input: String, reading: &Reading, way: &[Way], outcome: Outcome) -> Self {
        let map = reading.map();
        let place = |defect: &tamis_sanitize::Defect| Place {
            code: defect.code.number(),
            name: defect.code.name(),
            class: defect.code.class().name(),
            what: defect.code.what(),
            part: map.part(defect.part).number().to_owned(),
            at: defect.at,
        };
        let after = match &outcome.fate {
            Fate::Deliver(delivered) => delivered.after().map(TreeNote::tree),
            _ => None,
        };
        Explanation {
            schema: SCHEMA,
            input,
            places: map.defects().iter().map(place).collect(),
            cut: reading.limit().map(|limit| limit.code.name()),
            policy: outcome.report.policy.clone(),
            path: way.iter().map(Path::from).collect(),
            report: outcome.report,
            after,
        }
    }

    /// The defects of a part, below its line in the tree.
    fn defects_of(&self, part: &TreeNote, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = indent(part.depth);
        for place in self.places.iter().filter(|place| place.part == part.number) {
            let Place {
                code,
                name,
                class,
                what,
                at,
                ..
            } = place;
            writeln!(
                f,
                "{indent}  ! {name} ({code}, {class}, at octet {at}): {what}"
            )?;
        }
        Ok(())
    }

    fn decision(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        if !report.inside.is_empty() {
            writeln!(f, "\ninside")?;
        }
        for inside in &report.inside {
            writeln!(f, "  {}", Untrusted::new(&inside.to_string()))?;
        }
        writeln!(f, "\ndecision")?;
        match &report.reply {
            Some(reply) => writeln!(f, "  {}: {}", report.verdict, Untrusted::new(reply))?,
            None if report.changed => writeln!(f, "  {}, changed", report.verdict)?,
            None => writeln!(f, "  {}", report.verdict)?,
        }
        for reason in &report.reasons {
            writeln!(f, "  {}", Untrusted::new(&reason.to_string()))?;
        }
        if let Some(verdict) = report.would {
            writeln!(f, "  the policy is only observed; it would be: {verdict}")?;
        }
        for reason in &report.observed {
            writeln!(f, "  observed: {}", Untrusted::new(&reason.to_string()))?;
        }
        for (what, items) in [
            ("tags", &report.tags),
            ("also to", &report.added_recipients),
            ("not to", &report.removed_recipients),
        ] {
            if !items.is_empty() {
                writeln!(f, "  {what}: {}", Untrusted::new(&items.join(", ")))?;
            }
        }
        if let Some(why) = &report.held {
            writeln!(f, "  held: {}", Untrusted::new(why))?;
        }
        if !report.repaired.is_empty() {
            writeln!(f, "  repaired: {}", report.repaired.join(", "))?;
        }
        if !report.protections.is_empty() {
            writeln!(f, "  protected by: {}", report.protections.join(", "))?;
        }
        if !report.voided.is_empty() {
            let voided = report.voided.join(", ");
            writeln!(f, "  changed, so this may no longer hold: {voided}")?;
        }
        if let Some(limit) = self.cut {
            writeln!(
                f,
                "  read only up to {limit}: what lies behind it was not looked at"
            )?;
        }
        for scan in &report.scans {
            let detail = scan.detail.as_deref().unwrap_or_default();
            writeln!(
                f,
                "  {}: {} {}",
                scan.engine,
                scan.result,
                Untrusted::new(detail)
            )?;
        }
        Ok(())
    }

    /// What came of each rule that was asked.
    fn way(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in &self.path {
            write!(f, "\nrules of policy {}", self.policy)?;
            if self.path.len() > 1 {
                let first = path.recipients.first().map(String::as_str);
                let more = path.recipients.len().saturating_sub(1);
                write!(f, ", for {}", Untrusted::new(first.unwrap_or_default()))?;
                if more > 0 {
                    write!(f, " and {more} more")?;
                }
            }
            writeln!(f)?;
            for step in &path.steps {
                let mark = if step.fired { '+' } else { '-' };
                writeln!(f, "  {mark} {}", step.says)?;
            }
        }
        Ok(())
    }

    /// Defects that were counted beyond the places that are kept.
    fn more_defects(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name: &str| {
            self.places
                .iter()
                .filter(|place| place.name == name)
                .count()
        };
        for defect in &self.report.defects {
            let more = u64::from(defect.count).saturating_sub(shown(defect.name) as u64);
            if more > 0 {
                writeln!(f, "  ! {} in {more} more places", defect.name)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {} octets", self.input, self.report.size)?;
        writeln!(
            f,
            "\n{}",
            if self.after.is_some() {
                "before"
            } else {
                "parts"
            }
        )?;
        for part in &self.report.parts {
            line_of(part, f)?;
            self.defects_of(part, f)?;
        }
        self.more_defects(f)?;
        self.decision(f)?;
        self.way(f)?;
        if let Some(after) = &self.after {
            writeln!(f, "\nafter")?;
            after.iter().try_for_each(|part| line_of(part, f))?;
        }
        Ok(())
    }
}

/// `2 application/pdf "a.pdf.exe": executable; 173 octets, base64; content is application/...`.
fn line_of(part: &TreeNote, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", indent(part.depth))?;
    if !part.number.is_empty() {
        write!(f, "{} ", part.number)?;
    }
    write!(f, "{}", Untrusted::new(&part.media_type).limit(100))?;
    for name in &part.names {
        write!(f, " \"{}\"", Untrusted::new(name).limit(100))?;
    }
    if !part.kinds.is_empty() {
        write!(
            f,
            ": {}; {} octets, {}",
            part.kinds.join(", "),
            part.size,
            part.encoding
        )?;
    }
    // Content cannot tell one kind of text from another.
    let plain = |detected: &str| detected == "text/plain" && part.media_type.starts_with("text/");
    match part.detected {
        Some(detected) if detected != part.media_type && !plain(detected) => {
            writeln!(f, "; content is {detected}")
        }
        _ => writeln!(f),
    }
}

fn indent(depth: u16) -> String {
    "  ".repeat(usize::from(depth).saturating_add(1))
}
