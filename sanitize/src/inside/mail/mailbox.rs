//! Mailboxes (mbox, RFC 4155): each message is a member.

use crate::inside::container::Container;
use crate::inside::cursor::range;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{Member, Unread};
use std::io::{self, BufRead, BufReader, Read, SeekFrom};
use std::ops::Range;

/// Messages that are read.
const MESSAGES: usize = 10_000;
/// Octets of a line that are kept.
const LINE: u64 = 4 << 10;

/// Opens each message.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let mailbox = Some("application/mbox");
    if container.detected != mailbox && look::mail_type(head) != mailbox {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let messages = match split(BufReader::new(&mut *source)) {
        Ok(messages) => messages,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    let more = messages.len() > MESSAGES;
    for (number, message) in (1_u32..).zip(messages.into_iter().take(MESSAGES)) {
        let mut member = Member::new(container.path, Vec::new(), &format!("message {number}"));
        member.media_type = Some("message/rfc822".to_owned());
        let size = message.end.saturating_sub(message.start);
        let mut content = range(&mut *source, message.start, size).map_err(Stop::Program)?;
        walk.member(container, member, &mut content)?;
    }
    Ok(Opened::unless(more.then_some(Unread::Limit)))
}

/// Where the messages stand, without their envelope lines: one begins at the start, and behind each empty line.
fn split(mut from: impl BufRead) -> io::Result<Vec<Range<u64>>> {
    let mut found: Vec<Range<u64>> = Vec::new();
    let (mut at, mut empty, mut whole) = (0_u64, true, true);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = from.by_ref().take(LINE).read_until(b'\n', &mut line)? as u64;
        let begins = whole && empty && line.starts_with(b"From ");
        if (count == 0 || begins)
            && let Some(last) = found.last_mut()
        {
            last.end = at;
        }
        if count == 0 || found.len() > MESSAGES {
            return Ok(found);
        }
        at = at.saturating_add(count);
        if begins {
            found.push(at..at);
        }
        empty = whole && line.trim_ascii_end().is_empty();
        whole = line.ends_with(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn messages_stand_between_envelope_lines() {
        let text = b"From a\nA: 1\n\nFrom here on\n\nFrom b\nB: 2\n\nFromage\n";
        let found = split(&text[..]).expect("in memory");
        let shown: Vec<&[u8]> = found
            .iter()
            .map(|range| {
                let at = |octet: u64| usize::try_from(octet).expect("small");
                &text[at(range.start)..at(range.end)]
            })
            .collect();
        assert_eq!(shown, [&b"A: 1\n\n"[..], b"\n", b"B: 2\n\nFromage\n"]);
    }
}
