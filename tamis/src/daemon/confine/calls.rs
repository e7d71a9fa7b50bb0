//! Giving up system calls that no filter of mail needs, nor any program that it starts (seccomp): debugging others, mounting,
//! other kernels and modules of this one, clocks, namespaces, and large parts of the kernel that had holes. They answer EPERM.

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use std::collections::BTreeMap;
use std::error::Error;

/// What is refused on every processor.
const REFUSED: &[i64] = &[
    // other processes
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    // the tree of files
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    // the system
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    // large parts of the kernel
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_personality,
    // namespaces
    libc::SYS_unshare,
    libc::SYS_setns,
];

/// What there is on some processors alone.
#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[i64] = &[
    libc::SYS_kexec_file_load,
    libc::SYS_ioperm,
    libc::SYS_iopl,
    libc::SYS_modify_ldt,
    // under the numbers that they have in the x32 table alone
    X32 | 0x209, // ptrace
    X32 | 0x210, // kexec_load
    X32 | 0x21B, // process_vm_readv
    X32 | 0x21C, // process_vm_writev
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[i64] = &[];

/// Marks the calls of the x32 table, which has most of the others once more.
#[cfg(target_arch = "x86_64")]
const X32: i64 = 0x4000_0000;

/// Namespaces that `clone` makes.
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// Gives them up for this thread, for those that it will start, and for every program.
pub(super) fn confine() -> Result<(), Box<dyn Error>> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = refused().map(|it| (it, Vec::new())).collect();
    for call in twice(libc::SYS_clone) {
        rules.insert(call, namespaces()?);
    }
    apply(rules, libc::EPERM)?;
    // What it is to make stands in memory, where no filter can look: the C library takes `clone` where there is none.
    let rules = twice(libc::SYS_clone3).map(|it| (it, Vec::new()));
    apply(rules.collect(), libc::ENOSYS)
}

fn refused() -> impl Iterator<Item = i64> {
    let everywhere = REFUSED.iter().flat_map(|call| twice(*call));
    everywhere.chain(REFUSED_HERE.iter().copied())
}

/// A call by all its numbers.
#[cfg(target_arch = "x86_64")]
fn twice(call: i64) -> impl Iterator<Item = i64> {
    [call, X32 | call].into_iter()
}

/// A call by all its numbers.
#[cfg(not(target_arch = "x86_64"))]
fn twice(call: i64) -> impl Iterator<Item = i64> {
    [call].into_iter()
}

/// The flags of `clone` that make namespaces: one rule for each.
fn namespaces() -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let rule = |flag: i32| {
        let flag = u64::from(flag.unsigned_abs());
        SeccompRule::new(vec![SeccompCondition::new(
            0,
            SeccompCmpArgLen::Qword,
            SeccompCmpOp::MaskedEq(flag),
            flag,
        )?])
    };
    NAMESPACES.into_iter().map(rule).collect()
}

fn apply(rules: BTreeMap<i64, Vec<SeccompRule>>, answer: i32) -> Result<(), Box<dyn Error>> {
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(u32::try_from(answer)?),
        TargetArch::try_from(std::env::consts::ARCH)?,
    )?;
    seccompiler::apply_filter(&BpfProgram::try_from(filter)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::confine;
    use rustix::io::Errno;
    use rustix::system::{sethostname, uname};
    use std::process::Command;
    use std::thread;

    /// In a thread of its own: what it gives up is gone for good.
    #[test]
    fn what_was_given_up_is_not_permitted_and_all_else_is() {
        let given_up = thread::spawn(|| {
            confine().expect("seccomp");
            let name = uname().nodename().to_bytes().to_vec();
            assert_eq!(sethostname(&name), Err(Errno::PERM));
            assert_eq!(thread::spawn(|| 1).join().expect("a thread"), 1);
            assert!(Command::new("true").status().expect("a program").success());
            // Where there is such a program.
            if let Ok(apart) = Command::new("unshare").args(["--user", "true"]).output() {
                assert!(!apart.status.success(), "{apart:?}");
            }
        });
        given_up.join().expect("as it should be");
    }
}
