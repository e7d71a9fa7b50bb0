//! How many octets of mail this host has room for, unless the configuration says so.

use std::fs;
use std::path::Path;

/// A quarter of the file system in which messages lie, because a message that is written anew lies there twice; half of the
/// memory of the host or of the service, if that is less, because the file system may be in memory; and `largest` at least,
/// which is one message.
pub fn fitting(spool: &Path, largest: u64) -> u64 {
    let disk = rustix::fs::statvfs(spool);
    let disk = disk.map_or(u64::MAX, |it| it.f_blocks.saturating_mul(it.f_frsize) / 4);
    disk.min(memory() / 2).max(largest)
}

/// Octets of memory that this process may use: of the host, or of its control group.
fn memory() -> u64 {
    let system = rustix::system::sysinfo();
    let host = system.totalram.saturating_mul(system.mem_unit.into());
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = group(&groups).into_iter().flat_map(Path::ancestors);
    let limits = limits.filter_map(|group| {
        let path = Path::new("/sys/fs/cgroup").join(group).join("memory.max");
        fs::read_to_string(path).ok()?.trim().parse().ok()
    });
    limits.fold(host, u64::min)
}

/// The control group of a process, without its first slash: `0::/system.slice/tamis.service`.
fn group(groups: &str) -> Option<&Path> {
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(Path::new(group))
}

#[cfg(test)]
mod tests {
    use super::{fitting, group, memory};
    use std::path::Path;

    #[test]
    fn the_control_group_is_found() {
        let groups = "1:memory:/x\n0::/system.slice/tamis.service\n";
        let expected = Path::new("system.slice/tamis.service");
        assert_eq!(group(groups), Some(expected));
        assert_eq!(group("0::/\n"), Some(Path::new("")));
        assert_eq!(group("1:memory:/x\n"), None);
    }

    #[test]
    fn there_is_room_for_one_message_at_least() {
        assert!(memory() > 1 << 20);
        assert!(fitting(Path::new("/tmp"), 1) > 1 << 20);
        assert_eq!(fitting(Path::new("/tmp"), u64::MAX), u64::MAX);
    }
}
