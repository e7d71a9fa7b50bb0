//! A bound socket outside any runtime: bound with rights that the server does not keep, handed over by a service manager, or
//! to be handed on to the next server.

use super::listener::{Listener, SocketFile};
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// A socket that listens, and of which nobody accepts yet.
#[derive(Debug)]
pub struct Bound(Kind);

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Bound {
    /// A TCP socket that listens.
    pub fn tcp(socket: TcpListener) -> Self {
        Self(Kind::Tcp(socket))
    }

    /// A Unix socket that listens. Its file stays when the socket goes.
    pub fn unix(socket: UnixListener) -> Self {
        Self(Kind::Unix(socket))
    }

    /// Accepts on it, inside a tokio runtime with I/O.
    ///
    /// # Panics
    ///
    /// Outside such a runtime.
    pub fn listen(self) -> io::Result<Listener> {
        match self.0 {
            Kind::Tcp(socket) => {
                socket.set_nonblocking(true)?;
                tokio::net::TcpListener::from_std(socket).map(Listener::from)
            }
            Kind::Unix(socket) => {
                socket.set_nonblocking(true)?;
                tokio::net::UnixListener::from_std(socket).map(Listener::from)
            }
        }
    }

    /// A second descriptor of the same socket.
    pub fn duplicate(&self) -> io::Result<OwnedFd> {
        match &self.0 {
            Kind::Tcp(socket) => socket.try_clone().map(OwnedFd::from),
            Kind::Unix(socket) => socket.try_clone().map(OwnedFd::from),
        }
    }

    /// The file of a Unix socket, to be removed with what is given back.
    pub fn file(&self) -> Option<SocketFile> {
        SocketFile::new(&self.path()?).ok()
    }

    fn path(&self) -> Option<PathBuf> {
        let Kind::Unix(socket) = &self.0 else {
            return None;
        };
        let address = socket.local_addr().ok()?;
        address.as_pathname().map(Path::to_path_buf)
    }
}

/// As an address is written: `inet:127.0.0.1:8891`, `unix:/path`.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Tcp(socket) => match socket.local_addr() {
                Ok(SocketAddr::V4(address)) => write!(f, "inet:{address}"),
                Ok(SocketAddr::V6(address)) => write!(f, "inet6:{address}"),
                Err(_) => f.write_str("inet:"),
            },
            Kind::Unix(_) => write!(f, "unix:{}", self.path().unwrap_or_default().display()),
        }
    }
}
