//! Many messages, one after the other and several at a time: inspected, written and reported in the order of the input.
//!
//! ```text
//! Feed ──tasks──▶ workers (inspect; write files) ──▶ settled in order (write mbox entries; report)
//! ```
//!
//! At most four messages for each worker are on their way at any moment, whatever the size of the input.

mod feed;
mod progress;
mod report;
mod work;

pub use feed::Job;
pub use progress::Progress;
pub use report::{Form, Reporter};
pub use work::Worker;

use crate::exit::{Exit, Failure};
use crate::inspect::Fate;
use crate::mailbox::{Error, Origin, Sink, Written};
use feed::{Feed, Step};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use work::{Done, Task, Trouble};

/// Messages on their way for each worker.
const AHEAD: u64 = 4;

/// Runs everything that the jobs give. Errors of single messages are reported, and the exit status tells of them; a
/// failure ends the run, and so does `stop` once it is set: messages that have begun come to their end.
pub fn run(
    worker: &Worker,
    workers: usize,
    stop: &AtomicBool,
    jobs: impl Iterator<Item = Result<Job, Error>>,
    reporter: Reporter,
) -> Result<Exit, Failure> {
    let (tasks, queue) = channel();
    let (finished, results) = channel();
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            let finished = finished.clone();
            let queue = &queue;
            scope.spawn(move || serve(worker, queue, &finished));
        }
        drop(finished);
        let mut run = Run {
            feed: Feed::new(jobs),
            tasks,
            results,
            ahead: AHEAD.saturating_mul(workers.max(1) as u64),
            next: 0,
            settled: 0,
            waiting: BTreeMap::new(),
            sinks: BTreeMap::new(),
            reporter,
            stop,
        };
        // When the run ends early, the queue ends with it: workers finish what they have begun.
        run.finish_all()
    })
}

/// A worker: takes tasks until there are no more.
fn serve(worker: &Worker, queue: &Mutex<Receiver<Task>>, finished: &Sender<Settled>) {
    loop {
        let task = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = task else { return };
        let (number, job) = (task.number, task.job);
        let done = worker.run(task);
        if finished.send((number, job, Step::Message(done))).is_err() {
            return;
        }
    }
}

/// Number in the order of all inputs, number of the job, and what is to be settled.
type Settled = (u64, usize, Step<Done>);

struct Run<'a, I> {
    feed: Feed<I>,
    tasks: Sender<Task>,
    results: Receiver<Settled>,
    ahead: u64,
    /// Steps that were taken.
    next: u64,
    /// Steps that are done with.
    settled: u64,
    /// What is done before its turn.
    waiting: BTreeMap<u64, (usize, Step<Done>)>,
    sinks: BTreeMap<usize, Sink>,
    reporter: Reporter,
    stop: &'a AtomicBool,
}

impl<I: Iterator<Item = Result<Job, Error>>> Run<'_, I> {
    fn finish_all(&mut self) -> Result<Exit, Failure> {
        let mut more = true;
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Failure::new(Exit::Interrupted, "interrupted"));
            }
            while more && self.next.saturating_sub(self.settled) < self.ahead {
                more = self.take_step()?;
            }
            if let Some((job, step)) = self.waiting.remove(&self.settled) {
                self.settled = self.settled.saturating_add(1);
                self.settle(job, step)?;
                continue;
            }
            if self.settled == self.next && !more {
                self.finish_before(usize::MAX)?;
                return self.reporter.close();
            }
            let (number, job, step) = self.results.recv().map_err(|_| {
                Failure::new(Exit::Software, "the workers ended before the work was done")
            })?;
            self.waiting.insert(number, (job, step));
        }
    }

    /// Sends the next message on its way. Says whether there was one.
    fn take_step(&mut self) -> Result<bool, Failure> {
        let Some((job, step)) = self.feed.next_step(&mut self.sinks) else {
            return Ok(false);
        };
        let number = self.next;
        self.next = number.saturating_add(1);
        match step {
            Step::Message(message) => {
                let files = self.sinks.get(&job).map(Sink::files);
                let task = Task {
                    number,
                    job,
                    message,
                    files,
                };
                self.tasks
                    .send(task)
                    .map_err(|_| Failure::new(Exit::Software, "the workers have ended"))?;
            }
            Step::Unreadable(unreadable) => {
                self.waiting
                    .insert(number, (job, Step::Unreadable(unreadable)));
            }
        }
        Ok(true)
    }

    /// What is done in the order of the input.
    fn settle(&mut self, job: usize, step: Step<Done>) -> Result<(), Failure> {
        self.finish_before(job)?;
        match step {
            Step::Unreadable(unreadable) => {
                if let (Some(mbox), Some(sink)) = (&unreadable.mbox, self.sinks.get_mut(&job)) {
                    sink.spoil(mbox);
                }
                self.reporter.unreadable(unreadable.error)
            }
            Step::Message(done) => self.message(job, done),
        }
    }

    fn message(&mut self, job: usize, done: Done) -> Result<(), Failure> {
        let outcome = match done.result {
            Ok(outcome) => outcome,
            // What stands in the way of one output stands in the way of all.
            Err(Trouble::Output(error)) => return Err(error.into()),
            Err(Trouble::Message(failure)) => return self.reporter.failed(&done.origin, &failure),
        };
        if let (Fate::Deliver(delivered), Origin::Entry { mbox, entry, .. }, Some(sink)) =
            (&outcome.fate, &done.origin, self.sinks.get_mut(&job))
        {
            let mut message = delivered.message();
            let written = if delivered.is_changed() {
                Written::Changed(&mut message)
            } else {
                Written::AsItWas
            };
            sink.put_entry(mbox, entry, written)?;
        }
        self.reporter.message(&done.origin, &outcome.report)
    }

    /// Completes the outputs of the jobs before this one.
    fn finish_before(&mut self, job: usize) -> Result<(), Failure> {
        while let Some(first) = self.sinks.first_entry() {
            if *first.key() >= job {
                break;
            }
            match first.remove().finish() {
                Err(error @ Error::Changed(_)) => self.reporter.unreadable(error)?,
                other => other?,
            }
        }
        Ok(())
    }
}
