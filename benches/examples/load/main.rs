//! The milter under load: processor time of tamis for each message, beside that of a filter that does nothing, made with
//! libmilter. `make load` runs it; docs/benchmarks.md says what the figures are.
//!
//! ```text
//! load TAMIS [sizes=2,20,200,2048] [mail=DIR] [rounds=5] [sessions=8] [each=100] [writes=each] [only=FILTER] [write=PAGE]
//! load TAMIS idle=10000 [only=FILTER]
//! ```

mod client;
mod idle;
mod mail;
mod plan;
mod server;
mod table;

use client::{Manner, Writes};
use mail::Mail;
use plan::Plan;
use std::io;
use std::path::Path;
use std::str::FromStr;

const USAGE: &str = "usage: load TAMIS [KEY=VALUE...]; docs/benchmarks.md says which keys";

const KEYS: [&str; 9] = [
    "sizes", "mail", "rounds", "sessions", "each", "writes", "only", "write", "idle",
];

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let usage = || io::Error::other(USAGE);
    let (tamis, options) = words.split_first().ok_or_else(usage)?;
    let options = Options::read(options).ok_or_else(usage)?;
    let manner = Manner {
        sessions: options.number("sessions")?.unwrap_or(8),
        each: options.number("each")?.unwrap_or(100),
        writes: match options.get("writes") {
            None | Some("buffered") => Writes::Buffered,
            Some("each") => Writes::Each,
            Some(_) => return Err(usage()),
        },
    };
    let rounds = options.number("rounds")?.unwrap_or(5);
    let mut plan = Plan::new(Path::new(tamis), rounds, manner)?;
    plan.only = options.get("only").map(str::to_owned);
    if let Some(count) = options.number("idle")? {
        return idle::measure(&plan, count);
    }
    let mut rows = Vec::new();
    println!("{}", table::HEAD);
    for (name, mail) in bags(options.get("sizes"), options.get("mail"))? {
        let row = plan.measure(name, &mail)?;
        println!("{row}");
        rows.push(row);
    }
    match options.get("write") {
        Some(page) => table::write(Path::new(page), &rows),
        None => Ok(()),
    }
}

/// What was said on the command line.
struct Options<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Options<'a> {
    /// None: it makes no sense.
    fn read(words: &'a [String]) -> Option<Self> {
        let pairs = words.iter().map(|word| word.split_once('='));
        let pairs: Vec<_> = pairs.collect::<Option<_>>()?;
        let known = pairs.iter().all(|(key, _)| KEYS.contains(key));
        known.then_some(Options(pairs))
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| *value)
    }

    fn number<T: FromStr>(&self, key: &str) -> io::Result<Option<T>> {
        let number = |word: &str| word.parse().map_err(|_| io::Error::other(USAGE));
        self.get(key).map(number).transpose()
    }
}

/// The mail of each row.
fn bags(sizes: Option<&str>, dir: Option<&str>) -> io::Result<Vec<(String, Vec<Mail>)>> {
    if let Some(dir) = dir {
        let name = Path::new(dir).file_name().unwrap_or_default();
        let name = format!("files in {}", name.display());
        return Ok(vec![(name, mail::files(Path::new(dir))?)]);
    }
    let mut bags = Vec::new();
    for word in sizes.unwrap_or("2,20,200,2048").split(',') {
        let size: usize = word.parse().map_err(|_| io::Error::other(USAGE))?;
        bags.push((format!("{size} KiB"), mail::of_size(size << 10)));
    }
    if sizes.is_none() {
        bags.push(("mixed, at most 60 kB".to_owned(), mail::mixture(60_000)));
        bags.push(("mixed".to_owned(), mail::mixture(usize::MAX)));
    }
    Ok(bags)
}
