//! Disks without room: mail that cannot be kept, copied or spooled is put off, whatever the moment at which room ends; other
//! mail goes on, and all is well again once there is room.

use crate::daemon::Daemon;
use crate::kept::{assert_tidy, entries};
use crate::mta::{Answer, Mail, send};
use crate::support::{self, Skip, ready};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const POLICY: &str = r#"
[[rule]]
name = "keep"
when = { recipient = "keep@example.org" }
then = { quarantine = true }

[[rule]]
name = "copy"
when = { recipient = "copy@example.org" }
then = { capture = "before" }
"#;

/// Octets of each of the small file systems.
const ROOM: usize = 1 << 20;

/// Mail that does not stay in memory, and keeps several pages of a disk.
const SIZE: usize = 20_000;

/// A daemon that has small file systems of its own, which go away with it.
struct Crowded {
    daemon: Daemon,
    place: PathBuf,
    _dir: tempfile::TempDir,
}

impl Crowded {
    /// Nothing where file systems cannot be mounted.
    fn start() -> Option<Self> {
        let probe = [
            "-m", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/tmp",
        ];
        let mut command = Command::new("unshare");
        let probe = command.args(probe).stderr(Stdio::null()).status();
        let able = probe.is_ok_and(|status| status.success());
        let why = "file systems cannot be mounted here, which needs the rights of root";
        ready(able.then_some(()).ok_or_else(|| Skip::new(why)))?;
        let dir = support::directory();
        let place = dir.path();
        let mut script = String::new();
        for name in ["spool", "quarantine", "copies"] {
            let at = place.join(name);
            fs::create_dir(&at).expect("a directory");
            let size = format!("size={ROOM},nr_inodes=200");
            script.extend(["mount -t tmpfs -o ", &size, " none "]);
            script.extend([&at.display().to_string(), " && "]);
        }
        script += "exec \"$@\"";
        let further = format!(
            "[spool]\ndir = \"{0}/spool\"\nthreshold = \"4KiB\"\nmemory = \"0B\"\n[capture]\ndir = \"{0}/copies\"\n",
            place.display()
        );
        let front = ["unshare", "-m", "sh", "-c", &script, "sh"];
        let daemon = Daemon::behind(&front, place, POLICY, &further);
        let inside = format!("/proc/{}/root{}", daemon.process.id(), place.display());
        Some(Crowded {
            daemon,
            place: PathBuf::from(inside),
            _dir: dir,
        })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.join(name)
    }

    #[track_caller]
    fn send(&self, recipient: &str, size: usize) -> Answer {
        send(self.daemon.port(), &Mail::plain(recipient, "x", size)).answer
    }

    #[track_caller]
    fn assert_logged(&self, text: &str) {
        let events = self.daemon.events("message refused for now");
        let later = self.daemon.events("filter failed");
        let says = |event: &&serde_json::Value| {
            let failure = event["failure"].as_str().unwrap_or_default();
            failure.contains(text) && event["verdict"] == "tempfail"
        };
        let said = events.iter().chain(&later).filter(says).count();
        assert!(said > 0, "{}", self.daemon.log());
    }
}

/// Fills a file system but for so many octets.
fn fill(dir: &Path, left: usize) {
    let mut filler = fs::File::create(dir.join("filler")).expect("a file");
    let page = [b'x'; 4096];
    while filler.write_all(&page).is_ok() {}
    let size = filler.metadata().expect("a size").len();
    let left = u64::try_from(left).expect("a size");
    filler.set_len(size.saturating_sub(left)).expect("a size");
}

fn make_room(dir: &Path) {
    fs::remove_file(dir.join("filler")).expect("removed");
}

/// What was taken is in the store, and of what was not there is nothing.
#[track_caller]
fn assert_lawful(answer: Answer, store: &Path, taken: Answer, before: usize) {
    let count = entries(store).len();
    assert_tidy(store);
    match answer {
        Answer::Deferred => assert_eq!(count, before),
        other => assert_eq!((other, count), (taken, before + 1)),
    }
}

