//! The configuration of the daemon: one TOML file, every key of which has a default.
//!
//! | file | what it is about |
//! |---|---|
//! | `keys` | the keys |
//! | `beside` | those of copies and notices |
//! | `scanners` | those of scanners |
//! | `values` | what keys may hold |
//! | `place` | where things are kept unless it says so |
//! | `section` | tables read key by key, so that every problem is found at once |
//! | `quantity` | sizes and times with units |
//! | `problem` | what is wrong, and where |

mod beside;
mod keys;
mod place;
mod problem;
mod quantity;
mod scanners;
mod section;
mod values;

pub use place::{default_quarantine, default_state};
pub use problem::Problem;
pub use quantity::{duration, size};
pub use scanners::{ScannerConfig, ScannerKind};
pub(crate) use section::nearest;

use crate::capture::CaptureSettings;
use crate::confined::Confine;
use crate::decoder::Sandbox;
use crate::exit::{Exit, Failure};
use crate::meter::MeterSettings;
use crate::metrics::MetricsSettings;
use crate::notify::NotifySettings;
use crate::poison::OnPoison;
use crate::spool::SpoolSettings;
use crate::untrusted::{plain, shown};
use ipnet::{IpNet, Ipv4Net};
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tamis_milter::{Address, Settings};
use tamis_sanitize::Limits;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where MTAs are awaited.
    pub listen: Vec<Address>,
    /// The user that a daemon becomes that root starts; none stays what it is.
    pub user: Option<String>,
    /// Whether the daemon gives up what it does not need.
    pub confine: Confine,
    /// Mode of socket files.
    pub socket_mode: u32,
    /// The policy: a file, or `builtin:NAME`.
    pub policy: PolicyName,
    /// How often the files of the policy are looked at for changes; none only reads them when told to.
    pub policy_watch: Option<Duration>,
    /// Who is inside.
    pub inside: Inside,
    /// Where messages lie while they are inspected.
    pub spool: SpoolSettings,
    /// Directory of the quarantine; none keeps nothing.
    pub quarantine: Option<PathBuf>,
    /// Where copies are kept that rules ask for; none keeps none.
    pub capture: Option<CaptureSettings>,
    /// How notices of rules are sent; none sends none.
    pub notify: Option<NotifySettings>,
    /// The scanners that are asked.
    pub scanners: Vec<ScannerConfig>,
    /// Where meters are kept.
    pub meters: MeterSettings,
    /// What a message may cost.
    pub limits: Limits,
    /// Octets of all messages that have no verdict yet; none is what the host has room for.
    pub in_flight: Option<u64>,
    /// What becomes of a message that inspections die of.
    pub poison: OnPoison,
    /// Whether containers are opened in a confined process.
    pub sandbox: Sandbox,
    /// What a connection may cost.
    pub server: Settings,
    /// Where the daemon looks for what it is told to do; none is the state directory.
    pub control: Option<PathBuf>,
    /// Where metrics and health are told.
    pub metrics: MetricsSettings,
    /// How to log.
    pub log: LogSettings,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: vec![Address::Inet {
                host: "127.0.0.1".to_owned(),
                port: 8891,
                v6: false,
            }],
            user: None,
            confine: Confine::default(),
            socket_mode: 0o660,
            policy: PolicyName::default(),
            policy_watch: Some(Duration::from_secs(5)),
            inside: Inside::default(),
            spool: SpoolSettings::default(),
            quarantine: None,
            capture: None,
            notify: None,
            scanners: Vec::new(),
            meters: MeterSettings::default(),
            limits: Limits::default(),
            in_flight: None,
            poison: OnPoison::default(),
            sandbox: Sandbox::default(),
            server: Settings::default(),
            control: None,
            metrics: MetricsSettings::default(),
            log: LogSettings::default(),
        }
    }
}

/// Who is inside: what comes from there is outbound or internal mail, everything else is inbound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Networks of our own hosts; only the host itself by default.
    pub networks: Vec<IpNet>,
    /// Domains that are delivered here, in lower case.
    pub domains: Vec<String>,
}

impl Default for Inside {
    fn default() -> Self {
        let v4 = Ipv4Net::new(Ipv4Addr::LOCALHOST, 8).map(|net| IpNet::V4(net.trunc()));
        let networks = v4
            .into_iter()
            .chain([IpNet::from(IpAddr::from(Ipv6Addr::LOCALHOST))]);
        Inside {
            networks: networks.collect(),
            domains: Vec::new(),
        }
    }
}

/// Which policy rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyName {
    /// A shipped one, by name.
    BuiltIn(String),
    /// A file.
    File(PathBuf),
}

impl PolicyName {
    /// `builtin:default` or `preset:default` for what is shipped, otherwise the path of a file.
    pub fn new(text: &str) -> Self {
        let shipped = text
            .strip_prefix("builtin:")
            .or_else(|| text.strip_prefix("preset:"));
        match shipped {
            Some(name) => PolicyName::BuiltIn(name.to_owned()),
            None => PolicyName::File(PathBuf::from(text)),
        }
    }
}

impl PolicyName {
    /// What diagnostics and reasons call its first file.
    pub fn file(&self) -> String {
        match self {
            PolicyName::BuiltIn(name) => format!("preset:{name}"),
            PolicyName::File(path) => path.to_string_lossy().into_owned(),
        }
    }
}

impl Default for PolicyName {
    fn default() -> Self {
        PolicyName::BuiltIn("default".to_owned())
    }
}

/// How to log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSettings {
    /// In which form.
    pub format: LogFormat,
    /// What is worth a line.
    pub level: LogLevel,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// What is worth a line; each level holds those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// What needs somebody to act.
    Error,
    /// What may need somebody to act.
    Warn,
    /// One line per message.
    #[default]
    Info,
    /// How each message went.
    Debug,
    /// Everything.
    Trace,
}

/// Largest configuration file in octets.
const LARGEST: u64 = 1 << 20;

impl Config {
    /// Reads a configuration file. The failure tells every problem, one to a line.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let cannot = |why: &str| {
            let text = format!("cannot read {}: {why}", shown(path));
            Failure::new(Exit::Config, text)
        };
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| {
                file.take(LARGEST.saturating_add(1))
                    .read_to_string(&mut text)
            })
            .map_err(|error| cannot(&plain(&error)))?;
        if text.len() as u64 > LARGEST {
            return Err(cannot("it is larger than 1 MiB"));
        }
        Self::parse(&shown(path).to_string(), &text).map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
            Failure::new(Exit::Config, lines.join("\ntamis: "))
        })
    }

    /// Where the daemon looks for what it is told to do.
    pub fn control_dir(&self) -> Result<PathBuf, Failure> {
        let default = || default_state("control");
        self.control.clone().map_or_else(default, Ok)
    }

    /// Takes in the text of a file of that name. Either everything is right, or every problem is told.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Problem>> {
        keys::read(name, text)
    }
}

#[cfg(test)]
mod tests;
