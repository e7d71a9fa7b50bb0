//! A small SMTP client that says what it is told to, also what a good client would not say. Every wait has a deadline.

use super::{Skip, program};
use std::{
    fmt,
    io::{self, BufRead as _, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The code of a reply and the text behind it; several lines are joined by a line feed.
pub type Reply = (u16, String);

/// Longest wait for one reply: a scanner may be at work meanwhile.
const DEADLINE: Duration = Duration::from_secs(150);

/// Bytes of one line of a reply; RFC 5321, section 4.5.3.1.5 has 512.
const LINE: u64 = 4_096;

/// What a session runs over.
trait Stream: Read + Write + fmt::Debug {}

impl Stream for TcpStream {}
impl Stream for UnixStream {}

/// A session.
#[derive(Debug)]
pub struct Smtp {
    stream: BufReader<Box<dyn Stream>>,
    /// What speaks TLS on its behalf.
    tunnel: Option<Child>,
}

impl Drop for Smtp {
    fn drop(&mut self) {
        if let Some(tunnel) = &mut self.tunnel {
            let _ = tunnel.kill();
            let _ = tunnel.wait();
        }
    }
}

impl Smtp {
    /// Connects to a port of 127.0.0.1 and returns the greeting too.
    pub fn connect(port: u16) -> io::Result<(Smtp, Reply)> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(30))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        let mut session = Smtp {
            stream: BufReader::new(Box::new(stream)),
            tunnel: None,
        };
        let greeting = session.reply()?;
        Ok((session, greeting))
    }

    /// Connects, says STARTTLS, and EHLO once more inside. OpenSSL's client speaks the TLS; it believes any certificate.
    ///
    /// # Panics
    ///
    /// When the server does not welcome the client.
    #[track_caller]
    pub fn open_tls(port: u16) -> Smtp {
        let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
        ours.set_read_timeout(Some(DEADLINE)).expect("a deadline");
        ours.set_write_timeout(Some(DEADLINE)).expect("a deadline");
        let output = theirs.try_clone().expect("a second descriptor");
        let tunnel = Command::new("openssl")
            .args(["s_client", "-quiet", "-starttls", "smtp", "-connect"])
            .arg(format!("127.0.0.1:{port}"))
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(OwnedFd::from(output)))
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl runs");
        let mut session = Smtp {
            stream: BufReader::new(Box::new(ours)),
            tunnel: Some(tunnel),
        };
        // The last line of the reply to the EHLO before STARTTLS may come first.
        let mut reply = session.ehlo("client.example.com").expect("a reply to EHLO");
        if !reply.1.contains('\n') {
            reply = session.reply().expect("a reply to EHLO");
        }
        assert_eq!(reply.0, 250, "{}", reply.1);
        session
    }

    /// Connects, several times if need be: a server that has just been started may listen before it can answer.
    fn patiently(port: u16) -> io::Result<(Smtp, Reply)> {
        for _ in 0..50 {
            if let Ok(connected) = Smtp::connect(port) {
                return Ok(connected);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Smtp::connect(port)
    }

    /// Connects and says EHLO.
    ///
    /// # Panics
    ///
    /// When the server does not welcome the client.
    #[track_caller]
    pub fn open(port: u16) -> Smtp {
        let (mut session, greeting) = Smtp::patiently(port).expect("a connection");
        assert_eq!(greeting.0, 220, "{}", greeting.1);
        let reply = session.ehlo("client.example.com").expect("a reply to EHLO");
        assert_eq!(reply.0, 250, "{}", reply.1);
        session
    }

    /// Says EHLO.
    pub fn ehlo(&mut self, name: &str) -> io::Result<Reply> {
        self.command(&format!("EHLO {name}"))
    }

    /// Says MAIL FROM; an address without its angle brackets, empty for bounces.
    pub fn mail(&mut self, sender: &str) -> io::Result<Reply> {
        self.command(&format!("MAIL FROM:<{sender}>"))
    }

    /// Says RCPT TO; an address without its angle brackets.
    pub fn rcpt(&mut self, recipient: &str) -> io::Result<Reply> {
        self.command(&format!("RCPT TO:<{recipient}>"))
    }

    /// Says DATA and sends `message`, with dots doubled where a line begins with one. The reply is the one to the message,
    /// or the one to DATA if that is not 354.
    ///
    /// The message is sent as it is otherwise; a CRLF is added where the last line has no end.
    pub fn data(&mut self, message: &[u8]) -> io::Result<Reply> {
        let go_on = self.command("DATA")?;
        if go_on.0 != 354 {
            return Ok(go_on);
        }
        self.stream.get_mut().write_all(&stuffed(message))?;
        self.reply()
    }

    /// A whole transaction: the reply to the first command that is refused, or the one to the message.
    pub fn send(&mut self, sender: &str, recipients: &[&str], message: &[u8]) -> io::Result<Reply> {
        let mut reply = self.mail(sender)?;
        for recipient in recipients {
            if reply.0 / 100 == 2 {
                reply = self.rcpt(recipient)?;
            }
        }
        if reply.0 / 100 == 2 {
            reply = self.data(message)?;
        }
        if reply.0 / 100 != 2 {
            // So that the session can go on; a server that has hung up has said why already.
            let _ = self.command("RSET");
        }
        Ok(reply)
    }

    /// Says QUIT.
    pub fn quit(mut self) -> io::Result<Reply> {
        self.command("QUIT")
    }

    /// Sends a line and waits for the reply.
    pub fn command(&mut self, line: &str) -> io::Result<Reply> {
        self.stream
            .get_mut()
            .write_all(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// Reads one reply, with all its lines.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let mut texts = Vec::new();
        loop {
            let mut line = Vec::new();
            (&mut self.stream).take(LINE).read_until(b'\n', &mut line)?;
            let line = String::from_utf8_lossy(&line);
            let text = line.strip_suffix("\r\n").ok_or_else(|| malformed(&line))?;
            let code = text
                .get(..3)
                .and_then(|code| code.parse().ok())
                .ok_or_else(|| malformed(&line))?;
            texts.push(text.get(4..).unwrap_or_default().to_owned());
            if text.as_bytes().get(3) != Some(&b'-') {
                return Ok((code, texts.join("\n")));
            }
        }
    }
}

/// Makes a certificate for 127.0.0.1 and its key, both in the file that is named.
pub fn make_certificate(path: &Path) -> Result<(), Skip> {
    let openssl = program("OpenSSL", &["/usr/bin/openssl", "/usr/local/bin/openssl"])?;
    let output = Command::new(openssl)
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=mx.example.org", "-keyout"])
        .arg(path)
        .arg("-out")
        .arg(path.with_extension("crt"))
        .output()
        .expect("openssl runs");
    assert!(output.status.success(), "{output:?}");
    let certificate = std::fs::read(path.with_extension("crt")).expect("a certificate");
    let mut both = std::fs::File::options()
        .append(true)
        .open(path)
        .expect("a key");
    both.write_all(&certificate).expect("written");
    Ok(())
}

fn malformed(line: &str) -> io::Error {
    let kind = if line.is_empty() {
        io::ErrorKind::UnexpectedEof
    } else {
        io::ErrorKind::InvalidData
    };
    io::Error::new(kind, format!("no line of an SMTP reply: {line:?}"))
}

/// The message as it is sent after DATA, the final dot included.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(message.len() + message.len() / 64 + 5);
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.is_empty() && !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(b".\r\n");
    stuffed
}
