//! Meters: how much was used under a key within the last minutes, hours or days.
//!
//! A meter counts amounts (messages, octets) or distinct values (recipients) under keys (an address, an account), for one
//! or more windows of time. It only counts: what a quota means is for the policy. What is charged counts whether it goes
//! over a quota or not, so somebody who keeps trying stays over it.
//!
//! # How a window slides
//! Time is cut into buckets of one window each, beginning at the epoch. Kept are the sum of the current bucket and that of
//! the one before it, and the estimate is
//!
//! ```text
//! current + previous × (window − elapsed) / window, rounded up        elapsed: since the current bucket began
//! ```
//!
//! That is right if the previous sum came evenly spread. However it came, with `p` the previous sum, the estimate is at most
//! `p × elapsed / window` below what truly came within the last window, and at most `p × (window − elapsed) / window + 1`
//! above it. Whoever never goes over a quota by the estimate has truly used less than twice the quota in every window.
//!
//! Distinct values are counted the same way: those of the current bucket, and those that only the previous one has,
//! weighted. The numbers behind it are exact up to 64 values in a bucket; beyond that they are estimates with a standard
//! error of 3.3 % in memory and 0.8 % in a shared store.
//!
//! A clock that is set back is harmless: what is charged meanwhile counts as late, and nothing is lost but some accuracy.
//!
//! | file | what it is about |
//! |---|---|
//! | `window` | where a moment lies in its window, and the weights |
//! | `entry` | two buckets, as time goes on |
//! | `distinct`, `sketch` | how many values differ: exactly, then by an estimate |
//! | `table` | a bounded number of entries, and which go first |
//! | `local` | meters in the memory of this process |
//! | `shared`, `commands` | meters in a store that several hosts share, and what is said to it |
//! | `circuit` | a store that is away |
//! | `settings` | where meters are kept |
//! | `error` | what can go wrong |

#[cfg(feature = "redis")]
mod circuit;
#[cfg(feature = "redis")]
mod commands;
mod distinct;
mod entry;
mod error;
mod local;
mod settings;
#[cfg(feature = "redis")]
mod shared;
mod sketch;
mod table;
mod window;

pub use error::{Unavailable, UnusableStore};
pub use settings::{LocalSettings, MeterSettings, SharedSettings, Store, StoreUrl};

use local::Local;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A meter as the policy defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Its name, without a colon.
    pub name: String,
    /// How much is allowed in which time; at most [`Meter::MAX_LIMITS`].
    pub limits: Vec<Limit>,
    /// Whether different values are counted, not amounts.
    pub distinct: bool,
}

impl Meter {
    /// How many limits a meter should have at most: each costs an entry for each key.
    pub const MAX_LIMITS: usize = 4;
}

/// How much is allowed in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most that is allowed within the window.
    pub quota: u64,
    /// The time that counts, from [`Limit::SHORTEST`] to [`Limit::LONGEST`]; what lies outside is taken for the nearer one.
    pub window: Duration,
}

impl Limit {
    /// The shortest window.
    pub const SHORTEST: Duration = Duration::from_secs(1);
    /// The longest window.
    pub const LONGEST: Duration = Duration::from_hours(31 * 24);
}

/// What is counted under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge<'a> {
    /// That much; nothing at all only asks. A meter of distinct values is always only asked by an amount.
    Amount(u64),
    /// This value, if it was not counted yet. A meter of amounts counts 1 for it.
    Distinct(&'a str),
}

/// How much was used in each window, this charge included; in the order of the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage(pub Vec<u64>);

impl Usage {
    /// Whether more than the quota was used in any window.
    pub fn exceeds(&self, meter: &Meter) -> bool {
        let mut pairs = self.0.iter().zip(&meter.limits);
        pairs.any(|(used, limit)| *used > limit.quota)
    }
}

/// Where all meters are counted. Clones count in the same place.
#[derive(Clone, Debug)]
pub struct Meters {
    place: Arc<Place>,
}

/// Where the counts lie.
#[derive(Debug)]
enum Place {
    Local(Local),
    #[cfg(feature = "redis")]
    Shared(Box<shared::Shared>),
}

impl Meters {
    /// As the configuration has it.
    pub fn open(settings: &MeterSettings) -> Result<Self, UnusableStore> {
        match &settings.store {
            Store::Local => Ok(Self::local(LocalSettings {
                max_keys: settings.max_keys,
            })),
            Store::Shared(url) => Self::shared(SharedSettings {
                url: url.clone(),
                timeout: settings.timeout,
                prefix: settings.prefix.clone(),
            }),
        }
    }

    /// Counts in the memory of this process. All is forgotten when it ends.
    pub fn local(settings: LocalSettings) -> Self {
        Meters {
            place: Arc::new(Place::Local(Local::new(settings))),
        }
    }

    /// Counts in a store that several hosts share. It need not be there yet: it is asked when something is charged.
    #[cfg(feature = "redis")]
    pub fn shared(settings: SharedSettings) -> Result<Self, UnusableStore> {
        let shared = shared::Shared::new(settings)?;
        Ok(Meters {
            place: Arc::new(Place::Shared(Box::new(shared))),
        })
    }

    /// Counts in a store that several hosts share: this program cannot.
    #[cfg(not(feature = "redis"))]
    pub fn shared(_settings: SharedSettings) -> Result<Self, UnusableStore> {
        Err(UnusableStore::NotBuilt)
    }

    /// Charges a key now, and answers how much was used; [`Charge::Amount`] of 0 only asks. A shared store answers within
    /// its timeout, or is unavailable; a charge that timed out may have counted all the same.
    pub async fn charge(
        &self,
        meter: &Meter,
        key: &str,
        charge: Charge<'_>,
    ) -> Result<Usage, Unavailable> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        self.charge_at(now.unwrap_or_default(), meter, key, charge)
            .await
    }

    /// The same at a given time since the epoch, for tests and batch work.
    #[cfg_attr(
        not(feature = "redis"),
        allow(clippy::unused_async, reason = "only a shared store is waited for")
    )]
    pub async fn charge_at(
        &self,
        now: Duration,
        meter: &Meter,
        key: &str,
        charge: Charge<'_>,
    ) -> Result<Usage, Unavailable> {
        match &*self.place {
            Place::Local(local) => Ok(local.charge(now, meter, key, charge)),
            #[cfg(feature = "redis")]
            Place::Shared(shared) => shared.charge(now, meter, key, charge).await,
        }
    }
}

#[cfg(test)]
mod tests;
