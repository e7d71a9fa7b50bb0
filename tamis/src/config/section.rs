//! A table of the file, read key by key: what is wrong with one key does not hide what is wrong with the next.

use super::problem::Problems;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table. Keys that nobody asked for are a problem when it is done with.
pub(super) struct Section<'a> {
    /// `limits.`; empty for the file itself.
    prefix: String,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

/// Reads a value, or says in a few words what should stand there.
pub(super) type Read<T> = fn(&DeValue<'_>) -> Result<T, String>;

impl<'a> Section<'a> {
    pub(super) fn top(table: &'a DeTable<'a>) -> Self {
        Section {
            prefix: String::new(),
            table,
            asked: Vec::new(),
        }
    }

    /// Puts what stands at a key into its place; without the key the place stays as it is.
    pub(super) fn set<T>(
        &mut self,
        problems: &mut Problems<'_>,
        key: &'static str,
        place: &mut T,
        read: Read<T>,
    ) {
        if let Some(value) = self.get(problems, key, read) {
            *place = value;
        }
    }

    /// What stands at a key, if it is there and right.
    pub(super) fn get<T>(
        &mut self,
        problems: &mut Problems<'_>,
        key: &'static str,
        read: Read<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        read(value.get_ref())
            .map_err(|message| {
                problems.add(value.span(), format!("{}{key}: {message}", self.prefix));
            })
            .ok()
    }

    /// What each item of a list at a key stands for; a single value counts as a list of one.
    pub(super) fn list<T>(
        &mut self,
        problems: &mut Problems<'_>,
        key: &'static str,
        read: Read<T>,
    ) -> Option<Vec<T>> {
        let value = self.value(key)?;
        let items: Vec<_> = match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            _ => vec![value],
        };
        let mut list = Vec::new();
        for item in items {
            match read(item.get_ref()) {
                Ok(item) => list.push(item),
                Err(message) => {
                    problems.add(item.span(), format!("{}{key}: {message}", self.prefix));
                }
            }
        }
        Some(list)
    }

    /// The table at a key.
    pub(super) fn section(
        &mut self,
        problems: &mut Problems<'_>,
        key: &'static str,
    ) -> Option<Section<'a>> {
        let value = self.value(key)?;
        let prefix = format!("{}{key}.", self.prefix);
        let DeValue::Table(table) = value.get_ref() else {
            problems.add(
                value.span(),
                format!("{}{key}: a table is needed", self.prefix),
            );
            return None;
        };
        Some(Section {
            prefix,
            table,
            asked: Vec::new(),
        })
    }

    /// What it is called: `scanner.clamd`.
    pub(super) fn name(&self) -> &str {
        self.prefix.trim_end_matches('.')
    }

    /// All tables in it, by the names that the author chooses, and where each stands.
    pub(super) fn tables(
        self,
        problems: &mut Problems<'_>,
    ) -> Vec<(&'a str, Section<'a>, Range<usize>)> {
        let mut tables = Vec::new();
        for (key, value) in self.table {
            let name = key.get_ref();
            let prefix = format!("{}{}.", self.prefix, name.escape_debug());
            if let DeValue::Table(table) = value.get_ref() {
                let section = Section {
                    prefix,
                    table,
                    asked: Vec::new(),
                };
                tables.push((&**name, section, key.span()));
            } else {
                let name = prefix.trim_end_matches('.');
                problems.add(value.span(), format!("{name}: a table is needed"));
            }
        }
        tables
    }

    /// Where a key stands, for problems that show only later.
    pub(super) fn place(&self, key: &str) -> Range<usize> {
        self.table.get(key).map(Spanned::span).unwrap_or_default()
    }

    /// Finds the keys that do not exist.
    pub(super) fn finish(self, problems: &mut Problems<'_>) {
        for key in self.table.keys() {
            let name = key.get_ref();
            if self.asked.iter().any(|asked| asked == name) {
                continue;
            }
            let help = match nearest(name, &self.asked) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there are {}", self.asked.join(", ")),
            };
            let message = format!(
                "there is no key \"{}{}\" ({help})",
                self.prefix,
                name.escape_debug()
            );
            problems.add(key.span(), message);
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.table.get(key)
    }
}

/// The known word that was probably meant.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |known: &str| strsim::damerau_levenshtein(word, known);
    let near = known.iter().copied().min_by_key(|known| distance(known))?;
    (distance(near) <= (near.len() / 3).max(1)).then_some(near)
}

pub(super) fn text(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err("a text in quotes is needed".to_owned()),
    }
}

pub(super) fn number<T: std::str::FromStr>(value: &DeValue<'_>) -> Result<T, String> {
    let wanted = "a whole number is needed";
    let DeValue::Integer(number) = value else {
        return Err(wanted.to_owned());
    };
    let parsed = number
        .as_str()
        .parse()
        .ok()
        .filter(|_| number.radix() == 10);
    parsed.ok_or_else(|| format!("{wanted} that is not negative and not too large"))
}

/// A text that stands for something.
pub(super) fn parsed<T>(value: &DeValue<'_>) -> Result<T, String>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text(value)?
        .parse()
        .map_err(|error: T::Err| error.to_string())
}
