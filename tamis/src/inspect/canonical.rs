//! The canonical form of an ambiguous message: written anew, read again, until there is one reading.
//!
//! What is judged and delivered from then on is the result. The message as it came stays beside it: its defects are what
//! policy is asked about, its fields are what an MTA knows, and quarantine keeps it if anything of it was left out.

use super::outcome::Delivered;
use super::{Came, Site, reader};
use crate::spool::{CHUNK, Spool};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tamis_rules::{EnvelopeDecision, Policy};
use tamis_sanitize::canon::passes::PASSES_MOST;
use tamis_sanitize::canon::{Canon, Canonical, Dropped, Treatment};
use tamis_sanitize::repair::Timestamp;
use tamis_sanitize::study::Study;
use tamis_sanitize::write::chain;
use tamis_sanitize::{Code, Event, HeaderEdit, Kinds, MessageMap, PartId, Piece, Reading, Rewrite};

/// A message in its canonical form.
#[derive(Debug)]
pub(super) struct Anew {
    /// Its octets.
    pub(super) spool: Spool,
    /// Its map, with what the other readings showed.
    pub(super) reading: Reading,
    /// How its header section differs from that of the message as it came.
    pub(super) header: Vec<HeaderEdit>,
    /// Whether its body differs.
    pub(super) body: bool,
    /// What was repaired.
    pub(super) repairs: Vec<Code>,
    /// Section numbers of multiparts whose promise no longer holds.
    pub(super) loosened: Vec<String>,
    /// What was left out.
    pub(super) dropped: Vec<Dropped>,
    /// The part of the message as it came that each part was made from.
    origins: Vec<Option<PartId>>,
}

/// What was made of a message.
#[derive(Debug)]
pub(super) enum Form {
    /// It is plain, or nothing in it is to be repaired.
    AsItCame,
    /// It was written anew.
    Canonical(Box<Anew>),
    /// Nobody has read it.
    Unread,
    /// It was not possible to write it so that there is one reading.
    Unsafe(&'static str),
}

/// The form that is judged and delivered. Plain mail costs nothing here; the other is written off the async threads.
pub(super) async fn form(
    site: &Arc<Site>,
    policy: &Policy,
    came: Came,
) -> io::Result<(Came, Form)> {
    let treatment = treatment(policy);
    let needed = match &came.reading {
        Reading::Whole(map) => Canon::new(map, [0; 16], &treatment).is_needed(),
        Reading::Cut { .. } => false,
    };
    if !needed {
        return Ok((came, Form::AsItCame));
    }
    let site = Arc::clone(site);
    let work = move || {
        let form = make(&site, &treatment, &came)?;
        Ok((came, form))
    };
    tokio::task::spawn_blocking(work).await?
}

/// What is repaired in a message that has just been received.
pub(super) fn treatment(policy: &Policy) -> Treatment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.ok().and_then(|now| i64::try_from(now.as_secs()).ok());
    match seconds.map(Timestamp) {
        Some(now) => policy.treatment().of_message_received(now),
        None => *policy.treatment(),
    }
}

/// Whether a result has more than one reading, though what it was made from had one.
pub(super) fn became_ambiguous(
    after: &MessageMap,
    before: &MessageMap,
    treatment: &Treatment,
) -> bool {
    let is_needed = |map| Canon::new(map, [0; 16], treatment).is_needed();
    is_needed(after) && !is_needed(before)
}

/// Writes a message anew, as often as need be. Blocks; an error is a failure of the spool.
fn make(site: &Site, treatment: &Treatment, message: &Came) -> io::Result<Form> {
    let (came, spool) = (message.reading.map(), &message.spool);
    let mut seed = seed(spool)?;
    let mut form = Form::AsItCame;
    for _ in 0..=PASSES_MOST {
        let (map, octets, treatment) = match &form {
            Form::Canonical(anew) => (anew.reading.map(), &anew.spool, treatment.of_ambiguous()),
            _ => (came, spool, *treatment),
        };
        let canon = Canon::new(map, seed, &treatment);
        if !canon.is_needed() {
            return Ok(finished(form, came));
        }
        let canonical = studied(site, canon, map, octets)?.finish();
        let Some(anew) = write(site, message, map, octets, &form, canonical)? else {
            return Ok(Form::Unsafe("its canonical form is beyond a limit"));
        };
        form = Form::Canonical(Box::new(anew));
        seed.rotate_left(1);
    }
    Ok(Form::Unsafe("it has no canonical form"))
}

/// Studies the content of every part that has several readings.
fn studied<'a>(
    site: &Site,
    mut canon: Canon<'a>,
    map: &MessageMap,
    octets: &Spool,
) -> io::Result<Canon<'a>> {
    for id in canon.to_study() {
        let part = map.part(id);
        let mut study = Study::new(part, &site.limits);
        let mut body = octets.range(part.body());
        while let Some(chunk) = body.chunk()? {
            study.push(&chunk);
        }
        canon.learn(id, study.finish());
    }
    Ok(canon)
}

