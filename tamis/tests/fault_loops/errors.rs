//! System calls that fail at any moment on the way of a message: no descriptors left, a disk that is broken or full. The mail
//! is put off or kept whole, the daemon goes on, and the next message goes its way.

use crate::daemon::Daemon;
use crate::kept::{assert_tidy, entries};
use crate::mta::{Answer, Mail, send};
use crate::scripted::{Act, Scripted};
use crate::support::{self, PATIENCE, ready, wait_for};
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
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#;

/// What fails, and how.
const DISK: [(&str, &str); 12] = [
    ("fdatasync", "EIO"),
    ("/^rename", "ENOSPC"),
    ("openat", "EMFILE"),
    ("fsync", "EIO"),
    ("/^mkdir", "EROFS"),
    ("openat", "ENFILE"),
    ("openat", "ENOSPC"),
    ("fdatasync", "EDQUOT"),
    ("/^rename", "EIO"),
    ("pread64", "EIO"),
    ("/^unlink", "EIO"),
    ("accept4", "EMFILE"),
];

/// What fails on the way to a scanner.
const NETWORK: [(&str, &str); 4] = [
    ("socket", "EMFILE"),
    ("connect", "ECONNREFUSED"),
    ("socket", "ENFILE"),
    ("connect", "ETIMEDOUT"),
];

/// Longest time that a sample of one of the two takes.
const SAMPLE: Duration = Duration::from_secs(12);

/// A daemon, and what fails for it.
struct Trial<'a> {
    dir: &'a Path,
    daemon: &'a mut Daemon,
    answers: BTreeMap<(&'static str, &'static str, Answer), usize>,
    since: Instant,
}

impl<'a> Trial<'a> {
    fn new(dir: &'a Path, daemon: &'a mut Daemon) -> Self {
        Trial {
            dir,
            daemon,
            answers: BTreeMap::new(),
            since: Instant::now(),
        }
    }

    fn is_over(&self) -> bool {
        !crate::all() && self.since.elapsed() > SAMPLE
    }

    /// What the MTA is told if the call fails that often; nothing if it is not made so often, or cannot be traced.
    #[track_caller]
    fn run(
        &mut self,
        (call, error): (&'static str, &'static str),
        nth: usize,
        mail: &Mail,
    ) -> Option<Answer> {
        let what = format!("error={error}:when={nth}");
        let tracer = ready(Tracer::attach(
            self.daemon.process.id(),
            self.dir,
            call,
            &what,
        ))?;
        let answer = send(self.daemon.port(), mail).answer;
        let trace = tracer.detach();
        assert!(
            self.daemon.process.ended().is_none(),
            "{call} {error} {nth}: {}",
            self.daemon.log()
        );
        let lawful = !matches!(answer, Answer::Hung | Answer::Gone | Answer::Rejected);
        assert!(
            lawful,
            "{call} {error} {nth}: {answer:?}\n{trace}\n{}",
            self.daemon.log()
        );
        *self.answers.entry((call, error, answer)).or_default() += 1;
        trace.contains("(INJECTED)").then_some(answer)
    }

    fn tell(&self) {
        for ((call, error, answer), count) in &self.answers {
            println!("{count:>5} {call} {error}: {answer:?}");
        }
    }
}

#[test]
fn a_disk_that_fails_at_any_moment_puts_mail_off() {
    let dir = support::directory();
    std::fs::create_dir(dir.path().join("spool")).expect("a directory");
    let further = format!(
        "[spool]\ndir = \"{}/spool\"\nthreshold = \"4KiB\"\nmemory = \"0B\"\n",
        dir.path().display()
    );
    let mut daemon = Daemon::behind(
        &["env", "TOKIO_WORKER_THREADS=1"],
        dir.path(),
        POLICY,
        &further,
    );
    let store = dir.path().join("quarantine");
    let mails = [200, 20_000].map(|size| {
        [
            Mail::plain("keep@example.org", "whole", size),
            Mail::with_program("b@example.org", "part", "run.exe", size),
        ]
    });
    let mut trial = Trial::new(dir.path(), &mut daemon);
    for (failing, mail) in DISK
        .into_iter()
        .flat_map(|failing| mails.as_flattened().iter().map(move |mail| (failing, mail)))
    {
        for nth in 1..200 {
            let before = entries(&store).len();
            if trial.is_over() {
                break;
            }
            let Some(answer) = trial.run(failing, nth, mail) else {
                break;
            };
            let count = entries(&store).len();
            assert!(
                count == before + 1 || (count == before && answer == Answer::Deferred),
                "{failing:?} {nth}: {answer:?}"
            );
            assert_tidy(&store);
        }
        let before = entries(&store).len();
        assert!(
            send(trial.daemon.port(), mail).answer.is_taken(),
            "{failing:?}: {}",
            trial.daemon.log()
        );
        assert_eq!(entries(&store).len(), before + 1);
    }
    trial.tell();
}

#[test]
fn a_scanner_that_cannot_be_reached_at_any_moment_puts_mail_off() {
    let dir = support::directory();
    let (scanner, port) = Scripted::start();
    let further = format!(
        "[scanner.clamd]\naddress = \"tcp:127.0.0.1:{port}\"\nretry = \"100ms\"\nsessions = 0\n"
    );
    let policy = "[[rule]]\nname = \"infected\"\nwhen = { scan.result = \"found\" }\nthen = { reject = true }\n";
    let mut daemon = Daemon::start(dir.path(), policy, &further);
    daemon.wait_for("scanner has been looked at", 1);
    scanner.act(&[], Act::Honest);
    let mut trial = Trial::new(dir.path(), &mut daemon);
    for failing in NETWORK {
        for nth in 1..20 {
            let mail = Mail::plain("b@example.org", &format!("{failing:?} {nth}"), 5_000);
            if trial.is_over() {
                break;
            }
            let answer = trial.run(failing, nth, &mail);
            assert!(
                answer != Some(Answer::Accepted) || scanner.vouched_for(&mail.octets()),
                "{failing:?} {nth}"
            );
            wait_for("mail to be taken again", PATIENCE, || {
                let answer = send(trial.daemon.port(), &mail).answer;
                (answer == Answer::Accepted).then_some(())
            });
            assert!(scanner.vouched_for(&mail.octets()), "{failing:?} {nth}");
            if answer.is_none() {
                break;
            }
        }
    }
    trial.tell();
}
