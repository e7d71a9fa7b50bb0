//! The policies that are mutated.

use std::fs;
use std::path::Path;
use tamis_rules::preset::PRESETS;
use tamis_rules::{Policy, Sources, load};

/// A policy that is right.
pub(crate) struct Base {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) policy: Policy,
}

impl Base {
    fn new(name: String, text: String) -> Self {
        let policy = load(&Sources::new(name.as_str(), text.as_str()))
            .unwrap_or_else(|faults| panic!("{}", faults[0].render()));
        Base { name, text, policy }
    }

    /// `condition`, `action` or `preset`.
    pub(crate) fn kind(&self) -> String {
        self.name
            .split(['/', ':'])
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether a place lies in a text of several lines.
    pub(crate) fn is_within_text(&self, at: usize) -> bool {
        self.text[..at].matches("\"\"\"").count() % 2 == 1
    }

    /// Whether a place lies in a rule, and not in a test or list.
    pub(crate) fn is_in_rule(&self, at: usize) -> bool {
        let heads = self.text[..at]
            .match_indices("\n[")
            .map(|(at, _)| &self.text[at + 1..]);
        let first = self.text.starts_with('[').then_some(self.text.as_str());
        first
            .into_iter()
            .chain(heads)
            .last()
            .is_some_and(|head| head.starts_with("[[rule]]"))
    }
}

/// Every case, and every preset.
pub(crate) fn bases() -> Vec<Base> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut bases = Vec::new();
    for of in ["condition", "action"] {
        let mut names: Vec<String> = fs::read_dir(cases.join(of))
            .expect("cases")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("a name")
            })
            .filter(|name| Path::new(name).extension().is_some_and(|it| it == "toml"))
            .collect();
        names.sort();
        for name in names {
            let text = fs::read_to_string(cases.join(of).join(&name)).expect("a case");
            bases.push(Base::new(format!("{of}/{name}"), text));
        }
    }
    for preset in PRESETS {
        bases.push(Base::new(
            format!("preset:{}", preset.name),
            preset.text.to_owned(),
        ));
    }
    assert!(bases.len() > 80);
    bases
}
