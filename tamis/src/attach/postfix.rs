//! The lines of main.cf.

use super::{Waits, reachable, seconds};
use std::fmt::Write as _;
use std::path::Path;
use tamis_milter::{Address, Settings};

/// The lines that attach Postfix 3.0 or newer to a daemon that listens at these addresses; the first is used, the others are
/// named. `queue` is the queue directory of Postfix, which is all that its services see of the disk.
pub fn main_cf(listen: &[Address], server: &Settings, queue: &Path) -> String {
    let mut lines = String::new();
    let Some((first, others)) = listen.split_first() else {
        return lines;
    };
    let waits = Waits::of(server);
    lines.push_str(
        "# Tamis comes first. What signs (OpenDKIM, rspamd ...) comes behind it: a change ends a signature.\n",
    );
    for other in others {
        let _ = writeln!(lines, "# It also listens at {}.", milter_name(other, queue));
    }
    let _ = write!(
        lines,
        "smtpd_milters =
    {{ {name},
      connect_timeout={connect}s, command_timeout={command}s, content_timeout={end}s,
      default_action=tempfail, protocol=6 }}
# Mail that programs of this host hand in with sendmail(1). Nothing else filters it.
non_smtpd_milters = $smtpd_milters
# What becomes of mail while a milter without an action of its own is away; accept would let it pass unfiltered.
milter_default_action = tempfail
milter_protocol = 6
",
        name = milter_name(first, queue),
        connect = seconds(waits.connect),
        command = seconds(waits.command),
        end = seconds(waits.end),
    );
    if let Some(warning) = unseen(first, queue) {
        lines.push_str(&warning);
    }
    lines
}

/// An address as Postfix wants it. A socket below the queue directory is named from there: that is right for services in a
/// chroot and for others.
pub fn milter_name(address: &Address, queue: &Path) -> String {
    match reachable(address) {
        Address::Unix(path) => match path.strip_prefix(queue) {
            Ok(below) => format!("unix:{}", below.display()),
            Err(_) => format!("unix:{}", path.display()),
        },
        inet @ Address::Inet { .. } => inet.for_postfix(),
    }
}

/// A socket that services in a chroot do not see.
fn unseen(address: &Address, queue: &Path) -> Option<String> {
    match address {
        Address::Unix(path) if path.strip_prefix(queue).is_err() => Some(format!(
            "# A service in a chroot (fifth column of master.cf) sees only what lies below {queue}: there, Tamis has to\n\
             # listen at unix:{queue}/tamis/tamis.sock instead.\n",
            queue = queue.display()
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{main_cf, milter_name};
    use std::path::Path;
    use tamis_milter::Settings;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        let address = address.parse().unwrap();
        let queue = Path::new("/var/spool/postfix");
        assert_eq!(milter_name(&address, queue), expected);
    }

    #[test]
    fn addresses_are_as_postfix_sees_them() {
        check("inet:127.0.0.1:8891", "inet:127.0.0.1:8891");
        check("inet:*:8891", "inet:127.0.0.1:8891");
        check("inet:0.0.0.0:8891", "inet:127.0.0.1:8891");
        check("inet6:[::1]:8891", "inet:[::1]:8891");
        check("inet6:[::]:8891", "inet:[::1]:8891");
        check("unix:/run/tamis/tamis.sock", "unix:/run/tamis/tamis.sock");
        check(
            "unix:/var/spool/postfix/tamis/tamis.sock",
            "unix:tamis/tamis.sock",
        );
    }

    #[test]
    fn a_socket_outside_the_chroot_is_warned_of() {
        let lines = |address: &str| {
            let address = address.parse().unwrap();
            main_cf(
                &[address],
                &Settings::default(),
                Path::new("/var/spool/postfix"),
            )
        };
        assert!(lines("unix:/run/tamis.sock").contains("chroot"));
        assert!(!lines("unix:/var/spool/postfix/tamis.sock").contains("chroot"));
        assert!(!lines("inet:127.0.0.1:1").contains("chroot"));
        assert_eq!(
            main_cf(&[], &Settings::default(), Path::new("/var/spool/postfix")),
            ""
        );
    }
}
