//! Tables in text (CSV, SYLK, DIF): cells that ask another program for data, which starts it (DDE).

use crate::finding::Finding;
use crate::inside::container::{Container, is_called_a_holder};
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::Kind;
use std::io::{self, BufRead, BufReader, Read, SeekFrom};

/// Octets of a line that are looked at.
const LINE: u64 = 64 << 10;

/// Looks for formulas.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    let sylk = container.detected == Some("application/x-sylk");
    let called = is_called_a_holder(container.names, container.detected.unwrap_or_default());
    if !(sylk || called && container.content.contains(Kind::Text)) {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    match told(BufReader::new(source), sylk) {
        Ok(found) => found
            .into_iter()
            .for_each(|finding| walk.find(container, finding)),
        Err(error) => return content_error(error).map(Opened::InPart),
    }
    // A table is no container: that it holds nothing needs no words.
    Ok(if sylk { Opened::Whole } else { Opened::NotOne })
}

fn told(mut from: impl BufRead, sylk: bool) -> io::Result<Vec<Finding>> {
    let (mut line, mut found) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if from.by_ref().take(LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(found);
        }
        let formula = is_formula(&line).then_some(Finding::Dde);
        let macros = if sylk { by_record(&line) } else { None };
        for finding in formula.into_iter().chain(macros) {
            if !found.contains(&finding) {
                found.push(finding);
            }
        }
    }
}

/// What a record of SYLK says: `O;E` that the sheet is one of macros, `NN;NAuto_open;...` that one of them runs by itself.
fn by_record(line: &[u8]) -> Option<Finding> {
    let mut fields = line.split(|octet| *octet == b';').map(<[u8]>::trim_ascii);
    match fields.next()? {
        b"O" => fields
            .any(|field| field == b"E")
            .then_some(Finding::XlmMacro),
        b"NN" => {
            let mut names = fields.filter_map(|field| field.strip_prefix(b"N"));
            let runs = |name: &[u8]| {
                name.get(..5)
                    .is_some_and(|start| start.eq_ignore_ascii_case(b"auto_"))
            };
            names.any(runs).then_some(Finding::AutoOpen)
        }
        _ => None,
    }
}

/// Whether a formula with a program, a topic and an item stands in a line: `=cmd|'/c calc'!A0`.
pub(super) fn is_formula(line: &[u8]) -> bool {
    memchr::memchr_iter(b'|', line).any(|bar| {
        let (before, behind) = line.split_at_checked(bar).unwrap_or_default();
        let is_word = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.');
        let start = before.iter().rposition(|octet| !is_word(octet));
        let start = start.map_or(0, |start| start.saturating_add(1));
        let (cell, program) = before.split_at_checked(start).unwrap_or_default();
        // SYLK writes a formula without a sign, behind `E`.
        let sylk = line.starts_with(b"C;") && cell.ends_with(b";") && program.starts_with(b"E");
        program.first().is_some_and(u8::is_ascii_alphabetic)
            && memchr::memchr(b'!', behind).is_some()
            && (sylk || begins_formula(cell))
    })
}

/// Whether the cell that ends there began with a sign that makes it a formula.
fn begins_formula(before: &[u8]) -> bool {
    let cell = before
        .rsplit(|octet| matches!(octet, b';' | b'\t' | b'"'))
        .next()
        .unwrap_or_default();
    let cell = cell.trim_ascii_start();
    let sign = |cell: &[u8]| {
        matches!(
            cell.trim_ascii_start().first(),
            Some(b'=' | b'+' | b'-' | b'@')
        )
    };
    cell.split(|octet| *octet == b',').any(sign)
}

#[cfg(test)]
mod tests {
    use super::is_formula;

    #[test]
    fn formulas_that_start_a_program() {
        for line in [
            &b"=cmd|'/c calc.exe'!A0"[..],
            b"1,2,\"=MSEXCEL|'\\..\\..\\cmd.exe'!A1\"",
            b"a;@SUM(1+1)*cmd|' /C calc'!A0",
            b"x,+cmd|'/c calc'!_xlbgnm.A1",
            b"C;X1;Y1;K0;ECMD|'/c calc'!A0",
        ] {
            assert!(is_formula(line), "{}", line.escape_ascii());
        }
        for line in [
            &b"a | b | c!"[..],
            b"=A1|B1",
            b"x|y|'z'!",
            b"-1,2|3,wow!",
            b"",
        ] {
            assert!(!is_formula(line), "{}", line.escape_ascii());
        }
    }
}
