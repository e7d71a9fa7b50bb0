//! A scripted MTA: sends packets as they are told, reads packets, and waits for neither longer than a test may take.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod probe;

use std::sync::Arc;
use std::time::Duration;
use tamis_milter::server::{Filter, Listener, Settings, Stop, serve};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// What Postfix and Sendmail offer today.
pub(crate) const ACTIONS: u32 = 0x1FF;
pub(crate) const PROTOCOL: u32 = 0x1F_FFFF;

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl Socket for TcpStream {}
impl Socket for UnixStream {}

/// A server under test and the way to stop it.
pub(crate) struct Server {
    pub(crate) port: u16,
    stop: Option<oneshot::Sender<Stop>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start<F: Filter>(filter: F) -> Self {
        Self::with(filter, Settings::default()).await
    }

    pub(crate) async fn with<F: Filter>(filter: F, settings: Settings) -> Self {
        let address = "inet:127.0.0.1:0".parse().expect("address");
        let listener = Listener::bind(&address, None).await.expect("bind");
        let port = listener.local_address().expect("tcp").port();
        Self::on(listener, port, filter, settings)
    }

    pub(crate) fn on<F: Filter>(
        listener: Listener,
        port: u16,
        filter: F,
        settings: Settings,
    ) -> Self {
        let (stop, stopped) = oneshot::channel();
        let stopped = async { stopped.await.unwrap_or_default() };
        let task = tokio::spawn(serve(vec![listener], Arc::new(filter), settings, stopped));
        Self {
            port,
            stop: Some(stop),
            task,
        }
    }

    pub(crate) async fn mta(&self) -> Mta {
        Mta::new(
            TcpStream::connect(("127.0.0.1", self.port))
                .await
                .expect("connect"),
        )
    }

    /// Tells the server to end, without waiting.
    pub(crate) fn drain(&mut self) {
        self.stop(Stop::Drain);
    }

    /// Tells it that another one has its sockets.
    pub(crate) fn hand_over(&mut self) {
        self.stop(Stop::HandOver);
    }

    fn stop(&mut self, how: Stop) {
        let _ = self.stop.take().expect("not stopped yet").send(how);
    }

    pub(crate) async fn ended(self) {
        timeout(PATIENCE, self.task)
            .await
            .expect("the server ends")
            .expect("no panic");
    }
}

/// One packet: letter and payload.
pub(crate) type Packet = (u8, Vec<u8>);

pub(crate) fn packet(letter: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len() + 1).expect("length");
    [&length.to_be_bytes(), [letter].as_slice(), payload].concat()
}

pub(crate) struct Mta {
    socket: Box<dyn Socket>,
    /// A packet that was read and then put back.
    kept: Option<Packet>,
}

impl Mta {
    pub(crate) fn new(socket: impl Socket + 'static) -> Self {
        Self {
            socket: Box::new(socket),
            kept: None,
        }
    }

    pub(crate) async fn raw(&mut self, octets: &[u8]) {
        timeout(PATIENCE, self.socket.write_all(octets))
            .await
            .expect("in time")
            .expect("write");
    }

    /// Sends one octet, to a connection that may be gone.
    pub(crate) async fn poke(&mut self, octet: u8) {
        let _ = timeout(PATIENCE, self.socket.write_all(&[octet]))
            .await
            .expect("in time");
    }

    /// Sends octets, to a connection that may be gone; whether it is still there.
    pub(crate) async fn raw_or_gone(&mut self, octets: &[u8]) -> bool {
        timeout(PATIENCE, self.socket.write_all(octets))
            .await
            .expect("in time")
            .is_ok()
    }

    /// Sends a packet that has no answer.
    pub(crate) async fn tell(&mut self, letter: u8, payload: &[u8]) {
        self.raw(&packet(letter, payload)).await;
    }

    /// Sends a packet and reads one answer.
    pub(crate) async fn ask(&mut self, letter: u8, payload: &[u8]) -> Packet {
        self.tell(letter, payload).await;
        self.hear().await
    }

    /// The letter of the answer alone.
    pub(crate) async fn letter(&mut self, letter: u8, payload: &[u8]) -> char {
        char::from(self.ask(letter, payload).await.0)
    }

    pub(crate) async fn hear(&mut self) -> Packet {
        self.hear_or_end().await.expect("an answer")
    }

