//! The story of one message: what was found, what was decided and why, what was done. For people, programs and the log.

use super::canonical::Form;
use super::contents::InsideNote;
use super::judged::Judged;
use super::judged_reading;
use super::notes::{CaptureNote, DefectNote, KeptNote, NoticeNote, PartNote, ScanNote, TreeNote};
use super::outcome::{Delivered, Fate};
use crate::quarantine::Id;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tamis_rules::{Delivery, Reason, ScanFact, ScanResult};
use tamis_sanitize::{Code, HeaderEdit, MessageMap, Part, Protection, Rewrite};

/// What was found and done. Strings from the message are as they came: escape them where they are shown.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// `deliver`, `reject`, `tempfail` or `discard`.
    pub verdict: &'static str,
    /// The reply to the sender, if the message was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// Whether the delivered message differs from the one that came.
    pub changed: bool,
    /// Octets of the message as it came.
    pub size: u64,
    /// Every rule that fired.
    #[serde(serialize_with = "as_text")]
    pub reasons: Vec<Reason>,
    /// What the policy would have said, if the whole of it is only observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<&'static str>,
    /// The rules that would have fired and are only observed.
    #[serde(serialize_with = "as_text", skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<Reason>,
    /// What rules have said of the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Recipients that were taken out of the envelope.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed_recipients: Vec<String>,
    /// Recipients that were added to the envelope.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added_recipients: Vec<String>,
    /// Why the MTA is to hold the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Which policy has decided. Not in JSON: the same text under another name is another one.
    #[serde(skip)]
    pub policy: String,
    /// Parts that were taken out or renamed.
    pub edited: Vec<PartNote>,
    /// Whether the message became a file in another one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wrapped: bool,
    /// What quarantine keeps.
    pub kept: Vec<KeptNote>,
    /// Copies that rules ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captured: Vec<CaptureNote>,
    /// Notices that rules ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notified: Vec<NoticeNote>,
    /// Defects that were mended.
    pub repaired: Vec<&'static str>,
    /// What the canonical form of an ambiguous message leaves out: `preamble`, `epilogue`, `field` ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<&'static str>,
    /// By which means the message was signed or encrypted as it came: `smime-signed`, `pgp-encrypted`, `dkim` ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protections: Vec<&'static str>,
    /// Those of them that may no longer hold because the message was changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<&'static str>,
    /// Section numbers of multiparts whose promise (a signature, an encryption) an edit has ended.
    pub loosened: Vec<String>,
    /// What is wrong with the message.
    pub defects: Vec<DefectNote>,
    /// What the scanners said.
    pub scans: Vec<ScanNote>,
    /// The parts of the message as it came.
    pub parts: Vec<TreeNote>,
    /// What lies in its containers, and which of them were not looked into.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<InsideNote>,
    /// From the first octet to the decision and its execution. Not in JSON: the rest of it is the same each time.
    #[serde(skip)]
    pub took: Duration,
}

impl Report {
    /// What is known when the policy has decided.
    pub(super) fn of(judged: &Judged) -> Self {
        let map = judged.reading().map();
        Report {
            verdict: judged.decision.verdict.name(),
            reply: None,
            changed: false,
            size: map.size().max(judged.came.spool.len()),
            reasons: judged.decision.reasons.clone(),
            would: judged.decision.observed.verdict,
            observed: judged.decision.observed.reasons.clone(),
            tags: strings(&judged.decision.beside.tags),
            removed_recipients: Vec::new(),
            added_recipients: Vec::new(),
            held: None,
            policy: judged.policy.version().to_owned(),
            edited: Vec::new(),
            wrapped: false,
            kept: Vec::new(),
            captured: Vec::new(),
            notified: Vec::new(),
            repaired: Vec::new(),
            dropped: Vec::new(),
            protections: map.protections().iter().map(Protection::name).collect(),
            voided: Vec::new(),
            loosened: Vec::new(),
            defects: defects(map),
            scans: {
                let judged_map = judged_reading(&judged.came, &judged.form).map();
                let scans = judged.scans.iter();
                scans.map(|fact| scan(fact, judged_map)).collect()
            },
            parts: TreeNote::tree(map),
            inside: InsideNote::all(judged_reading(&judged.came, &judged.form).map()),
            took: Duration::ZERO,
        }
    }

