//! The policy that rules now, and the one that takes its place.

use super::files::{Faulty, load_watched};
use super::means::Means;
use super::watch::Fingerprint;
use crate::config::PolicyName;
use arc_swap::ArcSwap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tamis_rules::Policy;

/// The last good policy. A message that has begun goes on by the policy that it began with.
#[derive(Clone, Debug)]
pub struct Current {
    name: PolicyName,
    means: Means,
    policy: Arc<ArcSwap<Policy>>,
    /// What was read last, whether it was right or not.
    seen: Arc<Mutex<Fingerprint>>,
}

impl Current {
    /// Loads the policy of that name, for a site that can do what `means` says.
    pub fn load(name: PolicyName, means: Means) -> Result<Self, Faulty> {
        let (policy, seen) = load_watched(&name);
        let policy = policy.and_then(|policy| means.check(policy))?;
        Ok(Current {
            name,
            means,
            policy: Arc::new(ArcSwap::new(Arc::new(policy))),
            seen: Arc::new(Mutex::new(seen)),
        })
    }

    /// Reads it again. It takes the place of the one that rules only if it has no fault; otherwise everything stays as
    /// it is. Gives the number of its rules.
    pub fn reload(&self) -> Result<usize, Faulty> {
        let (policy, seen) = load_watched(&self.name);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        let policy = policy.and_then(|policy| self.means.check(policy))?;
        let rules = policy.len();
        self.policy.store(Arc::new(policy));
        Ok(rules)
    }

    /// Whether a file of the policy has changed since it was read last.
    pub fn is_stale(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        !seen.still_holds()
    }

    /// The files and directories that it was read from last.
    pub fn files(&self) -> Vec<PathBuf> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.paths().map(Path::to_path_buf).collect()
    }

    /// The policy that rules now.
    pub fn policy(&self) -> Arc<Policy> {
        self.policy.load_full()
    }

    /// Shared with whoever must see a new policy as soon as it rules.
    pub fn shared(&self) -> Arc<ArcSwap<Policy>> {
        Arc::clone(&self.policy)
    }
}

#[cfg(test)]
mod tests {
    use super::{Current, Means, PolicyName};
    use std::fs;
    use std::sync::Arc;

    #[test]
    fn a_faulty_policy_does_not_replace_a_good_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        let rule = |name: &str| {
            format!(
                "[[rule]]\nname = \"{name}\"\nthen = {{ accept = true }}\nwhen = {{ sender = \"a@example.org\" }}\n"
            )
        };
        fs::write(&path, rule("one")).unwrap();
        let current = Current::load(PolicyName::File(path.clone()), Means::default())
            .map_err(|f| f.lines())
            .unwrap();
        let first = current.policy();

        fs::write(&path, "[[rule]]\nname = 1\n").unwrap();
        current.reload().unwrap_err();
        assert!(Arc::ptr_eq(&first, &current.policy()));
        fs::remove_file(&path).unwrap();
        current.reload().unwrap_err();
        assert!(Arc::ptr_eq(&first, &current.policy()));

        assert!(!current.is_stale());
        fs::write(&path, rule("one") + &rule("two")).unwrap();
        assert!(current.is_stale());
        assert_eq!(current.reload().unwrap(), 2);
        assert_eq!(current.policy().len(), 2);
        assert!(!current.is_stale());
        assert_eq!(first.len(), 1, "who holds the old one keeps it");
    }

    #[test]
    fn a_policy_that_needs_what_the_site_lacks_does_not_rule() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        let rule = |action: &str| {
            format!(
                "[[rule]]\nname = \"one\"\nthen = {{ {action} }}\nwhen = {{ sender = \"a@example.org\" }}\n"
            )
        };
        let load = |means| Current::load(PolicyName::File(path.clone()), means);
        let captures = Means {
            captures: true,
            ..Means::default()
        };
        fs::write(&path, rule("capture = \"both\", tag = \"x\"")).unwrap();
        let problems = load(Means::default()).unwrap_err().lines();
        assert_eq!(
            problems,
            [format!(
                "{}:1: rule `one` asks for `capture`, and the configuration has no [capture]",
                path.display()
            )]
        );
        load(captures).map_err(|faulty| faulty.lines()).unwrap();

        fs::write(&path, rule("accept = true")).unwrap();
        let current = load(Means::default())
            .map_err(|faulty| faulty.lines())
            .unwrap();
        let first = current.policy();
        fs::write(&path, rule("capture = \"after\"")).unwrap();
        assert_eq!(current.reload().unwrap_err().lines().len(), 1);
        assert!(Arc::ptr_eq(&first, &current.policy()));
    }
}