    /// The next packet, `None` if the connection ended.
    pub(crate) async fn hear_or_end(&mut self) -> Option<Packet> {
        if self.kept.is_some() {
            return self.kept.take();
        }
        let mut head = [0; 5];
        let read = timeout(PATIENCE, self.socket.read_exact(&mut head))
            .await
            .expect("in time");
        if read.is_err() {
            return None;
        }
        let [a, b, c, d, letter] = head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let mut payload = vec![0; length - 1];
        let read = timeout(PATIENCE, self.socket.read_exact(&mut payload))
            .await
            .expect("in time");
        read.expect("a whole packet");
        Some((letter, payload))
    }

    /// Takes all packets of this letter that come before another one.
    pub(crate) async fn pass_over(&mut self, letter: u8) {
        while let Some(packet) = self.hear_or_end().await {
            if packet.0 != letter {
                self.kept = Some(packet);
                return;
            }
        }
    }

    /// Sends a packet and reads what comes, the end of the connection included.
    pub(crate) async fn hear_after(&mut self, letter: u8, payload: &[u8]) -> Option<Packet> {
        self.tell(letter, payload).await;
        self.hear_or_end().await
    }

    /// Closes our side.
    pub(crate) async fn hang_up(&mut self) {
        timeout(PATIENCE, self.socket.shutdown())
            .await
            .expect("in time")
            .expect("shutdown");
    }

    /// Sends octets; false if the connection is gone.
    pub(crate) async fn try_raw(&mut self, octets: &[u8]) -> bool {
        let sent = timeout(PATIENCE, self.socket.write_all(octets));
        sent.await.expect("in time").is_ok()
    }

    /// Takes whatever has come, and gives how many octets that was.
    pub(crate) async fn rest_now(&mut self) -> usize {
        let mut octets = vec![0; 1 << 16];
        let read = timeout(Duration::from_millis(1), self.socket.read(&mut octets));
        read.await.map_or(0, |read| read.unwrap_or(0))
    }

    /// All octets that still come until the connection ends.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut octets = Vec::new();
        timeout(PATIENCE, self.socket.read_to_end(&mut octets))
            .await
            .expect("in time")
            .expect("read");
        octets
    }

    /// Closes our side, of a connection that may be gone.
    pub(crate) async fn hang_up_or_gone(&mut self) {
        let _ = timeout(PATIENCE, self.socket.shutdown())
            .await
            .expect("in time");
    }

    /// Nothing comes within a short time.
    pub(crate) async fn silence(&mut self) {
        let mut octet = [0];
        let heard = timeout(Duration::from_millis(60), self.socket.read(&mut octet)).await;
        assert!(heard.is_err(), "expected silence, got {heard:?} {octet:?}");
    }

    pub(crate) async fn ended(&mut self) {
        assert_eq!(
            self.hear_or_end().await,
            None,
            "expected the end of the connection"
        );
    }

    /// Negotiates everything that today's MTAs offer, or other numbers, and gives those of the answer.
    pub(crate) async fn negotiate(&mut self) -> [u32; 3] {
        self.offer(6, ACTIONS, PROTOCOL).await
    }

    pub(crate) async fn offer(&mut self, version: u32, actions: u32, protocol: u32) -> [u32; 3] {
        let numbers = [version, actions, protocol].map(u32::to_be_bytes).concat();
        let (letter, payload) = self.ask(b'O', &numbers).await;
        assert_eq!(letter, b'O');
        let word =
            |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().expect("four octets"));
        [word(0), word(4), word(8)]
    }

    /// Everything up to the end of the header, each answered with "continue".
    pub(crate) async fn message(&mut self, header: &[(&str, &str)]) {
        assert_eq!(self.letter(b'M', b"<a@example.org>\0").await, 'c');
        assert_eq!(self.letter(b'R', b"<b@example.net>\0").await, 'c');
        assert_eq!(self.letter(b'T', b"").await, 'c');
        for (name, value) in header {
            assert_eq!(
                self.letter(b'L', format!("{name}\0{value}\0").as_bytes())
                    .await,
                'c'
            );
        }
        assert_eq!(self.letter(b'N', b"").await, 'c');
    }

    /// Everything that comes until the message is answered, the answer included.
    pub(crate) async fn end(&mut self) -> Vec<Packet> {
        self.tell(b'E', b"").await;
        let mut packets = Vec::new();
        loop {
            let packet = self.hear().await;
            let last = b"cadrty".contains(&packet.0);
            packets.push(packet);
            if last {
                return packets;
            }
        }
    }
}

/// Packets in a form that can be compared by eye.
pub(crate) fn shown(packets: &[Packet]) -> Vec<String> {
    packets
        .iter()
        .map(|(letter, payload)| {
            format!("{} {}", char::from(*letter), payload.escape_ascii())
                .trim_end()
                .to_owned()
        })
        .collect()
}
