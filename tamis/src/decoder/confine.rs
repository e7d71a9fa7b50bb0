//! Giving up what a process that opens containers does not need. There is no way back.

use serde::{Deserialize, Serialize};

/// What was given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confined {
    /// Files by name, and TCP (Landlock).
    pub files: bool,
    /// All system calls but those of computing, and of using what is open already (seccomp).
    pub calls: bool,
    /// Endless memory (resource limits).
    pub memory: bool,
}

impl Confined {
    /// Whether everything was.
    pub fn is_complete(self) -> bool {
        self.files && self.calls && self.memory
    }
}

/// Gives up as much as the system knows how to.
#[cfg(target_os = "linux")]
pub(super) fn confine() -> Confined {
    Confined {
        memory: linux::memory().is_ok(),
        files: linux::files().unwrap_or(false),
        calls: linux::calls().is_ok(),
    }
}

/// Other systems have other ways, which are not used yet.
#[cfg(not(target_os = "linux"))]
pub(super) fn confine() -> Confined {
    Confined::default()
}

#[cfg(target_os = "linux")]
mod linux {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
    };
    use rustix::process::{Resource, Rlimit, setrlimit};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch,
    };
    use std::collections::BTreeMap;
    use std::error::Error;

    /// Octets of address space: several times what decoders may take.
    const MEMORY: u64 = 1 << 30;
    /// The version of Landlock whose rights are given up where the kernel knows them.
    const LANDLOCK: ABI = ABI::V6;

    /// What Rust, its allocator and its threads need, and what reads and writes what is open already.
    const ALLOWED: &[i64] = &[
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_readv,
        libc::SYS_writev,
        libc::SYS_pread64,
        libc::SYS_pwrite64,
        libc::SYS_recvfrom,
        libc::SYS_sendto,
        libc::SYS_lseek,
        libc::SYS_ftruncate,
        libc::SYS_fstat,
        libc::SYS_statx,
        libc::SYS_close,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_getpid,
        libc::SYS_tgkill,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// Bounds the memory, and leaves no image of it behind.
    pub(super) fn memory() -> Result<(), Box<dyn Error>> {
        let at_most = |octets| Rlimit {
            current: Some(octets),
            maximum: Some(octets),
        };
        setrlimit(Resource::As, at_most(MEMORY))?;
        setrlimit(Resource::Core, at_most(0))?;
        Ok(())
    }

    /// Gives up all files by name and all TCP. Whether the kernel enforces it.
    pub(super) fn files() -> Result<bool, RulesetError> {
        let status = Ruleset::default()
            .handle_access(AccessFs::from_all(LANDLOCK))?
            .handle_access(AccessNet::from_all(LANDLOCK))?
            .scope(Scope::from_all(LANDLOCK))?
            .create()?
            .restrict_self()?;
        Ok(status.ruleset != RulesetStatus::NotEnforced)
    }

    /// Gives up all other system calls: they answer that there is no such call.
    pub(super) fn calls() -> Result<(), Box<dyn Error>> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
        rules.insert(libc::SYS_clone, vec![threads_alone()?]);
        let refused = u32::try_from(libc::ENOSYS)?;
        let filter = SeccompFilter::new(
            rules,
            SeccompAction::Errno(refused),
            SeccompAction::Allow,
            TargetArch::try_from(std::env::consts::ARCH)?,
        )?;
        seccompiler::apply_filter(&BpfProgram::try_from(filter)?)?;
        Ok(())
    }

    /// A thread of this process may be started, another process not.
    fn threads_alone() -> Result<SeccompRule, seccompiler::BackendError> {
        let flag = u64::from(libc::CLONE_THREAD.unsigned_abs());
        SeccompRule::new(vec![SeccompCondition::new(
            0,
            SeccompCmpArgLen::Qword,
            SeccompCmpOp::MaskedEq(flag),
            flag,
        )?])
    }
}
