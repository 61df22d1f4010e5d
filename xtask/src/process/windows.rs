//! Process groups where there are no signals: a console program cannot be asked to end from outside its console, so the
//! tree is ended at once. Nothing we start keeps unsaved work: the backend's database survives it by design.

use std::process::{Child, Command, Stdio};

/// Nothing to prepare: `taskkill` follows the tree of parents.
pub(super) fn lead(_command: &mut Command) {}

/// Ends the tree.
pub(super) fn ask(child: &Child) {
    let tree = ["/F", "/T", "/PID"];
    let mut command = Command::new("taskkill");
    command.args(tree).arg(child.id().to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    // The one failure there is, that nobody is left, is what we want.
    command.status().ok();
}

/// After `ask` nobody but the leader can be left, and that one is waited for by its handle.
pub(super) fn alive(_child: &Child) -> bool {
    false
}

/// Ends the leader.
pub(super) fn end(child: &mut Child) {
    child.kill().ok();
}
