//! The result of a rewrite, read again: whether the policy has nothing left to do, and nothing got lost.
//!
//! What Tamis itself has written is not asked about: a policy against all attachments, or all text, would never be content
//! with its own notices. Everything else of the result came with the message, and is judged like it.

use std::collections::{BTreeMap, BTreeSet};
use tamis_rules::{Delivery, PartAction, PartDecision, Verdict};
use tamis_sanitize::{Extent, MessageMap, Part, PartId, Piece};

/// Where the octets of a result come from.
#[derive(Debug)]
pub(super) struct Origins<'a> {
    /// The message as it came.
    pub(super) before: &'a MessageMap,
    /// Its leaves, by where their bodies begin.
    leaves: BTreeMap<u64, &'a Part>,
    /// What was decided about it.
    delivery: &'a Delivery,
    /// Parts whose text was written anew, with a banner in it.
    bannered: &'a [PartId],
    /// Each piece of the result: its place, and where it stood in the message if it is no new one.
    pieces: Vec<(Extent, Option<u64>)>,
}

impl<'a> Origins<'a> {
    pub(super) fn new(
        before: &'a MessageMap,
        delivery: &'a Delivery,
        bannered: &'a [PartId],
        result: &[Piece],
    ) -> Self {
        let mut end = 0_u64;
        let mut place = |length: u64| {
            let start = end;
            end = end.saturating_add(length);
            Extent::new(start, end)
        };
        let pieces = result
            .iter()
            .map(|piece| match piece {
                Piece::Copy(range) => (place(range.len()), Some(range.start)),
                Piece::Bytes(bytes) => (place(bytes.len() as u64), None),
                // Only a canonical form has these, and it lies in a spool of its own.
                Piece::Recode(_) => (place(0), None),
            })
            .collect();
        let mut leaves = BTreeMap::new();
        for leaf in before.parts().iter().filter(|part| part.is_leaf()) {
            // Of leaves without content that begin at one place, the first.
            leaves.entry(leaf.body().start).or_insert(leaf);
        }
        Origins {
            before,
            leaves,
            delivery,
            bannered,
            pieces,
        }
    }

    /// Whether a policy that says this of the result has nothing left to do.
    ///
    /// What was judged already, and looks the same in the result, is not asked about again: that it stands at another place
    /// now, or that the message has become larger by what Tamis wrote, is no reason to refuse what policy delivers.
    pub(super) fn is_settled(&self, verdict: &Verdict, after: &MessageMap) -> bool {
        let known =
            |part: &Part| self.is_new(part) || self.was_changed(part) || self.was_judged(part);
        match verdict {
            Verdict::Deliver(delivery) => {
                let mut parts = delivery.parts.iter();
                parts.all(|decision| known(after.part(decision.part)))
            }
            Verdict::Reject(_) | Verdict::TempFail(_) | Verdict::Discard => {
                let mut parts = after.parts().iter();
                parts.all(|part| !part.is_leaf() || known(part))
            }
        }
    }

    /// Tells the result what lies in its parts: they hold what they held before.
    pub(super) fn tell_inside(&self, after: &mut MessageMap) {
        let held: Vec<_> = after
            .parts()
            .iter()
            .filter(|part| part.is_leaf())
            .filter_map(|part| {
                let before = self.leaf_before(part)?;
                Some((part.id(), before.inside().clone()))
            })
            .collect();
        for (part, inside) in held {
            after.set_inside(part, inside);
        }
    }

    /// Whether every leaf that stays is a leaf of the result too. One without content is not looked for.
    pub(super) fn keeps_all(&self, after: &MessageMap) -> bool {
        let kept: BTreeSet<u64> = after
            .parts()
            .iter()
            .filter(|part| part.is_leaf())
            .filter_map(|part| self.origin(part.body().start))
            .collect();
        let stripped: BTreeSet<PartId> = self
            .delivery
            .parts
            .iter()
            .filter(|decision| decision.action.takes_out())
            .map(|decision| decision.part)
            .collect();
        let goes = |part: &Part| {
            stripped.contains(&part.id())
                || self.bannered.contains(&part.id())
                || self
                    .before
                    .ancestors(part.id())
                    .any(|holder| stripped.contains(&holder.id()))
        };
        self.before
            .parts()
            .iter()
            .filter(|part| part.is_leaf() && !part.body().is_empty() && !goes(part))
            .all(|part| kept.contains(&part.body().start))
    }

    /// Where an octet of the result stood in the message; none if it is new.
    fn origin(&self, at: u64) -> Option<u64> {
        let next = self.pieces.partition_point(|(place, _)| place.end <= at);
        let (place, origin) = self.pieces.get(next)?;
        (*origin)?.checked_add(at.checked_sub(place.start)?)
    }

    /// Whether the content of a leaf is one that Tamis wrote: a notice, or nothing in the place of the whole message.
    fn is_new(&self, part: &Part) -> bool {
        let body = part.body();
        if body.is_empty() {
            let whole = |decision: &PartDecision| self.before.part(decision.part).depth() == 0;
            return part.id() == PartId::ROOT
                && part.names().is_empty()
                && self.delivery.parts.iter().any(whole);
        }
        part.is_leaf()
            && self
                .pieces
                .iter()
                .filter(|(place, _)| place.start < body.end && body.start < place.end)
                .all(|(_, origin)| origin.is_none())
    }

    /// Whether this is a part that was judged, and changed by a rule.
    fn was_changed(&self, part: &Part) -> bool {
        let origin = self.origin(part.body().start);
        self.delivery.parts.iter().any(|decision| {
            matches!(decision.action, PartAction::Change { .. })
                && origin == Some(self.before.part(decision.part).body().start)
        })
    }

    /// Whether this is a part that was judged and left, and rules about parts see in it what they saw before.
    fn was_judged(&self, part: &Part) -> bool {
        let Some(before) = self.leaf_before(part) else {
            return false;
        };
        let decided = |decision: &PartDecision| decision.part == before.id();
        !self.delivery.parts.iter().any(decided)
            && part.names() == before.names()
            && (part.kinds(), part.content()) == (before.kinds(), before.content())
            && part.media_type() == before.media_type()
            && part.detected_type() == before.detected_type()
            && (part.disposition(), part.size()) == (before.disposition(), before.size())
    }

    /// The leaf that this one is a copy of.
    fn leaf_before(&self, part: &Part) -> Option<&'a Part> {
        let at = Some(part)
            .filter(|part| part.is_leaf())
            .and_then(|part| self.origin(part.body().start))?;
        self.leaves.get(&at).copied()
    }
}
