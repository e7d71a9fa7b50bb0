//! What is told of a list.

/// A list, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSummary {
    /// Its name.
    pub name: String,
    /// What its entries are.
    pub kind: &'static str,
    /// How many there are.
    pub entries: usize,
    /// The file that they stand in, if there is one.
    pub file: Option<String>,
    /// Where they come from.
    pub source: Option<String>,
    /// When they were taken from there.
    pub retrieved: Option<String>,
}
