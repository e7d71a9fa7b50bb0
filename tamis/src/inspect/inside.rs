//! What lies in the containers of a message: each is decoded into a place of its own and opened there, off the async threads.
//!
//! Nothing is written under a name from a message: content lies in memory, or in files that have no name.

use super::canonical::Form;
use super::{Came, Site, judged_reading};
use crate::spool::{CHUNK, Spool};
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tamis_sanitize::decode::{Decoder, Encoding};
use tamis_sanitize::inside::{self, Bounds, Budget, Holder, Host, Store};
use tamis_sanitize::map::{Inside, Unread};
use tamis_sanitize::{Part, Reading};
use tempfile::SpooledTempFile;

/// How long one message may be looked into.
const WITHIN: Duration = Duration::from_secs(10);

/// Looks into every part, of the form that is judged, that could hold something. A message without such a part costs
/// nothing. An error is a failure of the spool.
pub(super) async fn look(site: &Arc<Site>, came: Came, form: Form) -> io::Result<(Came, Form)> {
    if !judged_reading(&came, &form)
        .map()
        .parts()
        .iter()
        .any(inside::is_worth_opening)
    {
        return Ok((came, form));
    }
    let site = Arc::clone(site);
    let work = move || look_into(&site, came, form);
    tokio::task::spawn_blocking(work).await?
}

/// As [`look`]. Blocks.
fn look_into(site: &Site, mut came: Came, mut form: Form) -> io::Result<(Came, Form)> {
    let (reading, spool) = match &mut form {
        Form::Canonical(anew) => (&mut anew.reading, &anew.spool),
        Form::AsItCame | Form::Unsafe(_) => (&mut came.reading, &came.spool),
    };
    let map = match reading {
        Reading::Whole(map) | Reading::Cut { seen: map, .. } => map,
    };
    let mut look = Inspecting::new(site, spool);
    let found = map
        .parts()
        .iter()
        .filter(|part| inside::is_worth_opening(part))
        .map(|part| Ok((part.id(), look.open_part(part)?)))
        .collect::<io::Result<Vec<_>>>()?;
    for (part, inside) in found {
        map.set_inside(part, inside);
    }
    Ok((came, form))
}

/// Looks into the parts of one message.
struct Inspecting<'a> {
    spool: &'a Spool,
    places: Places<'a>,
    budget: Budget,
}

impl<'a> Inspecting<'a> {
    fn new(site: &'a Site, spool: &'a Spool) -> Self {
        Inspecting {
            spool,
            places: Places {
                site,
                until: Instant::now() + WITHIN,
            },
            budget: Budget::new(Bounds::default()),
        }
    }

    /// Looks into a part in each transfer encoding that some field of it names.
    fn open_part(&mut self, part: &Part) -> io::Result<Inside> {
        let mut all = Inside::default();
        for encoding in part.encodings() {
            let found = self.open_content(part, *encoding)?;
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

    /// What reads containers is made to bear any content. Should it fail all the same, that is a fact about the part.
    fn open_content(&mut self, part: &Part, encoding: Encoding) -> io::Result<Inside> {
        let mut content = self.places.place();
        let size = self.decode(part, encoding, &mut content)?;
        let opened = catch_unwind(AssertUnwindSafe(|| {
            inside::open(
                &Holder::of(part),
                &mut content,
                size,
                &self.places,
                &mut self.budget,
            )
        }));
        opened.unwrap_or_else(|_| {
            Ok(Inside {
                unread: Some(Unread::Failed),
                ..Inside::default()
            })
        })
    }

    fn decode(&self, part: &Part, encoding: Encoding, to: &mut impl Write) -> io::Result<u64> {
        let mut raw = self.spool.range(part.body());
        let mut decoder = Decoder::new(encoding);
        let (mut buffer, mut decoded, mut size) = (vec![0; CHUNK], Vec::new(), 0_u64);
        loop {
            let count = raw.read(&mut buffer)?;
            decoded.clear();
            if count == 0 {
                decoder.finish(&mut decoded);
            } else {
                decoder.push(buffer.get(..count).unwrap_or_default(), &mut decoded);
            }
            to.write_all(&decoded)?;
            size = size.saturating_add(decoded.len() as u64);
            if count == 0 {
                return Ok(size);
            }
        }
    }
}

/// Where unpacked content lies: as a message does, in memory up to a threshold and then in a file without a name.
struct Places<'a> {
    site: &'a Site,
    until: Instant,
}

impl Places<'_> {
    fn place(&self) -> SpooledTempFile {
        let settings = &self.site.spool;
        tempfile::spooled_tempfile_in(settings.threshold, &settings.dir)
    }
}

impl Host for Places<'_> {
    fn store(&self) -> io::Result<Box<dyn Store>> {
        Ok(Box::new(self.place()))
    }

    fn has_time(&self) -> bool {
        Instant::now() < self.until
    }
}
