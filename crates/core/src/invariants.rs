//! Rules about the state itself, looked at after every reduction in debug builds and tests.

use crate::state::State;

/// Panics in debug builds when a rule does not hold. Release builds pay nothing.
pub(crate) fn check(state: &State) {
    if cfg!(debug_assertions) {
        for id in state.tabs.order() {
            assert!(state.conversations.contains_key(id), "tab {id} has no conversation");
        }
        if let Some(active) = state.tabs.active() {
            assert!(state.tabs.contains(active), "the active tab {active} is not in the strip");
        }
        assert!(
            !state.is_whole() || state.surfaces.scope() == state.tabs.active(),
            "the surfaces are of another conversation"
        );
        for (id, conversation) in state.conversations.iter() {
            if let Err(broken) = conversation.transcript.check() {
                assert!(broken.is_empty(), "conversation {id}: {broken}");
            }
        }
    }
}
