//! Many connections, graceful ends, socket files, and speed where the protocol has traps, over real sockets.

mod mta;

use mta::probe::{Act, Probe};
use mta::{Mta, Server, packet, shown};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;
use tamis_milter::{Address, Listener, Settings};
use tokio::net::{TcpStream, UnixStream};

#[tokio::test]
async fn many_connections_each_inside_a_message() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mtas = Vec::new();
    for _ in 0..as_many_as_fit(1000) {
        let mut mta = server.mta().await;
        mta.negotiate().await;
        mta.message(&[]).await;
        mtas.push(mta);
    }
    for mta in &mut mtas {
        assert_eq!(mta.letter(b'B', b"text\r\n").await, 'c');
    }
    for mta in &mut mtas {
        assert_eq!(shown(&mta.end().await), ["c"]);
    }
    let ends = probe.seen().iter().filter(|line| *line == "end").count();
    assert_eq!(ends, mtas.len());
}

/// So many, or fewer where the system gives this process fewer file descriptors.
fn as_many_as_fit(connections: usize) -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = files.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    connections.min(soft.unwrap_or(1024_usize).saturating_sub(200) / 2)
}

#[tokio::test]
async fn those_beyond_the_bound_wait_for_a_place() {
    let probe = Probe::new();
    let server = probe.serve_with(|settings| settings.connections = 2).await;
    let (mut one, mut two, mut three) =
        (server.mta().await, server.mta().await, server.mta().await);
    one.negotiate().await;
    two.negotiate().await;
    three
        .tell(b'O', &[0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0x7F])
        .await;
    three.silence().await;
    one.tell(b'Q', b"").await;
    assert_eq!(three.hear().await.0, b'O');
}

