//! The settings of Postfix, as its own `postconf` tells them: what stands in main.cf, and the defaults behind it.

use crate::untrusted::{Untrusted, plain, shown};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{error, fmt, io};

/// Why nothing is known of Postfix.
#[derive(Debug)]
#[non_exhaustive]
pub enum NoPostfix {
    /// There is no `postconf`, or it cannot be run.
    Missing(io::Error),
    /// It says that something is wrong with the configuration.
    Refused(String),
}

impl fmt::Display for NoPostfix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoPostfix::Missing(error) => write!(f, "postconf cannot be run: {}", plain(error)),
            NoPostfix::Refused(says) => write!(f, "postconf says: {}", Untrusted::new(says)),
        }
    }
}

impl error::Error for NoPostfix {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            NoPostfix::Missing(error) => Some(error),
            NoPostfix::Refused(_) => None,
        }
    }
}

/// The settings that matter here.
const SETTINGS: [&str; 11] = [
    "smtpd_milters",
    "non_smtpd_milters",
    "milter_default_action",
    "milter_connect_timeout",
    "milter_command_timeout",
    "milter_content_timeout",
    "milter_protocol",
    "message_size_limit",
    "queue_directory",
    "mail_owner",
    "sendmail_path",
];

/// A configuration of Postfix.
#[derive(Clone, Debug)]
pub struct Postfix {
    settings: BTreeMap<String, String>,
    services: Vec<Service>,
}

/// A service that takes mail over SMTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// As master.cf names it: `smtp`, `submission`.
    pub(super) name: String,
    /// Whether it sees nothing but the queue directory.
    pub(super) chroot: bool,
    /// Its own list of milters, if it has one.
    pub(super) milters: Option<String>,
}

impl Postfix {
    /// The configuration in a directory, or the one that the system uses.
    pub fn read(dir: Option<&Path>) -> Result<Self, NoPostfix> {
        let settings = postconf(dir, &[&["-x"], &SETTINGS[..]].concat())?;
        let settings = settings.lines().filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        });
        let services = services(&postconf(dir, &["-M"])?, &postconf(dir, &["-P"])?);
        Ok(Postfix {
            settings: settings.collect(),
            services,
        })
    }

    /// What a setting holds; empty if it is not known.
    pub(super) fn get(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", String::as_str)
    }

    /// A time in a setting.
    pub(super) fn time(&self, name: &str) -> Option<Duration> {
        time(self.get(name))
    }

    /// The queue directory.
    pub(super) fn queue(&self) -> PathBuf {
        PathBuf::from(self.get("queue_directory"))
    }

    /// The services that take mail over SMTP.
    pub(super) fn services(&self) -> &[Service] {
        &self.services
    }
}

/// What `postconf` prints.
fn postconf(dir: Option<&Path>, arguments: &[&str]) -> Result<String, NoPostfix> {
    let mut command = Command::new("postconf");
    if let Some(dir) = dir {
        command.arg("-c").arg(dir);
    }
    let output = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(NoPostfix::Missing)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let says = String::from_utf8_lossy(&output.stderr);
    let first = says.lines().next().unwrap_or("nothing");
    let place = dir.map(|dir| format!(" ({})", shown(dir)));
    Err(NoPostfix::Refused(
        first.to_owned() + &place.unwrap_or_default(),
    ))
}

/// The services of master.cf (`postconf -M`) whose program is smtpd, with what they set themselves (`postconf -P`).
fn services(master: &str, parameters: &str) -> Vec<Service> {
    let service = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [name, kind, _, _, chroot, _, _, program, ..] = columns[..] else {
            return None;
        };
        let own = format!("{name}/{kind}/smtpd_milters");
        let milters = parameters.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == own).then(|| value.trim().to_owned())
        });
        (program == "smtpd").then(|| Service {
            name: name.to_owned(),
            chroot: chroot == "y",
            milters,
        })
    };
    master.lines().filter_map(service).collect()
}

/// `30s`, `5m`, `300`: a number of seconds if no unit is given.
pub(super) fn time(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(factor)?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::{services, time};
    use std::time::Duration;

    #[test]
    fn times_have_units() {
        for (text, seconds) in [
            ("30s", 30),
            ("300", 300),
            (" 5m", 300),
            ("1h", 3_600),
            ("1d", 86_400),
        ] {
            assert_eq!(time(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "s", "5 m", "-1s", "99999999999999999999s", "1y"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn smtpd_services_are_found() {
        let master = "smtp       inet  n       -       y       -       -       smtpd\n\
            submission inet  n       -       n       -       -       smtpd -o smtpd_milters=\n\
            pickup     unix  n       -       y       60      1       pickup\n";
        let found = services(master, "submission/inet/smtpd_milters = \n");
        let names: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), it.chroot, it.milters.as_deref()))
            .collect();
        assert_eq!(
            names,
            [("smtp", true, None), ("submission", false, Some(""))]
        );
    }
}
