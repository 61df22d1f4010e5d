//! Process groups where there are signals: the group has the id of its leader, and outlives it while a member runs.

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use std::{
    os::unix::process::CommandExt,
    process::{Child, Command},
};

/// Makes the coming child the leader of a new group.
pub(super) fn lead(command: &mut Command) {
    command.process_group(0);
}

/// Asks every member to end.
pub(super) fn ask(child: &Child) {
    signal(child, Signal::SIGTERM);
}

/// Whether any member is left.
pub(super) fn alive(child: &Child) -> bool {
    group_of(child).is_some_and(|group| killpg(group, None).is_ok())
}

/// Ends every member.
pub(super) fn end(child: &mut Child) {
    signal(child, Signal::SIGKILL);
}

fn signal(child: &Child, signal: Signal) {
    if let Some(group) = group_of(child) {
        // The one failure there is, that nobody is left, is what we want.
        killpg(group, signal).ok();
    }
}

fn group_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().map(Pid::from_raw)
}
