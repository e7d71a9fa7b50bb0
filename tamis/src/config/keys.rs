//! The keys of the configuration file, and what each may hold.

use super::problem::{Problem, Problems};
use super::quantity;
use super::section::{Section, nearest, number, parsed, text};
use super::{Config, LogFormat, LogLevel, PolicyName};
use crate::capture::{CaptureSettings, OnFailure};
use crate::decoder::Sandbox;
use crate::notify::{self, By, NotifySettings};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;
use tamis_scan::ClamdSettings;
use toml::de::{DeTable, DeValue};

/// How long a store of meters may keep mail waiting.
const MIN_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_TIMEOUT: Duration = Duration::from_secs(10);

/// The most keys that meters may have in memory: some 4 GB.
const MAX_KEYS: usize = 10_000_000;

/// Reads a whole file.
pub(super) fn read(name: &str, source: &str) -> Result<Config, Vec<Problem>> {
    let mut problems = Problems::new(name, source);
    let mut config = Config::default();
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors {
        problems.add(error.span().unwrap_or_default(), error.message().to_owned());
    }
    top(&mut config, Section::top(table.get_ref()), &mut problems);
    problems.or(config)
}

fn top(config: &mut Config, mut file: Section<'_>, problems: &mut Problems<'_>) {
    if let Some(listen) = file.list(problems, "listen", parsed) {
        if listen.is_empty() {
            problems.add(
                file.place("listen"),
                "listen: at least one address is needed",
            );
        }
        config.listen = listen;
    }
    file.set(problems, "socket_mode", &mut config.socket_mode, mode);
    file.set(problems, "policy", &mut config.policy, |value| {
        text(value).map(|name| PolicyName::new(&name))
    });
    file.set(
        problems,
        "policy_watch",
        &mut config.policy_watch,
        duration_or_off,
    );
    if let Some(section) = file.section(problems, "inside") {
        inside(config, section, problems);
    }
    if let Some(section) = file.section(problems, "spool") {
        spool(config, section, problems);
    }
    if let Some(mut section) = file.section(problems, "quarantine") {
        config.quarantine = section.get(problems, "dir", path);
        section.finish(problems);
    }
    if let Some(section) = file.section(problems, "capture") {
        capture(config, section, file.place("capture"), problems);
    }
    if let Some(section) = file.section(problems, "notify") {
        notices(config, section, file.place("notify"), problems);
    }
    if let Some(section) = file.section(problems, "clamd") {
        clamd(config, section, file.place("clamd"), problems);
    }
    if let Some(section) = file.section(problems, "meters") {
        meters(config, section, problems);
    }
    if let Some(mut section) = file.section(problems, "decoder") {
        section.set(problems, "sandbox", &mut config.sandbox, sandbox);
        section.finish(problems);
    }
    if let Some(section) = file.section(problems, "limits") {
        limits(config, section, problems);
    }
    if let Some(section) = file.section(problems, "server") {
        server(config, section, problems);
    }
    if let Some(mut section) = file.section(problems, "log") {
        section.set(problems, "format", &mut config.log.format, format);
        section.set(problems, "level", &mut config.log.level, level);
        section.finish(problems);
    }
    file.finish(problems);
}

fn inside(config: &mut Config, mut section: Section<'_>, problems: &mut Problems<'_>) {
    if let Some(networks) = section.list(problems, "networks", network) {
        config.inside.networks = networks;
    }
    if let Some(domains) = section.list(problems, "domains", domain) {
        config.inside.domains = domains;
    }
    section.finish(problems);
}

fn spool(config: &mut Config, mut section: Section<'_>, problems: &mut Problems<'_>) {
    section.set(
        problems,
        "threshold",
        &mut config.spool.threshold,
        |value| usize::try_from(size(value)?).map_err(|error| error.to_string()),
    );
    section.set(problems, "dir", &mut config.spool.dir, path);
    section.finish(problems);
}

