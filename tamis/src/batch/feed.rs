//! What is to be done, in the order of the inputs.

use crate::mailbox::{Error, Message, Sink, Source, Unreadable};
use std::collections::BTreeMap;

/// One input and its output.
#[derive(Debug)]
pub struct Job {
    /// Where messages come from.
    pub source: Source,
    /// Where they go.
    pub sink: Sink,
}

/// A message, or something that could not be read.
#[derive(Debug)]
pub(super) enum Step<T> {
    Message(T),
    Unreadable(Unreadable),
}

/// Opens one input after the other.
pub(super) struct Feed<I> {
    jobs: I,
    current: Option<Source>,
    opened: usize,
}

impl<I: Iterator<Item = Result<Job, Error>>> Feed<I> {
    pub(super) fn new(jobs: I) -> Self {
        Feed {
            jobs,
            current: None,
            opened: 0,
        }
    }

    /// The next step and the number of its job; the sink of a job comes to the others when it begins.
    pub(super) fn next_step(
        &mut self,
        sinks: &mut BTreeMap<usize, Sink>,
    ) -> Option<(usize, Step<Message>)> {
        loop {
            match self.current.as_mut().and_then(Iterator::next) {
                Some(Ok(message)) => return Some((self.opened, Step::Message(message))),
                Some(Err(unreadable)) => {
                    return Some((self.opened, Step::Unreadable(unreadable)));
                }
                None => self.current = None,
            }
            self.opened = self.opened.saturating_add(1);
            match self.jobs.next()? {
                Ok(job) => {
                    self.current = Some(job.source);
                    sinks.insert(self.opened, job.sink);
                }
                Err(error) => {
                    let unreadable = Unreadable { error, mbox: None };
                    return Some((self.opened, Step::Unreadable(unreadable)));
                }
            }
        }
    }
}
