//! A bound socket. A socket file left behind by a filter that died is replaced, one that somebody answers on is not.

use super::address::Address;
use super::bound::Bound;
use super::stream::{Socket, Stream};
use std::fmt;
use std::io;
use std::net::SocketAddr;
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

    /// Takes the socket out of the runtime. Who waits to be accepted goes on waiting. The file of a Unix socket stays.
    pub fn into_bound(mut self) -> io::Result<Bound> {
        if let Some(file) = self.take_file() {
            file.leave();
        }
        match self.0 {
            Kind::Tcp(socket) => socket.into_std().map(Bound::tcp),
            Kind::Unix { socket, .. } => socket.into_std().map(Bound::unix),
        }
    }

    /// The file of a Unix socket, which would go with the listener and goes with what is given back from now on.
    pub fn take_file(&mut self) -> Option<SocketFile> {
        match &mut self.0 {
            Kind::Tcp(_) => None,
            Kind::Unix { file, .. } => file.take(),
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        Stream::new(match &self.0 {
            Kind::Tcp(tcp) => Socket::Tcp(tcp.accept().await?.0),
            Kind::Unix { socket, .. } => Socket::Unix(socket.accept().await?.0),
        })
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

/// The file of a Unix socket, removed with the value unless it is somebody else's by then.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    /// Device and inode; none if it is to stay.
    identity: Option<(u64, u64)>,
}

impl SocketFile {
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: Some(identity(path)?),
        })
    }

    /// Leaves the file where it is.
    pub fn leave(mut self) {
        self.identity = None;
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if self.identity.is_some() && identity(&self.path).ok() == self.identity {
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
