//! The milter protocol, by which an MTA such as Postfix or Sendmail hands mail to a filter: version 6 and below.
//!
//! - [`proto`] is the protocol without input or output: packets, commands, answers, the negotiation, and a session that
//!   knows what may come when.
//! - [`server`] is a tokio server around it: sockets, deadlines, progress, isolation of panics, graceful end.
//!
//! Who writes a filter implements [`Filter`] and [`Handler`] and calls [`serve`].
//!
//! What MTAs are known to misunderstand cannot be said: each stage has its own type of answer, changes exist only in
//! the [`Verdict`] at the end of a message and are sent in the order that Postfix and Sendmail agree on, and a failure of
//! the filter is always "try again later", never "accept" and never a silent close.

#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

pub mod proto;
pub mod server;

pub use proto::answer::{Answer, BodyAnswer, ConnectAnswer, Refusal, UnknownAnswer};
pub use proto::command::{Client, Path, Peer};
pub use proto::edit::{Edits, EnvelopeEdit, HeaderEdit, Nth, Place};
pub use proto::envelope::{Address as EnvelopeAddress, Parameters};
pub use proto::field::{HeaderName, HeaderValue};
pub use proto::flags::{Actions, Protocol};
pub use proto::macros::{Macros, Stage};
pub use proto::negotiate::{Agreement, Wish};
pub use proto::reply::Reply;
pub use server::{
    Address, BindError, Body, BoxError, Delivery, Filter, Handler, Listener, Outcome, Settings,
    Verdict, serve,
};

/// The README's example is compiled with the other documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
