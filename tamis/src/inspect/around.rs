//! A message around the message, read again: it is a notice and the message that was judged, and there is nothing else to
//! be seen in it.
//!
//! Policy is asked about the message inside, as it would be delivered without the other one around it. What it has said
//! holds for the whole if each part is there again, two levels deeper: the wrapper is ours, and a policy against attached
//! messages or many parts is not asked about it.
//!
//! What wrapping leaves of signatures: the message inside keeps its octets, but for the parts that rules edit, so whatever
//! was signed in it (S/MIME, PGP, and DKIM for who checks the file) still holds there. The message around it is a new one:
//! a DKIM signature that stands in its header speaks of another body, and the report says that it no longer holds.

use super::canonical::became_ambiguous;
use std::mem::discriminant;
use tamis_rules::{NoticeTemplate, Values};
use tamis_sanitize::canon::Treatment;
use tamis_sanitize::map::Structure;
use tamis_sanitize::{MessageMap, Part, PartId, Wrap};

/// File name of the message inside.
const NAME: &str = "original.eml";

/// What stands in front of it: the message around it, the notice, and the part that it is.
const IN_FRONT: usize = 3;

/// Levels that a part goes down: the message around it holds a part, and that one holds the message.
const LEVELS: u16 = 2;

/// The message around it, with what is known of where the message is kept.
pub(super) fn wrap(notice: &NoticeTemplate, id: Option<&str>) -> Wrap {
    Wrap {
        notice: notice.render(&Values { id }),
        name: NAME.to_owned(),
    }
}

/// What is wrong with a message that was written around another one, if anything is.
pub(super) fn complaint(
    after: &MessageMap,
    inner: &MessageMap,
    treatment: &Treatment,
) -> Option<&'static str> {
    if !is_around(after, inner) {
        return Some("the wrapped message does not have the parts that were judged");
    }
    became_ambiguous(after, inner, treatment)
        .then_some("the wrapped message has more than one reading")
}

/// Whether a message is a notice and, behind it, exactly the parts of another one.
fn is_around(after: &MessageMap, inner: &MessageMap) -> bool {
    let Some(([around, notice, wrapper], inside)) = after
        .parts()
        .split_at_checked(IN_FRONT)
        .and_then(|(front, inside)| Some((<&[Part; IN_FRONT]>::try_from(front).ok()?, inside)))
    else {
        return false;
    };
    let holds = |part: &Part| part.parent() == Some(around.id()) && part.depth() == 1;
    matches!(around.structure(), Structure::Multipart { .. })
        && holds(notice)
        && notice.is_leaf()
        && notice.media_type() == "text/plain"
        && holds(wrapper)
        && *wrapper.structure() == Structure::Message
        && inside.len() == inner.parts().len()
        && inside
            .iter()
            .zip(inner.parts())
            .all(|(part, judged)| is_same(part, judged))
}

/// Whether a part shows nothing that it did not show when it was judged.
fn is_same(part: &Part, judged: &Part) -> bool {
    let known = |name: &str| judged.names().iter().any(|known| known.text == name);
    discriminant(part.structure()) == discriminant(judged.structure())
        && part.depth() == judged.depth().saturating_add(LEVELS)
        && part.media_type() == judged.media_type()
        && part.encoding() == judged.encoding()
        && part.disposition() == judged.disposition()
        && part.size() == judged.size()
        && part.body().len() == judged.body().len()
        && (part.digest() == judged.digest() || judged.digest().is_none())
        && part
            .kinds()
            .iter()
            .all(|kind| judged.kinds().contains(kind))
        && part.names().iter().all(|name| known(&name.text))
}

/// Tells a wrapped message what lies in its parts: what lay in those that were judged.
pub(super) fn tell_inside(after: &mut MessageMap, inner: &MessageMap) {
    let ids: Vec<PartId> = after.parts().iter().skip(IN_FRONT).map(Part::id).collect();
    for (id, judged) in ids.into_iter().zip(inner.parts()) {
        if judged.is_leaf() {
            after.set_inside(id, judged.inside().clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::complaint;
    use tamis_sanitize::canon::Treatment;
    use tamis_sanitize::{Limits, MessageMap, Needs, Notice, Piece, Plan, Reader, Wrap, rewrite};

    fn read(message: &str) -> MessageMap {
        let mut reader = Reader::new(Needs::default(), Limits::default());
        reader.push(message.as_bytes());
        reader.finish().map().clone()
    }

    /// A message around another one.
    fn wrapped(message: &str) -> String {
        let notice = Notice {
            text: "notice".to_owned(),
            name: "notice.txt".to_owned(),
            language: "en".to_owned(),
        };
        let map = read(message);
        let plan = Plan {
            wrap: Some(Wrap {
                notice,
                name: "original.eml".to_owned(),
            }),
            ..Plan::default()
        };
        let piece = |piece| match piece {
            Piece::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
            Piece::Copy(range) => {
                let at = |place: u64| usize::try_from(place).unwrap();
                message[at(range.start)..at(range.end)].to_owned()
            }
            Piece::Recode(_) => unreachable!(),
        };
        let result = rewrite(&map, &plan).message(&map);
        result.into_iter().map(piece).collect()
    }

    #[test]
    fn what_is_not_exactly_the_message_is_told() {
        let message = "Subject: s\r\n\r\nHi\r\n";
        let good = wrapped(message);
        let close = good.trim_end().rsplit("\r\n").next().unwrap();
        let delimiter = close.trim_end_matches("--");
        let other = "the wrapped message does not have the parts that were judged";
        for (from, to, expected) in [
            ("", "", None),
            ("Hi", "High", Some(other)),
            (
                "\r\n\r\nSubject: s",
                "\r\n\r\nContent-Type: text/html",
                Some(other),
            ),
            (
                "\r\n\r\nSubject: s",
                "\r\n\r\nContent-Disposition: attachment; filename=a.exe",
                Some(other),
            ),
            (
                close,
                &format!("{delimiter}\r\n\r\nmore\r\n{close}"),
                Some(other),
            ),
            ("text/plain", "text/html", Some(other)),
            (
                " boundary=",
                " boundary=other; boundary=",
                Some("the wrapped message has more than one reading"),
            ),
        ] {
            let result = good.replacen(from, to, 1);
            let found = complaint(&read(&result), &read(message), &Treatment::default());
            assert_eq!(found, expected, "{result}");
        }
        assert_eq!(
            complaint(&read(message), &read(message), &Treatment::default()),
            Some(other)
        );
    }
}
