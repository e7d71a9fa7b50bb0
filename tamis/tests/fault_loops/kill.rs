//! The process is killed at each system call on the way of a message to its verdict, which keeps a part, keeps the message, or
//! takes copies: what the MTA believes to be kept is kept, and the next daemon finds nothing half-written.

use crate::daemon::Daemon;
use crate::kept::{assert_listed, assert_tidy, entries};
use crate::mta::{Answer, Mail, Told, send};
use crate::support::{self, PATIENCE, postfix::Postfix, ready, smtp::Smtp};
use crate::traced::Tracer;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

const POLICY: &str = r#"
[[rule]]
name = "keep"
when = { recipient = "keep@example.org" }
then = { quarantine = true }

[[rule]]
name = "copy"
when = { recipient = "copy@example.org" }
then = { capture = "both", set_header = { X-Seen = "yes" } }

[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#;

/// What becomes of mail is said by its recipient.
const WAYS: [&str; 3] = ["keep@example.org", "strip@example.org", "copy@example.org"];

/// The calls that leave something behind; in a sample the process is killed at these.
const TELLING: [&str; 6] = [
    "/^rename",
    "fdatasync",
    "fsync",
    "openat",
    "write",
    "/^mkdir",
];

/// Further calls of the way, and all of them in one row.
const OTHERS: [&str; 12] = [
    "close",
    "read",
    "recvfrom",
    "sendto",
    "/^writev",
    "/^unlink",
    "/^(stat|statx|newfstatat|fstat)$",
    "futex",
    "/^epoll",
    "pread64",
    "/^(mmap|munmap|mprotect|madvise|brk)$",
    "all",
];

/// Octets of mail that stays in memory, and of mail that is spooled.
const SIZES: [usize; 2] = [200, 20_000];

/// Longest time that a sample takes.
const SAMPLE: Duration = Duration::from_secs(24);

/// What became of the mail of a loop.
#[derive(Debug, Default)]
struct Tally {
    answers: BTreeMap<Answer, usize>,
    /// Where the process was killed, and how often.
    points: BTreeMap<String, usize>,
    /// How often it was the daemon itself.
    died: usize,
    /// What is kept although the MTA was not told so.
    twice: usize,
}

#[test]
fn what_was_taken_is_kept_wherever_the_process_is_killed() {
    let dir = support::directory();
    let further = format!(
        "[spool]\ndir = \"{0}/spool\"\nthreshold = \"4KiB\"\nmemory = \"0B\"\n[capture]\ndir = \"{0}/copies\"\n",
        dir.path().display()
    );
    std::fs::create_dir(dir.path().join("spool")).expect("a directory");
    let mut tally = Tally::default();
    let since = Instant::now();
    let calls = if crate::all() {
        [&TELLING[..], &OTHERS].concat()
    } else {
        TELLING.to_vec()
    };
    let ways = WAYS
        .into_iter()
        .flat_map(|way| SIZES.map(|size| (way, size)));
    for (way, size) in ways {
        for &call in &calls {
            for nth in 1.. {
                if !crate::all() && since.elapsed() > SAMPLE {
                    break;
                }
                let trial = Trial {
                    dir: dir.path(),
                    further: &further,
                    way,
                    size,
                    call,
                    nth,
                };
                match trial.run(&mut tally) {
                    Some(true) => {}
                    Some(false) => break,
                    None => return,
                }
            }
        }
    }
    let last = Daemon::start(dir.path(), POLICY, &further);
    assert_all_is_well(dir.path());
    let told = send(last.port(), &Mail::plain(WAYS[0], "the last", 2_000));
    assert_eq!(told.answer, Answer::Discarded, "{}", last.log());
    let killed: usize = tally.points.values().sum();
    println!(
        "killed {killed} times at {} points, {} times the daemon itself, kept and not told {}, {:?}",
        tally.points.len(),
        tally.died,
        tally.twice,
        tally.answers
    );
    for (point, times) in &tally.points {
        println!("{times:>5} {point}");
    }
    assert!(tally.died > 10 || since.elapsed() > SAMPLE, "{killed}");
}

#[test]
fn a_real_mta_has_its_mail_sent_again() {
    const CALLS: [(&str, usize); 5] = [
        ("openat", 1),
        ("fdatasync", 1),
        ("fdatasync", 2),
        ("/^rename", 2),
        ("fsync", 1),
    ];
    let dir = support::directory();
    let further = format!(
        "socket_mode = \"0666\"\n[capture]\ndir = \"{}/copies\"\n",
        dir.path().display()
    );
    let one_thread = ["env", "TOKIO_WORKER_THREADS=1"];
    let start = || Daemon::behind(&one_thread, dir.path(), POLICY, &further);
    let first = start();
    let address = format!("unix:{}/tamis.sock", dir.path().display());
    let action = [("milter_default_action", "tempfail")];
    let Some(postfix) = ready(Postfix::start(&address, &action)) else {
        return;
    };
    drop(first);
    let say = |subject: &str| {
        let mail = Mail::with_program(WAYS[1], subject, "run.exe", 200);
        let reply =
            Smtp::open(postfix.smtp_port()).send("a@example.com", &[WAYS[1]], &mail.octets());
        reply.map_or(0, |(code, _)| code)
    };
    for (number, (call, nth)) in CALLS.into_iter().enumerate() {
        let daemon = start();
        let what = format!("signal=KILL:when={nth}");
        let Some(tracer) = ready(Tracer::attach(daemon.process.id(), dir.path(), call, &what))
        else {
            return;
        };
        // Another message each time: the same one would not be inspected any more.
        let code = say(&format!("killed {number}"));
        assert!(
            code == 0 || (400..500).contains(&code),
            "{call} {nth}: {code}"
        );
        tracer.until_the_end();
        drop(daemon);
        let _daemon = start();
        assert_eq!(say("again"), 250, "{call} {nth}");
        let delivered = postfix.wait_for(number + 1, PATIENCE);
        assert_eq!(delivered.len(), number + 1, "{call} {nth}");
        assert!(!String::from_utf8_lossy(&delivered[number]).contains("TVqQ"));
    }
    assert_tidy(&dir.path().join("quarantine"));
}

/// A message, and the system call at which the daemon dies of it.
struct Trial<'a> {
    dir: &'a Path,
    further: &'a str,
    way: &'a str,
    size: usize,
    call: &'a str,
    nth: usize,
}

