//! Whether the settings of Postfix lead to the daemon, in the right order and with enough time.

use super::milters::{At, Milter, host_name};
use super::postfix::{Service, time};
use super::{Finding, Postfix};
use crate::attach::{self, Waits};
use crate::config::Config;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tamis_milter::Address;

/// Everything that is wrong between Postfix and the daemon.
pub(super) fn look(config: &Config, postfix: &Postfix) -> Vec<Finding> {
    let mut findings = Vec::new();
    let main = postfix.get("smtpd_milters");
    let list = Milter::list(main);
    findings.extend(spelling(config, postfix, &list));
    findings.extend(scanners(postfix, &list));
    let chroot = postfix.services().iter().any(|service| service.chroot);
    match ours(config, postfix, &list, chroot) {
        Some(place) => {
            findings.extend(order(&list, place));
            if let Some(milter) = list.get(place) {
                findings.extend(action(postfix, milter));
                findings.extend(waits(config, postfix, milter));
                findings.extend(protocol(postfix, milter));
            }
        }
        None => findings.extend(missing(config, postfix, &list, chroot)),
    }
    for service in postfix.services() {
        findings.extend(own_list(config, postfix, service));
    }
    findings.extend(local_mail(config, postfix));
    findings.extend(size(config, postfix));
    findings
}

/// The lines that attach Postfix.
fn lines(config: &Config, postfix: &Postfix) -> String {
    attach::main_cf(&config.listen, &config.server, &postfix.queue())
}

/// Which milter of a list is the daemon.
fn ours(config: &Config, postfix: &Postfix, list: &[Milter], chroot: bool) -> Option<usize> {
    let queue = postfix.queue();
    let is_ours = |milter: &Milter| {
        let at = milter.at(&queue, chroot);
        config.listen.iter().any(|address| is_at(address, &at))
    };
    list.iter().position(is_ours)
}

/// Whether the daemon listens there.
pub(super) fn is_at(address: &Address, at: &At) -> bool {
    match (address, at) {
        (Address::Inet { host, port, .. }, At::Inet(other, number)) => {
            let everywhere = ["*", "0.0.0.0", "::"].contains(&host.as_str());
            port == number && (everywhere || host_name(host) == *other)
        }
        (Address::Unix(path), At::Unix(other)) => real(path) == real(other),
        _ => false,
    }
}