fn capture(
    config: &mut Config,
    mut section: Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) {
    let missing = section.place("dir").is_empty();
    let dir = section.get(problems, "dir", path);
    if missing {
        let message = "capture: a directory is needed, such as dir = \"/var/lib/tamis/copies\"";
        problems.add(place, message);
    }
    let mut settings = CaptureSettings::new(dir.clone().unwrap_or_default());
    settings.max_size = section.get(problems, "max_size", size);
    settings.max_messages = section.get(problems, "max_messages", number);
    section.set(problems, "on_failure", &mut settings.on_failure, |value| {
        word(value, &OnFailure::ALL)
    });
    section.finish(problems);
    config.capture = dir.map(|_| settings);
}

fn notices(
    config: &mut Config,
    mut section: Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) {
    let ways = ["sendmail", "dir"].map(|key| !section.place(key).is_empty());
    if ways != [true, false] && ways != [false, true] {
        let message =
            "notify: either sendmail or dir is needed, such as sendmail = \"/usr/sbin/sendmail\"";
        problems.add(place.clone(), message);
    }
    if section.place("from").is_empty() {
        let message = "notify: an address is needed, such as from = \"postmaster@example.org\"";
        problems.add(place, message);
    }
    let program = section.get(problems, "sendmail", path).map(By::Sendmail);
    let by = program.or(section.get(problems, "dir", path).map(By::Directory));
    let from = section.get(problems, "from", address);
    let by = by.unwrap_or_else(|| By::Directory(PathBuf::new()));
    let mut settings = NotifySettings::new(by, from.unwrap_or_default());
    section.set(problems, "per_hour", &mut settings.per_hour, few);
    section.set(problems, "per_address", &mut settings.per_address, few);
    section.set(problems, "queue", &mut settings.queue, few);
    section.set(problems, "timeout", &mut settings.timeout, duration);
    section.finish(problems);
    config.notify = Some(settings);
}

fn clamd(
    config: &mut Config,
    mut section: Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) {
    let mut settings = ClamdSettings::default();
    let missing = section.place("address").is_empty();
    let address = section.get(problems, "address", parsed);
    if missing {
        problems.add(
            place,
            "clamd: an address is needed, such as \"unix:/run/clamav/clamd.ctl\"",
        );
    }
    section.set(problems, "timeout", &mut settings.total, duration);
    section.set(
        problems,
        "connect",
        &mut settings.timeouts.connect,
        duration,
    );
    section.set(problems, "answer", &mut settings.timeouts.answer, duration);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    section.finish(problems);
    config.clamd = address.map(|address| (address, settings));
}

fn meters(config: &mut Config, mut section: Section<'_>, problems: &mut Problems<'_>) {
    let meters = &mut config.meters;
    section.set(problems, "store", &mut meters.store, parsed);
    section.set(problems, "timeout", &mut meters.timeout, |value| {
        let timeout = duration(value)?;
        if (MIN_TIMEOUT..=MAX_TIMEOUT).contains(&timeout) {
            return Ok(timeout);
        }
        Err("mail waits for it: a time from 1ms to 10s is needed".to_owned())
    });
    section.set(problems, "max_keys", &mut meters.max_keys, |value| {
        let max_keys = number(value)?;
        if (1..=MAX_KEYS).contains(&max_keys) {
            return Ok(max_keys);
        }
        Err(format!("a number from 1 to {MAX_KEYS} is needed"))
    });
    section.set(problems, "prefix", &mut meters.prefix, text);
    section.finish(problems);
}

fn limits(config: &mut Config, mut section: Section<'_>, problems: &mut Problems<'_>) {
    let limits = &mut config.limits;
    section.set(problems, "message_size", &mut limits.message_bytes, size);
    section.set(problems, "depth", &mut limits.depth, number);
    section.set(problems, "parts", &mut limits.parts, number);
    section.set(problems, "fields", &mut limits.fields, number);
    let bytes =
        |value: &DeValue<'_>| usize::try_from(size(value)?).map_err(|error| error.to_string());
    section.set(problems, "field_size", &mut limits.field_bytes, bytes);
    section.set(problems, "header_size", &mut limits.header_bytes, bytes);
    section.finish(problems);
}

