//! What is shipped: whole policies, and lists of file name extensions with their provenance.

/// A shipped policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub says: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Preset {
    /// What diagnostics and reasons call it.
    pub fn file(&self) -> String {
        format!("preset:{}", self.name)
    }
}

/// Every shipped policy.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "default",
        says: "Refuses infected mail, defers what could not be inspected, takes out programs, scripts and what refers to content elsewhere.",
        text: include_str!("../presets/default.toml"),
    },
    Preset {
        name: "no-executables",
        says: "As default, and takes out everything else that runs code when it is opened.",
        text: include_str!("../presets/no-executables.toml"),
    },
    Preset {
        name: "strict",
        says: "As no-executables, and takes out documents that do more than being read, and containers that cannot be looked into.",
        text: include_str!("../presets/strict.toml"),
    },
    Preset {
        name: "no-images",
        says: "As default, and takes out pictures, inline ones too.",
        text: include_str!("../presets/no-images.toml"),
    },
    Preset {
        name: "outbound",
        says: "As default, and defers accounts and domains that suddenly send much, sends no programs, and keeps private header fields here.",
        text: include_str!("../presets/outbound.toml"),
    },
    Preset {
        name: "submission",
        says: "As outbound, and wants TLS and a login, limits connections, messages and recipients, and refuses programs and private commands.",
        text: include_str!("../presets/submission.toml"),
    },
    Preset {
        name: "observe-first",
        says: "Everything of strict is only observed: nothing is changed, and the log tells what would have happened.",
        text: include_str!("../presets/observe-first.toml"),
    },
];

/// Shipped lists of extensions, by the name that rules use behind `list:`.
const LISTS: [(&str, &str); 2] = [
    ("tamis/programs", include_str!("../lists/programs.txt")),
    (
        "tamis/active-content",
        include_str!("../lists/active-content.txt"),
    ),
];

/// The preset of that name.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The text of a shipped list.
pub(crate) fn list(name: &str) -> Option<&'static str> {
    LISTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

/// The names of the shipped lists.
pub(crate) fn lists() -> impl Iterator<Item = String> {
    LISTS.iter().map(|(name, _)| (*name).to_owned())
}
