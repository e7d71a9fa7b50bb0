//! A program that reads a message, or a part of one, from its standard input and says by its exit status what it thinks.
//!
//! ```text
//! launcher ── becomes ──▶ program ◀── stdin ── the message while it arrives
//!                            ├── the first line of stdout: what was found
//!                            └── exit status: clean, found, or no answer
//! ```
//!
//! One process for each scan, started without a shell, with an environment of `PATH` and `LANG` alone, in a process group of its
//! own. The whole group is killed when the scan is over, however it ended: nothing that the program has started outlives it,
//! unless it has left the group.
//!
//! An exit status that means "clean" counts only if the program has read everything: nothing is left in the pipe.

mod group;
mod input;
mod settings;

use crate::{Bounds, Envelope, Pieces, Printable, Probe, Reason, Report, Scan, Scanner, Unscanned};
use group::Group;
use input::Input;
pub use settings::{CommandSettings, UnfitCommand};
use std::{
    io, os::unix::process::ExitStatusExt as _, process::ExitStatus, process::Stdio, time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Child,
    time::timeout,
};

/// A program that scans. Cheap to clone.
///
/// Its report is [`Report::Clean`] or [`Report::Found`], by the exit status; the signature is the first line that the program
/// writes. Every other exit status, a signal and a closed input are [`Reason::Failed`], a program that cannot be started is
/// [`Reason::Unreachable`].
#[derive(Clone, Debug)]
pub struct Command {
    settings: CommandSettings,
}

impl Command {
    /// The program of these settings. Nothing is started yet.
    pub fn new(settings: CommandSettings) -> Self {
        Command { settings }
    }

    fn spawn(&self, input: Stdio) -> io::Result<Child> {
        let mut argv = self.settings.launcher.iter().chain(&self.settings.argv);
        let program = argv.next().ok_or(io::ErrorKind::NotFound)?;
        tokio::process::Command::new(program)
            .args(argv)
            .env_clear()
            .envs(ENVIRONMENT)
            .current_dir("/")
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    async fn scan(self, pieces: Pieces) -> Report {
        let (child, input) = match self.begin() {
            Ok(begun) => begun,
            Err(error) => {
                let detail = format!("{}: {error}", self.settings.program().display());
                return Report::unscanned(Reason::Unreachable, &detail);
            }
        };
        let _group = Group::of(&child);
        self.listen_to(child, input, pieces).await
    }

    /// Starts the program, with a pipe for its input.
    fn begin(&self) -> io::Result<(Child, Input)> {
        let (input, theirs) = Input::new()?;
        Ok((self.spawn(theirs)?, input))
    }

    async fn listen_to(&self, mut child: Child, input: Input, pieces: Pieces) -> Report {
        let Some(mut output) = child.stdout.take() else {
            return Report::unscanned(Reason::Failed, "no output of the program");
        };
        let mut line = Vec::new();
        let ended = {
            let talk = self.converse(&mut child, input, pieces);
            let listen = first_line(&mut output, &mut line);
            tokio::pin!(talk, listen);
            tokio::select! {
                ended = &mut talk => {
                    // The rest of what it wrote is there already or never comes.
                    let _ = timeout(LAST_WORDS, listen).await;
                    ended
                }
                () = &mut listen => talk.await,
            }
        };
        match ended {
            Ok((status, fed)) => self.report(status, fed, &line),
            Err(unscanned) => unscanned.into(),
        }
    }

    /// Feeds the program until it ends; its exit status, and whether it has read everything.
    async fn converse(
        &self,
        child: &mut Child,
        mut input: Input,
        pieces: Pieces,
    ) -> Result<(ExitStatus, bool), Unscanned> {
        let failed = |error: io::Error| Unscanned::new(Reason::Failed, &error.to_string());
        tokio::select! {
            biased;
            fed = input.feed(pieces, self.settings.write) => fed?,
            status = child.wait() => return Ok((status.map_err(failed)?, false)),
        }
        let late = |_| Unscanned::new(Reason::Timeout, "the program does not end");
        let status = timeout(self.settings.answer, child.wait())
            .await
            .map_err(late)?;
        Ok((status.map_err(failed)?, input.was_read()))
    }

    fn report(&self, status: ExitStatus, fed: bool, line: &[u8]) -> Report {
        let says = |statuses: &[u8]| {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            code.is_some_and(|code| statuses.contains(&code))
        };
        let settings = &self.settings;
        if says(&settings.found) {
            let line = line.trim_ascii();
            return Report::found(if line.is_empty() {
                settings.signature.as_bytes()
            } else {
                line
            });
        }
        if !says(&settings.clean) {
            let detail = match (status.code(), status.signal()) {
                (Some(code), _) => format!("exit status {code}"),
                (None, Some(signal)) => format!("killed by signal {signal}"),
                (None, None) => "no exit status".to_owned(),
            };
            return Report::unscanned(Reason::Failed, &detail);
        }
        if !fed {
            return Report::unscanned(Reason::Failed, "it has not read everything");
        }
        Report::Clean
    }
}

impl Scanner for Command {
    fn name(&self) -> &'static str {
        "command"
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            total: self.settings.total,
            max_bytes: self.settings.max_bytes,
        }
    }

    fn start(&self, _: &Envelope) -> Scan {
        let command = self.clone();
        Scan::start(self.bounds(), |pieces| command.scan(pieces))
    }

    /// Whether the program can be started at all: it is a file that somebody may execute.
    fn probe(&self) -> Probe<'_> {
        Box::pin(async {
            use std::os::unix::fs::PermissionsExt as _;
            let program = self.settings.program();
            let unreachable = |why: &str| {
                let detail = format!("{}: {why}", program.display());
                Unscanned::new(Reason::Unreachable, &detail)
            };
            let found = tokio::fs::metadata(program).await;
            let found = found.map_err(|error| unreachable(&error.to_string()))?;
            if !found.is_file() || found.permissions().mode() & 0o111 == 0 {
                return Err(unreachable("no program"));
            }
            let name = program.as_os_str().as_encoded_bytes();
            Ok(Printable::new(name, NAME_LIMIT))
        })
    }
}

/// Reads the first line, or as much of it as is of interest, and then whatever comes, so that the program is not kept
/// waiting.
async fn first_line(output: &mut (impl AsyncRead + Unpin), line: &mut Vec<u8>) {
    let mut buffer = [0; 4096];
    let mut ended = false;
    while let Ok(read @ 1..) = output.read(&mut buffer).await {
        let read = buffer.get(..read).unwrap_or_default();
        if ended {
            continue;
        }
        let end = read.iter().position(|octet| *octet == b'\n');
        let rest = read.get(..end.unwrap_or(read.len())).unwrap_or_default();
        let room = LINE_LIMIT.saturating_sub(line.len());
        line.extend(rest.iter().take(room));
        ended = end.is_some() || line.len() >= LINE_LIMIT;
    }
}

/// What programs find in their environment.
const ENVIRONMENT: [(&str, &str); 2] = [
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("LANG", "C.UTF-8"),
];

/// Bytes of the line that are kept.
const LINE_LIMIT: usize = 512;

/// Characters of the name of a program.
const NAME_LIMIT: usize = 128;

/// How long after its end the output of a program is waited for.
const LAST_WORDS: Duration = Duration::from_millis(200);
