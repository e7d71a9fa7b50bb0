//! Meters in memory and in a real Redis: the same cases, one store for several, and what happens when it is away.

#![cfg(feature = "redis")]

mod support;

use proptest::{collection::vec, prelude::*};
use std::{
    io::Write,
    sync::{LazyLock, Mutex},
    time::{Duration, Instant},
};
use support::redis::Redis;
use tamis::meter::{
    Charge::{self, Amount, Distinct},
    Limit, LocalSettings, Meter, Meters, SharedSettings, Unavailable, Usage,
};

/// For a store that hangs.
const SHORT: Duration = Duration::from_millis(500);
/// For all others: the machine may be busy, and a store that is not there says so at once.
const LONG: Duration = Duration::from_secs(20);
/// What any wait must stay below; far above what it takes.
const NO_HANG: Duration = Duration::from_secs(10);

fn shared(url: &str, timeout: Duration) -> Meters {
    let settings = SharedSettings {
        timeout,
        ..SharedSettings::new(url.parse().expect("a URL"))
    };
    Meters::shared(settings).expect("a store")
}

fn local() -> Meters {
    Meters::local(LocalSettings::default())
}

fn meter(name: &str, windows: &[u64], distinct: bool) -> Meter {
    let limits = windows.iter().map(|seconds| Limit {
        quota: 10,
        window: Duration::from_secs(*seconds),
    });
    Meter {
        name: name.to_owned(),
        limits: limits.collect(),
        distinct,
    }
}

/// A second, a key, a charge, and what is used then in each window.
type Step<'a> = (u64, &'a str, Charge<'a>, &'a [u64]);

