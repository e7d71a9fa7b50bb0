//! What is known of an entry in quarantine, as JSON.

use super::Id;
use serde::{Deserialize, Serialize};
use tamis_sanitize::decode::Encoding;

/// Version of the JSON. It grows when a reader of the version before would misunderstand; new fields alone do not count.
pub const SCHEMA: u32 = 1;

/// Everything that is known of an entry. Texts of the message stand in it as they were: escape before showing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Its id.
    pub id: Id,
    /// When it was kept (RFC 3339, UTC).
    pub time: String,
    /// The queue id of the MTA, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<String>,
    /// Who sent what to whom.
    pub envelope: EnvelopeRecord,
    /// The rule that wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleRecord>,
    /// The version of the policy that has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Of a copy that a rule asks for: which one it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyOf>,
    /// Why it is here, in one line.
    pub reason: String,
    /// What it is.
    pub what: What,
    /// The octets that are kept: the message, or the entity with its header section and its encoded body.
    pub stored: Digest,
    /// Of a removed part: its decoded content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<Digest>,
}

/// The envelope of the message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnvelopeRecord {
    /// Address of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Verified name of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// What it said in HELO or EHLO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helo: Option<String>,
    /// The login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticated: Option<String>,
    /// MAIL FROM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// RCPT TO.
    pub recipients: Vec<String>,
    /// `inbound`, `outbound` or `internal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
}

/// A rule and the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// Its name.
    pub name: String,
    /// The file of the policy.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
}

/// Which copy of a message this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyOf {
    /// As it came.
    Before,
    /// As it is delivered.
    After,
}

impl CopyOf {
    /// The word of policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            CopyOf::Before => "before",
            CopyOf::After => "after",
        }
    }
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A whole message as it came, unless it is a copy of one as it is delivered.
    Message,
    /// A part that was removed from a message.
    Part(PartRecord),
}

/// A removed part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartRecord {
    /// Section number as IMAP counts; empty for the body of the message itself.
    pub number: String,
    /// Its file name as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The declared type.
    pub declared_type: String,
    /// The type that its content shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected_type: Option<String>,
    /// What it is, most dangerous first.
    pub kinds: Vec<String>,
    /// Transfer encoding: `base64`, `quoted-printable` or one that changes nothing.
    pub encoding: String,
    /// Octets of the header section at the start of what is stored.
    pub header_bytes: u64,
}

impl PartRecord {
    pub(super) fn encoding(&self) -> Encoding {
        Encoding::from_name(self.encoding.as_bytes())
    }
}

/// Size and digest of octets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Number of octets.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Record {
    /// A record of now. Digests are filled in when it is kept.
    pub fn new(id: Id, envelope: EnvelopeRecord, what: What) -> Self {
        Record {
            schema: SCHEMA,
            id,
            time: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
            queue_id: None,
            envelope,
            rule: None,
            policy: None,
            copy: None,
            reason: String::new(),
            what,
            stored: Digest::default(),
            decoded: None,
        }
    }

    /// The removed part, if it is one.
    pub fn part(&self) -> Option<&PartRecord> {
        match &self.what {
            What::Message => None,
            What::Part(part) => Some(part),
        }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        // Nothing in a record can fail to be written.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    pub(super) fn from_json(json: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let version: Version = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if version.schema > SCHEMA {
            return Err(format!(
                "it has schema {}, this version of tamis knows up to {SCHEMA}",
                version.schema
            ));
        }
        serde_json::from_slice(json).map_err(|error| error.to_string())
    }
}
