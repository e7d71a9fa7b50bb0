//! What is said to a shared store: all windows of a charge in one round trip.
//!
//! Each bucket is a key of its own, `PREFIX WINDOW:KIND:BUCKET:METER:KEY`, that the store forgets two windows after the last
//! charge. Sums are numbers, distinct values what `PFADD` makes. The store is asked for the current bucket and the one
//! before it, and the estimate is reckoned here.

use super::window::Moment;
use super::{Charge, Meter, Usage};
use redis::{Pipeline, pipe};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Keys and values that are longer than this many octets are sent as digests.
const LONGEST: usize = 256;

/// The most that one charge can add: far more than mail can, and far from the end of the numbers of the store.
const MOST: u64 = 1 << 48;

/// One charge, as it will be sent and as its answer will be read.
pub(super) struct Question {
    pub(super) pipeline: Pipeline,
    moments: Vec<Moment>,
    distinct: bool,
}

/// What the store says for each window: two numbers, none for what it does not have.
pub(super) type Answer = Vec<Option<u64>>;

impl Question {
    pub(super) fn new(
        prefix: &str,
        now: Duration,
        meter: &Meter,
        key: &str,
        charge: Charge<'_>,
    ) -> Self {
        let mut pipeline = pipe();
        let moments = meter.limits.iter().map(|limit| {
            let moment = Moment::new(now, limit.window);
            let names = Names::new(prefix, meter, key, &moment);
            if meter.distinct {
                names.values(&mut pipeline, charge);
            } else {
                names.sums(&mut pipeline, charge);
            }
            moment
        });
        Question {
            moments: moments.collect(),
            pipeline,
            distinct: meter.distinct,
        }
    }

    /// How much was used; nothing if the store gave not as many numbers as it was asked for.
    pub(super) fn usage(&self, answer: &Answer) -> Option<Usage> {
        let mut pairs = answer.chunks_exact(2);
        let used = self.moments.iter().map(|moment| {
            let [current, second] = pairs.next()? else {
                return None;
            };
            let (current, second) = (current.unwrap_or(0), second.unwrap_or(0));
            let previous = if self.distinct {
                second.saturating_sub(current)
            } else {
                second
            };
            Some(moment.weigh(current, previous, moment.left()))
        });
        used.collect::<Option<_>>().map(Usage)
    }
}

/// The keys of one window.
struct Names {
    current: String,
    previous: String,
    /// When the store may forget the current one, in milliseconds.
    lifetime: u64,
}

impl Names {
    fn new(prefix: &str, meter: &Meter, key: &str, moment: &Moment) -> Self {
        let kind = if meter.distinct { "distinct" } else { "sum" };
        let key = short(key);
        let name = |bucket| {
            let (window, meter) = (moment.window, &meter.name);
            format!("{prefix}{window}:{kind}:{bucket}:{meter}:{key}")
        };
        Names {
            current: name(moment.bucket),
            // Before the first bucket comes one that nothing is ever put into.
            previous: name(moment.bucket.wrapping_sub(1)),
            lifetime: moment.window.saturating_mul(2),
        }
    }

    fn sums(&self, pipeline: &mut Pipeline, charge: Charge<'_>) {
        let amount = match charge {
            Charge::Amount(amount) => amount.min(MOST),
            Charge::Distinct(_) => 1,
        };
        if amount == 0 {
            pipeline.cmd("GET").arg(&self.current);
        } else {
            pipeline.cmd("INCRBY").arg(&self.current).arg(amount);
            self.expire(pipeline);
        }
        pipeline.cmd("GET").arg(&self.previous);
    }

    fn values(&self, pipeline: &mut Pipeline, charge: Charge<'_>) {
        if let Charge::Distinct(value) = charge {
            pipeline.cmd("PFADD").arg(&self.current).arg(short(value));
            pipeline.ignore();
            self.expire(pipeline);
        }
        pipeline.cmd("PFCOUNT").arg(&self.current);
        pipeline
            .cmd("PFCOUNT")
            .arg(&self.current)
            .arg(&self.previous);
    }

    fn expire(&self, pipeline: &mut Pipeline) {
        pipeline
            .cmd("PEXPIRE")
            .arg(&self.current)
            .arg(self.lifetime);
        pipeline.ignore();
    }
}

/// A text itself, or its digest if it is long. They begin differently, so no text can pass for the digest of another one.
fn short(text: &str) -> String {
    if text.len() <= LONGEST {
        return format!("={text}");
    }
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().map(|octet| format!("{octet:02x}"));
    std::iter::once("#".to_owned()).chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Charge, Limit, Meter, Usage};
    use super::{Question, short};
    use std::time::Duration;

    fn question(distinct: bool, charge: Charge<'_>) -> Question {
        let window = Duration::from_mins(1);
        let meter = Meter {
            name: "m".to_owned(),
            limits: vec![Limit { quota: 1, window }],
            distinct,
        };
        Question::new("p:", Duration::from_secs(90), &meter, "k", charge)
    }

    #[track_caller]
    fn check(distinct: bool, charge: Charge<'_>, expected: &str) {
        let packed = question(distinct, charge).pipeline.get_packed_pipeline();
        let packed = String::from_utf8(packed).unwrap();
        // The lengths of the protocol are left out, and each command begins with how many words it has.
        let words = packed.split("\r\n").filter(|line| !line.starts_with('$'));
        assert_eq!(words.collect::<Vec<_>>().join(" ").trim_end(), expected);
    }

    #[test]
    fn a_charge_is_one_pipeline() {
        check(
            false,
            Charge::Amount(5),
            "*3 INCRBY p:60000:sum:1:m:=k 5 *3 PEXPIRE p:60000:sum:1:m:=k 120000 *2 GET p:60000:sum:0:m:=k",
        );
        check(
            false,
            Charge::Amount(0),
            "*2 GET p:60000:sum:1:m:=k *2 GET p:60000:sum:0:m:=k",
        );
        check(
            true,
            Charge::Distinct("v"),
            "*3 PFADD p:60000:distinct:1:m:=k =v *3 PEXPIRE p:60000:distinct:1:m:=k 120000 \
             *2 PFCOUNT p:60000:distinct:1:m:=k *3 PFCOUNT p:60000:distinct:1:m:=k p:60000:distinct:0:m:=k",
        );
    }

    #[test]
    fn answers_are_weighed() {
        let usage = |distinct, answer: &[Option<u64>]| {
            question(distinct, Charge::Amount(0)).usage(&answer.to_vec())
        };
        assert_eq!(usage(false, &[Some(3), Some(4)]), Some(Usage(vec![5])));
        assert_eq!(usage(false, &[None, Some(4)]), Some(Usage(vec![2])));
        assert_eq!(usage(true, &[Some(3), Some(5)]), Some(Usage(vec![4])));
        assert_eq!(usage(false, &[Some(3)]), None);
    }

    #[test]
    fn long_texts_are_digests() {
        let long = "x".repeat(257);
        assert_eq!(short("a"), "=a");
        assert_eq!(short(&long[1..]).len(), 257);
        assert_eq!(short(&long).len(), 65);
        assert_ne!(short(&long), short(&long.replace("xx", "xy")));
        assert_ne!(short(&short(&long)), short(&long));
    }
}
