//! A delivery as a plan: what the policy decided, in the terms of the writer.

use super::around;
use crate::quarantine::Id;
use std::io;
use tamis_rules::{Delivery, PartAction, PartDecision, Values};
use tamis_sanitize::repair::{Repair, RepairOptions, header_repairs_with};
use tamis_sanitize::{Changes, Code, Content, HeaderEdit, MessageMap, PartEdit, Plan};

/// A delivery as a plan, and what of the message it keeps.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// Parts that are kept, under ids that their notices carry already.
    pub(super) kept: Vec<(PartDecision, Id)>,
    /// Defects of the header section that the plan mends.
    pub(super) repairs: Vec<Code>,
}

/// What a plan is made with, beside the message and what was decided about it.
#[derive(Debug)]
pub(super) struct Means<'a> {
    /// What is repaired in the header section.
    pub(super) repairs: RepairOptions,
    /// Whether there is a quarantine to keep parts in: ids are given out only then.
    pub(super) quarantine: bool,
    /// The id under which the whole message is kept already.
    pub(super) kept_as: Option<&'a str>,
    /// What new boundaries are made from.
    pub(super) seed: [u8; 16],
}

/// Makes a plan.
pub(super) fn plan(
    map: &MessageMap,
    delivery: &Delivery,
    means: &Means<'_>,
) -> io::Result<Planned> {
    let mut kept = Vec::new();
    let mut parts = Vec::new();
    for decision in &delivery.parts {
        let id = if means.quarantine && decision.keep {
            Some(Id::new()?)
        } else {
            None
        };
        let text = id.as_ref().map(ToString::to_string);
        parts.push((decision.part, edit(&decision.action, text.as_deref())));
        kept.extend(id.map(|id| (decision.clone(), id)));
    }
    let repairs = header_repairs_with(map, &means.repairs);
    let codes = repairs.iter().map(|repair| repair.code).collect();
    let mut header: Vec<HeaderEdit> = repairs
        .into_iter()
        .map(|Repair { edit, .. }| edit)
        .collect();
    header.extend(delivery.header_edits(map));
    Ok(Planned {
        plan: Plan {
            parts,
            header,
            wrap: delivery
                .wrap
                .as_ref()
                .map(|notice| around::wrap(notice, means.kept_as)),
            seed: means.seed,
        },
        kept,
        repairs: codes,
    })
}

fn edit(action: &PartAction, id: Option<&str>) -> PartEdit {
    match action {
        PartAction::Strip { notice: None } => PartEdit::Remove,
        PartAction::Strip {
            notice: Some(notice),
        } => PartEdit::Replace(notice.render(&Values { id })),
        PartAction::Replace { with } => PartEdit::Substitute(Content {
            media_type: with.media_type.clone(),
            name: with.name.clone(),
            octets: with.text.as_bytes().to_vec(),
        }),
        PartAction::Change { name, media_type } => PartEdit::Change(Changes {
            name: name.clone(),
            media_type: media_type.clone(),
            text: None,
        }),
    }
}
