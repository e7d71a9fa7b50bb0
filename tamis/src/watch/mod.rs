//! What can be seen of a running daemon: counters, health, and the state of its scanners, on a listener of their own.
//!
//! ```text
//! GET /metrics /healthz /readyz /status ──▶ Endpoint ──▶ Pages ──▶ metrics, site, policy
//! ```

mod ask;
mod endpoint;
mod pages;
mod process;
mod readiness;
mod status;

pub use ask::{AskError, ask};
pub use endpoint::Endpoint;
pub use pages::{Pages, ask_scanners};
pub use status::{QuarantineStatus, ScannerStatus, Status};
