//! Asking the filter, which may fail in every way: an error, a panic, too late, or when the server must stop.

use super::filter::{BoxError, Outcome};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How far the server is on its way to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Course {
    /// Everything is served.
    Serving,
    /// Nobody is accepted: another server has the sockets. Those who are connected are served.
    Leaving,
    /// Messages end, nothing new begins.
    Draining,
    /// Everything ends now.
    Stopping,
}

/// Why the filter gave no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    Error(BoxError),
    Panic,
    Late,
    Stopping,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => write!(f, "{}", super::log::Chain(error.as_ref())),
            Self::Panic => f.write_str("the filter panicked"),
            Self::Late => f.write_str("the filter did not answer in time"),
            Self::Stopping => f.write_str("the server stops"),
        }
    }
}

/// The answer of the filter, or why there is none by the deadline. The question is pinned where it was made: a function that
/// takes it by value keeps a second place for it.
pub(crate) async fn consult<T>(
    until: Instant,
    course: &mut watch::Receiver<Course>,
    mut question: Pin<Box<impl Future<Output = Outcome<T>>>>,
) -> Result<T, Failure> {
    let mut question = pin!(timeout_at(until, guarded(question.as_mut())));
    let mut stopping = pin!(reached(course, Course::Stopping));
    tokio::select! {
        biased;
        answer = &mut question => answer.unwrap_or(Err(Failure::Late)),
        () = &mut stopping => Err(Failure::Stopping),
    }
}

/// Runs to its end unless it panics.
pub(crate) fn guarded<T>(
    mut question: Pin<&mut impl Future<Output = Outcome<T>>>,
) -> impl Future<Output = Result<T, Failure>> {
    poll_fn(move |context| {
        // A handler that panicked is told to abort its message; that is all that is seen of its state.
        match catch_unwind(AssertUnwindSafe(|| question.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(answer)) => Poll::Ready(answer.map_err(Failure::Error)),
            Err(_) => Poll::Ready(Err(Failure::Panic)),
        }
    })
}

/// The moment after this long. The settings are bounded, so it can be counted.
pub(crate) fn deadline(after: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(after).unwrap_or(now)
}

/// Waits until the server is this far.
pub(crate) async fn reached(course: &mut watch::Receiver<Course>, point: Course) {
    if course.wait_for(|course| *course >= point).await.is_err() {
        // The server is gone without a word, and this task with it.
        std::future::pending::<()>().await;
    }
}
