//! What a policy needs of the configuration: a rule that asks for what the site cannot do is refused, not passed over.

use super::files::Faulty;
use crate::config::Config;
use tamis_rules::Policy;

/// What the configuration gives rules to work with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// Whether there is a store for copies of messages.
    pub captures: bool,
    /// Whether notices can be sent.
    pub notifies: bool,
}

impl Means {
    /// What a configuration gives.
    pub fn of(config: &Config) -> Self {
        Means {
            captures: config.capture.is_some(),
            notifies: config.notify.is_some(),
        }
    }

    /// The policy, if the configuration has what its rules need.
    pub fn check(self, policy: Policy) -> Result<Policy, Faulty> {
        let lacking = self.lacking(&policy);
        if lacking.is_empty() {
            Ok(policy)
        } else {
            Err(Faulty::Lacking(lacking))
        }
    }

    /// One line for each section of the configuration that is missing, with the first rule that needs it.
    fn lacking(self, policy: &Policy) -> Vec<String> {
        let needs = [("capture", self.captures), ("notify", self.notifies)];
        let missing = needs.iter().filter(|(_, there)| !there);
        let line = |(action, _): &(&str, bool)| {
            let wants = |label: &str| label.split(", ").any(|word| word == *action);
            let rule = policy.rules().find(|rule| wants(&rule.action))?;
            Some(format!(
                "{}:{}: rule `{}` asks for `{action}`, and the configuration has no [{action}]",
                rule.file, rule.line, rule.name
            ))
        };
        missing.filter_map(line).collect()
    }
}
