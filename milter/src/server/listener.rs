//! A bound socket. A socket file left behind by a filter that died is replaced, one that somebody answers on is not.

use super::address::Address;
use super::stream::{Socket, Stream};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{TcpListener, UnixListener, UnixStream, lookup_host};

/// A socket on which MTAs are awaited.
#[derive(Debug)]
pub struct Listener(Kind);

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    Unix {
        socket: UnixListener,
        file: Option<SocketFile>,
    },
}

impl Listener {
    /// Binds an address. The mode, as in `0o660`, is that of a socket file.
    pub async fn bind(address: &Address, mode: Option<u32>) -> Result<Self, BindError> {
        let bound = match address {
            Address::Inet { host, port, v6 } => bind_tcp(host, *port, *v6).await.map(Kind::Tcp),
            Address::Unix(path) => bind_unix(path, mode).await,
        };
        bound.map(Self).map_err(|cause| BindError {
            address: address.to_string(),
            cause,
        })
    }

    /// The address and port in use, `None` for a socket file.
    pub fn local_address(&self) -> Option<SocketAddr> {
        match &self.0 {
            Kind::Tcp(tcp) => tcp.local_addr().ok(),
            Kind::Unix { .. } => None,
        }
    }

    /// Takes the socket out of the runtime. Who waits to be accepted goes on waiting.
    pub fn into_bound(self) -> io::Result<Bound> {
        Ok(Bound(match self.0 {
            Kind::Tcp(socket) => BoundKind::Tcp(socket.into_std()?),
            Kind::Unix { socket, file } => BoundKind::Unix {
                socket: socket.into_std()?,
                file,
            },
        }))
    }

    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        Stream::new(match &self.0 {
            Kind::Tcp(tcp) => Socket::Tcp(tcp.accept().await?.0),
            Kind::Unix { socket, .. } => Socket::Unix(socket.accept().await?.0),
        })
    }
}

/// A bound socket that nobody awaits yet, outside any runtime: bound with rights that the server does not keep, handed over
/// by a service manager, or to be handed on to the next server.
#[derive(Debug)]
pub struct Bound(BoundKind);

#[derive(Debug)]
enum BoundKind {
    Tcp(std::net::TcpListener),
    Unix {
        socket: std::os::unix::net::UnixListener,
        file: Option<SocketFile>,
    },
}

impl Bound {
    /// A TCP socket that listens.
    pub fn tcp(socket: std::net::TcpListener) -> Self {
        Self(BoundKind::Tcp(socket))
    }

    /// A Unix socket that listens. Its file stays when the listener goes.
    pub fn unix(socket: std::os::unix::net::UnixListener) -> Self {
        Self(BoundKind::Unix { socket, file: None })
    }

    /// Listens on it, inside a tokio runtime with I/O.
    pub fn listen(self) -> io::Result<Listener> {
        Ok(Listener(match self.0 {
            BoundKind::Tcp(socket) => {
                socket.set_nonblocking(true)?;
                Kind::Tcp(TcpListener::from_std(socket)?)
            }
            BoundKind::Unix { socket, file } => {
                socket.set_nonblocking(true)?;
                Kind::Unix {
                    socket: UnixListener::from_std(socket)?,
                    file,
                }
            }
        }))
    }

    /// A second descriptor of the same socket.
    pub fn duplicate(&self) -> io::Result<OwnedFd> {
        match &self.0 {
            BoundKind::Tcp(socket) => socket.try_clone().map(OwnedFd::from),
            BoundKind::Unix { socket, .. } => socket.try_clone().map(OwnedFd::from),
        }
    }
}

/// `inet:127.0.0.1:8891`, `unix:/path`.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BoundKind::Tcp(socket) => match socket.local_addr() {
                Ok(SocketAddr::V4(address)) => write!(f, "inet:{address}"),
                Ok(SocketAddr::V6(address)) => {
                    write!(f, "inet6:[{}]:{}", address.ip(), address.port())
                }
                Err(_) => f.write_str("inet"),
            },
            BoundKind::Unix { socket, .. } => {
                let address = socket.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                write!(f, "unix:{}", path.unwrap_or(Path::new("")).display())
            }
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self(Kind::Tcp(listener))
    }
}

/// The socket file stays when the listener goes.
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        Self(Kind::Unix {
            socket: listener,
            file: None,
        })
    }
}

async fn bind_tcp(host: &str, port: u16, v6: bool) -> Result<TcpListener, Cause> {
    let name = match host {
        "*" if v6 => "::",
        "*" => "0.0.0.0",
        name => name,
    };
    let addresses = lookup_host((name, port)).await.map_err(Cause::Name)?;
    let mut fitting = addresses.filter(|address| address.is_ipv6() || !v6);
    let Some(address) = fitting.next() else {
        return Err(Cause::Name(io::ErrorKind::NotFound.into()));
    };
    TcpListener::bind(address).await.map_err(Cause::of)
}

async fn bind_unix(path: &Path, mode: Option<u32>) -> Result<Kind, Cause> {
    clear(path).await?;
    let listener = UnixListener::bind(path).map_err(Cause::of)?;
    let file = SocketFile::new(path).map_err(Cause::Other)?;
    if let Some(mode) = mode {
        let permissions = std::fs::Permissions::from_mode(mode & 0o7777);
        std::fs::set_permissions(path, permissions).map_err(Cause::of)?;
    }
    Ok(Kind::Unix {
        socket: listener,
        file: Some(file),
    })
}

/// Removes a socket file on which nobody answers.
async fn clear(path: &Path) -> Result<(), Cause> {
    let Ok(metadata) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !metadata.file_type().is_socket() {
        return Err(Cause::NotASocket);
    }
    match UnixStream::connect(path).await {
        Ok(_) => Err(Cause::InUse),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(Cause::of)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Cause::of(error)),
    }
}

/// Our socket file, removed when we are done with it unless it is somebody else's by then.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|now| now == self.identity) {
            // Left behind, it is replaced at the next start.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Device and inode of a file.
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = std::fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Why an address cannot be bound.
#[derive(Debug)]
pub struct BindError {
    address: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    InUse,
    Denied(io::Error),
    NoDirectory,
    NotASocket,
    Name(io::Error),
    Other(io::Error),
}

impl Cause {
    fn of(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse,
            io::ErrorKind::PermissionDenied => Self::Denied(error),
            io::ErrorKind::NotFound => Self::NoDirectory,
            _ => Self::Other(error),
        }
    }
}

impl BindError {
    /// Whether something else listens there.
    pub fn is_in_use(&self) -> bool {
        matches!(self.cause, Cause::InUse)
    }

    /// Whether this user may not listen there.
    pub fn is_denied(&self) -> bool {
        matches!(self.cause, Cause::Denied(_))
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {}: ", self.address)?;
        match &self.cause {
            Cause::InUse => f.write_str("something else listens there"),
            Cause::Denied(_) => f.write_str("permission denied"),
            Cause::NoDirectory => f.write_str("the directory does not exist"),
            Cause::NotASocket => f.write_str("there is a file that is no socket"),
            Cause::Name(_) => f.write_str("the host has no such address"),
            Cause::Other(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Denied(error) | Cause::Name(error) | Cause::Other(error) => Some(error),
            Cause::InUse | Cause::NoDirectory | Cause::NotASocket => None,
        }
    }
}