impl Trial<'_> {
    /// Whether the daemon was killed; nothing where that cannot be tried.
    fn run(&self, tally: &mut Tally) -> Option<bool> {
        let one_thread = ["env", "TOKIO_WORKER_THREADS=1"];
        let mut daemon = Daemon::behind(&one_thread, self.dir, POLICY, self.further);
        assert_all_is_well(self.dir);
        // What is done once for a process is done.
        let first = send(
            daemon.port(),
            &Mail::plain("first@example.org", "first", 20),
        );
        assert_eq!(first.answer, Answer::Accepted, "{}", daemon.log());
        let what = format!("signal=KILL:when={}", self.nth);
        let tracer = ready(Tracer::attach(
            daemon.process.id(),
            self.dir,
            self.call,
            &what,
        ))?;
        let subject = format!("{} {} {} {}", self.way, self.size, self.call, self.nth);
        let mail = match self.way {
            "strip@example.org" => Mail::with_program(self.way, &subject, &self.name(), self.size),
            _ => Mail::plain(self.way, &subject, self.size),
        };
        let told = send(daemon.port(), &mail);
        let killed = daemon.process.ended().is_some() || !told.answer.is_taken();
        let trace = if killed {
            tracer.until_the_end()
        } else {
            tracer.detach()
        };
        // Which may be the process that opens containers.
        let killed = trace.contains("killed by SIGKILL");
        if killed {
            *tally.points.entry(point(&trace)).or_default() += 1;
        }
        if is_dead(&trace, daemon.process.id()) {
            tally.died += 1;
        } else {
            daemon.process.stop();
        }
        *tally.answers.entry(told.answer).or_default() += 1;
        let kept = self.assert_kept(&mail, &told, &trace);
        tally.twice += usize::from(kept && !told.answer.is_taken());
        Some(killed)
    }

    /// The name of the program that is taken out.
    fn name(&self) -> String {
        let call = self.call.replace(|c: char| !c.is_ascii_alphanumeric(), "");
        format!("{}{call}{}.exe", self.size, self.nth)
    }

    /// Whether what is to be kept of the message is kept; it is if the MTA was told so.
    #[track_caller]
    fn assert_kept(&self, mail: &Mail, told: &Told, trace: &str) -> bool {
        let subject = &mail.fields[2].1;
        let kept = match self.way {
            "keep@example.org" => is_kept(&self.dir.join("quarantine"), &mail.octets(), 1),
            "copy@example.org" => is_kept(
                &self.dir.join("copies"),
                format!("Subject: {subject}\r\n").as_bytes(),
                2,
            ),
            _ => is_kept(&self.dir.join("quarantine"), self.name().as_bytes(), 1),
        };
        let context = || format!("{subject}: {:?}\n{trace}", told.answer);
        assert_ne!(told.answer, Answer::Hung, "{}", context());
        assert!(kept || !told.answer.is_taken(), "{}", context());
        if told.answer == Answer::Accepted && self.way == "strip@example.org" {
            let body = told.body().expect("another body");
            let body = String::from_utf8_lossy(&body);
            assert!(!body.contains("TVqQ") && body.contains("removed"), "{body}");
        }
        kept
    }
}

