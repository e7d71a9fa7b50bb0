//! Meters in the memory of this process.

use super::entry::Counted;
use super::table::{Id, Table};
use super::window::Moment;
use super::{Charge, Limit, LocalSettings, Meter, Usage};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Tables side by side, so that charges seldom wait for each other; fewer if there is not enough for each.
const SHARDS: usize = 16;
const KEYS_OF_A_SHARD: usize = 1_024;

/// Entries in several tables. Keys are kept as digests of 128 bits with a seed that nobody outside can know: they take the
/// same room however long they are, and nobody can make two of them meet.
pub(super) struct Local {
    shards: Vec<Mutex<Table>>,
    seeds: [RandomState; 2],
}

impl Local {
    pub(super) fn new(settings: LocalSettings) -> Self {
        let shards = settings.max_keys.div_euclid(KEYS_OF_A_SHARD);
        let shards = shards.clamp(1, SHARDS);
        let keys = settings.max_keys.div_euclid(shards);
        Local {
            shards: (0..shards).map(|_| Mutex::new(Table::new(keys))).collect(),
            seeds: [RandomState::new(), RandomState::new()],
        }
    }

    /// Charges all windows of a meter.
    pub(super) fn charge(
        &self,
        now: Duration,
        meter: &Meter,
        key: &str,
        charge: Charge<'_>,
    ) -> Usage {
        let counted = self.counted(meter, charge);
        let used = |limit: &Limit| {
            let moment = Moment::new(now, limit.window);
            let id = self.id(meter, moment.window, key);
            self.with_table(id, |table| {
                table.charge(id, &moment, meter.distinct, counted)
            })
        };
        Usage(meter.limits.iter().map(used).collect())
    }

    fn counted(&self, meter: &Meter, charge: Charge<'_>) -> Counted {
        match (meter.distinct, charge) {
            (_, Charge::Amount(0)) | (true, Charge::Amount(_)) => Counted::Nothing,
            (false, Charge::Amount(amount)) => Counted::Amount(amount),
            (false, Charge::Distinct(_)) => Counted::Amount(1),
            (true, Charge::Distinct(value)) => Counted::Value(self.seeds[0].hash_one(value)),
        }
    }

    /// A meter whose windows change begins anew; one whose quota changes goes on.
    fn id(&self, meter: &Meter, window: u64, key: &str) -> Id {
        let whole = (meter.name.as_str(), meter.distinct, window, key);
        let [high, low] = self.seeds.each_ref().map(|seed| seed.hash_one(whole));
        (Id::from(high) << u64::BITS) | Id::from(low)
    }

    fn with_table(&self, id: Id, work: impl FnOnce(&mut Table) -> u64) -> u64 {
        let shard = id.checked_rem(self.shards.len() as Id).unwrap_or_default();
        let shard = usize::try_from(shard)
            .ok()
            .and_then(|at| self.shards.get(at));
        shard.map_or(0, |table| {
            // A table is whole between any two steps that could panic, and none of them does.
            work(&mut table.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }
}

/// Without the entries: they are many.
impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shards = self.shards.len();
        f.debug_struct("Local")
            .field("shards", &shards)
            .finish_non_exhaustive()
    }
}
