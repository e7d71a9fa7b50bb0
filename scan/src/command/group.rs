//! A process group that does not outlive its scan.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// The process group of a program, which is killed when this is dropped.
///
/// The program may have ended and been waited for by then; its group lives on as long as it has members, and the system gives
/// out a process id again only after all others.
pub(super) struct Group(Option<Pid>);

impl Group {
    /// The group whose leader the program is.
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Group(id.and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // Nobody may be left in it.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}