/// Writes the result of one pass and reads it. None: it was not read to its end.
fn write(
    site: &Site,
    message: &Came,
    before: &MessageMap,
    octets: &Spool,
    form: &Form,
    canonical: Canonical,
) -> io::Result<Option<Anew>> {
    let mut spool = Spool::new(site.spool.clone());
    let mut reader = reader(message.digests, &site.limits);
    for chunk in octets.splice(&canonical.message(before)) {
        let chunk = chunk?;
        reader.push(&chunk);
        while reader.next() != Event::NeedInput {}
        spool.append(&chunk)?;
    }
    let Reading::Whole(mut map) = reader.finish() else {
        return Ok(None);
    };
    let made_from = canonical.origins.of(&map);
    map.adopt_readings(before, &made_from);
    adopt_learned(&mut map, &made_from, &canonical.learned);
    let mut anew = Anew {
        spool,
        header: canonical.header,
        body: canonical.body.is_some(),
        repairs: canonical.repairs.iter().map(|(code, _)| *code).collect(),
        loosened: Vec::new(),
        dropped: canonical.dropped,
        origins: made_from,
        reading: Reading::Whole(map),
    };
    let number = |part| before.part(part).number().to_owned();
    anew.loosened = canonical.loosened.into_iter().map(number).collect();
    if let Form::Canonical(earlier) = form {
        anew.follow(message.reading.map(), earlier);
    }
    Ok(Some(anew))
}

/// Adds what studies have shown of parts of the message before. Where several leaves were made of one part, what none of
/// them shows itself belongs to the first.
fn adopt_learned(map: &mut MessageMap, made_from: &[Option<PartId>], learned: &[(PartId, Kinds)]) {
    for (origin, kinds) in learned {
        let made = map.parts().iter().zip(made_from);
        let leaves = made.filter(|(part, from)| part.is_leaf() && **from == Some(*origin));
        let (mut first, mut hidden) = (None, *kinds);
        for (leaf, _) in leaves {
            first.get_or_insert(leaf.id());
            leaf.kinds().iter().for_each(|kind| hidden.remove(kind));
        }
        if let Some(first) = first {
            map.adopt_part(first, &[], hidden);
        }
    }
}

impl Anew {
    /// Adds what an earlier pass has done.
    fn follow(&mut self, came: &MessageMap, earlier: &Anew) {
        self.header = chain(came, &earlier.header, &self.header);
        self.body |= earlier.body;
        self.repairs.splice(..0, earlier.repairs.iter().copied());
        self.loosened.splice(..0, earlier.loosened.iter().cloned());
        self.dropped.splice(..0, earlier.dropped.iter().cloned());
        for origin in &mut self.origins {
            *origin = origin.and_then(|part| earlier.origins.get(part.index()).copied().flatten());
        }
    }
}

impl Anew {
    /// What is delivered: this, or what a rewrite makes of it. An MTA is told of every change since the message came.
    pub(super) fn delivered(
        self,
        came: &MessageMap,
        rewrite: Rewrite,
        after: Option<MessageMap>,
    ) -> Delivered {
        let map = self.reading.map();
        let message = rewrite.message(map);
        let body = match rewrite.body {
            None if self.body => Some(vec![Piece::Copy(map.root().body())]),
            body => body,
        };
        let after = after.or_else(|| Some(map.clone()));
        Delivered {
            header: chain(came, &self.header, &rewrite.header),
            body,
            message: Some(message),
            after,
            spool: Arc::new(self.spool),
            envelope: EnvelopeDecision::default(),
            hold: None,
        }
    }
}

/// The finished form: its defects are those of the message as it came.
fn finished(form: Form, came: &MessageMap) -> Form {
    match form {
        Form::Canonical(mut anew) => {
            if let Reading::Whole(map) = &mut anew.reading {
                map.adopt_defects(came, &anew.origins);
            }
            anew.repairs.sort_unstable();
            anew.repairs.dedup();
            Form::Canonical(anew)
        }
        other => other,
    }
}

/// Octets that the sender of the message cannot have known: its own digest.
pub(super) fn seed(spool: &Spool) -> io::Result<[u8; 16]> {
    let mut digest = Sha256::new();
    let mut reader = spool.reader();
    let mut buffer = vec![0; CHUNK];
    loop {
        let length = reader.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        digest.update(buffer.get(..length).unwrap_or_default());
    }
    let mut seed = [0; 16];
    seed.iter_mut()
        .zip(digest.finalize())
        .for_each(|(to, from)| *to = from);
    Ok(seed)
}
