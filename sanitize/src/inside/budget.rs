//! What looking inside may cost, over all containers of one message together.

use serde::{Deserialize, Serialize};

/// Bounds of what is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bounds {
    /// Octets that come out, over all members and all nesting.
    pub bytes: u64,
    /// Octets that come out of one part for each octet in it, once they are more than [`Bounds::free_bytes`].
    pub ratio: u64,
    /// Octets of one part that come out whatever the ratio.
    pub free_bytes: u64,
    /// Files, folders included.
    pub members: u32,
    /// Containers in each other.
    pub depth: u16,
    /// Octets of names that are kept.
    pub name_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            bytes: 400 << 20,
            ratio: 200,
            free_bytes: 10 << 20,
            members: 5_000,
            depth: 16,
            name_bytes: 2 << 20,
        }
    }
}

/// A bound was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exceeded;

/// What is left for one message.
#[derive(Clone, Debug)]
pub struct Budget {
    bounds: Bounds,
    bytes: u64,
    members: u32,
    names: usize,
    /// Of the part that is being looked at: what has come out, and what may.
    part_bytes: u64,
    part_bound: u64,
}

impl Budget {
    /// All of it.
    pub fn new(bounds: Bounds) -> Self {
        Budget {
            bounds,
            bytes: 0,
            members: 0,
            names: 0,
            part_bytes: 0,
            part_bound: 0,
        }
    }

    /// A part of that many octets is looked at next.
    pub(super) fn begin(&mut self, size: u64) {
        self.part_bytes = 0;
        self.part_bound = size
            .saturating_mul(self.bounds.ratio)
            .max(self.bounds.free_bytes);
    }

    /// That many octets came out.
    pub(super) fn charge(&mut self, count: usize) -> Result<(), Exceeded> {
        let count = count as u64;
        self.bytes = self.bytes.saturating_add(count);
        self.part_bytes = self.part_bytes.saturating_add(count);
        within(self.bytes <= self.bounds.bytes && self.part_bytes <= self.part_bound)
    }

    /// One more member, with names of that many octets.
    pub(super) fn member(&mut self, names: usize) -> Result<(), Exceeded> {
        self.members = self.members.saturating_add(1);
        self.names = self.names.saturating_add(names);
        within(self.members <= self.bounds.members && self.names <= self.bounds.name_bytes)
    }

    /// A container that lies in so many others.
    pub(super) fn depth(&self, depth: u16) -> Result<(), Exceeded> {
        within(depth < self.bounds.depth)
    }

    /// Octets that may still come out of this part.
    pub(super) fn bytes_left(&self) -> u64 {
        let all = self.bounds.bytes.saturating_sub(self.bytes);
        all.min(self.part_bound.saturating_sub(self.part_bytes))
    }

    /// Members that may still come.
    pub(super) fn members_left(&self) -> usize {
        self.bounds.members.saturating_sub(self.members) as usize
    }
}

fn within(holds: bool) -> Result<(), Exceeded> {
    if holds { Ok(()) } else { Err(Exceeded) }
}
