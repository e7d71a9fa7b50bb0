//! A bounded number of entries: when room is needed, those that expired go first, then those least recently touched.

use super::entry::{Counted, Entry};
use super::window::Moment;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What an entry is called: a digest of meter, window and key.
pub(super) type Id = u128;

/// So many octets of memory weigh as much as an entry without any.
const OCTETS: usize = 256;

/// Entries by id, and in the two orders in which they go. Each charge costs a few steps that grow with the logarithm of the
/// number of entries.
#[derive(Debug)]
pub(super) struct Table {
    capacity: usize,
    weight: usize,
    touches: u64,
    slots: HashMap<Id, Slot>,
    by_expiry: BTreeSet<(u64, Id)>,
    by_touch: BTreeMap<u64, Id>,
}

#[derive(Debug)]
struct Slot {
    entry: Entry,
    expires: u64,
    touched: u64,
    weight: usize,
}

impl Table {
    /// Room for entries of this weight together; a plain one weighs 1, one of many distinct values up to 9.
    pub(super) fn new(capacity: usize) -> Self {
        Table {
            capacity: capacity.max(1),
            weight: 0,
            touches: 0,
            slots: HashMap::new(),
            by_expiry: BTreeSet::new(),
            by_touch: BTreeMap::new(),
        }
    }

    /// Counts under an id, and says how much was used in the window. A question leaves no entry
    /// of nothing.
    pub(super) fn charge(
        &mut self,
        id: Id,
        moment: &Moment,
        distinct: bool,
        counted: Counted,
    ) -> u64 {
        let mut entry = match self.take(id) {
            Some(entry) => entry,
            None if counted == Counted::Nothing => return 0,
            None => Entry::new(distinct, moment),
        };
        let used = entry.charge(moment, counted);
        if used > 0 || counted != Counted::Nothing {
            self.put(id, entry, moment);
        }
        used
    }

    fn put(&mut self, id: Id, entry: Entry, moment: &Moment) {
        let weight = entry
            .heap()
            .checked_div(OCTETS)
            .unwrap_or_default()
            .saturating_add(1);
        self.make_room(weight, moment.now);
        self.touches = self.touches.saturating_add(1);
        let slot = Slot {
            entry,
            expires: moment.expiry(),
            touched: self.touches,
            weight,
        };
        self.weight = self.weight.saturating_add(weight);
        self.by_expiry.insert((slot.expires, id));
        self.by_touch.insert(slot.touched, id);
        self.slots.insert(id, slot);
    }

    fn take(&mut self, id: Id) -> Option<Entry> {
        let slot = self.slots.remove(&id)?;
        self.by_expiry.remove(&(slot.expires, id));
        self.by_touch.remove(&slot.touched);
        self.weight = self.weight.saturating_sub(slot.weight);
        Some(slot.entry)
    }

    /// Lets entries go until one more of this weight fits, or none is left.
    fn make_room(&mut self, weight: usize, now: u64) {
        while self.weight.saturating_add(weight) > self.capacity {
            let expired = self.by_expiry.first().filter(|(at, _)| *at <= now);
            let oldest = self.by_touch.first_key_value();
            let Some(id) = expired
                .map(|(_, id)| *id)
                .or_else(|| oldest.map(|(_, id)| *id))
            else {
                return;
            };
            self.take(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Id, Moment, Table};
    use std::time::Duration;

    fn moment(at: u64, window: u64) -> Moment {
        Moment::new(Duration::from_secs(at), Duration::from_secs(window))
    }

    fn charge(table: &mut Table, id: Id, moment: &Moment) -> u64 {
        let used = table.charge(id, moment, false, Counted::Amount(1));
        assert!(table.weight <= table.capacity, "{table:?}");
        assert_eq!(table.slots.len(), table.by_expiry.len());
        assert_eq!(table.slots.len(), table.by_touch.len());
        used
    }

    #[test]
    fn the_least_recently_touched_goes() {
        let mut table = Table::new(3);
        let now = moment(10, 100);
        for id in [1, 2, 3, 1, 4] {
            charge(&mut table, id, &now);
        }
        assert_eq!(charge(&mut table, 1, &now), 3);
        assert_eq!(charge(&mut table, 3, &now), 2);
        assert_eq!(charge(&mut table, 2, &now), 1, "it had to go");
    }

    #[test]
    fn what_expired_goes_before_what_was_not_touched_for_long() {
        let mut table = Table::new(2);
        charge(&mut table, 1, &moment(0, 1_000));
        charge(&mut table, 2, &moment(1, 10));
        charge(&mut table, 3, &moment(20, 1_000));
        assert_eq!(charge(&mut table, 1, &moment(20, 1_000)), 2);
    }

    #[test]
    fn a_question_leaves_nothing() {
        let mut table = Table::new(2);
        let now = moment(0, 10);
        assert_eq!(table.charge(1, &now, false, Counted::Nothing), 0);
        assert!(table.slots.is_empty());
        charge(&mut table, 1, &now);
        assert_eq!(table.charge(1, &now, false, Counted::Nothing), 1);
        assert_eq!(table.charge(1, &moment(20, 10), false, Counted::Nothing), 0);
        assert!(table.slots.is_empty() && table.weight == 0);
    }

    #[test]
    fn many_values_weigh_more() {
        let mut table = Table::new(30);
        let now = moment(0, 10);
        for value in 0..10_000u64 {
            let digest = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            table.charge(
                u128::from(value / 1_000),
                &now,
                true,
                Counted::Value(digest),
            );
            assert!(table.weight <= 30);
        }
        assert!(table.slots.len() <= 6, "{}", table.slots.len());
    }
}
