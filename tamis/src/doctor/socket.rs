//! Whether the daemon answers, and whether Postfix may reach its socket.

use super::milters::{At, Milter};
use super::wiring::is_at;
use super::{Finding, Postfix};
use crate::config::Config;
use crate::untrusted::{Untrusted, plain};
use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tamis_milter::Address;

/// How long the daemon may take to say its first word.
const PATIENCE: Duration = Duration::from_secs(10);

/// The first packet of an MTA: version 6, all actions, no step left out.
const HELLO: [u8; 17] = [0, 0, 0, 13, b'O', 0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0, 0, 0];

/// The packet that ends a connection.
const QUIT: [u8; 5] = [0, 0, 0, 1, b'Q'];

/// Whether the daemon answers at its addresses.
pub(super) fn daemon(config: &Config) -> Vec<Finding> {
    config.listen.iter().filter_map(answers).collect()
}

fn answers(address: &Address) -> Option<Finding> {
    let greeted = match address {
        Address::Inet { host, port, .. } => {
            let host = match host.as_str() {
                "*" | "0.0.0.0" => "127.0.0.1",
                "::" => "::1",
                host => host,
            };
            connect(host, *port).and_then(|stream| {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                greet(stream)
            })
        }
        Address::Unix(path) => UnixStream::connect(path).and_then(|stream| {
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            greet(stream)
        }),
    };
    match greeted {
        Ok(answer) if answer.get(4) == Some(&b'O') => None,
        Ok(answer) => Some(other_program(address, &answer)),
        Err(error) => Some(
            Finding::error(
                "daemon-unreachable",
                format!("nobody answers at {address}: {}", plain(&error)),
            )
            .why("The daemon does not run, or listens somewhere else than its configuration says.")
            .todo("systemctl status tamis; tamis milter --config FILE says what keeps it from starting"),
        ),
    }
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Says hello as an MTA does; the first octets of the answer.
fn greet(mut stream: impl Read + Write) -> io::Result<Vec<u8>> {
    stream.write_all(&HELLO)?;
    let mut answer = vec![0; 64];
    let read = stream.read(&mut answer)?;
    answer.truncate(read);
    // Whether it hears that does not matter.
    let _ = stream.write_all(&QUIT);
    Ok(answer)
}

/// Somebody answers who does not speak the milter protocol.
fn other_program(address: &Address, answer: &[u8]) -> Finding {
    let what = match answer {
        [] => "somebody who hangs up".to_owned(),
        [b'2', b'2', b'0', ..] => "an SMTP server".to_owned(),
        [b'H', b'T', b'T', b'P', ..] => "an HTTP server".to_owned(),
        other => format!("somebody who says {:?}", Untrusted::new(other).limit(40)),
    };
    Finding::error(
        "not-a-milter",
        format!("{what} answers at {address}, not Tamis"),
    )
    .why("The port belongs to another program.")
    .todo("give Tamis a port of its own: listen = \"inet:127.0.0.1:8891\"")
}

/// Whether the user of Postfix may use the socket that its settings name.
pub(super) fn way(config: &Config, postfix: &Postfix) -> Vec<Finding> {
    let queue = postfix.queue();
    let chroot = postfix.services().iter().any(|service| service.chroot);
    let list = Milter::list(postfix.get("smtpd_milters"));
    let ours = list
        .iter()
        .find_map(|milter| match milter.at(&queue, chroot) {
            At::Unix(path)
                if config
                    .listen
                    .iter()
                    .any(|it| is_at(it, &At::Unix(path.clone()))) =>
            {
                Some(path)
            }
            _ => None,
        });
    let Some(path) = ours else { return Vec::new() };
    let owner = postfix.get("mail_owner");
    let Some(user) = User::named(owner) else {
        return Vec::new();
    };
    let barrier = barrier(&path, &user);
    barrier
        .map(|(at, needs)| barred(owner, &path, &at, needs))
        .into_iter()
        .collect()
}

fn barred(owner: &str, socket: &Path, at: &Path, needs: &str) -> Finding {
    let (socket, at) = (socket.display(), at.display());
    let todo = if needs == "search" {
        format!("chgrp {owner} {at} && chmod g+x {at}")
    } else {
        format!("in the configuration of Tamis: socket_mode = \"0660\"; and chgrp {owner} {at}")
    };
    Finding::error(
        "socket-permission",
        format!("the user {owner} may not {needs} {at}, and so not use the socket {socket}"),
    )
    .why("Postfix connects as this user and gets \"Permission denied\".")
    .todo(todo)
}

/// Who somebody is to the file system.
#[derive(Debug)]
struct User {
    id: u32,
    groups: Vec<u32>,
}

impl User {
    /// As id(1) knows them.
    fn named(name: &str) -> Option<Self> {
        let numbers = |flag: &str| -> Option<Vec<u32>> {
            let output = Command::new("id").args([flag, "--", name]).output().ok()?;
            let text = String::from_utf8(output.stdout).ok()?;
            text.split_whitespace().map(|it| it.parse().ok()).collect()
        };
        Some(User {
            id: *numbers("-u")?.first()?,
            groups: numbers("-G")?,
        })
    }

    /// Whether the mode of a file gives them one of its rights, as a bit of the last digit.
    fn may(&self, file: &fs::Metadata, right: u32) -> bool {
        let shift = match () {
            () if self.id == 0 => return true,
            () if file.uid() == self.id => 6,
            () if self.groups.contains(&file.gid()) => 3,
            () => 0,
        };
        (file.mode() >> shift) & right == right
    }
}

/// The first place on the way to a socket that a user cannot pass, and what they would have to be allowed. What cannot be
/// looked at is passed over.
fn barrier(socket: &Path, user: &User) -> Option<(PathBuf, &'static str)> {
    let mut directories: Vec<&Path> = socket.ancestors().skip(1).collect();
    directories.reverse();
    let closed = |path: &Path, right| fs::metadata(path).is_ok_and(|it| !user.may(&it, right));
    if let Some(directory) = directories.into_iter().find(|path| closed(path, 1)) {
        return Some((directory.to_owned(), "search"));
    }
    closed(socket, 2).then(|| (socket.to_owned(), "write to"))
}