/// Whether so many entries have these octets in them, each as it should be.
fn is_kept(dir: &Path, octets: &[u8], count: usize) -> bool {
    let kept = entries(dir);
    let has = |entry: &&Vec<u8>| entry.windows(octets.len()).any(|it| it == octets);
    kept.iter().filter(has).count() >= count
}

/// Stores are tidy once a daemon is ready, and people can look into them.
#[track_caller]
fn assert_all_is_well(dir: &Path) {
    for store in ["quarantine", "copies"].map(|name| dir.join(name)) {
        assert_tidy(&store);
        assert_listed(&store);
    }
    let spooled = std::fs::read_dir(dir.join("spool")).expect("a directory");
    assert_eq!(spooled.count(), 0);
}

/// Whether all of a process was killed.
fn is_dead(trace: &str, id: u32) -> bool {
    let mut lines = trace.lines();
    lines.any(|line| line.starts_with(&format!("{id} ")) && line.contains("killed by SIGKILL"))
}

/// Where a process was killed, without what differs each time: `write quarantine/tmp/.content`.
fn point(trace: &str) -> String {
    let unnamed = regex::Regex::new(r"[0-9a-z]{20,}|#\d+|/[0-9a-z]{5}$").expect("a pattern");
    let call = regex::Regex::new(
        r"^\d+ +(\w+)\((?:AT_FDCWD<[^>]*>, )?(?:\d+)?(<[^>]*>|\x22[^\x22]*\x22)?",
    )
    .expect("a pattern");
    let mut lines = trace.lines().rev().filter(|line| !line.contains("+++"));
    let found = lines.find_map(|line| call.captures(line));
    let Some(found) = found else {
        return "?".to_owned();
    };
    let at = found
        .get(2)
        .map_or("", |it| it.as_str())
        .trim_matches(['<', '>', '"']);
    let at = at
        .rsplit_once("/tamis-")
        .map_or(at, |(_, rest)| rest.split_once('/').map_or(rest, |it| it.1));
    let at = if at.contains("socket:") { "socket" } else { at };
    format!("{} {}", &found[1], unnamed.replace_all(at, "..."))
}
