//! The laws of counting, against a model that remembers everything.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

const WINDOW: u64 = 10_000;

fn meter(quotas: &[(u64, u64)], distinct: bool) -> Meter {
    let limits = quotas.iter().map(|(quota, seconds)| Limit {
        quota: *quota,
        window: Duration::from_secs(*seconds),
    });
    Meter {
        name: "test".to_owned(),
        limits: limits.collect(),
        distinct,
    }
}

fn local() -> Local {
    Local::new(LocalSettings::default())
}

fn used(local: &Local, meter: &Meter, now: u64, key: &str, charge: Charge<'_>) -> u64 {
    local
        .charge(Duration::from_millis(now), meter, key, charge)
        .0[0]
}

/// What came within some time, and in the bucket before the one of a moment.
struct Model(Vec<(u64, u64)>);

impl Model {
    fn sum(&self, wanted: impl Fn(u64) -> bool) -> u64 {
        let came = self.0.iter().filter(|(at, _)| wanted(*at));
        came.map(|(_, amount)| amount).sum()
    }

    fn window(&self, now: u64) -> u64 {
        self.sum(|at| at + WINDOW > now)
    }

    fn previous(&self, now: u64) -> u64 {
        self.sum(|at| at / WINDOW + 1 == now / WINDOW)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_estimate_is_within_its_bounds(charges in vec((0..4_000_u64, 0..50_u64), 1..200)) {
        let (local, meter) = (local(), meter(&[(0, WINDOW / 1_000)], false));
        let (mut now, mut model) = (1_700_000_000_000, Model(Vec::new()));
        for (pause, amount) in charges {
            now += pause;
            model.0.push((now, amount));
            let found = used(&local, &meter, now, "key", Charge::Amount(amount));
            let (truth, previous, elapsed) = (model.window(now), model.previous(now), now % WINDOW);
            prop_assert!(found * WINDOW + previous * elapsed >= truth * WINDOW, "{found} for {truth}");
            let most = truth * WINDOW + previous * (WINDOW - elapsed) + WINDOW;
            prop_assert!(found * WINDOW <= most, "{found} for {truth}");
        }
    }

    #[test]
    fn nobody_gets_twice_the_quota(pauses in vec(0..1_500_u64, 1..300), quota in 1..30_u64) {
        let (local, meter) = (local(), meter(&[(quota, WINDOW / 1_000)], false));
        let (mut now, mut model) = (0, Model(Vec::new()));
        for pause in pauses {
            now += pause;
            // As many as the quota has room for, at once.
            while used(&local, &meter, now, "key", Charge::Amount(0)) < quota {
                used(&local, &meter, now, "key", Charge::Amount(1));
                model.0.push((now, 1));
            }
            prop_assert!(model.window(now) < 2 * quota);
        }
    }

    #[test]
    fn distinct_values_count_once(values in vec((0..3_000_u64, 0..60_u8), 1..100)) {
        let (local, meter) = (local(), meter(&[(0, WINDOW / 1_000)], true));
        let (mut now, mut seen) = (0, Vec::new());
        for (pause, value) in values {
            now += pause;
            seen.push((now, value));
            let found = used(&local, &meter, now, "key", Charge::Distinct(&value.to_string()));
            let among = |wanted: &dyn Fn(u64) -> bool| -> BTreeSet<u8> {
                seen.iter().filter(|(at, _)| wanted(*at)).map(|(_, value)| *value).collect()
            };
            let current = among(&|at| at / WINDOW == now / WINDOW);
            let both = among(&|at| at / WINDOW + 1 >= now / WINDOW);
            prop_assert!(found >= current.len() as u64 && found <= both.len() as u64);
        }
    }

    #[test]
    fn any_clock_is_harmless(charges in vec((any::<u64>(), any::<u64>()), 1..50), distinct: bool) {
        let (local, meter) = (local(), meter(&[(0, 1), (0, 3_600), (0, 86_400)], distinct));
        for (at, amount) in charges {
            let charge = if distinct { Charge::Distinct("value") } else { Charge::Amount(amount) };
            let usage = local.charge(Duration::from_millis(at), &meter, "key", charge);
            let least = if distinct { 1 } else { amount };
            prop_assert!(usage.0.iter().all(|used| *used >= least), "{usage:?}");
        }
    }
}

#[test]
fn a_table_of_any_size_is_bounded() {
    let meter = meter(&[(0, 3_600)], false);
    for max_keys in [0, 1, 100, 5_000] {
        let local = Local::new(LocalSettings { max_keys });
        let mut keys = (0..20_000).map(|number| format!("key {number}"));
        keys.all(|key| used(&local, &meter, 0, &key, Charge::Amount(1)) == 1);
        let kept = (0..20_000).filter(|number| {
            used(
                &local,
                &meter,
                0,
                &format!("key {number}"),
                Charge::Amount(0),
            ) == 1
        });
        let kept = kept.count();
        assert!(kept <= max_keys.max(1), "{kept} of {max_keys}");
        assert!(kept * 2 >= max_keys, "{kept} of {max_keys}");
    }
}

#[test]
fn keys_and_meters_do_not_meet() {
    let local = local();
    let one = meter(&[(0, 60)], false);
    let other = Meter {
        name: "other".to_owned(),
        ..one.clone()
    };
    let long = "x".repeat(100_000);
    for (meter, key) in [
        (&one, ""),
        (&one, "a"),
        (&one, &long),
        (&one, &long[1..]),
        (&other, "a"),
    ] {
        assert_eq!(
            used(&local, meter, 0, key, Charge::Amount(1)),
            1,
            "{}",
            key.len()
        );
    }
    // A quota may change, a window begins anew.
    assert_eq!(
        used(&local, &meter(&[(9, 60)], false), 0, "a", Charge::Amount(1)),
        2
    );
    assert_eq!(
        used(&local, &meter(&[(9, 61)], false), 0, "a", Charge::Amount(1)),
        1
    );
}

#[test]
fn a_charge_of_the_other_kind_means_something() {
    let local = local();
    let (sums, values) = (meter(&[(0, 60)], false), meter(&[(0, 60)], true));
    assert_eq!(used(&local, &sums, 0, "a", Charge::Distinct("v")), 1);
    assert_eq!(used(&local, &sums, 0, "a", Charge::Distinct("v")), 2);
    assert_eq!(used(&local, &values, 0, "a", Charge::Amount(5)), 0);
}

#[test]
fn a_quota_is_exceeded_by_more_than_it() {
    let meter = meter(&[(3, 60), (10, 3_600)], false);
    let check = |used: &[u64], expected| assert_eq!(Usage(used.to_vec()).exceeds(&meter), expected);
    check(&[3, 10], false);
    check(&[4, 4], true);
    check(&[0, 11], true);
    check(&[], false);
}

#[tokio::test]
async fn clones_count_in_the_same_place() {
    let meters = Meters::open(&MeterSettings::default()).unwrap();
    let (clone, meter) = (meters.clone(), meter(&[(1, 86_400)], false));
    meters.charge(&meter, "a", Charge::Amount(1)).await.unwrap();
    let usage = clone.charge(&meter, "a", Charge::Amount(1)).await.unwrap();
    assert!(usage.exceeds(&meter), "{usage:?}");
}
