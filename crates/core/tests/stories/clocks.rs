//! What tells how things stand while they go on: the clock beside a thought, the note beside a group of tools.

use crate::world::{Storing, World, say};
use dispatch_contract::TurnEvent;
use dispatch_core::Millis;
use dispatch_core::view::RowBody;

/// A console in which these events of one turn were heard.
fn heard(events: impl IntoIterator<Item = TurnEvent>) -> World {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", events);
    world
}

#[test]
fn thinking_has_a_clock_while_it_goes_on() {
    let mut world = heard([say::starts(), say::thinking("hmm")]);
    let since = |world: &World| {
        let conversation = world.state.focused().unwrap();
        let key = conversation.row_keys()[0];
        let RowBody::Thinking { since, .. } = conversation.row_view(key).unwrap().body else { panic!("not a thought") };
        since
    };
    assert_eq!(since(&world), Some(Millis(world.now)));
    world.hears("t1", [say::text("ok")]);
    assert_eq!(since(&world), None);
}

#[test]
fn a_group_tells_how_its_calls_stand() {
    let mut world = heard([say::starts(), say::call("a", "s"), say::call("b", "s"), say::call("c", "s")]);
    let note = |world: &World| {
        let conversation = world.state.focused().unwrap();
        let RowBody::Group { note, .. } = conversation.row_view(conversation.row_keys()[0]).unwrap().body else {
            panic!("not a group")
        };
        note
    };
    assert_eq!(note(&world), "3 running");
    let answer = |id: &str, failed: bool, took: f64| {
        let mut result = say::result(id, "s");
        if let TurnEvent::ToolResult { is_error, duration_ms, .. } = &mut result {
            (*is_error, *duration_ms) = (failed, Some(took));
        }
        result
    };
    world.hears("t1", [answer("b", true, 1200.0), answer("c", false, 100.0)]);
    assert_eq!(note(&world), "1 running · 1 failed", "how long it took is known when all are over");
    world.hears("t1", [answer("a", false, 800.0)]);
    assert_eq!(note(&world), "1 failed · 1.2s");
}
