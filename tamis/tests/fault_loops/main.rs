//! The daemon as a process while everything around it fails, in loops. The law of all of them: no message that was taken is
//! lost, none is taken unscanned without a line of the policy that says so, nobody waits beyond the deadline, and the daemon is
//! well again by itself.
//!
//! | file | what fails |
//! |---|---|
//! | `kill` | the process, at each system call of the end of a message |
//! | `crowds` | clients, on purpose |
//! | `errors` | single system calls |
//! | `full` | room on disk |
//! | `memory` | memory |
//! | `poison` | the process, at one message again and again |
//! | `scanners` | a scanner, in all ways |
//!
//! `TAMIS_FAULTS=all cargo test -p tamis --test fault_loops -- --nocapture` tries every point; without it a sample is taken.

#[path = "../daemon/mod.rs"]
mod daemon;
#[path = "../support/mod.rs"]
mod support;

mod crowds;
mod errors;
mod full;
mod kept;
mod kill;
mod memory;
mod mta;
mod poison;
mod scanners;
mod scripted;
mod traced;

/// Whether every point is tried, and not only a sample.
fn all() -> bool {
    std::env::var("TAMIS_FAULTS").as_deref() == Ok("all")
}
