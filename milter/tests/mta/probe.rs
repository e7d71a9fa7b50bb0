//! A filter that writes down what it is shown and answers by a script.

use super::Server;
use bytes::Bytes;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tamis_milter::{
    Answer, BodyAnswer, Client, ConnectAnswer, Delivery, Filter, Handler, Macros, Outcome, Path,
    Peer, Refusal, Settings, UnknownAnswer, Verdict, Wish,
};

/// What the script lets the filter do.
pub(crate) enum Act {
    Continue,
    Skip,
    Accept,
    Discard,
    Refuse(Refusal),
    Deliver(Delivery),
    Work(Duration),
    Hang,
    Fail,
    Panic,
}

type Script = Arc<dyn Fn(&str) -> Act + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Probe {
    wish: Wish,
    script: Script,
    watched: &'static [&'static str],
    log: Arc<Mutex<Vec<String>>>,
}

impl Probe {
    /// Goes on with everything.
    pub(crate) fn new() -> Self {
        Self::scripted(|_| Act::Continue)
    }

    /// The script gets the line that was just logged.
    pub(crate) fn scripted(script: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        Self {
            wish: Wish::new(),
            script: Arc::new(script),
            watched: &[],
            log: Arc::default(),
        }
    }

    /// Answers one line so, and goes on with everything else.
    pub(crate) fn answering(
        line: &'static str,
        act: impl Fn() -> Act + Send + Sync + 'static,
    ) -> Self {
        Self::scripted(move |seen| if seen == line { act() } else { Act::Continue })
    }

    pub(crate) fn wishing(mut self, wish: Wish) -> Self {
        self.wish = wish;
        self
    }

