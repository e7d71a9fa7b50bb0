//! External scanners behind one trait, fed while the mail still arrives.
//!
//! ```text
//! Scanner::start() ─▶ Scan ──feed(bytes)──▶ bounded channel ──▶ task that talks to the scanner
//!                      └────finish()────────────────────────────────▶ Report
//! ```
//!
//! Three rules hold for every scanner here:
//!
//! - **Unscanned is never clean.** [`Report::Clean`] is given only when the scanner has had every byte and said in its
//!   exact words that there is nothing. Whatever else happens is [`Report::Unscanned`] with a [`Reason`]; what then
//!   becomes of the message is for policy to say.
//! - **The mail goes on arriving.** [`Scan::feed`] slows the mail down to the speed of the scanner, but only up to the
//!   deadline; once the scanner is gone, feeding does nothing.
//! - **A scanner is not trusted.** Replies have a limit, and what they say is kept as [`Printable`] text only.
//!
//! # Example
//!
//! ```no_run
//! use bytes::Bytes;
//! use std::sync::Arc;
//! use tamis_scan::{Clamd, ClamdSettings, Envelope, Report, Scanner};
//!
//! # async fn scan() -> Result<(), tamis_scan::AddressError> {
//! let clamd: Arc<dyn Scanner> = Arc::new(Clamd::new("unix:/run/clamav/clamd.ctl".parse()?, ClamdSettings::default()));
//! let mut scan = clamd.start(&Envelope::default());
//! scan.feed(Bytes::from_static(b"Subject: hello\r\n\r\n")).await;
//! scan.feed(Bytes::from_static(b"Hello.\r\n")).await;
//! match scan.finish().await {
//!     Report::Clean => println!("nothing found"),
//!     Report::Found { signature } => println!("found {signature}"),
//!     other => println!("{other}"),
//! }
//! # Ok(())
//! # }
//! ```

mod address;
mod clamd;
mod command;
mod connect;
mod envelope;
mod guard;
mod icap;
mod opinion;
mod printable;
mod report;
mod rspamd;
mod scan;
mod scanner;
mod spamd;
mod timeouts;
mod verdicts;
mod wire;
#[cfg(feature = "yara")]
mod yara;

pub use address::{Address, AddressError};
pub use clamd::{Clamd, ClamdSettings};
pub use command::{Command, CommandSettings, UnfitCommand};
pub use envelope::Envelope;
pub use guard::{BreakerSettings, GuardSettings, Guarded, Health};
pub use icap::{Icap, IcapMethod, IcapService, IcapServiceError, IcapSettings};
pub use opinion::{FieldChange, Opinion, Score};
pub use printable::Printable;
pub use report::{Reason, Report, Unscanned};
pub use rspamd::{Rspamd, RspamdPassword, RspamdSettings};
pub use scan::{Bounds, Pieces, Scan};
pub use scanner::{Probe, Scanner};
pub use spamd::{Spamd, SpamdSettings, SpamdUser};
pub use timeouts::Timeouts;
pub use verdicts::{VerdictSettings, Verdicts};
#[cfg(feature = "yara")]
pub use yara::{Yara, YaraSettings};
