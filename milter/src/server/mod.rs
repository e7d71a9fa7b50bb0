//! The server: sockets, deadlines and tasks around the session.
//!
//! [`bind`](Listener::bind) an [`Address`], write a [`Filter`], and [`serve`] until told to stop.

mod address;
mod budget;
mod closing;
mod connection;
mod consult;
mod dispatch;
mod filter;
mod listener;
mod log;
mod serve;
mod settings;
mod stream;

pub use address::{Address, InvalidAddress};
pub use filter::{Body, BoxError, Delivery, Filter, Handler, Outcome, Verdict};
pub use listener::{BindError, Bound, Listener};
pub use serve::serve;
pub use settings::Settings;