fn server(config: &mut Config, mut section: Section<'_>, problems: &mut Problems<'_>) {
    let server = &mut config.server;
    section.set(problems, "connections", &mut server.connections, number);
    section.set(problems, "idle", &mut server.idle, duration);
    section.set(problems, "packet", &mut server.packet, duration);
    section.set(problems, "write", &mut server.write, duration);
    section.set(problems, "command", &mut server.command, duration);
    section.set(problems, "end_of_message", &mut server.end, duration);
    section.set(problems, "progress", &mut server.progress, duration);
    section.set(problems, "drain", &mut server.drain, duration);
    section.finish(problems);
}

fn size(value: &DeValue<'_>) -> Result<u64, String> {
    quantity::size(&text(value)?)
}

fn duration(value: &DeValue<'_>) -> Result<Duration, String> {
    quantity::duration(&text(value)?)
}

/// A time, or `"off"`.
fn duration_or_off(value: &DeValue<'_>) -> Result<Option<Duration>, String> {
    match text(value)?.as_str() {
        "off" => Ok(None),
        text => quantity::duration(text).map(Some),
    }
}

/// Relative paths would depend on where the daemon was started.
fn path(value: &DeValue<'_>) -> Result<PathBuf, String> {
    let path = PathBuf::from(text(value)?);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err("an absolute path is needed".to_owned())
    }
}

/// `"0660"`, as in chmod(1).
fn mode(value: &DeValue<'_>) -> Result<u32, String> {
    let mode = u32::from_str_radix(&text(value)?, 8).ok();
    mode.filter(|mode| *mode <= 0o777)
        .ok_or_else(|| "a mode in octal digits is needed, such as \"0660\"".to_owned())
}

fn network(value: &DeValue<'_>) -> Result<ipnet::IpNet, String> {
    let network = text(value)?;
    let host = network.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
    host.or_else(|_| network.parse()).map_err(|_| {
        format!("{network:?} is no network: write an address and a length, as in \"192.0.2.0/24\"")
    })
}

/// How many notices.
fn few(value: &DeValue<'_>) -> Result<usize, String> {
    let few = number(value)?;
    if (1..=notify::MOST).contains(&few) {
        return Ok(few);
    }
    Err(format!("a number from 1 to {} is needed", notify::MOST))
}

/// A plain mail address.
fn address(value: &DeValue<'_>) -> Result<String, String> {
    let address = text(value)?;
    let plain = |c: char| c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c);
    let good = |part: &str| !part.is_empty() && part.chars().all(plain);
    match address.split_once('@') {
        Some((local, domain)) if good(local) && good(domain) => Ok(address),
        _ => Err(format!(
            "{address:?} is no address, as in \"postmaster@example.org\""
        )),
    }
}

fn domain(value: &DeValue<'_>) -> Result<String, String> {
    let domain = text(value)?.to_lowercase();
    let good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !domain.starts_with('.') && !domain.is_empty() && domain.chars().all(good) {
        Ok(domain)
    } else {
        Err(format!("{domain:?} is no domain, as in \"example.org\""))
    }
}

fn format(value: &DeValue<'_>) -> Result<LogFormat, String> {
    word(
        value,
        &[("text", LogFormat::Text), ("json", LogFormat::Json)],
    )
}

fn level(value: &DeValue<'_>) -> Result<LogLevel, String> {
    word(
        value,
        &[
            ("error", LogLevel::Error),
            ("warn", LogLevel::Warn),
            ("info", LogLevel::Info),
            ("debug", LogLevel::Debug),
            ("trace", LogLevel::Trace),
        ],
    )
}

fn sandbox(value: &DeValue<'_>) -> Result<Sandbox, String> {
    word(
        value,
        &Sandbox::ALL.map(|sandbox| (sandbox.name(), sandbox)),
    )
}

fn word<T: Copy>(value: &DeValue<'_>, known: &[(&str, T)]) -> Result<T, String> {
    let word = text(value)?;
    if let Some((_, found)) = known.iter().find(|(name, _)| *name == word) {
        return Ok(*found);
    }
    let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
    Err(match nearest(&word, &names) {
        Some(near) => format!("{word:?} is not known (did you mean {near:?}?)"),
        None => format!(
            "{word:?} is not known, one of {} is needed",
            names.join(", ")
        ),
    })
}
