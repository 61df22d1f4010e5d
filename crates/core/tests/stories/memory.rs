//! What a day of turns leaves behind: what is sealed and out of sight is unloaded, and nothing of it stays that grows from
//! turn to turn.

use crate::world::{Storing, World, say};
use dispatch_contract::TurnEvent;
use dispatch_core::Fact;

/// A turn of thirty thoughts and sentences, and a tool.
fn turn() -> Vec<TurnEvent> {
    let said = (0..15).flat_map(|n| [say::thinking(&format!("thought {n}")), say::text(&format!("sentence {n}"))]);
    said.chain([say::call("a", "s1"), say::result("a", "s1"), say::used("s1", 50), say::step_took("s1", 500.0, 1000.0)])
        .collect()
}

/// A list of places had a place for every row that there ever was: a day of work left a hundred thousand.
#[test]
fn rows_that_were_unloaded_leave_no_places_behind() {
    let mut world = World::reading(Storing::AtSteps, say::talk(1));
    world.tell(Fact::ChatLimitSet(10));
    let mut play = |turns: usize| {
        for _ in 0..turns {
            world.script(turn());
            world.person_asks("q");
            world.settles();
        }
        let transcript = &world.state.focused().unwrap().transcript;
        (transcript.committed_len(), transcript.ids_held())
    };
    let after_few = play(5);
    assert_eq!(play(40), after_few);
}
