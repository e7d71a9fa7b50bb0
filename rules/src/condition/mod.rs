//! Conditions: what a rule asks of the facts.
//!
//! Every key of a table must hold; of several values of a key, any may. `any`, `all` and `not` combine tables. All
//! `part.*` keys of a rule speak about the same part: a rule that has some is asked for each part in turn. The same
//! goes for `scan.*` keys and scans. Multiparts, which only hold other parts, are no parts in this
//! sense; what lies in a container is one, beside the part that holds it.

mod authenticated;
mod client;
mod client_name;
mod defect;
mod depth;
mod direction;
mod encrypted;
mod entry;
mod header;
mod header_address;
mod header_count;
mod helo;
mod limit;
mod listener;
mod macro_value;
mod meter;
mod part;
mod part_count;
mod poison;
mod protected;
mod read;
mod recipient;
mod recipient_count;
mod scan;
mod sender;
mod signed;
mod size;
mod subject;
mod table;
mod tag;
mod test;
mod time;
mod tls;
mod tls_cipher;
mod tree;
mod unknown_command;
mod weekday;
mod words;

pub use entry::Described;
pub use table::conditions;

pub(crate) use read::read_all;
pub(crate) use table::shapes;
pub(crate) use test::Looks;
pub(crate) use time::minute as minute_of;
pub(crate) use tree::{Condition, Engines};
pub(crate) use weekday::day as weekday_of;
