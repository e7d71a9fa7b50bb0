//! What lies in a container: archives, compressed streams, TNEF and attached messages, to any depth within one budget.
//!
//! Everything that could open a container opens it, and everything that any of them shows counts: names of the directory
//! and of the local header of a ZIP archive, an archive behind other octets, each transfer encoding of a part of an
//! attached message. What could not be read is said to be [`Unread`], with the reason; it is never just left out.
//!
//! | file | reads |
//! |---|---|
//! | `zip` | ZIP archives and documents made of them, wherever they begin |
//! | `stream` | gzip, bzip2, xz, lzma, lzip, zstd |
//! | `tar` | tar archives |
//! | `tnef` | winmail.dat |
//! | `smime` | what was signed in an opaque S/MIME message |
//! | `message` | messages that were attached as files |

mod budget;
mod cursor;
mod host;
mod member;
mod message;
mod smime;
mod stream;
mod tar;
mod tnef;
mod walk;
mod zip;

pub use budget::{Bounds, Budget};
pub use host::{Host, InMemory, Source, Store};

use crate::map::{Inside, Part, Unread};
use std::io;
use walk::{Container, Opened, Stop, Walk};

/// Whether a part could hold something that is not seen without opening it.
pub fn is_worth_opening(part: &Part) -> bool {
    part.is_leaf() && part.size() > 0 && walk::may_hold(part.kinds(), part.content())
}

/// Opens a part, whose decoded content is `content` of `size` octets. An error is one of the program, never one of the content.
pub fn open(
    part: &Part,
    content: &mut dyn Source,
    size: u64,
    host: &dyn Host,
    budget: &mut Budget,
) -> io::Result<Inside> {
    budget.begin(size);
    let container = Container {
        path: &[],
        names: part.names(),
        kinds: part.kinds(),
        content: part.content(),
        detected: part.detected_type(),
        depth: 0,
    };
    let mut walk = Walk::new(host, budget);
    let unread = match walk.open(content, &container) {
        Ok(Opened::InPart(why)) => Some(why),
        Ok(Opened::Whole | Opened::NotOne) => None,
        Err(Stop::Limit) => Some(Unread::Limit),
        Err(Stop::Program(error)) => return Err(error),
    };
    Ok(Inside {
        members: walk.members,
        unread,
    })
}
