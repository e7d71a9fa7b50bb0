//! `tamis policy diff`: a change, tried on mail that is there.

use super::say;
use crate::cli::site::{self, EnvelopeArgs, Keeps};
use crate::comparison::{Change, Comparison};
use crate::config::{Config, PolicyName};
use crate::exit::{Exit, Failure};
use crate::mailbox::Source;
use crate::output;
use crate::policy::load;
use crate::quarantine::Store;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tamis_rules::Policy;

/// Nothing is written and nothing is kept; scanners are not asked. The exit status is 1 if a message changes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Diff {
    /// The policy as it is: a file, or builtin:NAME
    #[arg(value_name = "OLD")]
    old: String,
    /// The policy as it would be
    #[arg(value_name = "NEW")]
    new: String,
    /// Messages: files, directories of them, an mbox, a Maildir or a quarantine
    #[arg(long, required = true, value_name = "PATH")]
    corpus: Vec<PathBuf>,
    /// One JSON object per message that changes
    #[arg(long)]
    json: bool,
    /// Messages that are named for each rule
    #[arg(long, default_value_t = 10, value_name = "NUMBER")]
    most: usize,
    #[command(flatten)]
    envelope: EnvelopeArgs,
}

impl Diff {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let policy = |name: &str| -> Result<Arc<Policy>, Failure> {
            let loaded = load(&PolicyName::new(name)).map_err(|faulty| faulty.failure())?;
            Ok(Arc::new(loaded))
        };
        let (old, new) = (policy(&self.old)?, policy(&self.new)?);
        let config = Config::default();
        let runtime = site::runtime(1)?;
        let mut comparison = Comparison::new(
            old,
            new,
            site::site(&config, Keeps::default())?,
            runtime.handle(),
        );
        let envelope = self.envelope.envelope();
        let mut exit = Exit::Done;
        for path in &self.corpus {
            if let Some(store) = Store::recognised(path) {
                comparison.quarantine(&store);
                continue;
            }
            let source = Source::open(path, &config.spool)?;
            exit = exit.worse(comparison.source(source, &envelope));
        }
        for failure in comparison.failures() {
            crate::cli::complain(failure);
        }
        let changes = comparison.changes();
        if self.json {
            changes
                .iter()
                .try_for_each(|change| say(&output::json_line(change)))?;
        } else {
            self.tell(comparison.messages(), changes)?;
        }
        let changed = if changes.is_empty() {
            Exit::Done
        } else {
            Exit::Refused
        };
        Ok(exit.worse(changed))
    }

    /// The changes, grouped by the rules that make them.
    fn tell(&self, messages: u64, changes: &[Change]) -> Result<(), Failure> {
        let mut groups: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in changes {
            groups.entry(&change.by).or_default().push(change);
        }
        say(&format!(
            "{messages} messages, {} of them with another outcome",
            changes.len()
        ))?;
        for (by, changes) in groups {
            say(&format!("\n{by}: {}", changes.len()))?;
            for change in changes.iter().take(self.most) {
                say(&format!(
                    "  {}\n    - {}\n    + {}",
                    change.message, change.old, change.new
                ))?;
            }
            let more = changes.len().saturating_sub(self.most);
            if more > 0 {
                say(&format!("  and {more} more"))?;
            }
        }
        Ok(())
    }
}
