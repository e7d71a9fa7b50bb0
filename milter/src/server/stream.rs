//! One accepted socket, TCP or Unix. Reading allocates only when there is something to read.

use bytes::BytesMut;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::{Context, Poll};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpStream, UnixStream};

/// Octets to make room for at the first read after silence, and at most.
const ROOM_MIN: usize = 16 << 10;
const ROOM_MAX: usize = 128 << 10;

/// How much more is made room for when the last room was filled: a body comes.
const ROOM_GROWTH: usize = 8;

/// An accepted socket.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp) => tcp.poll_read_ready(context),
            Self::Unix(unix) => unix.poll_read_ready(context),
        }
    }
}

/// A socket that reads into growing buffers and answers without delay.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: Socket,
    room: usize,
}

impl Stream {
    pub(crate) fn new(socket: Socket) -> io::Result<Self> {
        if let Socket::Tcp(tcp) = &socket {
            tcp.set_nodelay(true)?;
        }
        Ok(Self {
            socket,
            room: ROOM_MIN,
        })
    }

    /// The connection fell silent: the next read starts small.
    pub(crate) fn relax(&mut self) {
        self.room = ROOM_MIN;
    }

    /// Reads what is there, after waiting for it; 0 is the end. Nothing is lost if the future is dropped.
    ///
    /// A read that leaves room in the buffer has taken all there was: tokio remembers that, and the next one waits at once
    /// instead of asking the kernel in vain.
    pub(crate) async fn read(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        let read = poll_fn(|context| {
            loop {
                if self.socket.poll_read_ready(context)?.is_pending() {
                    if buffer.is_empty() {
                        *buffer = BytesMut::new();
                    }
                    return Poll::Pending;
                }
                buffer.reserve(self.room);
                let read = match &mut self.socket {
                    Socket::Tcp(tcp) => pin!(tcp.read_buf(buffer)).poll(context),
                    Socket::Unix(unix) => pin!(unix.read_buf(buffer)).poll(context),
                };
                if read.is_ready() {
                    return read;
                }
            }
        });
        let read = read.await?;
        self.took(read);
        Ok(read)
    }

    /// Reads what is there.
    pub(crate) fn try_read(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        buffer.reserve(self.room);
        let read = match &self.socket {
            Socket::Tcp(tcp) => tcp.try_read_buf(buffer),
            Socket::Unix(unix) => unix.try_read_buf(buffer),
        }?;
        self.took(read);
        Ok(read)
    }

    fn took(&mut self, read: usize) {
        if read >= self.room {
            self.room = self.room.saturating_mul(ROOM_GROWTH).min(ROOM_MAX);
        }
        self.acknowledge_quickly();
    }

    /// Writes all of it, and leaves the buffer empty.
    pub(crate) async fn write(&self, buffer: &mut BytesMut) -> io::Result<()> {
        while !buffer.is_empty() {
            let written = match &self.socket {
                Socket::Tcp(tcp) => tcp.try_write(buffer),
                Socket::Unix(unix) => unix.try_write(buffer),
            };
            match written {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => drop(buffer.split_to(count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => match &self.socket {
                    Socket::Tcp(tcp) => tcp.writable().await?,
                    Socket::Unix(unix) => unix.writable().await?,
                },
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Has the next segment acknowledged at once; the kernel forgets it each time. MTAs write a packet of macros and the
    /// command after it separately, or many packets if they wait for no answers: with delayed acknowledgements each
    /// would be held up for 40 ms.
    fn acknowledge_quickly(&self) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Socket::Tcp(tcp) = &self.socket {
            // Without it the mail still flows, only slower.
            let _ = socket2::SockRef::from(tcp).set_tcp_quickack(true);
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Socket::Unix(_) => f.write_str("unix"),
            Socket::Tcp(tcp) => match tcp.peer_addr() {
                Ok(address) => write!(f, "{address}"),
                Err(_) => f.write_str("tcp"),
            },
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Socket, Stream};
    use bytes::BytesMut;
    use socket2::SockRef;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    /// Whether the kernel acknowledges at once: no longer, once questions and answers took turns for a while.
    fn is_quick(stream: &Stream) -> bool {
        match &stream.socket {
            Socket::Tcp(tcp) => SockRef::from(tcp).tcp_quickack().expect("an option"),
            Socket::Unix(_) => false,
        }
    }

    #[tokio::test]
    async fn small_packets_are_acknowledged_at_once_after_each_read() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut mta = TcpStream::connect(listener.local_addr().expect("an address"))
            .await
            .expect("a connection");
        let (accepted, _) = listener.accept().await.expect("a connection");
        let mut stream = Stream::new(Socket::Tcp(accepted)).expect("a stream");
        let (mut buffer, mut forgotten) = (BytesMut::new(), false);
        for _ in 0..20 {
            mta.write_all(b"question").await.expect("sent and read");
            buffer.clear();
            stream.read(&mut buffer).await.expect("sent and read");
            assert!(is_quick(&stream));
            stream
                .write(&mut BytesMut::from("answer"))
                .await
                .expect("sent and read");
            mta.read_exact(&mut [0; 6]).await.expect("sent and read");
            forgotten |= !is_quick(&stream);
        }
        assert!(
            forgotten,
            "the kernel never forgets: the test shows nothing"
        );
    }
}
