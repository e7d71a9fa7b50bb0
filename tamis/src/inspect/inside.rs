//! What lies in the containers of a message: each part is decoded and opened, off the async threads.

use super::canonical::Form;
use super::{Came, Site, judged_reading, judged_spool};
use crate::decoder::Session;
use crate::spool::{CHUNK, Spool};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tamis_sanitize::decode::{Decoder, Encoding};
use tamis_sanitize::inside::{self, Holder};
use tamis_sanitize::map::Inside;
use tamis_sanitize::{Part, Reading};

/// How long one message may be looked into.
const WITHIN: Duration = Duration::from_secs(10);

/// Octets of a message whose pages are read without a thread of their own: nothing is written, and it takes little time.
const LIGHT: u64 = 64 << 10;

/// Looks into every part, of the form that is judged, that could hold something. A message without such a part costs
/// nothing. An error is a failure of the spool.
pub(super) async fn look(site: &Arc<Site>, came: Came, form: Form) -> io::Result<(Came, Form)> {
    match effort(&came, &form) {
        Effort::None => return Ok((came, form)),
        Effort::Light => return look_into(site, came, form),
        Effort::Full => {}
    }
    let site = Arc::clone(site);
    let work = move || look_into(&site, came, form);
    tokio::task::spawn_blocking(work).await?
}

/// What looking into a message takes.
enum Effort {
    /// No part could hold anything.
    None,
    /// Short pages, in which nothing is opened that has to be written anywhere.
    Light,
    /// A thread of its own.
    Full,
}

fn effort(came: &Came, form: &Form) -> Effort {
    let parts = judged_reading(came, form).map().parts().iter();
    let mut worth = parts
        .filter(|part| inside::is_worth_opening(part))
        .peekable();
    if worth.peek().is_none() {
        return Effort::None;
    }
    let short = judged_spool(came, form).len() <= LIGHT;
    if short && worth.all(|part| Holder::of(part).is_page()) {
        Effort::Light
    } else {
        Effort::Full
    }
}

/// As [`look`]. Blocks.
fn look_into(site: &Site, mut came: Came, mut form: Form) -> io::Result<(Came, Form)> {
    let (reading, spool) = match &mut form {
        Form::Canonical(anew) => (&mut anew.reading, &anew.spool),
        Form::AsItCame | Form::Unread | Form::Unsafe(_) => (&mut came.reading, &came.spool),
    };
    let map = match reading {
        Reading::Whole(map) | Reading::Cut { seen: map, .. } => map,
    };
    let mut look = Inspecting::new(site, spool, came.digests);
    let found = map
        .parts()
        .iter()
        .filter(|part| inside::is_worth_opening(part))
        .map(|part| Ok((part.id(), look.open_part(part)?)))
        .collect::<io::Result<Vec<_>>>()?;
    drop(look);
    for (part, inside) in found {
        map.set_inside(part, inside);
    }
    Ok((came, form))
}

/// Looks into the parts of one message.
struct Inspecting<'a> {
    spool: &'a Spool,
    digests: bool,
    session: Session<'a>,
}

impl<'a> Inspecting<'a> {
    fn new(site: &'a Site, spool: &'a Spool, digests: bool) -> Self {
        Inspecting {
            spool,
            digests,
            session: site.decoders.session(&site.spool, Instant::now() + WITHIN),
        }
    }

    /// Looks into a part in each transfer encoding that some field of it names.
    fn open_part(&mut self, part: &Part) -> io::Result<Inside> {
        let mut all = Inside::default();
        let holder = Holder::of(part).with_digests(self.digests);
        for encoding in part.encodings() {
            let found = self
                .session
                .open(&holder, |to| decode(self.spool, part, *encoding, to))?;
            for member in found.members {
                if !all.members.contains(&member) {
                    all.members.push(member);
                }
            }
            all.unread = all.unread.or(found.unread);
            all.findings = all.findings.union(found.findings);
        }
        Ok(all)
    }
}

/// Writes what a part holds, decoded.
fn decode(spool: &Spool, part: &Part, encoding: Encoding, to: &mut dyn Write) -> io::Result<()> {
    let mut raw = spool.range(part.body());
    let mut decoder = Decoder::new(encoding);
    let length = usize::try_from(part.body().len()).unwrap_or(CHUNK);
    let (mut buffer, mut decoded) = (vec![0; length.clamp(1, CHUNK)], Vec::new());
    loop {
        let count = raw.read(&mut buffer)?;
        decoded.clear();
        if count == 0 {
            decoder.finish(&mut decoded);
        } else {
            decoder.push(buffer.get(..count).unwrap_or_default(), &mut decoded);
        }
        to.write_all(&decoded)?;
        if count == 0 {
            return Ok(());
        }
    }
}