    /// Notes what a rewrite did.
    pub(super) fn changes(
        &mut self,
        map: &MessageMap,
        delivery: &Delivery,
        repairs: &[Code],
        rewrite: &Rewrite,
    ) {
        self.edited = delivery
            .parts
            .iter()
            .map(|decision| PartNote {
                action: decision.action.name(),
                part: TreeNote::of(map.part(decision.part)),
                rule: decision.reason.to_string(),
            })
            .collect();
        self.wrapped = delivery.wrap.is_some();
        self.repaired = repairs.iter().map(|code| code.name()).collect();
        self.repaired.dedup();
        self.loosened = rewrite
            .loosened
            .iter()
            .map(|part| map.part(*part).number().to_owned())
            .collect();
    }

    /// Notes what the canonical form has changed.
    pub(super) fn canonical(&mut self, form: &Form) {
        let Form::Canonical(anew) = form else { return };
        let repaired = anew.repairs.iter().map(|code| code.name());
        self.repaired.splice(..0, repaired);
        let mut seen = std::collections::BTreeSet::new();
        self.repaired.retain(|name| seen.insert(*name));
        for number in &anew.loosened {
            if !self.loosened.contains(number) {
                self.loosened.push(number.clone());
            }
        }
        self.dropped = anew
            .dropped
            .iter()
            .map(|dropped| dropped.what.name())
            .collect();
        self.dropped.sort_unstable();
        self.dropped.dedup();
    }

    /// Notes what quarantine keeps.
    pub(super) fn kept(&mut self, id: &Id, part: Option<&Part>) {
        self.kept.push(KeptNote {
            id: id.to_string(),
            part: part.map(|part| part.number().to_owned()),
        });
    }

    /// The id under which the message is kept as it came.
    pub(super) fn whole_is_kept_as(&self) -> Option<&str> {
        let whole = self.kept.iter().find(|kept| kept.part.is_none())?;
        Some(&whole.id)
    }

    /// Notes how it ended.
    pub(super) fn close(&mut self, fate: &Fate, took: Duration) {
        let (verdict, reply) = match fate {
            Fate::Deliver(_) => ("deliver", None),
            Fate::Reject(reply) => ("reject", Some(reply.to_string())),
            Fate::TempFail(reply) => ("tempfail", Some(reply.to_string())),
            Fate::Discard => ("discard", None),
        };
        self.verdict = verdict;
        self.reply = reply;
        if let Fate::Deliver(delivered) = fate {
            self.changed = delivered.is_changed();
            self.held = delivered.hold().map(str::to_owned);
            self.removed_recipients
                .clone_from(&delivered.envelope().remove);
            self.added_recipients = strings(&delivered.envelope().add);
            self.voided = voided(&self.protections, !self.loosened.is_empty(), delivered);
        }
        self.took = took;
    }
}

/// What may no longer hold. A signature of a server covers the body and some fields: one that is changed or deleted may be
/// among them, one that is added is not. What a part of the message promises ends with an edit of it.
fn voided(
    protections: &[&'static str],
    loosened: bool,
    delivered: &Delivered,
) -> Vec<&'static str> {
    let added =
        |edit: &HeaderEdit| matches!(edit, HeaderEdit::Append { .. } | HeaderEdit::Prepend { .. });
    let body = delivered.body().is_some();
    let fields = !delivered.header_edits().iter().all(added);
    let ends = |name: &&&str| match Protection::from_name(name) {
        Some(Protection::Dkim | Protection::Arc) => body || fields,
        Some(Protection::InlinePgpSigned | Protection::InlinePgpEncrypted) => body,
        _ => loosened,
    };
    protections.iter().filter(ends).copied().collect()
}

fn strings(texts: &[Arc<str>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn defects(map: &MessageMap) -> Vec<DefectNote> {
    let note = |(code, count): (Code, u32)| DefectNote {
        name: code.name(),
        class: code.class().name(),
        count,
    };
    map.defects().counts().map(note).collect()
}

fn scan(fact: &ScanFact, map: &MessageMap) -> ScanNote {
    let detail = match &fact.result {
        ScanResult::Clean | ScanResult::Scored => fact.score.map(|score| score.to_string()),
        ScanResult::Found { signature } => Some(signature.clone()),
        ScanResult::Unscanned { reason } => Some(reason.clone()),
    };
    ScanNote {
        engine: fact.engine.clone(),
        result: fact.result.name(),
        detail,
        part: fact.part.map(|part| map.part(part).number().to_owned()),
        action: fact.opinion.action.clone(),
        symbols: fact.opinion.symbols.clone(),
    }
}

fn as_text<S: serde::Serializer>(reasons: &[Reason], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.iter().map(ToString::to_string))
}
