//! The program: command line, configuration, inspection of one message, quarantine and telemetry.
//!
//! | module | what it is for |
//! |---|---|
//! | [`attach`] | what an MTA is told to find the daemon |
//! | [`batch`] | many messages, one after the other and several at a time |
//! | [`bypass`] | the switch that lets mail pass uninspected for a while |
//! | [`capture`] | copies of messages that rules ask for |
//! | [`cli`] | the command line |
//! | [`config`] | the configuration of the daemon |
//! | [`notify`] | notices that rules send |
//! | [`policy`] | policies read from files, and the one that rules now |
//! | [`decoder`] | where containers are opened: in a confined process |
//! | [`doctor`] | finds what is wrong with a set-up |
//! | [`gate`] | Tamis as a filter of an MTA |
//! | [`inspect`] | one message through reader, scanners, policy, writer and quarantine |
//! | [`mailbox`] | mail in files, read and written by batch work |
//! | [`metrics`] | counters, health and status of the daemon, on a listener of their own |
//! | [`meter`] | how much was used under a key within some time |
//! | [`quarantine`] | what was taken out of mail, kept until somebody decides |
//! | [`room`] | how much mail may be on its way at once |
//! | [`spool`] | where a message lies while it is inspected |
//! | [`telemetry`] | what the log says of messages |
//! | [`untrusted`] | text from a message on its way to a terminal or log |
//! | [`output`] | tables and JSON on standard output |
//! | [`daemon`] | what `tamis milter` runs |
//! | [`explanation`] | what `tamis explain` shows |
//! | [`exit`] | exit status and the error that ends a command |

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the bans of the workspace are for the crates without I/O"
)]

pub mod attach;
pub mod batch;
pub mod bypass;
pub mod capture;
pub mod cli;
pub mod comparison;
pub mod config;
pub mod confined;
pub mod daemon;
pub mod decoder;
pub mod doctor;
pub mod engine;
pub mod exit;
pub mod explanation;
pub mod gate;
pub mod inspect;
pub mod launch;
pub mod mailbox;
pub mod meter;
pub mod metrics;
pub mod moment;
pub mod notify;
pub mod output;
pub mod poison;
pub mod policy;
pub mod quarantine;
pub mod room;
pub mod sight;
pub mod spool;
pub mod telemetry;
pub mod trial;
pub mod untrusted;
pub mod watch;
