//! What lies in a container: archives, compressed streams, TNEF and attached messages, to any depth within one budget.
//!
//! Everything that could open a container opens it, and everything that any of them shows counts: names of the directory
//! and of the local header of a ZIP archive, an archive behind other octets, each transfer encoding of a part of an
//! attached message. What could not be read is said to be [`Unread`], with the reason; it is never just left out.
//!
//! | folder | reads |
//! |---|---|
//! | `archive` | ZIP, tar, 7-Zip, RAR, cabinets, LHA, ar, cpio, RPM, disc images, and streams of one compressed file |
//! | `document` | office documents, PDF, RTF, notes, and what is embedded in them |
//! | `page` | HTML and SVG: what a page does, and files that are written in it |
//! | `mail` | messages and mailboxes that were attached as files, TNEF, S/MIME, calendars, files written in text |

mod archive;
mod blob;
mod budget;
mod compound;
mod container;
mod cursor;
mod decoded;
mod document;
mod foreign;
mod formats;
mod holder;
mod host;
mod mail;
mod member;
mod outcome;
mod page;
mod pieces;
mod tags;
mod told;
mod walk;

pub use budget::{Bounds, Budget};
pub use holder::Holder;
pub use host::{Host, InMemory, Source, Store};

use crate::look::kinds_of_type;
use crate::map::{Inside, Part, Unread};
use container::{Container, Place, is_called_a_holder, may_hold};
use formats::FORMATS;
use outcome::{Opened, Stop};
use std::io;
use walk::Walk;

/// Whether a part could hold something that is not seen without opening it.
pub fn is_worth_opening(part: &Part) -> bool {
    let worth = || {
        let declared = kinds_of_type(part.media_type());
        part.written
            || may_hold(part.kinds(), part.content())
            || is_called_a_holder(part.names(), part.media_type())
            || told::disagrees(part.names(), declared, part.content())
    };
    part.is_leaf() && part.size() > 0 && worth()
}

/// Opens what is held, whose decoded content is `content` of `size` octets. An error is one of the program, never one of the content.
pub fn open(
    holder: &Holder,
    content: &mut dyn Source,
    size: u64,
    host: &dyn Host,
    budget: &mut Budget,
) -> io::Result<Inside> {
    budget.begin(size);
    let container = Container {
        path: &[],
        names: &holder.names,
        kinds: holder.kinds,
        content: holder.content,
        detected: holder.detected.as_deref(),
        declared: holder.declared,
        depth: 0,
        place: Place::Part,
        package: None,
    };
    let mut walk = Walk::new(FORMATS, host, budget);
    walk.digests = holder.digests;
    let unread = match walk.open(content, &container) {
        Ok(Opened::InPart(why)) => Some(why),
        Ok(Opened::Whole | Opened::NotOne) => None,
        Err(Stop::Limit) => Some(Unread::Limit),
        Err(Stop::Program(error)) => return Err(error),
    };
    Ok(Inside {
        members: walk.members,
        findings: walk.findings,
        unread,
    })
}
