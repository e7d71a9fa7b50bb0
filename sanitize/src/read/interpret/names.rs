//! Which file names a part has, in every reading, and whether they deceive or disagree.

use super::fields::Fields;
use crate::defect::Code;
use crate::look;
use crate::map::Part;
use crate::value;

/// Fills in the names; gives what is wrong with them.
pub(super) fn fill(part: &mut Part, fields: &Fields) -> Vec<Code> {
    let names = value::file_names(&fields.dispositions, &fields.types);
    part.names = names.iter().map(|name| look::name(name)).collect();
    let codes = flaws(part);
    for name in value::described_names(part) {
        let name = look::name(&name);
        if !part.names.iter().any(|known| known.text == name.text) {
            part.names.push(name);
        }
    }
    codes
}

/// Whether the names of a part deceive or disagree. An encoded word as it stands is no name that anybody means: it counts for
/// judging, not here.
fn flaws(part: &Part) -> Vec<Code> {
    let meant: Vec<_> = part
        .names
        .iter()
        .filter(|name| !name.text.contains("=?"))
        .collect();
    let mut codes = Vec::new();
    if meant
        .iter()
        .any(|name| name.text.chars().count() > value::NAME_MOST)
    {
        codes.push(Code::ParameterLength);
    }
    if meant.iter().any(|name| name.deceptive) {
        codes.push(Code::DeceptiveName);
    }
    if meant
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one.judged != other.judged))
    {
        codes.push(Code::NamesDisagree);
    }
    codes
}