#[tokio::test]
async fn a_graceful_end_lets_messages_finish() {
    let probe = Probe::answering("end", || Act::Work(Duration::from_millis(200)));
    let mut server = probe.serve().await;
    let (mut idle, mut busy, mut late) =
        (server.mta().await, server.mta().await, server.mta().await);
    for mta in [&mut idle, &mut busy, &mut late] {
        mta.negotiate().await;
    }
    busy.message(&[]).await;
    late.message(&[]).await;
    busy.tell(b'E', b"").await;
    probe.until("end").await;
    server.drain();
    idle.ended().await;
    // The one in work gets its answer, the one that still arrives may arrive.
    assert_eq!(shown(&[busy.hear().await]), ["c"]);
    busy.ended().await;
    assert_eq!(late.letter(b'B', b"text").await, 'c');
    assert_eq!(shown(&late.end().await), ["c"]);
    late.ended().await;
    let port = server.port;
    server.ended().await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

/// One message over a connection that has negotiated.
async fn a_whole_message(mta: &mut Mta) {
    mta.message(&[]).await;
    assert_eq!(mta.letter(b'B', b"text").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
}

#[tokio::test]
async fn who_is_there_when_the_sockets_are_handed_over_stays_until_it_goes() {
    let probe = Probe::new();
    let mut server = probe.serve().await;
    let (mut idle, mut busy) = (server.mta().await, server.mta().await);
    idle.negotiate().await;
    busy.negotiate().await;
    busy.message(&[]).await;
    server.hand_over();
    // Nobody new is let in: that is for the other server.
    let port = server.port;
    let refused = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused)
        .await
        .expect("the listener is closed");
    // Neither the message on its way nor the next ones are refused, and an idle connection is as good as it was.
    assert_eq!(busy.letter(b'B', b"text").await, 'c');
    assert_eq!(shown(&busy.end().await), ["c"]);
    for mta in [&mut busy, &mut idle] {
        a_whole_message(mta).await;
        a_whole_message(mta).await;
        mta.tell(b'Q', b"").await;
        mta.ended().await;
    }
    server.ended().await;
}

#[tokio::test]
async fn who_does_not_go_after_the_sockets_were_handed_over_is_drained() {
    let probe = Probe::new();
    let drain = |settings: &mut Settings| settings.drain = Duration::from_millis(300);
    let mut server = probe.serve_with(drain).await;
    let (mut idle, mut silent) = (server.mta().await, server.mta().await);
    idle.negotiate().await;
    silent.negotiate().await;
    silent.message(&[]).await;
    server.hand_over();
    idle.ended().await;
    silent.ended().await;
    server.ended().await;
    let told = |line: &str| probe.seen().iter().filter(|seen| *seen == line).count();
    assert_eq!(told("close"), 2);
}

#[tokio::test]
async fn a_new_message_while_draining_is_sent_back_to_the_queue() {
    let probe = Probe::answering("end", || Act::Work(Duration::from_millis(200)));
    let mut server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    mta.raw(&packet(b'E', b"")).await;
    probe.until("end").await;
    server.drain();
    // It is there before the answer to the one before.
    mta.raw(&packet(b'M', b"<next>\0")).await;
    let answers = [mta.hear().await, mta.hear().await];
    assert_eq!(
        shown(&answers),
        [
            "c",
            "y 421 4.3.2 The mail filter is restarting, try again later\\x00"
        ]
    );
    mta.ended().await;
    server.ended().await;
}

#[tokio::test]
async fn a_message_that_does_not_end_in_time_is_refused_for_now() {
    let probe = Probe::answering("end", || Act::Hang);
    let mut server = probe
        .serve_with(|settings| settings.drain = Duration::from_millis(100))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    mta.tell(b'E', b"").await;
    let mut silent = server.mta().await;
    silent.negotiate().await;
    silent.message(&[]).await;
    probe.until("end").await;
    server.drain();
    assert_eq!(shown(&[mta.hear().await]), ["t"]);
    mta.ended().await;
    silent.ended().await;
    server.ended().await;
    let told = |line: &str| probe.seen().iter().filter(|seen| *seen == line).count();
    assert_eq!(told("close"), 2);
}

#[tokio::test]
async fn a_long_message_arrives_whole() {
    let probe = Probe::new();
    let server = probe.serve().await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    mta.message(&[]).await;
    probe.seen();
    for _ in 0..100 {
        assert_eq!(mta.letter(b'B', &vec![b'x'; 65_535]).await, 'c');
    }
    assert_eq!(shown(&mta.end().await), ["c"]);
    let seen = probe.seen();
    assert_eq!(
        seen.iter()
            .filter(|line| *line == "body 65535 octets")
            .count(),
        100
    );
}

#[tokio::test]
async fn a_pause_inside_a_message() {
    let probe = Probe::new();
    let server = probe
        .serve_with(|settings| settings.packet = Duration::from_millis(50))
        .await;
    let mut mta = server.mta().await;
    mta.negotiate().await;
    assert_eq!(mta.letter(b'M', b"<a>\0").await, 'c');
    assert_eq!(mta.letter(b'T', b"").await, 'c');
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(mta.letter(b'L', b"A\0 b\0").await, 'c');
    assert_eq!(shown(&mta.end().await), ["c"]);
}

/// A folder of its own for a socket file, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("milter-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("folder");
        Self(path)
    }

    fn address(&self, file: &str) -> Address {
        format!("unix:{}", self.0.join(file).display())
            .parse()
            .expect("address")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn refused(address: &Address) -> String {
    Listener::bind(address, None)
        .await
        .expect_err("no listener")
        .to_string()
}

#[tokio::test]
async fn a_socket_file_is_served_and_removed() {
    let folder = Folder::new("served");
    let address = folder.address("sock");
    let path = folder.0.join("sock");
    let listener = Listener::bind(&address, Some(0o660)).await.expect("bind");
    assert_eq!(
        std::fs::metadata(&path).expect("file").permissions().mode() & 0o777,
        0o660
    );
    let mut server = Server::on(listener, 0, Probe::new(), Settings::default());
    let mut mta = Mta::new(UnixStream::connect(&path).await.expect("connect"));
    mta.negotiate().await;
    mta.message(&[("Subject", " hi")]).await;
    assert_eq!(shown(&mta.end().await), ["c"]);
    assert!(
        refused(&address)
            .await
            .ends_with("something else listens there")
    );
    server.drain();
    server.ended().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn a_socket_file_left_behind_is_replaced() {
    let folder = Folder::new("stale");
    let path = folder.0.join("sock");
    drop(std::os::unix::net::UnixListener::bind(&path).expect("bind"));
    assert!(path.exists());
    let listener = Listener::bind(&folder.address("sock"), None)
        .await
        .expect("bind");
    assert!(UnixStream::connect(&path).await.is_ok());
    drop(listener);
}

#[tokio::test]
async fn what_cannot_be_bound_is_named() {
    let folder = Folder::new("refused");
    std::fs::write(folder.0.join("file"), "precious").expect("file");
    let message = refused(&folder.address("file")).await;
    assert!(
        message.starts_with("cannot listen on unix:/")
            && message.ends_with("a file that is no socket"),
        "{message}"
    );
    assert_eq!(
        std::fs::read_to_string(folder.0.join("file")).expect("file"),
        "precious"
    );
    assert!(
        refused(&folder.address("none/sock"))
            .await
            .ends_with("the directory does not exist")
    );

    let server = Probe::new().serve().await;
    let taken: Address = format!("inet:{}@127.0.0.1", server.port)
        .parse()
        .expect("address");
    let error = Listener::bind(&taken, None).await.expect_err("in use");
    assert!(error.is_in_use() && !error.is_denied());
    assert_eq!(
        error.to_string(),
        format!(
            "cannot listen on inet:127.0.0.1:{}: something else listens there",
            server.port
        )
    );
    let nowhere: Address = "inet:192.0.2.1:0".parse().expect("address");
    assert!(
        refused(&nowhere)
            .await
            .starts_with("cannot listen on inet:192.0.2.1:0: ")
    );
}
