//! The place where a throw-away Postfix lives: its accounts, directories and configuration.

use crate::support::Skip;
use std::{
    fs::{self, File},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

/// The accounts that Postfix needs.
#[derive(Debug)]
pub(super) struct Accounts {
    postfix: u32,
    postdrop_group: u32,
    nobody: u32,
    nobody_group: u32,
}

impl Accounts {
    pub(super) fn look_up() -> Result<Self, Skip> {
        if first_number(Command::new("id").arg("-u")) != Some(0) {
            return Err(Skip::new("Postfix can be started by root only"));
        }
        let number = |arguments: &[&str]| {
            let missing = || Skip::new(format!("there is no {} for Postfix", arguments.join(" ")));
            first_number(Command::new("id").args(arguments)).ok_or_else(missing)
        };
        let group = fs::read_to_string("/etc/group").unwrap_or_default();
        let postdrop = group.lines().find_map(|line| {
            line.strip_prefix("postdrop:")?
                .split(':')
                .nth(1)?
                .parse()
                .ok()
        });
        Ok(Accounts {
            postfix: number(&["-u", "postfix"])?,
            postdrop_group: postdrop
                .ok_or_else(|| Skip::new("there is no group postdrop for Postfix"))?,
            nobody: number(&["-u", "nobody"])?,
            nobody_group: number(&["-g", "nobody"])?,
        })
    }
}

fn first_number(command: &mut Command) -> Option<u32> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The directories, as `postfix start` would make them.
pub(super) fn make_directories(place: &Path, accounts: &Accounts) {
    const QUEUES: [&str; 11] = [
        "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
        "saved", "trace",
    ];
    let make = |path: PathBuf, mode: u32, owner: u32, group: Option<u32>| {
        fs::create_dir(&path).expect("a directory");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        chown(&path, Some(owner), group).expect("its owner");
    };
    make(place.join("conf"), 0o755, 0, None);
    make(place.join("data"), 0o700, accounts.postfix, None);
    make(
        place.join("mail"),
        0o755,
        accounts.nobody,
        Some(accounts.nobody_group),
    );
    let queue = place.join("queue");
    make(queue.clone(), 0o755, 0, None);
    make(queue.join("pid"), 0o755, 0, None);
    make(
        queue.join("public"),
        0o710,
        accounts.postfix,
        Some(accounts.postdrop_group),
    );
    make(
        queue.join("maildrop"),
        0o730,
        accounts.postfix,
        Some(accounts.postdrop_group),
    );
    for name in QUEUES {
        make(queue.join(name), 0o700, accounts.postfix, None);
    }
}

/// Writes a file of the configuration. Postfix waits for seconds when one is younger than that, because it may still be
/// in the making; so it is made to look older.
pub(super) fn write_settled(path: &Path, text: &str) {
    fs::write(path, text).expect("a file of the configuration");
    let file = File::options()
        .append(true)
        .open(path)
        .expect("a file of the configuration");
    file.set_modified(SystemTime::now() - Duration::from_mins(1))
        .expect("its time");
}

pub(super) fn main_cf(
    place: &Path,
    daemons: &Path,
    accounts: &Accounts,
    milter: &str,
    extra: &[(&str, &str)],
) -> String {
    let Accounts {
        nobody,
        nobody_group,
        ..
    } = accounts;
    let (place, daemons) = (place.display(), daemons.display());
    let mut text = format!(
        "compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {place}/mail.log
maillog_file_prefixes = {place}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
myorigin = example.org
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtpd_peername_lookup = no
local_header_rewrite_clients =
smtpd_error_sleep_time = 0
notify_classes =
in_flow_delay = 0
message_size_limit = 104857600
virtual_mailbox_limit = 0
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = {place}/mail
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody_group}
virtual_minimum_uid = 1
smtpd_milters = {milter}
milter_default_action = tempfail
"
    );
    for &(name, value) in extra {
        text.extend([name, " = ", value, "\n"]);
    }
    text
}

pub(super) fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
showq unix n - n - - showq
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"
    )
}
