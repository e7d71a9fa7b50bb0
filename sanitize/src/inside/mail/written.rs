//! Files that are written in text: uuencode, xxencode, yEnc, BinHex, base64 and the source of messages, wherever they stand.

use crate::inside::container::Container;
use crate::inside::decoded::Decoded;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::{Kind, Kinds};
use crate::look;
use crate::map::{FileName, Member, Unread};
use crate::study::{Block, TextFinds, TextScan};
use std::io::{self, SeekFrom};

/// Octets that are read at a time.
const CHUNK: usize = 32 << 10;
/// What files that are written in text are recognised as.
const WRITTEN: [&str; 3] = [
    "application/x-uuencode",
    "application/x-yenc",
    "application/mac-binhex40",
];

/// Opens the files that stand in text.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    if !is_text(container) {
        return Ok(Opened::NotOne);
    }
    let finds = match scan(source) {
        Ok(finds) => finds,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    for block in &finds.blocks {
        let mut content = Decoded::new(&mut *source, block.data.clone(), block.encoding)
            .map_err(Stop::Program)?;
        walk.member(container, member(container, block), &mut content)?;
    }
    Ok(match (finds.more, finds.blocks.is_empty()) {
        (true, _) => Opened::InPart(Unread::Limit),
        (false, true) => Opened::NotOne,
        (false, false) => Opened::Whole,
    })
}

/// Whether it is lines by content. Messages are read as what they are.
fn is_text(container: &Container<'_>) -> bool {
    let written = container
        .detected
        .is_some_and(|found| WRITTEN.contains(&found) || found == "text/plain");
    let lines = Kinds::from_iter([Kind::Text, Kind::Html, Kind::Script]);
    written || container.content.intersects(lines)
}

fn scan(source: &mut dyn Source) -> io::Result<TextFinds> {
    source.seek(SeekFrom::Start(0))?;
    let mut scan = TextScan::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(scan.finish()),
            count => scan.push(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn member(container: &Container<'_>, block: &Block) -> Member {
    let name = block.name.as_deref().map(String::from_utf8_lossy);
    let names: Vec<FileName> = name.iter().map(|name| look::name(name)).collect();
    Member::new(container.path, names, block.encoding.name())
}
