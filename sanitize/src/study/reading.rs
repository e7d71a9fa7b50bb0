//! One reading of a body: a chain of stages, and a look at what comes out.

use crate::look::{Look, Looked};
use crate::write::{Stage, Step};

#[derive(Debug)]
pub(super) struct Side {
    chain: Vec<Stage>,
    steps: Vec<Step>,
    look: Look,
    made: Vec<u8>,
}

impl Side {
    pub(super) fn new(chain: Vec<Stage>) -> Self {
        Side {
            steps: chain.iter().map(Step::new).collect(),
            chain,
            look: Look::new(),
            made: Vec::new(),
        }
    }

    /// Takes the next octets of the body and puts what they stand for behind `out`, which is empty.
    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(raw);
        for step in &mut self.steps {
            self.made.clear();
            step.push(out, &mut self.made);
            std::mem::swap(out, &mut self.made);
        }
        self.look.push(out);
    }

    /// Ends the body.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        for step in &mut self.steps {
            self.made.clear();
            step.push(out, &mut self.made);
            step.finish(&mut self.made);
            std::mem::swap(out, &mut self.made);
        }
        self.look.push(out);
    }

    pub(super) fn looked(self) -> (Vec<Stage>, Looked) {
        (self.chain, self.look.finish())
    }
}