async fn check(meters: &Meters, meter: &Meter, steps: &[Step<'_>]) {
    for (at, key, charge, expected) in steps {
        let now = Duration::from_secs(1_700_000_000 + at);
        let usage = meters.charge_at(now, meter, key, *charge).await;
        let found = usage.expect("an answer");
        let name = &meter.name;
        assert_eq!(
            found,
            Usage(expected.to_vec()),
            "{name}, {key} at {at}: {charge:?}"
        );
    }
}

/// The cases that hold wherever meters are kept.
async fn check_all(meters: &Meters) {
    let long = "key".repeat(1_000);
    let sums = meter("sums", &[100, 1_000], false);
    check(
        meters,
        &sums,
        &[
            (0, "a", Amount(0), &[0, 0]),
            (0, "a", Amount(3), &[3, 3]),
            (50, "a", Amount(4), &[7, 7]),
            (50, "b", Amount(1), &[1, 1]),
            (100, "a", Amount(1), &[8, 8]),
            (150, "a", Amount(0), &[5, 8]),
            (199, "a", Amount(0), &[2, 8]),
            (200, "a", Amount(0), &[1, 8]),
            (1_000, "a", Amount(2), &[2, 10]),
            (1_500, "a", Amount(0), &[0, 6]),
            (1_500, &long, Amount(5), &[5, 5]),
            (1_500, &long, Distinct("x"), &[6, 6]),
            (1_500, &long[3..], Amount(0), &[0, 0]),
            (1_500, "", Amount(1), &[1, 1]),
            (1_500, "ü: *\r\n\"", Amount(1), &[1, 1]),
        ],
    )
    .await;
    let values = meter("values", &[100], true);
    check(
        meters,
        &values,
        &[
            (0, "a", Amount(7), &[0]),
            (0, "a", Distinct("x"), &[1]),
            (1, "a", Distinct("x"), &[1]),
            (1, "a", Distinct(&long), &[2]),
            (1, "b", Distinct("x"), &[1]),
            (150, "a", Distinct("x"), &[2]),
            (199, "a", Distinct("y"), &[3]),
            (250, "a", Amount(0), &[1]),
            (999, "a", Amount(0), &[0]),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_same_cases_hold_in_memory_and_in_a_store() {
    check_all(&local()).await;
    let Some(redis) = support::ready(Redis::start(&[])) else {
        return;
    };
    check_all(&shared(&redis.unix(), LONG)).await;
    redis.ask("FLUSHALL");
    check_all(&shared(&redis.tcp(""), LONG)).await;
}

#[test]
fn a_store_counts_like_the_memory() {
    let Some(redis) = support::ready(Redis::start(&[])) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (local, shared) = (local(), shared(&redis.unix(), LONG));
    let meter = meter("m", &[1, 7, 60], false);
    let charges = vec((0..5_000_u64, 0..4_u8, 0..1_000_u64), 1..40);
    proptest!(ProptestConfig::with_cases(24), |(start: u32, charges in charges)| {
        let mut now = u64::from(start);
        let mut answers = Vec::new();
        for (pause, key, amount) in charges {
            now += pause;
            let (at, key) = (Duration::from_millis(now), format!("{start} {key}"));
            answers.push(runtime.block_on(async { (
                local.charge_at(at, &meter, &key, Amount(amount)).await,
                shared.charge_at(at, &meter, &key, Amount(amount)).await,
            )}));
        }
        for (ours, theirs) in answers {
            prop_assert!(ours.is_ok());
            prop_assert_eq!(ours, theirs);
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_hosts_count_together_and_nothing_is_lost() {
    let Some(redis) = support::ready(Redis::start(&[])) else {
        return;
    };
    let (one, other) = (shared(&redis.unix(), LONG), shared(&redis.tcp(""), LONG));
    let meter = meter("m", &[86_400], false);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40 {
        let meters = if number % 2 == 0 { &one } else { &other };
        let (meters, meter) = (meters.clone(), meter.clone());
        tasks.spawn(async move {
            for _ in 0..25 {
                let now = Duration::from_secs(1_700_000_000);
                let usage = meters.charge_at(now, &meter, "key", Amount(1)).await;
                usage.expect("an answer");
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a task without panic");
    }
    check(&one, &meter, &[(0, "key", Amount(0), &[1_000])]).await;
    check(&other, &meter, &[(0, "key", Amount(1), &[1_001])]).await;
}

#[tokio::test]
async fn a_store_forgets_what_does_not_count_any_more() {
    let Some(redis) = support::ready(Redis::start(&[])) else {
        return;
    };
    let meters = shared(&redis.unix(), LONG);
    check(
        &meters,
        &meter("m", &[60], false),
        &[(0, "a", Amount(1), &[1])],
    )
    .await;
    check(
        &meters,
        &meter("m", &[60], true),
        &[(0, "a", Distinct("x"), &[1])],
    )
    .await;
    let bucket = 1_700_000_000 / 60;
    for kind in ["sum", "distinct"] {
        let answer = redis.ask(&format!("PTTL tamis:60000:{kind}:{bucket}:m:=a"));
        let left = answer
            .lines()
            .next()
            .and_then(|line| line.strip_prefix(':'));
        let left: i64 = left.and_then(|number| number.parse().ok()).expect("a time");
        assert!((1..=120_000).contains(&left), "{kind}: {left}");
    }
    assert!(
        redis.ask("DBSIZE").starts_with(":2\r\n"),
        "nothing else is left"
    );
}

/// The log of all tests of this program: one of a single thread would miss what others have logged before it.
fn log() -> &'static Mutex<Vec<u8>> {
    static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
        let log = tracing_subscriber::fmt().with_ansi(false);
        log.with_writer(|| Log).init();
        Mutex::default()
    });
    &LOG
}

struct Log;

impl Write for Log {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        log().lock().expect("a log").write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// How many lines tell this of a store.
fn logged(url: &str, text: &str) -> usize {
    let log = log().lock().expect("a log");
    let log = String::from_utf8_lossy(&log);
    let of_it = |line: &&str| line.contains(url) && line.contains(text);
    log.lines().filter(of_it).count()
}

/// Charges until it works, and fails if that takes too long. Nothing may answer late meanwhile.
async fn until_it_counts(meters: &Meters, meter: &Meter) -> Usage {
    let start = Instant::now();
    loop {
        match quick(meters, meter).await {
            Ok(usage) => return usage,
            Err(error) => assert!(start.elapsed() < support::PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Charges, and fails if the answer is not there soon.
async fn quick(meters: &Meters, meter: &Meter) -> Result<Usage, Unavailable> {
    let start = Instant::now();
    let usage = meters.charge(meter, "key", Amount(1)).await;
    assert!(
        start.elapsed() < NO_HANG,
        "{usage:?} took {:?}",
        start.elapsed()
    );
    usage
}

#[tokio::test]
async fn a_store_that_dies_is_unavailable_at_once_and_comes_back_by_itself() {
    let Some(mut redis) = support::ready(Redis::start(&[])) else {
        return;
    };
    log();
    let (meters, meter) = (shared(&redis.unix(), LONG), meter("m", &[86_400], false));
    until_it_counts(&meters, &meter).await;
    redis.kill();
    assert!(quick(&meters, &meter).await.is_err());
    // It rests now: many more cost nothing.
    let start = Instant::now();
    for _ in 0..10_000 {
        assert!(quick(&meters, &meter).await.is_err());
    }
    assert!(start.elapsed() < NO_HANG);
    redis.restart();
    assert_eq!(until_it_counts(&meters, &meter).await, Usage(vec![1]));
    assert_eq!(quick(&meters, &meter).await, Ok(Usage(vec![2])));
    let told = (
        logged(&redis.unix(), "is away"),
        logged(&redis.unix(), "is back"),
    );
    assert_eq!(told, (1, 1), "away and back are told once");
}

#[tokio::test]
async fn a_store_that_hangs_is_waited_for_no_longer_than_allowed() {
    let Some(redis) = support::ready(Redis::start(&[])) else {
        return;
    };
    let (meters, meter) = (shared(&redis.tcp(""), SHORT), meter("m", &[86_400], false));
    until_it_counts(&meters, &meter).await;
    redis.signal("STOP");
    assert_eq!(quick(&meters, &meter).await, Err(Unavailable::TimedOut));
    assert!(quick(&meters, &meter).await.is_err());
    redis.signal("CONT");
    until_it_counts(&meters, &meter).await;
}

#[test]
fn a_store_may_begin_after_the_program() {
    let Some(mut redis) = support::ready(Redis::installed(&[])) else {
        return;
    };
    // Made before there is a runtime, as the daemon does.
    let (meters, meter) = (shared(&redis.unix(), LONG), meter("m", &[86_400], false));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        assert!(matches!(
            quick(&meters, &meter).await,
            Err(Unavailable::Failed(_))
        ));
        redis.restart();
        assert_eq!(until_it_counts(&meters, &meter).await, Usage(vec![1]));
    });
}

#[tokio::test]
async fn a_store_may_want_a_password() {
    let Some(redis) = support::ready(Redis::start(&["--requirepass", "opensesame"])) else {
        return;
    };
    let meter = meter("m", &[60], false);
    let known = shared(&redis.tcp(":opensesame@"), LONG);
    check(&known, &meter, &[(0, "a", Amount(1), &[1])]).await;
    for wrong in ["", ":sesameopen@"] {
        let unknown = shared(&redis.tcp(wrong), LONG);
        let refused = unknown.charge(&meter, "a", Amount(1)).await;
        let Err(Unavailable::Failed(why)) = &refused else {
            panic!("{refused:?}");
        };
        assert!(!why.contains("sesame") && !format!("{unknown:?}").contains("sesame"));
    }
}