    /// Writes down these macros as well.
    pub(crate) fn watching(mut self, watched: &'static [&'static str]) -> Self {
        self.watched = watched;
        self
    }

    pub(crate) async fn serve(&self) -> Server {
        Server::start(self.clone()).await
    }

    pub(crate) async fn serve_with(&self, change: impl FnOnce(&mut Settings)) -> Server {
        let mut settings = Settings::default();
        change(&mut settings);
        Server::with(self.clone(), settings).await
    }

    /// What was seen so far; forgets it.
    pub(crate) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().expect("lock"))
    }

    /// Waits until the line was seen, then gives everything up to then.
    pub(crate) async fn until(&self, line: &str) -> Vec<String> {
        for _ in 0..1000 {
            if self
                .log
                .lock()
                .expect("lock")
                .iter()
                .any(|seen| seen == line)
            {
                return self.seen();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never seen: {line}, only {:?}", self.seen());
    }

    fn note(&self, line: String, macros: Option<&Macros>) -> Act {
        let mut line = line;
        for name in self.watched {
            if let Some(value) = macros.and_then(|macros| macros.get(name)) {
                line = format!("{line} {name}={}", value.escape_ascii());
            }
        }
        let act = (self.script)(&line);
        self.log.lock().expect("lock").push(line);
        act
    }

    async fn answer(&self, line: String, macros: &Macros) -> Outcome<Answer> {
        Ok(match self.note(line, Some(macros)) {
            Act::Accept => Answer::Accept,
            Act::Discard => Answer::Discard,
            Act::Refuse(refusal) => Answer::Refuse(refusal),
            act => trouble(act).await.map(|()| Answer::Continue)?,
        })
    }
}

/// What every stage can do.
async fn trouble(act: Act) -> Outcome<()> {
    match act {
        Act::Continue => Ok(()),
        Act::Work(time) => {
            tokio::time::sleep(time).await;
            Ok(())
        }
        Act::Hang => std::future::pending().await,
        Act::Fail => Err("no such thing".into()),
        Act::Panic => panic!("as the script says"),
        _ => panic!("the script does not fit the stage"),
    }
}

fn path(verb: &str, path: &Path) -> String {
    let strings = std::iter::once(&path.address).chain(&path.parameters);
    let shown: Vec<String> = strings.map(|one| one.escape_ascii().to_string()).collect();
    format!("{verb} {}", shown.join(" "))
}

impl Filter for Probe {
    type Handler = Self;

    fn wish(&self) -> Wish {
        self.wish.clone()
    }

    fn handler(&self) -> Self {
        self.clone()
    }
}

impl Handler for Probe {
    async fn connect(&mut self, client: &Client, macros: &Macros) -> Outcome<ConnectAnswer> {
        let peer = match &client.peer {
            Peer::Unknown => "unknown".to_owned(),
            Peer::Inet(ip, port) => format!("{ip} {port}"),
            Peer::Unix(path) => format!("unix {}", path.escape_ascii()),
            other => format!("{other:?}"),
        };
        Ok(
            match self.note(
                format!("connect {} {peer}", client.host.escape_ascii()),
                Some(macros),
            ) {
                Act::Accept => ConnectAnswer::Accept,
                Act::Refuse(refusal) => refusal.into(),
                act => trouble(act).await.map(|()| ConnectAnswer::Continue)?,
            },
        )
    }

    async fn helo(&mut self, name: &[u8], macros: &Macros) -> Outcome<ConnectAnswer> {
        Ok(
            match self.note(format!("helo {}", name.escape_ascii()), Some(macros)) {
                Act::Accept => ConnectAnswer::Accept,
                Act::Refuse(refusal) => refusal.into(),
                act => trouble(act).await.map(|()| ConnectAnswer::Continue)?,
            },
        )
    }

    async fn mail(&mut self, sender: &Path, macros: &Macros) -> Outcome<Answer> {
        self.answer(path("mail", sender), macros).await
    }

    async fn rcpt(&mut self, recipient: &Path, macros: &Macros) -> Outcome<Answer> {
        self.answer(path("rcpt", recipient), macros).await
    }

    async fn rejected_rcpt(&mut self, recipient: &Path, macros: &Macros) -> Outcome<()> {
        self.answer(path("rejected", recipient), macros)
            .await
            .map(|_| ())
    }

    async fn data(&mut self, macros: &Macros) -> Outcome<Answer> {
        self.answer("data".to_owned(), macros).await
    }

    async fn header(&mut self, name: &[u8], value: &[u8], macros: &Macros) -> Outcome<Answer> {
        self.answer(
            format!("header {}:{}", name.escape_ascii(), value.escape_ascii()),
            macros,
        )
        .await
    }

    async fn end_of_headers(&mut self, macros: &Macros) -> Outcome<Answer> {
        self.answer("eoh".to_owned(), macros).await
    }

    async fn body(&mut self, piece: Bytes) -> Outcome<BodyAnswer> {
        let shown = if piece.len() > 100 {
            format!("{} octets", piece.len())
        } else {
            piece.escape_ascii().to_string()
        };
        Ok(match self.note(format!("body {shown}"), None) {
            Act::Skip => BodyAnswer::Skip,
            Act::Accept => BodyAnswer::Accept,
            Act::Discard => BodyAnswer::Discard,
            Act::Refuse(refusal) => refusal.into(),
            act => trouble(act).await.map(|()| BodyAnswer::Continue)?,
        })
    }

    async fn end_of_message(&mut self, macros: &Macros) -> Outcome<Verdict> {
        Ok(match self.note("end".to_owned(), Some(macros)) {
            Act::Discard => Verdict::Discard,
            Act::Refuse(refusal) => refusal.into(),
            Act::Deliver(delivery) => Verdict::Deliver(delivery),
            act => trouble(act).await.map(|()| Verdict::accept())?,
        })
    }

    async fn abort(&mut self) {
        self.note("abort".to_owned(), None);
    }

    async fn close(&mut self) {
        self.note("close".to_owned(), None);
    }

    async fn unknown(&mut self, line: &[u8], macros: &Macros) -> Outcome<UnknownAnswer> {
        Ok(
            match self.note(format!("unknown {}", line.escape_ascii()), Some(macros)) {
                Act::Refuse(refusal) => refusal.into(),
                act => trouble(act).await.map(|()| UnknownAnswer::Continue)?,
            },
        )
    }
}
