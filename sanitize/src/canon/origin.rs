//! Which part of the result was made from which part of the message.

use crate::map::{MessageMap, PartId};

/// The tree that the writer has written, in document order. What lies in an encoded container is known only when the
/// result is read: such a part is open, and everything in it was made from the container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    nodes: Vec<Node>,
}

/// One part of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    origin: Option<PartId>,
    children: Vec<usize>,
}

impl Origins {
    /// Adds a part of the result, made from `origin`, inside the part that was added as `holder`. Gives its place.
    pub(super) fn add(&mut self, holder: Option<usize>, origin: Option<PartId>) -> usize {
        let place = self.nodes.len();
        self.nodes.push(Node {
            origin,
            children: Vec::new(),
        });
        if let Some(holder) = holder.and_then(|holder| self.nodes.get_mut(holder)) {
            holder.children.push(place);
        }
        place
    }

    /// For each part of the result, in order: the part of the message that it was made from.
    pub fn of(&self, result: &MessageMap) -> Vec<Option<PartId>> {
        // Which node each part is, and how many of its children were met; no node: inside an open part.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(result.parts().len());
        let mut met: Vec<usize> = vec![0; self.nodes.len()];
        let mut origins: Vec<Option<PartId>> = Vec::with_capacity(result.parts().len());
        for part in result.parts() {
            let holder = part.parent().map(PartId::index);
            let place = match holder {
                None => Some(0),
                Some(holder) => places.get(holder).copied().flatten().and_then(|holder| {
                    let nth = met.get_mut(holder)?;
                    *nth = nth.saturating_add(1);
                    let children = &self.nodes.get(holder)?.children;
                    children.get(nth.saturating_sub(1)).copied()
                }),
            };
            let node = place.and_then(|place| self.nodes.get(place));
            let inherited = || holder.and_then(|holder| origins.get(holder).copied().flatten());
            origins.push(node.map_or_else(inherited, |node| node.origin));
            places.push(place);
        }
        origins
    }
}
