//! Rules of YARA, by the YARA-X library in this process.
//!
//! ```text
//! pieces ─▶ gathered in memory ─▶ a processor is free ─▶ a thread that may block: the rules ─▶ Report
//!                                                              ▲
//!                                files of rules ─▶ compiled ───┘ anew when they have changed
//! ```
//!
//! Conditions are interpreted: no code is made at run time, so a process that may not make any can still scan.
//!
//! Rules that cannot be compiled are said with file and line. As long as there are older ones those stay in force; if there
//! are none, nothing is scanned.

mod files;
mod rulebook;
mod settings;
mod shelf;

use crate::{Bounds, Envelope, Pieces, Printable, Probe, Reason, Report, Scan, Scanner, Unscanned};
use rulebook::Rulebook;
pub use settings::YaraSettings;
use shelf::{Shelf, Standing};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use tokio_stream::StreamExt as _;

/// Rules of YARA. Cheap to clone; clones share the rules.
///
/// Its report is [`Report::Clean`] or [`Report::Found`]; the signature is the names of all rules that match, in the order of
/// the alphabet and with a space between them. A scan that takes too long is [`Reason::Timeout`], rules that are not there or
/// have a fault are [`Reason::Unreachable`], all else that goes wrong is [`Reason::Failed`].
#[derive(Clone)]
pub struct Yara {
    settings: Arc<YaraSettings>,
    shelf: Arc<Shelf>,
    processors: Arc<Semaphore>,
}

impl Yara {
    /// The rules of these settings. They are read at the first scan or probe.
    pub fn new(settings: YaraSettings) -> Self {
        Yara {
            shelf: Arc::new(Shelf::new(settings.rules.clone())),
            processors: Arc::new(Semaphore::new(settings.processors.max(1))),
            settings: Arc::new(settings),
        }
    }

    async fn scan(self, pieces: Pieces) -> Result<Report, Unscanned> {
        let began = Instant::now();
        let content = gathered(pieces).await?;
        let rulebook = self.rulebook().await?;
        let processor = Arc::clone(&self.processors).acquire_owned().await;
        let processor = processor.map_err(|error| failed(&error))?;
        let left = self.settings.total.saturating_sub(began.elapsed());
        let settings = Arc::clone(&self.settings);
        let scan = move || {
            // Whoever gives up meanwhile does not make the processor free.
            let _processor = processor;
            rulebook.scan(&content, &settings.tags, left.max(SHORTEST))
        };
        spawn_blocking(scan).await.map_err(|error| failed(&error))
    }

    /// The rules in force.
    async fn rulebook(&self) -> Result<Arc<Rulebook>, Unscanned> {
        let Some(rulebook) = self.shelf.at_hand() else {
            let standing = self.look().await?;
            let fault = standing.fault.unwrap_or_default();
            return standing.rulebook.ok_or_else(|| unreachable(&fault));
        };
        self.look_if_due();
        Ok(rulebook)
    }

    /// Looks beside whatever goes on, which does not wait for it.
    fn look_if_due(&self) {
        if self.shelf.is_due() {
            let shelf = Arc::clone(&self.shelf);
            spawn_blocking(move || drop(shelf.look()));
        }
    }

    async fn look(&self) -> Result<Standing, Unscanned> {
        let shelf = Arc::clone(&self.shelf);
        let looking = spawn_blocking(move || shelf.look());
        looking.await.map_err(|error| failed(&error))
    }
}

impl Scanner for Yara {
    fn name(&self) -> &'static str {
        "yara"
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            // Its own deadline says more, so it comes first.
            total: self.settings.total.saturating_add(AFTER_THE_RULES),
            max_bytes: self.settings.max_bytes,
        }
    }

    fn start(&self, _: &Envelope) -> Scan {
        let yara = self.clone();
        Scan::start(self.bounds(), |pieces| async move {
            yara.scan(pieces).await.unwrap_or_else(Report::from)
        })
    }

    /// Reads the rules, if they have changed, and says how many there are and what is wrong with those on disk.
    fn probe(&self) -> Probe<'_> {
        Box::pin(async {
            let Standing { rulebook, fault } = self.look().await?;
            let fault = fault.unwrap_or_default();
            let rulebook = rulebook.ok_or_else(|| unreachable(&fault))?;
            let mut says = format!("YARA-X, {} rules", rulebook.count());
            if !fault.is_empty() {
                says = format!("{says}, older than those on disk: {fault}");
            }
            Ok(Printable::new(says.as_bytes(), SAYS_LIMIT))
        })
    }

    /// Looks as well whether the files have changed: content that is known is not scanned.
    fn edition(&self) -> u64 {
        let rulebook = self.shelf.at_hand();
        if rulebook.is_some() {
            self.look_if_due();
        }
        rulebook.map_or(0, |rulebook| rulebook.edition())
    }
}

impl fmt::Debug for Yara {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Yara")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// All that is scanned; the bound of a scan bounds it.
async fn gathered(mut pieces: Pieces) -> Result<Vec<u8>, Unscanned> {
    let mut content = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| Unscanned::new(Reason::Stopped, &error.to_string()))?;
        content.extend_from_slice(&piece);
    }
    Ok(content)
}

fn unreachable(fault: &str) -> Unscanned {
    Unscanned::new(Reason::Unreachable, fault)
}

fn failed(error: &impl fmt::Display) -> Unscanned {
    Unscanned::new(Reason::Failed, &error.to_string())
}

/// The library counts in seconds.
const SHORTEST: Duration = Duration::from_secs(1);

/// How much later than that of the rules the deadline of a scan is.
const AFTER_THE_RULES: Duration = Duration::from_secs(3);

/// Characters of what is said of the rules.
const SAYS_LIMIT: usize = 256;
