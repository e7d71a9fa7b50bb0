//! Gives parts another file name.

use super::actions::{Actions, PartEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::text::harmless;
use crate::text::template::{Matter, Piece, Template, Variable};

pub(super) const ENTRY: Entry = Entry {
    key: "rename",
    says: "Gives the parts that the rule is about another file name: a text with variables. A part that has that name already is left alone.",
    example: r#"rename = "{part.name}.txt""#,
    takes: Takes::Text,
    read,
};

/// Longest file name in octets.
const NAME_LIMIT: usize = 150;

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let template = Template::read(node.text(loading)?, false, loading)?;
    match &mut actions.part {
        Some(PartEffect::Change { rename, .. }) => *rename = Some(template),
        Some(_) => {}
        none => {
            *none = Some(PartEffect::Change {
                rename: Some(template),
                relabel: None,
            });
        }
    }
    Some(())
}

/// The new name of a part; none if it has that name already, and no other.
///
/// What the template puts around the old name is taken off it first: to rename twice changes nothing more.
pub(crate) fn new_name(template: &Template, matter: &Matter<'_>) -> Option<String> {
    let names = matter
        .part
        .map(|subject| subject.part().names())
        .unwrap_or_default();
    let old = names
        .first()
        .map_or("attachment", |name| name.text.as_str());
    let old = match template.pieces.as_slice() {
        [Piece::Text(before), Piece::Value(Variable::PartName)] => {
            old.strip_prefix(before.as_str())
        }
        [Piece::Value(Variable::PartName), Piece::Text(after)] => old.strip_suffix(after.as_str()),
        [
            Piece::Text(before),
            Piece::Value(Variable::PartName),
            Piece::Text(after),
        ] => old
            .strip_prefix(before.as_str())
            .and_then(|old| old.strip_suffix(after.as_str())),
        _ => None,
    }
    .unwrap_or(old);
    let pieces = template.pieces.iter().map(|piece| match piece {
        Piece::Value(Variable::PartName) => Piece::Text(safe(old, NAME_LIMIT / 2)),
        other => other.clone(),
    });
    let name = safe(
        &Template {
            pieces: pieces.collect(),
        }
        .render(matter, harmless::line),
        NAME_LIMIT,
    );
    match names {
        [only] if only.text == name => None,
        _ => Some(name),
    }
}

/// A file name that means nothing special anywhere; what is too long loses its beginning, never its ending.
fn safe(name: &str, limit: usize) -> String {
    let special = |c: char| matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let name: String = harmless::line(name, usize::MAX)
        .chars()
        .map(|c| if special(c) { '_' } else { c })
        .collect();
    let name = name.trim_matches(['.', ' ']);
    let cut = name.len().saturating_sub(limit);
    let start = (cut..=name.len())
        .find(|at| name.is_char_boundary(*at))
        .unwrap_or_default();
    match name
        .get(start..)
        .map(|name| name.trim_start_matches(['.', ' ']))
    {
        Some("") | None => "attachment".to_owned(),
        Some(name) => name.to_owned(),
    }
}
