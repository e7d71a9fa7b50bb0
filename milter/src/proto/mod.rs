//! The protocol without input or output: bytes go in, typed events come out, answers become bytes.
//!
//! | module | what it knows |
//! |---|---|
//! | [`frame`] | where a packet ends |
//! | [`command`] | what the MTA says |
//! | [`macros`] | the MTA's variables, and how long each lives |
//! | [`flags`] and [`negotiate`] | what both sides agreed on |
//! | [`answer`] and [`reply`] | what a filter may answer, by stage, and in its own words |
//! | [`field`], [`envelope`], [`invalid`] | what can be written into a message at all |
//! | [`edit`] and [`order`] | what a filter may change, and in which order it is sent |
//! | [`session`], [`event`] and a table of phases | what may come when |
//! | [`end`] | the only place where changes are sent: the end of a message |
//!
//! Nothing in here waits, reads a clock or logs.

pub mod answer;
pub mod command;
pub mod edit;
pub mod end;
pub mod envelope;
pub mod event;
pub mod field;
pub mod flags;
pub mod frame;
pub mod invalid;
pub mod macros;
pub mod negotiate;
pub mod order;
mod phase;
pub mod reply;
pub mod session;
mod transaction;
