//! What came of it, for people.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

const BEGIN: &str = "<!-- load: begin -->\n";
const END: &str = "<!-- load: end -->\n";

/// The head of the table. Times are microseconds of processor time for a message.
pub(crate) const HEAD: &str = "\
| Mail | Octets | libmilter, lockstep, µs | libmilter, no replies, µs | tamis, µs | tamis, MB/s | times lockstep | times no replies | changed or refused |
|---|---|---|---|---|---|---|---|---|";

/// One kind of mail.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) messages: usize,
    /// Octets of a message, on the average.
    pub(crate) octets: usize,
    /// Seconds for each message, of each filter and round.
    pub(crate) costs: Vec<(&'static str, Vec<f64>)>,
    /// Messages that tamis has changed or refused.
    pub(crate) touched: usize,
}

impl Row {
    /// Microseconds for each message with this filter: the median.
    fn cost(&self, filter: &str) -> Option<f64> {
        let (_, costs) = self.costs.iter().find(|(name, _)| *name == filter)?;
        let mut costs = costs.clone();
        costs.sort_by(f64::total_cmp);
        costs.get(costs.len() / 2).map(|seconds| seconds * 1e6)
    }

    /// How many messages of tamis fit into the time of one of this filter.
    fn ratio(&self, filter: &str) -> Option<f64> {
        Some(self.cost(filter)? / self.cost("tamis")?)
    }

    /// Millions of octets in a second.
    fn rate(&self) -> Option<f64> {
        let octets = u32::try_from(self.octets).ok()?;
        Some(f64::from(octets) / self.cost("tamis")?)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} | {} |", self.name, self.octets)?;
        for filter in ["lockstep", "noreply", "tamis"] {
            cell(f, self.cost(filter), 0)?;
        }
        cell(f, self.rate(), 0)?;
        for filter in ["lockstep", "noreply"] {
            cell(f, self.ratio(filter), 1)?;
        }
        write!(f, " {} of {} |", self.touched, self.messages)
    }
}

fn cell(f: &mut fmt::Formatter<'_>, value: Option<f64>, digits: usize) -> fmt::Result {
    match value {
        Some(value) => write!(f, " {value:.digits$} |"),
        None => f.write_str("  |"),
    }
}

/// Puts the table into the page, in the place of the last one.
pub(crate) fn write(page: &Path, rows: &[Row]) -> io::Result<()> {
    let text = fs::read_to_string(page)?;
    let nowhere = || io::Error::other("the page has no place for the table");
    let (before, rest) = text.split_once(BEGIN).ok_or_else(nowhere)?;
    let (_, after) = rest.split_once(END).ok_or_else(nowhere)?;
    let rows: Vec<String> = rows.iter().map(|row| format!("{row}\n")).collect();
    let table = rows.concat();
    fs::write(page, format!("{before}{BEGIN}{HEAD}\n{table}{END}{after}"))
}
