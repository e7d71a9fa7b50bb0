//! A delivery as a plan: what the policy decided, in the terms of the writer.

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

/// Makes a plan. Ids are given out only if there is a quarantine to keep parts in.
pub(super) fn plan(
    map: &MessageMap,
    delivery: &Delivery,
    repairs: &RepairOptions,
    quarantine: bool,
    seed: [u8; 16],
) -> io::Result<Planned> {
    let mut kept = Vec::new();
    let mut parts = Vec::new();
    for decision in &delivery.parts {
        let id = if quarantine && decision.keep {
            Some(Id::new()?)
        } else {
            None
        };
        let text = id.as_ref().map(ToString::to_string);
        parts.push((decision.part, edit(&decision.action, text.as_deref())));
        kept.extend(id.map(|id| (decision.clone(), id)));
    }
    let repairs = header_repairs_with(map, repairs);
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
            wrap: None,
            seed,
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
