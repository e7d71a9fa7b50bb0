//! The server: sockets, deadlines and tasks around the session.
//!
//! [`bind`](Listener::bind) an [`Address`], write a [`Filter`], and [`serve`] until told to stop.

mod address;
mod bound;
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
pub use bound::Bound;
pub use filter::{Body, BoxError, Delivery, Filter, Handler, Outcome, Verdict};
pub use listener::{BindError, Listener, SocketFile};
pub use serve::{Stop, serve};
pub use settings::Settings;
