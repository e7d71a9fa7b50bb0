//! What a plan makes of a message, read again before anybody gets it.

use super::again::Origins;
use super::judged::Judged;
use super::{around, canonical, facts, reader};
use std::io;
use tamis_rules::Delivery;
use tamis_sanitize::canon::Treatment;
use tamis_sanitize::{Event, MessageMap, PartId, Piece, Plan, Reading, Rewrite, rewrite};

/// A message that was rewritten.
#[derive(Debug)]
pub(super) struct Edited {
    pub(super) rewrite: Rewrite,
    /// The map of the result; none if nothing changes.
    pub(super) after: Option<MessageMap>,
}

/// Why a result cannot be delivered.
type Unsafe = &'static str;

impl Judged {
    /// Rewrites the message and reads the result as its recipient will. An error is a failure of the spool; `Unsafe` says
    /// that the result is not what was judged.
    pub(super) fn edit(
        &self,
        map: &MessageMap,
        delivery: &Delivery,
        mut plan: Plan,
        bannered: &[PartId],
    ) -> io::Result<Result<Edited, Unsafe>> {
        let wrap = plan.wrap.take();
        let rewritten = rewrite(map, &plan);
        let mut after = None;
        if !rewritten.is_identity() {
            let result = rewritten.message(map);
            let origins = Origins::new(map, delivery, bannered, &result);
            match self.read_again(&origins, &result)? {
                Ok(map) => after = Some(map),
                Err(why) => return Ok(Err(why)),
            }
        }
        if wrap.is_none() {
            let rewrite = rewritten;
            return Ok(Ok(Edited { rewrite, after }));
        }
        plan.wrap = wrap;
        let rewrite = rewrite(map, &plan);
        let inner = after.as_ref().unwrap_or(map);
        let result = self.read_wrapped(inner, &rewrite.message(map))?;
        Ok(result.map(|after| Edited {
            rewrite,
            after: Some(after),
        }))
    }

    /// Reads the result, and asks the policy again: what is delivered has nothing that policy removes. Gives the map of the
    /// result.
    fn read_again(
        &self,
        origins: &Origins<'_>,
        result: &[Piece],
    ) -> io::Result<Result<MessageMap, Unsafe>> {
        let mut reading = self.read(result)?;
        if let Reading::Whole(map) = &mut reading {
            origins.tell_inside(map);
        }
        let facts = facts(&self.envelope, &reading, &self.scans);
        let verdict = self.policy.decide(&facts).verdict;
        Ok(match reading {
            Reading::Whole(map) if !origins.is_settled(&verdict, &map) => {
                Err("the result still has what policy removes")
            }
            Reading::Whole(map) if !origins.keeps_all(&map) => {
                Err("the result has lost what policy leaves")
            }
            Reading::Whole(map)
                if canonical::became_ambiguous(&map, origins.before, &self.of_ambiguous()) =>
            {
                Err("the result has more than one reading")
            }
            Reading::Whole(map) => Ok(map),
            Reading::Cut { .. } => Err("the result is beyond a limit"),
        })
    }

    /// Reads the message that was put around one of which policy has nothing left to say.
    fn read_wrapped(
        &self,
        inner: &MessageMap,
        result: &[Piece],
    ) -> io::Result<Result<MessageMap, Unsafe>> {
        let Reading::Whole(mut after) = self.read(result)? else {
            return Ok(Err("the wrapped message is beyond a limit"));
        };
        if let Some(complaint) = around::complaint(&after, inner, &self.of_ambiguous()) {
            return Ok(Err(complaint));
        }
        around::tell_inside(&mut after, inner);
        Ok(Ok(after))
    }

    /// What a result may not have more than one reading of.
    fn of_ambiguous(&self) -> Treatment {
        canonical::treatment(&self.policy).of_ambiguous()
    }

    fn read(&self, result: &[Piece]) -> io::Result<Reading> {
        let mut reader = reader(self.came.digests, &self.site.limits);
        for chunk in self.spool().splice(result) {
            reader.push(&chunk?);
            while reader.next() != Event::NeedInput {}
        }
        Ok(reader.finish())
    }
}
