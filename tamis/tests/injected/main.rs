//! The daemon while system calls fail: nobody is told that a message was taken unless everything that was to be kept of it is
//! on disk, whole; and afterwards all is well. What a kill does at each of them is in `fault_loops`.

#[path = "../daemon/mod.rs"]
mod daemon;
#[path = "../../../milter/tests/mta/mod.rs"]
mod mta;
mod place;
mod strace;
#[path = "../support/mod.rs"]
mod support;

use daemon::{Daemon, TAMIS};
use place::{Told, assert_kept, contents, send, start};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use strace::Strace;
use support::ready;
use tokio::runtime::Runtime;

/// Calls that fail, and how. Those to write are left out: the runtime wakes its own threads by them, which never fails. What a
/// full disk does to them is in `faults.rs`.
const ERRORS: [(&str, &str); 13] = [
    ("openat", "EMFILE"),
    ("openat", "ENOSPC"),
    ("openat", "EROFS"),
    ("pwrite64", "ENOSPC"),
    ("fdatasync", "EIO"),
    ("fdatasync", "ENOSPC"),
    ("fsync", "EIO"),
    ("rename", "ENOSPC"),
    ("rename", "EXDEV"),
    ("mkdir", "ENOSPC"),
    ("pread64", "EIO"),
    ("clone3", "EAGAIN"),
    ("socketpair", "EMFILE"),
];

/// More calls of one kind are never made by one thread for one message.
const MOST: usize = 200;

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// What lies in the stores is whole, whatever it is.
fn assert_whole(place: &Path) {
    for name in ["copies", "quarantine"] {
        contents(&place.join(name));
    }
}

/// The daemon serves as ever, and what was kept can be looked at.
#[track_caller]
fn assert_well(runtime: &Runtime, daemon: &Daemon, place: &Path, number: usize) {
    for (number, held) in [(number, false), (number + 1, true)] {
        let told = runtime.block_on(send(&place.join("tamis.sock"), number, held));
        assert_eq!(told, Told::Taken, "{}", daemon.log());
        assert_kept(place, number, held, "afterwards");
    }
    let list = Command::new(TAMIS)
        .args(["quarantine", "--dir"])
        .arg(place.join("quarantine"))
        .arg("list")
        .output()
        .expect("it runs");
    assert!(list.status.success(), "{list:?}");
}

#[test]
fn nothing_is_lost_by_a_call_that_fails() {
    let (dir, runtime) = (support::directory(), runtime());
    let place = dir.path();
    let mut told: BTreeMap<(&str, &str, Told), usize> = BTreeMap::new();
    let mut number = 0;
    let mut daemon = start(place);
    for ((call, error), held) in ERRORS.iter().flat_map(|it| [(it, false), (it, true)]) {
        for nth in 1..=MOST {
            number += 1;
            let Some(strace) = ready(Strace::attach(daemon.process.id(), call, nth, error, place))
            else {
                return;
            };
            let came = runtime.block_on(send(&place.join("tamis.sock"), number, held));
            let failed = strace.detach();
            *told.entry((call, error, came)).or_default() += 1;
            let at = format!("{call} {nth} {error}");
            if came == Told::Taken {
                assert_kept(place, number, held, &at);
            }
            assert_whole(place);
            assert!(daemon.process.ended().is_none(), "{at}: {}", daemon.log());
            if !failed {
                break;
            }
        }
        number += 2;
        assert_well(&runtime, &daemon, place, number - 1);
    }
    println!("{told:?}");
    let later = told.iter().filter(|((_, _, told), _)| *told == Told::Later);
    let put_off: usize = later.map(|(_, times)| times).sum();
    assert!(put_off > 10, "{told:?}");
}
