//! A scripted scanner, for faults that a real one cannot be made to show.

use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// One thing that the fake does on a connection. After the last one it closes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Reads the command that begins a session with clamd.
    HearSession,
    /// Reads as clamd does: the command and the message to its end.
    HearAll,
    /// The same with a pause after each piece.
    HearSlowly(Duration),
    /// Reads as spamd does: until the other side has closed its half.
    HearToClose,
    /// Reads as rspamd does: a request in HTTP and its body to the last chunk.
    HearRequest,
    /// Reads as an ICAP server does: the heads, and the body to the last chunk.
    HearIcap,
    /// Reads a line or so, and so many bytes behind it.
    Hear(usize),
    /// Says this.
    Say(&'static [u8]),
    /// Says this, a byte at a time with a pause before each.
    Drip(&'static [u8], Duration),
    /// Says so many bytes, until nobody listens.
    Flood(u64),
    /// Reads on until the other side closes.
    Drain,
    /// Does nothing, for much longer than any deadline here.
    Hang,
}

/// The fake: it serves one connection and tells what it has heard there.
pub(crate) struct Fake {
    /// Where it listens.
    pub(crate) address: String,
    serving: JoinHandle<Heard>,
}

/// What the fake has heard.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// What stood before the message, in protocols with lines.
    pub(crate) head: String,
    /// The content of the pieces, put together.
    pub(crate) message: Vec<u8>,
    /// The size of each piece.
    pub(crate) pieces: Vec<usize>,
    /// Whether the mark of the end came.
    pub(crate) ended: bool,
}

impl Fake {
    pub(crate) async fn start(script: &[Step]) -> Fake {
        Fake::start_at("127.0.0.1:0", script).await
    }

    pub(crate) async fn start_at(address: &str, script: &[Step]) -> Fake {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = format!("tcp:{}", listener.local_addr().expect("its address"));
        let script = script.to_vec();
        let serving = tokio::spawn(async move { serve(&listener, &script).await });
        Fake { address, serving }
    }

    /// Waits for the end of the script.
    pub(crate) async fn heard(self) -> Heard {
        let heard = timeout(Duration::from_secs(30), self.serving)
            .await
            .expect("the script ends");
        heard.expect("the script runs")
    }
}

/// Plays a script on the next connection, and tells what was heard there.
pub(crate) async fn serve(listener: &TcpListener, script: &[Step]) -> Heard {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut heard = Heard::default();
    for step in script {
        // A side that hangs up ends the script.
        if run(*step, &mut stream, &mut heard).await.is_err() {
            break;
        }
    }
    heard
}

async fn run(step: Step, stream: &mut TcpStream, heard: &mut Heard) -> io::Result<()> {
    match step {
        Step::HearSession => {
            let mut command = [0; SESSION.len()];
            stream.read_exact(&mut command).await?;
            assert_eq!(&command, SESSION);
            Ok(())
        }
        Step::HearAll => hear_all(stream, heard, Duration::ZERO).await,
        Step::HearSlowly(pause) => hear_all(stream, heard, pause).await,
        Step::HearToClose => hear_to_close(stream, heard).await,
        Step::HearRequest => hear_request(stream, heard).await,
        Step::HearIcap => hear_icap(stream, heard).await,
        Step::Hear(bytes) => {
            let mut buffer = vec![0; COMMAND.len() + bytes];
            stream.read_exact(&mut buffer).await.map(drop)
        }
        Step::Say(text) => stream.write_all(text).await,
        Step::Drip(text, pause) => {
            for byte in text {
                sleep(pause).await;
                stream.write_all(&[*byte]).await?;
            }
            Ok(())
        }
        Step::Flood(bytes) => {
            let chunk = vec![b'x'; 1 << 20];
            for _ in 0..bytes >> 20 {
                stream.write_all(&chunk).await?;
            }
            Ok(())
        }
        Step::Drain => tokio::io::copy(stream, &mut tokio::io::sink())
            .await
            .map(drop),
        Step::Hang => {
            sleep(Duration::from_mins(1)).await;
            Ok(())
        }
    }
}

async fn hear_all(stream: &mut TcpStream, heard: &mut Heard, pause: Duration) -> io::Result<()> {
    let mut command = [0; COMMAND.len()];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, COMMAND);
    loop {
        let size = stream.read_u32().await? as usize;
        if size == 0 {
            heard.ended = true;
            return Ok(());
        }
        let mut piece = vec![0; size];
        stream.read_exact(&mut piece).await?;
        heard.pieces.push(size);
        heard.message.append(&mut piece);
        if !pause.is_zero() {
            sleep(pause).await;
        }
    }
}

async fn hear_to_close(stream: &mut TcpStream, heard: &mut Heard) -> io::Result<()> {
    hear_head(stream, heard).await?;
    stream.read_to_end(&mut heard.message).await?;
    heard.ended = true;
    Ok(())
}

/// Reads lines to the empty one.
async fn hear_head(stream: &mut TcpStream, heard: &mut Heard) -> io::Result<()> {
    while !heard.head.ends_with("\r\n\r\n") {
        heard.head.push_str(&hear_line(stream).await?);
    }
    Ok(())
}

async fn hear_line(stream: &mut TcpStream) -> io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(line).expect("lines of text"))
}

async fn hear_request(stream: &mut TcpStream, heard: &mut Heard) -> io::Result<()> {
    hear_head(stream, heard).await?;
    if !heard.head.contains("transfer-encoding: chunked") {
        heard.ended = true;
        return Ok(());
    }
    hear_chunks(stream, heard).await
}

async fn hear_icap(stream: &mut TcpStream, heard: &mut Heard) -> io::Result<()> {
    hear_head(stream, heard).await?;
    if heard.head.contains("null-body") {
        heard.ended = true;
        return Ok(());
    }
    let (_, heads) = heard.head.rsplit_once("-body=").expect("a body");
    let heads: usize = heads.trim().parse().expect("where the body begins");
    let mut octets = vec![0; heads];
    stream.read_exact(&mut octets).await?;
    heard
        .head
        .push_str(&String::from_utf8(octets).expect("lines of text"));
    hear_chunks(stream, heard).await
}

async fn hear_chunks(stream: &mut TcpStream, heard: &mut Heard) -> io::Result<()> {
    loop {
        let line = hear_line(stream).await?;
        let size = usize::from_str_radix(line.trim(), 16).expect("the size of a chunk");
        let mut piece = vec![0; size + 2];
        stream.read_exact(&mut piece).await?;
        assert!(piece.ends_with(b"\r\n"));
        if size == 0 {
            heard.ended = true;
            return Ok(());
        }
        heard.pieces.push(size);
        heard.message.extend_from_slice(&piece[..size]);
    }
}

const COMMAND: &[u8; 10] = b"zINSTREAM\0";

const SESSION: &[u8; 11] = b"zIDSESSION\0";
