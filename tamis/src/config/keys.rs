//! The keys of the configuration file, and where what they hold goes.

use super::beside;
use super::problem::{Problem, Problems};
use super::scanners;
use super::section::{Section, number, parsed, text};
use super::values::{
    domain, duration, duration_or_off, format, level, mode, network, path, sandbox, size,
    socket_address, user, word,
};
use super::{Config, PolicyName};
use crate::confined::Confine;
use crate::poison::OnPoison;
use crate::spool::Shared;
use std::time::Duration;
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
    config.user = file.get(problems, "user", user);
    file.set(problems, "confine", &mut config.confine, |value| {
        word(value, &Confine::ALL)
    });
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
        beside::capture(config, section, file.place("capture"), problems);
    }
    if let Some(section) = file.section(problems, "notify") {
        beside::notices(config, section, file.place("notify"), problems);
    }
    if let Some(section) = file.section(problems, "scanner") {
        config.scanners = scanners::read(section, problems);
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
    if let Some(mut section) = file.section(problems, "control") {
        config.control = section.get(problems, "dir", path);
        section.finish(problems);
    }
    if let Some(mut section) = file.section(problems, "metrics") {
        config.metrics.listen = section.get(problems, "listen", socket_address);
        section.finish(problems);
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
    section.set(problems, "memory", &mut config.spool.memory, |value| {
        let octets = usize::try_from(size(value)?).map_err(|error| error.to_string())?;
        Ok(Shared::new(octets))
    });
    section.set(problems, "dir", &mut config.spool.dir, path);
    section.finish(problems);
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
    config.in_flight = section.get(problems, "in_flight", size);
    section.set(problems, "poison", &mut config.poison, |value| {
        word(value, &OnPoison::ALL)
    });
    if config
        .in_flight
        .is_some_and(|all| all < limits.message_bytes)
    {
        let message =
            "limits.in_flight: less than limits.message_size: the largest messages would never fit";
        problems.add(section.place("in_flight"), message);
    }
    section.finish(problems);
}

fn server(config: &mut Config, mut section: Section<'_>, problems: &mut Problems<'_>) {
    let server = &mut config.server;
    section.set(problems, "connections", &mut server.connections, number);
    section.set(problems, "packets", &mut server.packets, number);
    section.set(problems, "idle", &mut server.idle, duration);
    section.set(problems, "packet", &mut server.packet, duration);
    section.set(problems, "write", &mut server.write, duration);
    section.set(problems, "command", &mut server.command, duration);
    section.set(problems, "end_of_message", &mut server.end, duration);
    section.set(problems, "progress", &mut server.progress, duration);
    section.set(problems, "drain", &mut server.drain, duration);
    section.finish(problems);
}
