//! One session cut in two at every octet, and into packets of every small size: what comes back does not change.

use crate::mta::Mta;
use crate::mta::probe::Probe;
use crate::script::{Send, parse};

const SESSION: &str =
    "O D C H U M:<a>\\0SIZE=5\\0 D R R T L L:Subject\\0\\shi\\0 N B B E A D M R T L N B E Q";

/// Everything that comes back, and what the filter was shown.
type Heard = (Vec<u8>, Vec<String>);

fn octets() -> Vec<u8> {
    let turns = parse(SESSION).into_iter();
    turns
        .flat_map(|turn| match turn.send {
            Send::Octets(octets) => octets,
            Send::Eof => Vec::new(),
        })
        .collect()
}

async fn hear(probe: &Probe, port: u16, pieces: &[&[u8]]) -> Heard {
    let socket = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("connect");
    socket.set_nodelay(true).expect("nodelay");
    let mut mta = Mta::new(socket);
    for piece in pieces {
        mta.raw(piece).await;
        tokio::task::yield_now().await;
    }
    let heard = mta.rest().await;
    (heard, probe.seen())
}

/// Cuts the session at every octet, then into pieces of each size, and gives the number of ways.
pub(crate) async fn run() -> usize {
    let probe = Probe::new();
    let server = probe.serve().await;
    let octets = octets();
    let whole = hear(&probe, server.port, &[&octets]).await;
    assert_eq!(whole.1.len(), 21, "{:?}", whole.1);
    for at in 1..octets.len() {
        let (one, two) = octets.split_at(at);
        assert_eq!(
            hear(&probe, server.port, &[one, two]).await,
            whole,
            "cut at {at}"
        );
    }
    for size in 1..20 {
        let pieces: Vec<&[u8]> = octets.chunks(size).collect();
        assert_eq!(
            hear(&probe, server.port, &pieces).await,
            whole,
            "pieces of {size}"
        );
    }
    octets.len() + 18
}
