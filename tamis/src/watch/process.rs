//! What the system says of this process.

use std::fs;

/// Memory and file descriptors of this process; none of what the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Process {
    /// Octets of memory that are in use.
    pub(super) resident: Option<i64>,
    /// File descriptors that are open.
    pub(super) open_fds: Option<i64>,
    /// Most that may be open.
    pub(super) max_fds: Option<i64>,
}

impl Process {
    /// As it is now.
    pub(super) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        // The directory that is being read is one of them.
        let descriptors = fs::read_dir("/proc/self/fd").map(|open| open.count().saturating_sub(1));
        Process {
            resident: resident(&status),
            open_fds: descriptors.ok().and_then(|open| open.try_into().ok()),
            max_fds: max_fds(&limits),
        }
    }
}

/// `VmRSS:     1234 kB`
fn resident(status: &str) -> Option<i64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1024)
}

/// `Max open files            1024                 524288               files`
fn max_fds(limits: &str) -> Option<i64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Process, max_fds, resident};

    #[test]
    fn the_system_is_understood() {
        assert_eq!(
            resident("Name:\tx\nVmRSS:\t    12 kB\nThreads:\t1\n"),
            Some(12_288)
        );
        assert_eq!(resident("Name:\tx\n"), None);
        assert_eq!(
            max_fds("Limit  Soft  Hard\nMax open files   1024   4096   files \n"),
            Some(1024)
        );
        assert_eq!(max_fds("Max open files   unlimited  unlimited files"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_memory_and_descriptors() {
        let Process {
            resident,
            open_fds,
            max_fds,
        } = Process::now();
        assert!(resident > Some(100_000), "{resident:?}");
        assert!(open_fds > Some(0) && open_fds < max_fds);
    }
}
