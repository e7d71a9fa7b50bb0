//! What is told of a policy: its rules, its lists, and what else its files state.

mod list;
mod rule;
mod statement;

pub use list::ListSummary;
pub use rule::{RuleSummary, Speaks};
pub use statement::Statement;
