//! One reading of a body: a chain of stages, and a look at what comes out.

use super::scan::{TextFinds, TextScan};
use crate::look::{Look, Looked};
use crate::octets::leading;
use crate::write::{Stage, Step};

/// Octets of a body that are read in a way that is not delivered: what it is shows at its start, and nobody gets the rest.
const WITNESS_MOST: usize = 256 << 10;

/// A reading that goes on.
#[derive(Debug)]
pub(super) struct Side {
    chain: Vec<Stage>,
    steps: Vec<Step>,
    look: Look,
    /// Only for a reading that may be delivered.
    scan: Option<TextScan>,
    /// Octets of the body that are still to be read.
    left: usize,
    ends: LineEnds,
    octets: Vec<u8>,
    made: Vec<u8>,
}

/// What a reading gave.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) chain: Vec<Stage>,
    pub(super) looked: Looked,
    pub(super) finds: TextFinds,
    /// The file name that the encoded data gave.
    pub(super) name: Option<Vec<u8>>,
    /// Whether data of an encoding with a mark of its own were found.
    pub(super) found: bool,
    /// Whether every line end is CRLF.
    pub(super) crlf: bool,
    /// Whether octets had no meaning in their charset.
    pub(super) replaced: bool,
}

impl Side {
    /// A reading that may be delivered.
    pub(super) fn candidate(chain: Vec<Stage>) -> Self {
        Side {
            scan: Some(TextScan::new()),
            left: usize::MAX,
            ..Side::witness(chain)
        }
    }

    /// A reading that is only looked at.
    pub(super) fn witness(chain: Vec<Stage>) -> Self {
        Side {
            steps: chain.iter().map(Step::new).collect(),
            chain,
            look: Look::new(),
            scan: None,
            left: WITNESS_MOST,
            ends: LineEnds::default(),
            octets: Vec::new(),
            made: Vec::new(),
        }
    }

    /// Takes the next octets of the body.
    pub(super) fn push(&mut self, raw: &[u8]) {
        let raw = raw.get(..self.left).unwrap_or(raw);
        if self.scan.is_none() {
            self.left = self.left.saturating_sub(raw.len());
        }
        self.octets.clear();
        self.octets.extend_from_slice(raw);
        for step in &mut self.steps {
            self.made.clear();
            step.push(&self.octets, &mut self.made);
            std::mem::swap(&mut self.octets, &mut self.made);
        }
        self.look();
    }

    /// Ends the body.
    pub(super) fn finish(mut self) -> Seen {
        self.octets.clear();
        for step in &mut self.steps {
            self.made.clear();
            step.push(&self.octets, &mut self.made);
            step.finish(&mut self.made);
            std::mem::swap(&mut self.octets, &mut self.made);
        }
        self.look();
        let decoder = self.steps.iter().find_map(Step::decoder);
        Seen {
            name: decoder
                .and_then(|decoder| decoder.file_name())
                .map(<[u8]>::to_vec),
            found: decoder.is_some_and(crate::decode::Decoder::has_found),
            chain: self.chain,
            looked: self.look.finish(),
            finds: self.scan.map(TextScan::finish).unwrap_or_default(),
            crlf: !self.ends.bare && !self.ends.cr,
            replaced: self.ends.replaced,
        }
    }

    fn look(&mut self) {
        self.look.push(&self.octets);
        if let Some(scan) = &mut self.scan {
            scan.push(&self.octets);
            self.ends.push(&self.octets);
        }
    }
}

/// Line ends and replaced characters of what was decoded.
#[derive(Debug, Default)]
struct LineEnds {
    /// Whether the octet before is a CR.
    cr: bool,
    bare: bool,
    replaced: bool,
    /// The two octets before.
    before: [u8; 2],
}

impl LineEnds {
    fn push(&mut self, octets: &[u8]) {
        // Where no CR stands before them, only these tell anything.
        let plain = |octet: u8| octet != b'\n' && octet != b'\r' && octet != 0xbd;
        let mut rest = octets;
        while let Some((octet, behind)) = rest.split_first() {
            if !self.cr && plain(*octet) {
                let (passed, behind) = rest.split_at(leading(rest, plain));
                self.before = last_two(self.before, passed);
                rest = behind;
                continue;
            }
            self.bare |= self.cr != (*octet == b'\n');
            self.cr = *octet == b'\r';
            self.replaced |= self.before == [0xef, 0xbf] && *octet == 0xbd;
            self.before = [self.before[1], *octet];
            rest = behind;
        }
    }
}

/// The last two octets, of which those before may be one or both.
pub(super) fn last_two(before: [u8; 2], octets: &[u8]) -> [u8; 2] {
    match octets {
        [.., one, other] => [*one, *other],
        [only] => [before[1], *only],
        [] => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_tells_nothing() {
        let pieces: [&[u8]; 8] = [
            b"\r",
            b"\n",
            b"\xef",
            b"\xbf",
            b"\xbd",
            b"a",
            b"words of a line",
            &[0; 70],
        ];
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    for four in pieces {
                        let octets = [one, two, three, four, b"\r\n"].concat();
                        let mut whole = LineEnds::default();
                        whole.push(&octets);
                        let mut single = LineEnds::default();
                        for octet in &octets {
                            single.push(&[*octet]);
                        }
                        let told =
                            |ends: &LineEnds| (ends.cr, ends.bare, ends.replaced, ends.before);
                        assert_eq!(told(&whole), told(&single), "{octets:?}");
                        let lone = (0..octets.len()).any(|at| {
                            let cr = at > 0 && octets[at - 1] == b'\r';
                            cr != (octets[at] == b'\n')
                        });
                        assert_eq!(whole.bare, lone, "{octets:?}");
                    }
                }
            }
        }
    }
}
