//! The processes that open containers: as many as there are processors, started when they are needed.

use super::here;
use super::worker::Worker;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tamis_sanitize::inside::Holder;
use tamis_sanitize::map::{Inside, Unread};

/// Messages after which a process is started anew.
const MESSAGES: u32 = 1_000;
/// Processes that one message may be the end of.
const FAILURES: u8 = 3;

/// All processes.
#[derive(Debug)]
pub(super) struct Pool {
    program: PathBuf,
    dir: PathBuf,
    required: bool,
    most: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Worker>,
    /// Those that are at work.
    busy: usize,
}

impl Pool {
    /// Processes of `program` that keep what they unpack in `dir`. If confinement is required, those that are not confined in
    /// every way are not used.
    pub(super) fn new(program: PathBuf, dir: PathBuf, required: bool) -> Self {
        Pool {
            program,
            dir,
            required,
            most: std::thread::available_parallelism().map_or(1, usize::from),
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// A process for one message; it is fetched when there is a part to be opened.
    pub(super) fn lease(&self, until: Instant) -> Lease<'_> {
        Lease {
            pool: self,
            worker: None,
            until,
            failures: 0,
        }
    }

    /// An idle process, or a new one if there may be more. None if until then there is none.
    fn take(&self, until: Instant) -> io::Result<Option<Worker>> {
        let mut state = self.state();
        loop {
            if let Some(worker) = state.idle.pop() {
                state.busy = state.busy.saturating_add(1);
                return Ok(Some(worker));
            }
            if state.busy < self.most {
                state.busy = state.busy.saturating_add(1);
                drop(state);
                return self.start().map(Some).inspect_err(|_| self.give(None));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let waited = self.returned.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn start(&self) -> io::Result<Worker> {
        let worker = Worker::start(&self.program, &self.dir)?;
        if self.required && !worker.confined().is_complete() {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "this system cannot confine the process that opens containers",
            ));
        }
        Ok(worker)
    }

    /// Takes back a process, or notes that one is gone.
    fn give(&self, worker: Option<Worker>) {
        let fresh = worker.filter(|worker| worker.messages() < MESSAGES);
        let mut state = self.state();
        state.busy = state.busy.saturating_sub(1);
        state.idle.extend(fresh);
        drop(state);
        self.returned.notify_one();
    }

    /// Nothing that is done under the lock can fail halfway.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of one process for one message.
#[derive(Debug)]
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    worker: Option<Worker>,
    until: Instant,
    failures: u8,
}

impl Lease<'_> {
    /// Whether no other way of opening containers will do.
    pub(super) fn is_required(&self) -> bool {
        self.pool.required
    }

    /// Opens a part. The outer error is one of the spool that the content comes from, the inner one says that there is no
    /// process to be had. A process that dies or does not answer is a fact about the part.
    pub(super) fn open(
        &mut self,
        holder: &Holder,
        content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Result<Inside, io::Error>> {
        if self.failures >= FAILURES {
            return Ok(Ok(here::failed()));
        }
        let mut worker = match self.worker() {
            Ok(Some(worker)) => worker,
            Ok(None) => return Ok(Ok(out_of_time())),
            Err(error) => return Ok(Err(error)),
        };
        let mut feed = Feed {
            asked: worker.part(holder),
            worker: &mut worker,
        };
        if let Err(error) = content(&mut feed) {
            // Half of a part was sent: the process is of no more use.
            self.lose(worker);
            return Err(error);
        }
        let answer = match feed.asked {
            Ok(()) => worker.inside(),
            Err(error) => Err(error),
        };
        match answer {
            Ok(Ok(inside)) => {
                self.worker = Some(worker);
                Ok(Ok(inside))
            }
            Ok(Err(disk)) => {
                self.worker = Some(worker);
                Err(io::Error::other(disk))
            }
            Err(_) => {
                self.lose(worker);
                self.failures = self.failures.saturating_add(1);
                Ok(Ok(here::failed()))
            }
        }
    }

    /// The process of this message.
    fn worker(&mut self) -> io::Result<Option<Worker>> {
        if let Some(worker) = self.worker.take() {
            return Ok(Some(worker));
        }
        let Some(mut worker) = self.pool.take(self.until)? else {
            return Ok(None);
        };
        if worker.begin(self.until).is_ok() {
            return Ok(Some(worker));
        }
        // It died while it was idle.
        drop(worker);
        let fresh = self.pool.start().and_then(|mut worker| {
            worker.begin(self.until)?;
            Ok(worker)
        });
        fresh.map(Some).inspect_err(|_| self.pool.give(None))
    }

    fn lose(&mut self, worker: Worker) {
        drop(worker);
        self.pool.give(None);
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            self.pool.give(Some(worker));
        }
    }
}

fn out_of_time() -> Inside {
    Inside {
        unread: Some(Unread::Limit),
        ..Inside::default()
    }
}

/// Hands content on. A process that does not take it is found out when it is asked what was in it.
struct Feed<'a> {
    worker: &'a mut Worker,
    asked: io::Result<()>,
}

impl Write for Feed<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.asked.is_ok() {
            self.asked = self.worker.content(octets);
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::confine::Confined;
    use crate::decoder::wire::{self, Tag};
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;
    use tamis_sanitize::{Event, Limits, Needs, Reader};

    #[test]
    fn a_process_that_does_not_answer_is_killed() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ready = Vec::new();
        wire::send_value(&mut ready, Tag::Ready, &Confined::default()).expect("in memory");
        fs::write(dir.path().join("ready"), ready).expect("a file");
        let program = dir.path().join("decoder");
        let script = "#!/bin/sh\ncat \"${0%/*}/ready\" >&0\nexec sleep 600\n";
        fs::write(&program, script).expect("a file");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("permission");
        let mut reader = Reader::new(Needs::default(), Limits::default());
        reader.push(b"Subject: x\r\n\r\nhello\r\n");
        while reader.next() != Event::NeedInput {}
        let holder = Holder::of(reader.finish().map().root());

        let pool = Pool::new(program, dir.path().to_owned(), false);
        let mut lease = pool.lease(Instant::now() + Duration::from_millis(200));
        let opened = lease.open(&holder, &mut |to| to.write_all(b"hello"));
        let opened = opened.expect("no failure of the spool");
        assert_eq!(opened.expect("a process"), here::failed());
        drop(lease);
        assert_eq!(pool.state().busy, 0);
        assert!(pool.state().idle.is_empty());
    }
}
