//! The cases: one folder each, readable by people and by every test. `README.md` says how to add one.

use crate::error::Error;
use crate::placeholder;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::{fs, io};
use tamis_sanitize::{Code, Limits};

/// A message, what is done with it, and what must come of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Area and name, `attachment/exe-in-zip`.
    pub id: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The message, placeholders replaced.
    pub message: Vec<u8>,
    /// The message as it lies in its file.
    pub source: Vec<u8>,
    /// What it is, in one line.
    pub title: String,
    /// Why it is worth a case.
    pub why: String,
    /// Where the standard speaks of it: `RFC 2046, section 5.1.4`.
    pub standard: String,
    /// The policy that it goes through: the name of a preset, or a file in its folder.
    pub policy: Policy,
    /// Who sends it to whom.
    pub envelope: Envelope,
    /// The limits that it is read with.
    pub limits: Limits,
    /// Edits of parts, for cases about edits.
    pub edits: Vec<Edit>,
    /// What must come of it.
    pub expect: Expect,
}

/// Where the policy of a case stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// A shipped one, by its name.
    Preset(String),
    /// A file in the folder of the case.
    File(PathBuf),
}

/// Which way the message goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From elsewhere to us.
    #[default]
    Inbound,
    /// From us to elsewhere.
    Outbound,
    /// From us to us.
    Internal,
}

impl Direction {
    /// The word that policies use.
    pub const fn name(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
            Direction::Internal => "internal",
        }
    }
}

/// Who sends the message to whom.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Envelope {
    /// Address of the client.
    pub client: String,
    /// Sender; empty for bounces.
    pub from: String,
    /// Recipients.
    pub rcpt: Vec<String>,
    /// Which way it goes.
    pub direction: Direction,
}

impl Default for Envelope {
    fn default() -> Self {
        Envelope {
            client: "192.0.2.25".to_owned(),
            from: "sender@example.org".to_owned(),
            rcpt: vec!["recipient@example.com".to_owned()],
            direction: Direction::Inbound,
        }
    }
}

/// An edit of one part.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Section number of the part, or `/` for the message itself.
    pub part: String,
    /// What is done with it.
    pub action: Action,
    /// The new name, for a rename.
    pub name: Option<String>,
}

/// What an edit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The part goes.
    Remove,
    /// A notice takes its place.
    Replace,
    /// It gets another file name.
    Rename,
}

/// The answer that the sender gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The message is delivered, changed or not.
    #[default]
    Deliver,
    /// It is refused.
    Reject,
    /// It is put off.
    TempFail,
    /// It is accepted and thrown away.
    Discard,
}

impl Verdict {
    /// The word that policies and reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Deliver => "deliver",
            Verdict::Reject => "reject",
            Verdict::TempFail => "tempfail",
            Verdict::Discard => "discard",
        }
    }
}

/// What must come of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The verdict of its policy.
    pub verdict: Verdict,
    /// Names of the parts that its policy removes, in order; `part 2` for one without a name.
    pub removed: Vec<String>,
    /// Section numbers, in the canonical form, of parts that only that form shows and that its policy removes.
    pub uncovered: Vec<String>,
    /// Whether the message must come out byte for byte.
    pub unchanged: bool,
    /// Every defect that is found, by name, sorted.
    pub defects: Vec<String>,
    /// The limit that ends the reading, if one does.
    pub limit: Option<String>,
}

/// `case.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    why: String,
    standard: String,
    #[serde(default = "default_policy")]
    policy: String,
    #[serde(default)]
    envelope: Envelope,
    #[serde(default)]
    limits: LimitsFile,
    #[serde(default)]
    edit: Vec<Edit>,
    #[serde(default)]
    expect: Expect,
}

fn default_policy() -> String {
    "default".to_owned()
}

/// Limits that differ from the defaults, so that a small message can reach them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsFile {
    message_bytes: Option<u64>,
    depth: Option<u16>,
    parts: Option<u32>,
    fields: Option<u32>,
    field_bytes: Option<usize>,
    header_bytes: Option<usize>,
    parameters: Option<usize>,
    encoded_words: Option<usize>,
}

impl LimitsFile {
    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.message_bytes = self.message_bytes.unwrap_or(limits.message_bytes);
        limits.depth = self.depth.unwrap_or(limits.depth);
        limits.parts = self.parts.unwrap_or(limits.parts);
        limits.fields = self.fields.unwrap_or(limits.fields);
        limits.field_bytes = self.field_bytes.unwrap_or(limits.field_bytes);
        limits.header_bytes = self.header_bytes.unwrap_or(limits.header_bytes);
        limits.parameters = self.parameters.unwrap_or(limits.parameters);
        limits.encoded_words = self.encoded_words.unwrap_or(limits.encoded_words);
        limits
    }
}

/// The folder of all cases.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Every case, sorted by its id.
pub fn cases() -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for area in folders(&root())? {
        for folder in folders(&area)? {
            cases.push(load(&folder)?);
        }
    }
    Ok(cases)
}

/// The case of that id, `attachment/exe-in-zip`.
pub fn case(id: &str) -> Result<Case, Error> {
    load(&root().join(id))
}

/// The folders inside a folder, sorted by name.
fn folders(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(path).map_err(|error| Error::io(path, error))?;
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(|error| Error::io(path, error))?;
    paths.retain(|path| path.is_dir());
    paths.sort();
    Ok(paths)
}

fn load(folder: &Path) -> Result<Case, Error> {
    let path = folder.join("case.toml");
    let text = fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
    let file: File = toml::from_str(&text).map_err(|source| Error::Syntax {
        path: path.clone(),
        source: Box::new(source),
    })?;
    check(&file).map_err(|what| Error::content(&path, what))?;
    let path = folder.join("message.eml");
    let source = fs::read(&path).map_err(|error| Error::io(&path, error))?;
    let expanded = placeholder::expand(&source);
    let message = expanded.map_err(|unknown| {
        Error::content(&path, format!("no payload is called `{}`", unknown.0))
    })?;
    Ok(Case {
        id: id(folder),
        folder: folder.to_owned(),
        message,
        source,
        title: file.title,
        why: file.why,
        standard: file.standard,
        policy: policy(folder, file.policy),
        envelope: file.envelope,
        limits: file.limits.limits(),
        edits: file.edit,
        expect: file.expect,
    })
}

fn id(folder: &Path) -> String {
    let last = folder
        .components()
        .rev()
        .take(2)
        .map(|name| name.as_os_str().to_string_lossy());
    last.collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
        .join("/")
}

fn policy(folder: &Path, name: String) -> Policy {
    if Path::new(&name).extension().is_some() {
        Policy::File(folder.join(name))
    } else {
        Policy::Preset(name)
    }
}

/// What no reader of TOML can see: names of defects, and expectations that contradict each other.
fn check(file: &File) -> Result<(), String> {
    let names = file.expect.defects.iter().chain(&file.expect.limit);
    if let Some(name) = names.clone().find(|name| Code::from_name(name).is_none()) {
        return Err(format!("no defect is called `{name}`"));
    }
    if file.expect.unchanged && !(file.expect.removed.is_empty() && file.edit.is_empty()) {
        return Err("expects removals or has edits, but is to come out unchanged".to_owned());
    }
    let nameless = |edit: &&Edit| (edit.action == Action::Rename) != edit.name.is_some();
    if let Some(edit) = file.edit.iter().find(nameless) {
        return Err(format!(
            "the edit of part {} needs a name if, and only if, it is a rename",
            edit.part
        ));
    }
    Ok(())
}
