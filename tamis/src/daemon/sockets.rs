//! The sockets on which MTAs are awaited: handed over by whoever starts the daemon, or bound by itself.
//!
//! With a socket that systemd holds (`tamis.socket`), or that the daemon before has handed on, nobody who connects while one
//! daemon follows the other is refused: whoever comes meanwhile waits in the socket.

use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::untrusted::plain;
use listenfd::ListenFd;
use std::io;
use std::os::fd::OwnedFd;
use tamis_milter::server::{BindError, Bound, Listener, SocketFile};
use tracing::info;

/// The sockets of one daemon.
#[derive(Debug)]
pub(super) struct Sockets {
    bound: Vec<Bound>,
    /// The files of Unix sockets, which go when the daemon ends.
    files: Vec<SocketFile>,
    inherited: bool,
}

impl Sockets {
    /// Those that were handed over, otherwise those of the configuration. `keeps_files` says that files of Unix sockets that
    /// were handed over belong to this daemon now.
    pub(super) fn open(config: &Config, keeps_files: bool) -> Result<Self, Failure> {
        let mut handed = ListenFd::from_env();
        if handed.len() == 0 {
            return Self::bind(config);
        }
        let mut sockets = Sockets {
            bound: Vec::new(),
            files: Vec::new(),
            inherited: true,
        };
        for number in 0..handed.len() {
            let bound = taken(&mut handed, number).map_err(|error| {
                let text = format!(
                    "socket {number} that was handed over cannot be used: {}",
                    plain(&error)
                );
                Failure::new(Exit::Config, text)
            })?;
            if keeps_files {
                sockets.files.extend(bound.file());
            }
            sockets.bound.push(bound);
        }
        Ok(sockets)
    }

    fn bind(config: &Config) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| cannot_start(&error))?;
        let mut sockets = Sockets {
            bound: Vec::new(),
            files: Vec::new(),
            inherited: false,
        };
        for address in &config.listen {
            let bound = runtime.block_on(async {
                let listener = Listener::bind(address, Some(config.socket_mode)).await;
                let mut listener = listener.map_err(|error| cannot_listen(&error))?;
                sockets.files.extend(listener.take_file());
                listener.into_bound().map_err(|error| cannot_start(&error))
            })?;
            sockets.bound.push(bound);
        }
        Ok(sockets)
    }

    /// Tells the log where MTAs are awaited.
    pub(super) fn tell(&self) {
        for socket in &self.bound {
            let inherited = self.inherited;
            info!(address = socket.to_string(), inherited, "listening");
        }
    }

    /// Second descriptors of all, to be handed on.
    pub(super) fn duplicates(&self) -> io::Result<Vec<OwnedFd>> {
        self.bound.iter().map(Bound::duplicate).collect()
    }

    /// Listens on all, inside the runtime. The files stay as long as what is given back with them.
    pub(super) fn listen(self) -> Result<(Vec<Listener>, Vec<SocketFile>), Failure> {
        let listeners: io::Result<Vec<_>> = self.bound.into_iter().map(Bound::listen).collect();
        let listeners = listeners.map_err(|error| cannot_start(&error))?;
        Ok((listeners, self.files))
    }
}

/// A socket that was handed over, of either kind.
fn taken(handed: &mut ListenFd, number: usize) -> io::Result<Bound> {
    if let Ok(Some(socket)) = handed.take_tcp_listener(number) {
        return Ok(Bound::tcp(socket));
    }
    let socket = handed.take_unix_listener(number)?;
    socket
        .map(Bound::unix)
        .ok_or(io::ErrorKind::NotFound.into())
}

fn cannot_listen(error: &BindError) -> Failure {
    let exit = match () {
        () if error.is_denied() => Exit::NoPermission,
        () if error.is_in_use() => Exit::Unavailable,
        () => Exit::CannotCreate,
    };
    Failure::new(exit, error)
}

fn cannot_start(error: &io::Error) -> Failure {
    Failure::new(Exit::Software, format!("cannot start: {}", plain(error)))
}