/// A path without links, as far as it exists.
fn real(path: &Path) -> std::path::PathBuf {
    let parent = path
        .parent()
        .and_then(|parent| fs::canonicalize(parent).ok());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

/// Forms that Postfix does not know.
fn spelling(config: &Config, postfix: &Postfix, list: &[Milter]) -> Vec<Finding> {
    let queue = postfix.queue();
    let wrong = list
        .iter()
        .filter(|milter| milter.at(&queue, false) == At::Unknown);
    let finding = |milter: &Milter| {
        let meant = milter.written.parse::<Address>().ok();
        let right = meant.as_ref().map_or_else(
            || lines(config, postfix),
            |meant| {
                let right = attach::milter_name(meant, &queue);
                format!("write {right} in its place")
            },
        );
        Finding::error(
            "milter-spelling",
            format!("smtpd_milters names {:?}, which is no address for Postfix", milter.written),
        )
        .why("Postfix knows inet:host:port and unix:path; tcp:, local: and port@host are the words of other programs. It cannot connect.")
        .todo(right)
    };
    wrong.map(finding).collect()
}

/// The daemon is not in the list.
fn missing(config: &Config, postfix: &Postfix, list: &[Milter], chroot: bool) -> Vec<Finding> {
    let queue = postfix.queue();
    if chroot && ours(config, postfix, list, false).is_some() {
        let path = queue.join("tamis/tamis.sock");
        let todo = format!(
            "in the configuration of Tamis: listen = \"unix:{0}\"\nin main.cf: smtpd_milters = unix:tamis/tamis.sock",
            path.display()
        );
        return vec![
            Finding::error("milter-outside-chroot", "smtpd runs in a chroot and does not see the socket of Tamis")
                .why("A service with y in the fifth column of master.cf sees only what lies below the queue directory.")
                .todo(todo),
        ];
    }
    if let Some(other) = list
        .iter()
        .find_map(|milter| stranger(config, &milter.at(&queue, chroot)))
    {
        return vec![other.todo(lines(config, postfix))];
    }
    let listens: Vec<_> = config.listen.iter().map(Address::to_string).collect();
    vec![
        Finding::error(
            "not-attached",
            format!(
                "smtpd_milters does not name Tamis, which listens at {}",
                listens.join(", ")
            ),
        )
        .why("Mail from the network is not filtered.")
        .todo(lines(config, postfix)),
    ]
}

/// Ports of scanners, which speak other protocols.
const SCANNERS: [(u16, &str); 5] = [
    (783, "spamd"),
    (1344, "ICAP"),
    (3310, "clamd"),
    (
        11333,
        "the scanner of rspamd, whose milter is at port 11332",
    ),
    (
        11334,
        "the web pages of rspamd, whose milter is at port 11332",
    ),
];

/// Milters of the list that are none.
fn scanners(postfix: &Postfix, list: &[Milter]) -> Vec<Finding> {
    let queue = postfix.queue();
    let finding = |milter: &Milter| {
        let At::Inet(_, port) = milter.at(&queue, false) else {
            return None;
        };
        let (_, what) = SCANNERS.iter().find(|(known, _)| *known == port)?;
        Some(
            Finding::error(
                "milter-is-scanner",
                format!("smtpd_milters names {}, the port of {what}", milter.written),
            )
            .why("It does not speak the milter protocol; Postfix cannot use it.")
            .todo("take it out of smtpd_milters; Tamis asks scanners itself: [scanner.NAME] of its configuration"),
        )
    };
    list.iter().filter_map(finding).collect()
}

/// A milter of the list that is another part of the same set-up.
fn stranger(config: &Config, at: &At) -> Option<Finding> {
    let At::Inet(_, port) = at else { return None };
    let metrics = config.metrics.listen.map(|address| address.port());
    (metrics == Some(*port)).then(|| {
        Finding::error(
            "milter-is-metrics",
            format!("smtpd_milters names port {port}, where Tamis tells how it is"),
        )
        .why("That port speaks HTTP, not the milter protocol.")
    })
}

/// What signs must come behind what changes.
fn order(list: &[Milter], place: usize) -> Vec<Finding> {
    let before = list.iter().take(place).filter(|milter| signs(milter));
    let finding = |milter: &Milter| {
        let others = list.iter().enumerate().filter(|(index, _)| *index != place);
        let ours = list.get(place).map(|milter| milter.written.as_str());
        let order = ours
            .into_iter()
            .chain(others.map(|(_, milter)| milter.written.as_str()));
        let order: Vec<_> = order.collect();
        Finding::warning(
            "signer-first",
            format!("{} stands before Tamis in smtpd_milters and looks like something that signs", milter.written),
        )
        .why("What Tamis changes after a signature was made ends it: receivers see a broken DKIM signature.")
        .todo(format!("smtpd_milters = {}  (each with its own settings)", order.join(", ")))
    };
    before.map(finding).collect()
}

/// By its name, or by a port that is customary for one: opendkim, dkimpy-milter, openarc, rspamd.
fn signs(milter: &Milter) -> bool {
    let written = milter.written.to_ascii_lowercase();
    let words = ["dkim", "openarc", "rspamd", "sign"];
    let ports = [":8891", ":8892", ":8894", ":11332", ":12301"];
    words.iter().any(|word| written.contains(word))
        || ports.iter().any(|port| written.ends_with(port))
}

/// What becomes of mail while the daemon is away.
fn action(postfix: &Postfix, milter: &Milter) -> Option<Finding> {
    let own = milter.own("default_action");
    let action = own.unwrap_or_else(|| postfix.get("milter_default_action"));
    (action == "accept").then(|| {
        let todo = if own.is_some() {
            format!("default_action=tempfail for {}", milter.written)
        } else {
            "milter_default_action = tempfail".to_owned()
        };
        Finding::warning(
            "default-action-accept",
            "Postfix accepts mail unfiltered while Tamis is away",
        )
        .why("Whoever can stop the filter, or fill its disk, gets everything through.")
        .todo(todo)
    })
}

/// Times that end before the daemon has answered.
fn waits(config: &Config, postfix: &Postfix, milter: &Milter) -> Vec<Finding> {
    let (least, good) = (Waits::least(&config.server), Waits::of(&config.server));
    let check = |name: &str, least: Duration, good: Duration| {
        let own = milter.own(&format!("{name}_timeout"));
        let setting = format!("milter_{name}_timeout");
        let found = own.map_or_else(|| postfix.time(&setting), time)?;
        let todo = match own {
            Some(_) => format!("{name}_timeout={}s for {}", good.as_secs(), milter.written),
            None => format!("{setting} = {}s", good.as_secs()),
        };
        (found < least).then(|| {
            Finding::warning(
                "waits-too-short",
                format!("Postfix waits {}s where Tamis may take {}s", found.as_secs(), least.as_secs()),
            )
            .why(format!("{setting}: Postfix gives up while Tamis is still at work, and the message comes again and again."))
            .todo(todo)
        })
    };
    [
        check("connect", least.connect, good.connect),
        check("command", least.command, good.command),
        check("content", least.end, good.end),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn protocol(postfix: &Postfix, milter: &Milter) -> Option<Finding> {
    let protocol = milter
        .own("protocol")
        .unwrap_or_else(|| postfix.get("milter_protocol"));
    let number: u32 = protocol.parse().ok()?;
    (number < 6).then(|| {
        Finding::warning("protocol-old", format!("Postfix speaks version {number} of the milter protocol with Tamis"))
            .why("Before version 6 it cannot leave out what the filter does not need, nor tell it of refused recipients.")
            .todo("milter_protocol = 6")
    })
}

/// A service with a list of its own that leaves the daemon out.
fn own_list(config: &Config, postfix: &Postfix, service: &Service) -> Option<Finding> {
    let own = service.milters.as_ref()?;
    let list = Milter::list(own);
    ours(config, postfix, &list, service.chroot).is_none().then(|| {
        let name = &service.name;
        Finding::warning("service-not-attached", format!("the service {name} of master.cf has a list of milters without Tamis"))
            .why("Mail that comes this way is not filtered.")
            .todo(format!("in master.cf, take -o smtpd_milters={own} out of the service {name}, or name Tamis in it"))
    })
}

fn local_mail(config: &Config, postfix: &Postfix) -> Option<Finding> {
    let list = Milter::list(postfix.get("non_smtpd_milters"));
    // cleanup, which is the client then, runs in a chroot where smtpd does.
    let chroot = postfix.services().iter().any(|service| service.chroot);
    ours(config, postfix, &list, chroot).is_none().then(|| {
        Finding::note(
            "local-mail",
            "mail that programs of this host hand in with sendmail(1) is not filtered",
        )
        .why("It goes by non_smtpd_milters, which does not name Tamis.")
        .todo("non_smtpd_milters = $smtpd_milters")
    })
}

fn size(config: &Config, postfix: &Postfix) -> Option<Finding> {
    let limit: u64 = postfix.get("message_size_limit").parse().ok()?;
    let ours = config.limits.message_bytes;
    (limit == 0 || limit > ours).then(|| {
        let found = if limit == 0 {
            "of any size".to_owned()
        } else {
            format!("up to {limit} octets")
        };
        Finding::warning(
            "message-size",
            format!("Postfix takes messages {found}, and Tamis reads {ours} octets of one"),
        )
        .why("What is larger is not looked at to its end: the policy decides about it unseen.")
        .todo(format!("message_size_limit = {ours}"))
    })
}
