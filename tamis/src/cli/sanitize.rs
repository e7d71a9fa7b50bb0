//! `tamis sanitize`: clean mail in files.

use super::site::{self, EnvelopeArgs, Keeps, Settings};
use crate::batch::{self, Form, Job, Progress, Reporter, Worker};
use crate::daemon::LAST_NOTICES;
use crate::exit::{Exit, Failure};
use crate::mailbox::{Error, Sink, Source, check_quarantine};
use crate::spool::SpoolSettings;
use crate::untrusted::{plain, shown};
use clap::Args;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, Args)]
#[command(after_help = Exit::table())]
pub(super) struct Sanitize {
    /// A message, an mbox, a Maildir, a directory of messages, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Where the result goes: the same kind of thing as the input. Of several inputs, a directory that gets one result
    /// for each. A file goes to standard output if nothing is said
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Look at everything, write nothing, keep nothing
    #[arg(short = 'n', long, conflicts_with_all = ["output", "quarantine"])]
    dry_run: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    envelope: EnvelopeArgs,
    /// Keep what is removed or refused in this directory
    #[arg(long, value_name = "DIR")]
    quarantine: Option<PathBuf>,
    /// What to tell; on standard output, or on standard error if the result goes to standard output
    #[arg(long, value_enum, default_value_t = Form::Text)]
    report: Form,
    /// Messages at a time; as many as there are processors by default
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl Sanitize {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let config = self.settings.config()?;
        let policy = site::policy(&config)?;
        let outputs = Outputs::new(&self)?;
        let quarantine = self.quarantine.as_deref().or(config.quarantine.as_deref());
        let quarantine = quarantine.filter(|_| !self.dry_run);
        for input in &self.inputs {
            quarantine.map_or(Ok(()), |dir| check_quarantine(input, dir))?;
        }
        let captures = config.capture.as_ref().filter(|_| !self.dry_run);
        let notify = config.notify.as_ref().filter(|_| !self.dry_run);
        for input in &self.inputs {
            captures.map_or(Ok(()), |it| check_quarantine(input, &it.dir))?;
        }
        let site = site::site(
            &config,
            Keeps {
                quarantine,
                captures,
                notify,
            },
        )?;
        let runtime = site::runtime(1)?;
        let worker = Worker {
            site,
            policy,
            envelope: self.envelope.envelope(),
            runtime: runtime.handle().clone(),
        };
        let interrupt = Arc::new(Interrupt::default());
        runtime.spawn(signals(Arc::clone(&interrupt)));
        let mut progress = match self.report {
            Form::None => Progress::silent(),
            _ => Progress::on_terminal(),
        };
        let mut first = None;
        if let [input] = self.inputs.as_slice() {
            let job = outputs.job(input, &config.spool)?;
            progress.expect(&job.source);
            first = Some(Ok(job));
        }
        let rest = if first.is_some() {
            &[]
        } else {
            self.inputs.as_slice()
        };
        let jobs = first
            .into_iter()
            .chain(rest.iter().map(|input| outputs.job(input, &config.spool)));
        let tally = worker.site.tally.clone();
        let reporter = Reporter::new(self.report, !outputs.is_stdout(), progress, tally);
        let processors = std::thread::available_parallelism();
        let workers = self.jobs.or(processors.ok()).map_or(1, NonZeroUsize::get);
        interrupt.begun.store(true, Ordering::Relaxed);
        let done = batch::run(&worker, workers, &interrupt.stop, jobs, reporter);
        let notifier = worker.site.notifier.as_ref();
        if !notifier.is_none_or(|notifier| notifier.finish(LAST_NOTICES)) {
            super::complain(&Failure::new(Exit::Io, "some notices were not sent"));
        }
        done
    }
}

/// What a signal has to know, and what it asks for.
#[derive(Debug, Default)]
struct Interrupt {
    /// Messages may be on their way: they come to their end, so that nothing unfinished is left.
    begun: AtomicBool,
    stop: AtomicBool,
}

/// How long messages that have begun may take to come to their end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits for a signal that ends the work, so that unfinished files can be removed first. Another one ends it at once.
async fn signals(asked: Arc<Interrupt>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return; // The signals then do what they do to every program.
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    asked.stop.store(true, Ordering::Relaxed);
    if asked.begun.load(Ordering::Relaxed) {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
    super::complain(&Failure::new(Exit::Interrupted, "interrupted"));
    std::process::exit(i32::from(Exit::Interrupted.code()));
}

/// Which output belongs to which input.
enum Outputs {
    Nowhere,
    Stdout,
    /// The output of the only input.
    One(PathBuf),
    /// A directory with a result for each input.
    Each(PathBuf),
}

impl Outputs {
    fn new(command: &Sanitize) -> Result<Self, Failure> {
        let stdin = command.inputs.iter().any(|input| input == Path::new("-"));
        match (&command.output, command.inputs.as_slice()) {
            _ if command.dry_run => Ok(Outputs::Nowhere),
            (None, [_]) => Ok(Outputs::Stdout),
            (Some(path), [_]) if path == Path::new("-") => Ok(Outputs::Stdout),
            (Some(path), [_]) => Ok(Outputs::One(path.clone())),
            (None, _) => Err(usage(
                "several inputs need a directory to be written to: -o DIR",
            )),
            (Some(_), _) if stdin => Err(usage("standard input must be the only input")),
            (Some(path), inputs) => {
                different_names(inputs)?;
                let created = fs::create_dir_all(path);
                created.map_err(|error| {
                    let text = format!("cannot create {}: {}", shown(path), plain(&error));
                    Failure::new(Exit::CannotCreate, text)
                })?;
                Ok(Outputs::Each(path.clone()))
            }
        }
    }

    fn is_stdout(&self) -> bool {
        matches!(self, Outputs::Stdout)
    }

    /// Opens an input, and looks whether its output can be what it should be.
    fn job(&self, input: &Path, spool: &SpoolSettings) -> Result<Job, Error> {
        let source = Source::open(input, spool)?;
        let sink = match self {
            Outputs::Nowhere => Sink::nowhere(),
            Outputs::Stdout if source.form().is_file() => Sink::stdout(),
            Outputs::Stdout => return Err(Error::NeedsOutput(input.to_owned())),
            Outputs::One(path) => Sink::at(path, &source)?,
            Outputs::Each(dir) => Sink::at(&dir.join(name_of(input)), &source)?,
        };
        Ok(Job { source, sink })
    }
}

fn different_names(inputs: &[PathBuf]) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    match inputs.iter().find(|input| !names.insert(name_of(input))) {
        None => Ok(()),
        Some(twice) => {
            let name = PathBuf::from(name_of(twice));
            Err(usage(&format!(
                "two inputs have the same name: {}",
                shown(&name)
            )))
        }
    }
}

/// The last name of a path; of `.` and the like, that of the directory it stands for.
fn name_of(path: &Path) -> OsString {
    let real = || fs::canonicalize(path).ok()?.file_name().map(OsString::from);
    let name = path.file_name().map(OsString::from);
    name.or_else(real).unwrap_or_else(|| OsString::from("root"))
}

fn usage(text: &str) -> Failure {
    Failure::new(Exit::Usage, text)
}
