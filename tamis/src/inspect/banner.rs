//! The banner that a rule asks for, put into the text of the message.

use crate::spool::Spool;
use std::io::{self, Read};
use tamis_rules::Banner;
use tamis_sanitize::banner::{self, CONTENT_MOST, Place};
use tamis_sanitize::decode::Decoder;
use tamis_sanitize::map::Disposition;
use tamis_sanitize::{Changes, MessageMap, Part, PartEdit, PartId, Plan};

/// Puts a banner into the first plain text and the first page that a reader of the message sees, and says which parts
/// got it. Mail that is signed or encrypted, and text that is going to be replaced, is left alone.
pub(super) fn put(
    map: &MessageMap,
    spool: &Spool,
    banner: &Banner,
    plan: &mut Plan,
) -> io::Result<Vec<PartId>> {
    let protections = map.protections();
    if protections.is_signed() || protections.is_encrypted() {
        return Ok(Vec::new());
    }
    let banner = banner::Banner {
        text: banner.text.clone(),
        html: banner.html.clone(),
        place: if banner.top {
            Place::Top
        } else {
            Place::Bottom
        },
    };
    let mut got = Vec::new();
    for media_type in ["text/plain", "text/html"] {
        let seen = |part: &&Part| part.media_type() == media_type && is_seen(map, part);
        let Some(part) = map.parts().iter().find(seen) else {
            continue;
        };
        let Some(decoded) = decoded(spool, part)? else {
            continue;
        };
        if let Ok(text) = banner::apply(part, &decoded, &banner)
            && change(plan, part.id()).is_some_and(|changes| changes.text.replace(text).is_none())
        {
            got.push(part.id());
        }
    }
    Ok(got)
}

/// Whether a reader of the message sees it as a part of its text.
fn is_seen(map: &MessageMap, part: &Part) -> bool {
    let in_message = map
        .ancestors(part.id())
        .any(|holder| holder.media_type().starts_with("message/"));
    part.is_leaf()
        && !in_message
        && part.names().is_empty()
        && part.disposition() != Some(Disposition::Attachment)
}

/// The changes that are planned for a part; none if it goes.
fn change(plan: &mut Plan, part: PartId) -> Option<&mut Changes> {
    let known = plan.parts.iter().position(|(known, _)| *known == part);
    let at = known.unwrap_or(plan.parts.len());
    if known.is_none() {
        plan.parts
            .push((part, PartEdit::Change(Changes::default())));
    }
    match plan.parts.get_mut(at) {
        Some((_, PartEdit::Change(changes))) => Some(changes),
        _ => None,
    }
}

/// The content of a part; none if it is too long.
fn decoded(spool: &Spool, part: &Part) -> io::Result<Option<Vec<u8>>> {
    if part.size() > CONTENT_MOST as u64 {
        return Ok(None);
    }
    let mut raw = Vec::new();
    spool.range(part.body()).read_to_end(&mut raw)?;
    let mut decoder = Decoder::new(part.encoding());
    let mut decoded = Vec::new();
    decoder.push(&raw, &mut decoded);
    decoder.finish(&mut decoded);
    Ok(Some(decoded))
}
