//! The lists of milters in the settings of Postfix.

use std::path::{Path, PathBuf};

/// One milter of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Milter {
    /// Its address as it is written.
    pub(super) written: String,
    /// What it sets for itself: name and value.
    own: Vec<(String, String)>,
}

/// Where a milter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// A host and a port.
    Inet(String, u16),
    /// A socket, as a path of the whole system.
    Unix(PathBuf),
    /// Nothing that Postfix knows.
    Unknown,
}

impl Milter {
    /// The milters of a list: `inet:host:port, { unix:path, default_action=accept }`.
    pub(super) fn list(value: &str) -> Vec<Milter> {
        let mut milters = Vec::new();
        let mut rest = value;
        loop {
            rest = rest.trim_start_matches(is_separator);
            if rest.is_empty() {
                return milters;
            }
            let braced = rest.strip_prefix('{');
            let (inside, after) = match braced {
                Some(inside) => inside.split_once('}').unwrap_or((inside, "")),
                None => rest.split_at(rest.find(is_separator).unwrap_or(rest.len())),
            };
            milters.extend(Milter::one(inside));
            rest = after;
        }
    }

    fn one(text: &str) -> Option<Milter> {
        let mut words = text.split(is_separator).filter(|word| !word.is_empty());
        let written = words.next()?.to_owned();
        let own = words.filter_map(|word| {
            let (name, value) = word.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        Some(Milter {
            written,
            own: own.collect(),
        })
    }

    /// What it sets for itself.
    pub(super) fn own(&self, name: &str) -> Option<&str> {
        let found = self.own.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Where it is, seen by a service of Postfix with this queue directory.
    pub(super) fn at(&self, queue: &Path, chroot: bool) -> At {
        match self.written.split_once(':') {
            Some(("inet" | "inet6", place)) => inet(place).unwrap_or(At::Unknown),
            Some(("unix", path)) => {
                let path = Path::new(path);
                // Joining an absolute path would leave the queue directory.
                let below = path.strip_prefix("/").unwrap_or(path);
                if chroot || path.is_relative() {
                    At::Unix(queue.join(below))
                } else {
                    At::Unix(path.to_owned())
                }
            }
            _ => At::Unknown,
        }
    }
}

fn is_separator(c: char) -> bool {
    c == ',' || c.is_whitespace()
}

/// `host:port`, with brackets around an IPv6 address.
fn inet(place: &str) -> Option<At> {
    let (host, port) = place.rsplit_once(':')?;
    Some(At::Inet(host_name(host), port.parse().ok()?))
}

/// A host in one spelling.
pub(super) fn host_name(host: &str) -> String {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    match bare {
        "localhost" | "" => "127.0.0.1".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::{At, Milter};
    use std::path::{Path, PathBuf};

    #[test]
    fn lists_are_read_with_their_settings() {
        let list =
            Milter::list("inet:a:1,{ unix:b,  default_action=accept,protocol=6 }\n  inet:c:2 {}{");
        let written: Vec<_> = list.iter().map(|it| it.written.as_str()).collect();
        assert_eq!(written, ["inet:a:1", "unix:b", "inet:c:2"]);
        assert_eq!(list[1].own("default_action"), Some("accept"));
        assert_eq!(list[1].own("protocol"), Some("6"));
        assert_eq!(list[0].own("protocol"), None);
        assert_eq!(Milter::list(" , "), []);
    }

    #[track_caller]
    fn check(written: &str, chroot: bool, expected: &At) {
        let milter = &Milter::list(written)[0];
        assert_eq!(&milter.at(Path::new("/queue"), chroot), expected);
    }

    #[test]
    fn places_are_seen_as_the_service_sees_them() {
        let unix = |path: &str| At::Unix(PathBuf::from(path));
        check("unix:/run/x", false, &unix("/run/x"));
        check("unix:/run/x", true, &unix("/queue/run/x"));
        check("unix:tamis/x", false, &unix("/queue/tamis/x"));
        check("unix:tamis/x", true, &unix("/queue/tamis/x"));
        check(
            "inet:localhost:1",
            true,
            &At::Inet("127.0.0.1".to_owned(), 1),
        );
        check("inet:[::1]:1", false, &At::Inet("::1".to_owned(), 1));
        for unknown in ["tcp:a:1", "inet:1@a", "local:/x", "/x", "a:1", "inet:a"] {
            check(unknown, false, &At::Unknown);
        }
    }
}
