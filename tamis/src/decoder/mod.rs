//! Where containers are opened: in a process of its own that may do nothing but compute, or in this one.
//!
//! What reads archives and documents reads what strangers wrote. In a process that can open no file, reach no network and
//! start no program (Landlock, seccomp), a fault in it can do no more than give a wrong answer about the message it came
//! with. Where the platform has no such thing, or a test wants none, the same code runs here.
//!
//! ```text
//! Decoders ──▶ Session (one message) ──▶ here::Here       inside::open in this process
//!                                    └─▶ pool::Lease ──▶ worker::Worker ═socket═▶ child::run ──▶ here::Here, confined
//! ```

pub mod child;
mod confine;
mod here;
mod pool;
mod probe;
mod wire;
mod worker;

pub use confine::Confined;
pub use probe::{Attempt, check};

use crate::spool::SpoolSettings;
use here::{Here, Spooled};
use pool::{Lease, Pool};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tamis_sanitize::inside::Holder;
use tamis_sanitize::map::Inside;
use tracing::warn;

/// Whether containers are opened in a confined process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sandbox {
    /// In one that is confined as far as the platform allows; in this process if none can be started.
    #[default]
    Auto,
    /// In one that is confined in every way, or mail that holds containers is deferred.
    Required,
    /// In this process.
    Off,
}

impl Sandbox {
    /// Every way.
    pub const ALL: [Sandbox; 3] = [Sandbox::Auto, Sandbox::Required, Sandbox::Off];

    /// The word used in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Sandbox::Auto => "auto",
            Sandbox::Required => "required",
            Sandbox::Off => "off",
        }
    }
}

/// What opens containers, for all messages. By default it does so in this process.
#[derive(Debug, Default)]
pub struct Decoders {
    pool: Option<Pool>,
    warned: AtomicBool,
}

impl Decoders {
    /// Opens containers in processes of `program`, which is this program.
    pub fn new(sandbox: Sandbox, program: PathBuf, spool: &SpoolSettings) -> Self {
        let pool = (sandbox != Sandbox::Off)
            .then(|| Pool::new(program, spool.dir.clone(), sandbox == Sandbox::Required));
        Decoders {
            pool,
            warned: AtomicBool::new(false),
        }
    }

    /// Opens what one message holds, until then.
    pub(crate) fn session<'a>(&'a self, spool: &'a SpoolSettings, until: Instant) -> Session<'a> {
        Session {
            decoders: self,
            here: Here::new(Spooled::new(spool), until),
            apart: self.pool.as_ref().map(|pool| pool.lease(until)),
        }
    }

    fn warn_once(&self, error: &io::Error) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            let error = crate::untrusted::plain(error);
            warn!(
                error,
                "containers are opened in this process, which is not confined"
            );
        }
    }
}

/// The opening of what one message holds: one budget for all its parts.
pub(crate) struct Session<'a> {
    decoders: &'a Decoders,
    here: Here<Spooled<'a>>,
    apart: Option<Lease<'a>>,
}

impl Session<'_> {
    /// Opens a part, whose decoded content is what `content` writes. An error is a failure of the program or of the spool.
    pub(crate) fn open(
        &mut self,
        holder: &Holder,
        mut content: impl FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Inside> {
        if holder.is_page() {
            return self.here.open(holder, &mut content);
        }
        let Some(lease) = &mut self.apart else {
            return self.here.open(holder, &mut content);
        };
        match lease.open(holder, &mut content)? {
            Ok(inside) => Ok(inside),
            Err(unavailable) if lease.is_required() => Err(unavailable),
            Err(unavailable) => {
                self.decoders.warn_once(&unavailable);
                self.apart = None;
                self.here.open(holder, &mut content)
            }
        }
    }
}
