//! What is told of a policy beside its rules: its lists, and what else its files state.

mod list;
mod statement;

pub use list::ListSummary;
pub use statement::Statement;
