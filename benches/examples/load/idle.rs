//! Memory of connections on which nothing happens.

use super::client::{self, Session};
use super::mail;
use super::plan::Plan;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::thread::sleep;
use std::time::Duration;

/// How long a filter may take to become quiet.
const QUIET: Duration = Duration::from_millis(500);

/// Opens so many connections and says what each takes, with each filter: after the negotiation, and after a message.
pub(crate) fn measure(plan: &Plan, count: u32) -> io::Result<()> {
    // The filters inherit it.
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let current = maximum;
    setrlimit(Resource::Nofile, Rlimit { current, maximum })?;
    for filter in plan.filters(&["lockstep", "tamis"]) {
        let server = plan.start(filter)?;
        // What is made once is made before.
        let warm = mail::of_size(20 << 10);
        client::play(server.socket(), &warm, 200, plan.manner)?;
        sleep(QUIET);
        let before = server.memory()?;
        let mut sessions = Vec::new();
        for _ in 0..count {
            sessions.push(Session::open(server.socket())?);
        }
        sleep(QUIET);
        report(filter, "negotiated", count, server.memory()?, before);
        let mail = mail::of_size(2 << 10);
        for (session, mail) in sessions.iter_mut().zip(mail.iter().cycle()) {
            session.greet()?;
            session.deliver(mail)?;
        }
        sleep(QUIET);
        report(filter, "after a message", count, server.memory()?, before);
    }
    Ok(())
}

/// Kibibytes.
fn report(filter: &str, state: &str, count: u32, now: u32, before: u32) {
    let grown = f64::from(now.saturating_sub(before));
    let (all, one) = (f64::from(now) / 1024.0, grown * 1024.0 / f64::from(count));
    println!(
        "{filter}: {count} connections, {state}: {all:.1} MiB in all, {one:.0} octets for each"
    );
}