#[test]
fn mail_that_finds_no_room_is_put_off_until_there_is() {
    let Some(crowded) = Crowded::start() else {
        return;
    };
    for (name, recipient, taken, text) in [
        (
            "quarantine",
            "keep@example.org",
            Answer::Discarded,
            "cannot write to the quarantine",
        ),
        (
            "copies",
            "copy@example.org",
            Answer::Accepted,
            "cannot keep copies of messages",
        ),
        (
            "spool",
            "b@example.org",
            Answer::Accepted,
            "the spool directory",
        ),
    ] {
        let dir = crowded.at(name);
        fill(&dir, 0);
        assert_eq!(
            crowded.send(recipient, SIZE),
            Answer::Deferred,
            "{name}: {}",
            crowded.daemon.log()
        );
        crowded.assert_logged(text);
        assert_eq!(
            crowded.send("other@example.org", 200),
            Answer::Accepted,
            "{name}"
        );
        make_room(&dir);
        assert_eq!(
            crowded.send(recipient, SIZE),
            taken,
            "{name}: {}",
            crowded.daemon.log()
        );
    }
}

#[test]
fn room_that_ends_at_any_page_or_file_leaves_nothing_half_kept() {
    let Some(crowded) = Crowded::start() else {
        return;
    };
    let mut put_off = 0;
    for (name, recipient, taken) in [
        ("quarantine", "keep@example.org", Answer::Discarded),
        ("copies", "copy@example.org", Answer::Accepted),
    ] {
        let dir = crowded.at(name);
        for pages in 0..10 {
            let before = entries(&dir).len();
            fill(&dir, pages * 4096);
            let answer = crowded.send(recipient, SIZE);
            put_off += usize::from(answer == Answer::Deferred);
            assert_lawful(answer, &dir, taken, before);
            make_room(&dir);
        }
        for left in 0..5 {
            let before = entries(&dir).len();
            let mut files = Vec::new();
            while let Ok(file) = fs::File::create_new(dir.join(format!("filler{}", files.len()))) {
                files.push(file);
            }
            for number in 0..left {
                fs::remove_file(dir.join(format!("filler{number}"))).expect("removed");
            }
            let answer = crowded.send(recipient, 200);
            put_off += usize::from(answer == Answer::Deferred);
            assert_lawful(answer, &dir, taken, before);
            for number in left..files.len() {
                fs::remove_file(dir.join(format!("filler{number}"))).expect("removed");
            }
        }
        let before = entries(&dir).len();
        assert_lawful(crowded.send(recipient, SIZE), &dir, taken, before);
        assert_eq!(entries(&dir).len(), before + 1, "it is well again");
    }
    assert!(put_off > 10, "{put_off}");
}

/// A limit on the size of files (`LimitFSIZE=` of units) hits spool, quarantine and log; without care it ends the process.
#[test]
fn files_that_may_not_grow_put_mail_off_and_end_nothing() {
    let dir = support::directory();
    let further = format!(
        "[spool]\ndir = \"{0}\"\nthreshold = \"4KiB\"\nmemory = \"0B\"\n[capture]\ndir = \"{0}/copies\"\n",
        dir.path().display()
    );
    // In blocks of 512 octets.
    let front = ["sh", "-c", "ulimit -f 128 && exec \"$@\"", "sh"];
    let mut daemon = Daemon::behind(&front, dir.path(), POLICY, &further);
    let say = |recipient: &str, size: usize| {
        send(daemon.port(), &Mail::plain(recipient, "x", size)).answer
    };
    assert_eq!(
        say("b@example.org", 200_000),
        Answer::Deferred,
        "{}",
        daemon.log()
    );
    assert_eq!(say("keep@example.org", 200_000), Answer::Deferred);
    assert_eq!(say("keep@example.org", 30_000), Answer::Discarded);
    // The log comes to its end as well.
    for _ in 0..300 {
        assert_eq!(say("b@example.org", 30_000), Answer::Accepted);
    }
    assert!(daemon.log().len() <= 128 * 512);
    assert_eq!(say("b@example.org", 200_000), Answer::Deferred);
    assert!(daemon.process.stop().success());
    assert_eq!(entries(&dir.path().join("quarantine")).len(), 1);
}
