//! The file as the daemon sees it: looked at every second, off the threads that serve.

use super::{Bypass, read};
use arc_swap::ArcSwapOption;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tracing::{error, warn};

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Whether inspection is switched off just now. By default it never is.
#[derive(Clone, Debug, Default)]
pub struct Watched(Arc<ArcSwapOption<Bypass>>);

impl Watched {
    /// Looks at the file in this directory now, and then every second as long as the runtime lives.
    pub async fn start(&self, dir: &Path) {
        let mut complained = None;
        self.look(dir, &mut complained).await;
        let (watched, dir) = (self.clone(), PathBuf::from(dir));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                watched.look(&dir, &mut complained).await;
            }
        });
    }

    /// What lets mail pass uninspected at this moment.
    pub fn active(&self) -> Option<Arc<Bypass>> {
        let bypass = self.0.load_full()?;
        bypass.holds(SystemTime::now()).then_some(bypass)
    }

    async fn look(&self, dir: &Path, complained: &mut Option<String>) {
        let place = dir.to_owned();
        let found = tokio::task::spawn_blocking(move || read(&place)).await;
        let problem = match found {
            Ok(Ok(found)) => {
                self.put(found);
                None
            }
            Ok(Err(trouble)) => Some(trouble.to_string()),
            Err(_) => return,
        };
        if let Some(problem) = &problem {
            self.put(None);
            // Once for each kind of trouble, not every second.
            if complained.as_ref() != Some(problem) {
                error!(
                    problem,
                    "the bypass file is not believed: mail is inspected"
                );
            }
        }
        *complained = problem;
    }

    /// Takes in what was read, and tells the log when something changes.
    fn put(&self, found: Option<Bypass>) {
        let found = found.filter(|bypass| bypass.holds(SystemTime::now()));
        let before = self.0.load_full();
        if before.as_deref() == found.as_ref() {
            return;
        }
        if let Some(bypass) = &found {
            warn!(
                until = bypass.end(),
                reason = bypass.reason,
                "inspection is switched off: mail passes uninspected"
            );
        } else {
            warn!("inspection is on again");
        }
        self.0.store(found.map(Arc::new));
    }
}
