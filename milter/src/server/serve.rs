//! The accept loops, the bound on connections, and the way to a graceful end.

use super::connection::Connection;
use super::consult::{Course, reached};
use super::filter::Filter;
use super::listener::Listener;
use super::settings::Settings;
use super::stream::Stream;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, info, warn};

/// How long to wait after a failure to accept, mostly for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// How often it is said that no place is free, or that nobody can be accepted.
const COMPLAIN_EVERY: Duration = Duration::from_secs(10);

/// How long connections may take to say their last word when the time to drain is over.
const LAST_WORD: Duration = Duration::from_secs(2);

/// How a server comes to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stop {
    /// Nobody is there afterwards: idle connections are closed, messages on their way come to their end, new ones are
    /// refused for now.
    #[default]
    Drain,
    /// Another server has the same sockets already: connections end when their MTAs end them. Those that do not within
    /// [`Settings::drain`] are drained then.
    HandOver,
}

impl From<()> for Stop {
    fn from((): ()) -> Self {
        Stop::Drain
    }
}

/// Serves MTAs until `stop` completes, then drains: accepts nobody more, closes idle connections, lets messages end
/// within [`Settings::drain`], and refuses for now what is left. With [`Stop::HandOver`] connections may go on before that.
///
/// Runs inside a tokio runtime with time and I/O. If the future is dropped, everything ends at once.
pub async fn serve<F: Filter>(
    listeners: Vec<Listener>,
    filter: Arc<F>,
    settings: Settings,
    stop: impl Future<Output: Into<Stop>>,
) {
    let settings = Arc::new(settings.bounded());
    let (course, watching) = watch::channel(Course::Serving);
    let permits = Arc::new(Semaphore::new(settings.connections));
    let mut loops = JoinSet::new();
    for listener in listeners {
        let door = Door {
            listener,
            filter: Arc::clone(&filter),
            settings: Arc::clone(&settings),
            permits: Arc::clone(&permits),
            course: watching.clone(),
            complained: Mutex::new(None),
        };
        loops.spawn(door.run());
    }
    drop(watching);
    if stop.await.into() == Stop::HandOver {
        course.send_replace(Course::Leaving);
        info!("connections end when their MTAs end them");
        if timeout(settings.drain, ended(&mut loops)).await.is_ok() {
            return;
        }
    }

    course.send_replace(Course::Draining);
    info!("draining");
    if timeout(settings.drain, ended(&mut loops)).await.is_err() {
        warn!("messages are refused for now, the time to drain is over");
        course.send_replace(Course::Stopping);
        let _ = timeout(LAST_WORD, ended(&mut loops)).await;
    }
    loops.shutdown().await;
}

async fn ended(loops: &mut JoinSet<()>) {
    while let Some(done) = loops.join_next().await {
        report(done);
    }
}

/// One listener and what its connections need.
struct Door<F: Filter> {
    listener: Listener,
    filter: Arc<F>,
    settings: Arc<Settings>,
    permits: Arc<Semaphore>,
    course: watch::Receiver<Course>,
    /// When it was last said that MTAs have to wait.
    complained: Mutex<Option<Instant>>,
}

impl<F: Filter> Door<F> {
    /// Accepts until the server drains, then waits for the connections to end.
    async fn run(self) {
        let mut course = self.course.clone();
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = reached(&mut course, Course::Leaving) => break,
                Some(done) = connections.join_next() => report(done),
                accepted = self.accept() => match accepted {
                    Ok(stream) => {
                        connections.spawn(self.connection(stream));
                    }
                    Err(error) => {
                        if self.may_complain() {
                            warn!(%error, "cannot accept a connection");
                        }
                        sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(self);
        ended(&mut connections).await;
    }

    /// A free place first, then a connection: those beyond the bound wait in the kernel. The place is not kept meanwhile,
    /// because nobody may come here, and somebody at another listener.
    async fn accept(&self) -> io::Result<Stream> {
        if self.permits.available_permits() == 0 && self.may_complain() {
            let connections = self.settings.connections;
            warn!(connections, "every place is taken, more connections wait");
        }
        drop(self.permits.acquire().await.map_err(io::Error::other)?);
        self.listener.accept().await
    }

    /// Whether it is time to say again that MTAs have to wait.
    fn may_complain(&self) -> bool {
        let mut last = self
            .complained
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let may = last.is_none_or(|last| last.elapsed() > COMPLAIN_EVERY);
        if may {
            *last = Some(Instant::now());
        }
        may
    }

    /// Serves a connection, once it has a place. The filter is asked for its handler in here, so that its panic would be that of this task.
    fn connection(&self, stream: Stream) -> impl Future<Output = ()> + use<F> {
        let (filter, settings) = (Arc::clone(&self.filter), Arc::clone(&self.settings));
        let (permits, course) = (Arc::clone(&self.permits), self.course.clone());
        async move {
            let Ok(permit) = permits.acquire_owned().await else {
                return;
            };
            Box::new(Connection::new(stream, filter, settings, course))
                .run()
                .await;
            drop(permit);
        }
    }
}

fn report(done: Result<(), JoinError>) {
    if let Err(failure) = done
        && failure.is_panic()
    {
        error!("a connection panicked");
    }
}
