//! Where mistakes can be made.

use regex::Regex;

/// A piece of a text, in octets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The first group of every match, outside comments and texts of several lines.
fn all(expression: &str, text: &str) -> Vec<Place> {
    let expression = Regex::new(expression).expect("a sound expression");
    let found = expression
        .captures_iter(text)
        .filter_map(|found| found.get(1));
    found
        .map(|group| Place {
            start: group.start(),
            end: group.end(),
        })
        .filter(|place| !is_comment(text, place.start) && !is_within_text(text, place.start))
        .collect()
}

fn is_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with('#')
}

fn is_within_text(text: &str, at: usize) -> bool {
    text[..at].matches("\"\"\"").count() % 2 == 1
}

/// Keys that the language gives, and not the author of a policy: no names of header fields, macros, meters.
pub(crate) fn lone_keys(text: &str) -> Vec<Place> {
    let places = all(r"(?m)(?:^|[{,] *)([a-z][a-z_]*)(?:\.[a-z_]+)? *= ", text);
    let named = ["header", "macro", "meter", "header_count", "header_address"];
    places
        .into_iter()
        .filter(|place| {
            let (before, after) = (&text[..place.start], &text[place.end..]);
            // In a table of names.
            let in_header = before
                .rfind("header = {")
                .is_some_and(|at| !before[at..].contains('}'));
            let own = after.starts_with('.') && named.contains(&&text[place.start..place.end]);
            !in_header && !own && !in_quotes(before)
        })
        .collect()
}

/// Whether what stands before a place has an open quote in its line.
pub(crate) fn in_quotes(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.replace("\\\"", "").matches('"').count() % 2 == 1
}

/// The names of tables: what stands in brackets at the begin of a line, up to a dot.
pub(crate) fn tables(text: &str) -> Vec<Place> {
    all(r"(?m)^\[{1,2}([a-z]+)[.\]]", text)
}

/// What stands in quotes.
pub(crate) fn quoted(text: &str) -> Vec<Place> {
    let places = all(r#""((?:[^"\\\n]|\\.)*)""#, &text.replace("\"\"\"", "'''"));
    places
        .into_iter()
        .filter(|place| {
            !is_within_text(text, place.start) && !in_quotes(&text[..place.start.saturating_sub(1)])
        })
        .collect()
}

/// Values that are a text in quotes, or true or false.
pub(crate) fn literals(text: &str) -> Vec<Place> {
    let texts = all(
        r#"= *("(?:[^"\\\n]|\\.)*")"#,
        &text.replace("\"\"\"", "'''"),
    );
    let flags = all(r"= *(true|false)\b", text);
    texts
        .into_iter()
        .chain(flags)
        .filter(|place| !is_within_text(text, place.start) && !in_quotes(&text[..place.start]))
        .collect()
}
