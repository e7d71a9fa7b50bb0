//! The numbers we promise: set-up shared by the benches.
