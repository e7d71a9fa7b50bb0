//! A bound on the memory of the process (`RLIMIT_AS`): large messages and many of them are put off or the process ends; none is
//! taken that was not inspected.

use crate::daemon::Daemon;
use crate::kept::entries;
use crate::mta::{Answer, Mail, send, send_when};
use crate::support::{self, PATIENCE, wait_for};
use std::collections::BTreeMap;
use std::sync::{Arc, Barrier};
use std::thread;

/// Mail with a program in it is taken without the program, or not at all.
const POLICY: &str = "[[rule]]\nname = \"programs\"\nwhen = { part.kind = \"executable\" }\nthen = { strip = true }\n";

/// Sessions at the same time.
const SESSIONS: usize = 24;

/// Octets of each message.
const SIZE: usize = 16_000_000;

/// What the MTAs are told by a daemon that may have so much memory, and whether it lives on.
#[track_caller]
fn check(limit_kib: usize, threshold: &str, in_flight: &str) -> (BTreeMap<Answer, usize>, bool) {
    let dir = support::directory();
    let further = format!(
        "[limits]\nin_flight = \"{in_flight}\"\nmessage_size = \"20MiB\"\n[spool]\ndir = \"{}\"\nthreshold = \"{threshold}\"\n",
        dir.path().display()
    );
    let limit = format!("ulimit -v {limit_kib} && exec \"$@\"");
    // Each arena of the allocator takes 64 MiB of addresses without using them.
    let front = [
        "env",
        "TOKIO_WORKER_THREADS=2",
        "MALLOC_ARENA_MAX=1",
        "sh",
        "-c",
        &limit,
        "sh",
    ];
    let mut daemon = Daemon::behind(&front, dir.path(), POLICY, &further);
    let port = daemon.port();
    let all_there = Arc::new(Barrier::new(SESSIONS));
    let sessions: Vec<_> = (0..SESSIONS)
        .map(|number| {
            let all_there = Arc::clone(&all_there);
            let name = format!("run{number}.exe");
            let mail = Mail::with_program("b@example.org", "x", &name, SIZE);
            thread::spawn(move || {
                send_when(port, &mail, || {
                    all_there.wait();
                })
            })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for session in sessions {
        let told = session.join().expect("no panic");
        assert_ne!(told.answer, Answer::Hung, "{}", daemon.log());
        if told.answer == Answer::Accepted {
            let body = told.body().expect("another body");
            assert!(!body.windows(4).any(|it| it == b"TVqQ"), "not inspected");
        }
        *answers.entry(told.answer).or_default() += 1;
    }
    let accepted = answers.get(&Answer::Accepted).copied().unwrap_or(0);
    let kept = entries(&dir.path().join("quarantine")).len();
    assert!(kept >= accepted, "{kept} {answers:?}");
    // It takes a moment to die.
    let lives = !answers.contains_key(&Answer::Gone);
    if lives {
        let small = Mail::plain("b@example.org", "small", 2_000);
        let answer = send(port, &small).answer;
        assert_eq!(answer, Answer::Accepted, "{}", daemon.log());
    }
    if !lives {
        wait_for("the process to end", PATIENCE, || daemon.process.ended());
    }
    println!(
        "{limit_kib} KiB, {threshold} in memory, {in_flight} in flight: {answers:?}, lives: {lives}"
    );
    (answers, lives)
}

#[test]
fn too_little_memory_lets_nothing_pass_uninspected() {
    const TIGHT: usize = 360 << 10;
    // In the spool messages need no memory.
    let (answers, lives) = check(TIGHT, "64KiB", "1GiB");
    assert!(lives && answers.keys().eq([&Answer::Accepted]));
    // As long as there is a bound for all together, no more come in than fit.
    let (answers, lives) = check(TIGHT, "64MiB", "30MiB");
    assert!(
        lives
            && answers
                .keys()
                .all(|it| [Answer::Accepted, Answer::Deferred].contains(it))
    );
    // Without one the process ends, and nothing of all that is lost: the MTAs have been told nothing.
    let (_, lives) = check(TIGHT, "64MiB", "1GiB");
    assert!(!lives);
}
