//! A TOML value together with its place, and the typed readings of it that report what is wrong.

use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::{Place, Text};
use toml::de::{DeString, DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a> {
    value: &'a DeValue<'a>,
    pub(crate) place: Place,
}

/// A table with its entries in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Table<'a> {
    pub(crate) entries: Vec<(Text<'a>, Node<'a>)>,
    pub(crate) place: Place,
}

impl<'a> Node<'a> {
    /// Text that is not empty.
    pub(crate) fn text(self, problems: &mut Problems) -> Option<Text<'a>> {
        match self.value {
            DeValue::String(text) if text.trim().is_empty() => {
                problems.report(Fault::UnknownValue, self.place, "the text is empty");
                None
            }
            DeValue::String(text) => Some(Text {
                text,
                place: self.place,
            }),
            _ => self.wrong("text in quotes", problems),
        }
    }

    /// Text, or a list of texts with at least one in it.
    pub(crate) fn texts(self, problems: &mut Problems) -> Option<Vec<Text<'a>>> {
        let DeValue::Array(array) = self.value else {
            return match self.value {
                DeValue::String(_) => Some(vec![self.text(problems)?]),
                _ => self.wrong("text in quotes, or a list of them", problems),
            };
        };
        if array.is_empty() {
            let message = "the list is empty: nothing could ever match";
            problems.report(Fault::UnknownValue, self.place, message);
            return None;
        }
        let nodes = self.items().into_iter();
        let texts: Vec<_> = nodes.map(|node| node.text(problems)).collect();
        texts.into_iter().collect()
    }

    /// `true` or `false`.
    pub(crate) fn boolean(self, problems: &mut Problems) -> Option<bool> {
        match self.as_bool() {
            None => self.wrong("true or false", problems),
            known => known,
        }
    }

    /// `true` and nothing else: for keys that are left out rather than set to false.
    pub(crate) fn only_true(self, key: &str, problems: &mut Problems) -> Option<()> {
        if self.boolean(problems)? {
            return Some(());
        }
        let message = format!("`{key}` can only be true");
        let problem = problems.report(Fault::UnknownValue, self.place, message);
        problem.help(format!("leave `{key}` out"));
        None
    }

    /// `false` and nothing else: for keys that switch off what is the default.
    pub(crate) fn only_false(self, key: &str, problems: &mut Problems) -> Option<()> {
        if !self.boolean(problems)? {
            return Some(());
        }
        let message = format!("`{key}` is true already: it can only be false");
        let problem = problems.report(Fault::UnknownValue, self.place, message);
        problem.help(format!("leave `{key}` out"));
        None
    }

    /// A table.
    pub(crate) fn table(self, problems: &mut Problems) -> Option<Table<'a>> {
        if let Some(table) = self.as_table() {
            return Some(table);
        }
        let nothing = self.wrong("a table", problems);
        problems.advise("a table is written { key = value }, or with a dot: name.key = value");
        nothing
    }

    /// A table, or a list of tables with at least one in it.
    pub(crate) fn tables(self, problems: &mut Problems) -> Option<Vec<Table<'a>>> {
        match self.value {
            DeValue::Array(array) if !array.is_empty() => {
                let nodes = self.items().into_iter();
                let tables: Vec<_> = nodes.map(|node| node.table(problems)).collect();
                tables.into_iter().collect()
            }
            DeValue::Table(table) => Some(vec![Table::new(table, self.place)]),
            _ => self.wrong("a table, or a list of tables", problems),
        }
    }

    /// The tables of a list, each one that is none reported.
    pub(crate) fn each_table(self, problems: &mut Problems) -> Vec<Table<'a>> {
        if self.value.is_array() {
            return self
                .items()
                .into_iter()
                .filter_map(|node| node.table(problems))
                .collect();
        }
        let nothing: Option<()> = self.wrong("a list of tables", problems);
        if nothing.is_none() {
            problems.advise("write two brackets: [[rule]]");
        }
        Vec::new()
    }

    /// A date, or a text that says one.
    pub(crate) fn date(self, problems: &mut Problems) -> Option<String> {
        match self.value {
            DeValue::Datetime(date) => Some(date.to_string()),
            DeValue::String(text) if !text.trim().is_empty() => Some(text.to_string()),
            _ => self.wrong("a date, such as 2026-10-31", problems),
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn number(self, problems: &mut Problems) -> Option<u64> {
        match self.as_number() {
            None => self.wrong("a number that is not negative", problems),
            known => known,
        }
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        self.value.as_bool()
    }

    pub(crate) fn as_number(self) -> Option<u64> {
        let number = self.value.as_integer()?;
        u64::from_str_radix(number.as_str(), number.radix()).ok()
    }

    pub(crate) fn as_text(self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(crate) fn as_table(self) -> Option<Table<'a>> {
        let table = self.value.as_table()?;
        Some(Table::new(table, self.place))
    }

    pub(crate) fn is_table(self) -> bool {
        self.value.is_table()
    }

    pub(crate) fn is_text(self) -> bool {
        self.value.is_str()
    }

    /// Reports a value of the wrong type.
    pub(crate) fn wrong<T>(self, wanted: &str, problems: &mut Problems) -> Option<T> {
        let message = format!("here must be {wanted}, not {}", self.kind());
        problems.report(Fault::WrongType, self.place, message);
        None
    }

    /// A text with its place.
    pub(crate) fn as_place_and_text(self) -> Option<Text<'a>> {
        let text = self.as_text()?;
        Some(Text {
            text,
            place: self.place,
        })
    }

    /// The values of a list.
    pub(crate) fn items(self) -> Vec<Node<'a>> {
        let array = self.value.as_array().map(|array| array.iter());
        let node = |value: &'a toml::Spanned<DeValue<'a>>| Node::new(value, self.place.file);
        array.into_iter().flatten().map(node).collect()
    }

    fn new(value: &'a toml::Spanned<DeValue<'a>>, file: usize) -> Self {
        Node {
            value: value.get_ref(),
            place: place(file, value.span()),
        }
    }

    fn kind(self) -> &'static str {
        match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

impl<'a> Table<'a> {
    pub(crate) fn new(table: &'a DeTable<'a>, place: Place) -> Self {
        let entry = |(key, value): (
            &'a toml::Spanned<DeString<'a>>,
            &'a toml::Spanned<DeValue<'a>>,
        )| {
            let text = Text {
                text: key.get_ref(),
                place: self::place(place.file, key.span()),
            };
            (text, Node::new(value, place.file))
        };
        let mut entries: Vec<_> = table.iter().map(entry).collect();
        entries.sort_by_key(|(key, _)| key.place.start);
        Table { entries, place }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        let (_, node) = self.entries.iter().find(|(known, _)| known.text == key)?;
        Some(*node)
    }

    /// Reports every key that is not among the known ones. `what` says what the keys are, such as `key of a list`.
    pub(crate) fn only(&self, known: &[&str], what: &str, problems: &mut Problems) {
        for (key, _) in &self.entries {
            if !known.contains(&key.text) {
                problems.unknown(Fault::UnknownKey, *key, what, known);
            }
        }
    }
}

fn place(file: usize, span: std::ops::Range<usize>) -> Place {
    Place {
        file,
        start: span.start,
        end: span.end,
    }
}
