//! What stands open: by itself, because of a rule, or because the person opened it.

use crate::world::{Storing, World, say};
use dispatch_contract::{Chunk, Role, StepId, StoredChunk, ToolCallId};
use dispatch_core::Fact;
use dispatch_core::view::{RowBody, RowKey};
use serde_json::json;

fn call(id: &str, tool: &str, step: &str) -> StoredChunk {
    let (tool_call_id, tool_name) = (ToolCallId::from(id), tool.to_owned());
    let step_id = Some(StepId::from(step));
    say::stored(Role::Assistant, Chunk::ToolCall { tool_call_id, tool_name, input: json!({}), step_id })
}

fn thought() -> StoredChunk {
    say::stored(Role::Assistant, Chunk::Thinking { text: "hmm".to_owned() })
}

/// A thought, two calls side by side, and one alone.
fn reading() -> World {
    let calls = [call("a", "bash", "s1"), call("b", "read", "s1"), call("c", "bash", "s2")];
    World::reading(Storing::AtSeal, [say::stored_prompt("go"), thought()].into_iter().chain(calls))
}

/// Everything that folds, in order.
fn keys(world: &World) -> Vec<RowKey> {
    let conversation = world.state.focused().unwrap();
    let mut keys = Vec::new();
    for key in conversation.row_keys() {
        let body = conversation.row_view(key).unwrap().body;
        if matches!(body, RowBody::Thinking { .. } | RowBody::Tool(_) | RowBody::Group { .. }) {
            keys.push(key);
        }
        if let RowBody::Group { cards, .. } = body {
            keys.extend(cards.into_iter().map(|id| RowKey { id, is_group: false }));
        }
    }
    keys
}

/// The names of what is open.
fn open(world: &World) -> String {
    let conversation = world.state.focused().unwrap();
    let names = ["thought", "group", "a", "b", "c"];
    let keys = keys(world);
    assert_eq!(keys.len(), names.len());
    let is_open = |key: &RowKey| conversation.is_unfolded(*key, world.state.folding());
    keys.iter().zip(names).filter(|(key, _)| is_open(key)).map(|(_, name)| name).collect::<Vec<_>>().join(" ")
}

fn fold(world: &mut World, nth: usize, open: bool) {
    let (conversation, row) = (world.focused(), keys(world)[nth]);
    world.tell(Fact::RowFolded { conversation, row, open });
}

fn fold_like(world: &mut World, nth: usize, open: bool) {
    let (conversation, row) = (world.focused(), keys(world)[nth]);
    world.tell(Fact::LikeFolded { conversation, row, open });
}

const THOUGHT: usize = 0;
const GROUP: usize = 1;
const A: usize = 2;
const C: usize = 4;

#[test]
fn only_groups_stand_open_at_first() {
    let mut world = reading();
    assert_eq!(open(&world), "group");
    fold(&mut world, GROUP, false);
    fold(&mut world, A, true);
    assert_eq!(open(&world), "a");
    assert_eq!(world.stored_folding, None, "a single row is nothing to be remembered");
}

#[test]
fn all_cards_of_a_tool_open_and_fold_as_one() {
    let mut world = reading();
    fold_like(&mut world, A, true);
    assert_eq!(open(&world), "group a c");
    fold(&mut world, C, false);
    assert_eq!(open(&world), "group a", "one's own fold wins");
    fold_like(&mut world, A, true);
    assert_eq!(open(&world), "group a c", "all of them means all of them");
    fold_like(&mut world, C, false);
    assert_eq!(open(&world), "group");
    fold(&mut world, A, true);
    fold(&mut world, 3, true);
    fold_like(&mut world, C, false);
    assert_eq!(open(&world), "group b", "another tool's cards stay as they are");
}

#[test]
fn a_rule_is_for_what_comes_and_for_other_conversations_too() {
    let mut world = World::with_tabs(Storing::AtSeal, &["d", "c"]);
    for id in ["c", "d"] {
        let chunks = [call("a", "bash", "s1"), call("b", "read", "s1"), call("c", "bash", "s2")];
        world.backend.has_stored(id, [say::stored_prompt("go"), thought()].into_iter().chain(chunks));
    }
    world.settles();
    fold(&mut world, C, true);
    world.tell(Fact::TabSelected(say::id("d")));
    world.settles();
    fold_like(&mut world, THOUGHT, true);
    fold_like(&mut world, A, true);
    fold_like(&mut world, A, false);
    assert_eq!(open(&world), "thought group");
    world.tell(Fact::TabSelected(say::id("c")));
    assert_eq!(open(&world), "thought group", "the own choice there was taken back as well");
}

#[test]
fn rules_are_found_again_and_single_folds_are_not() {
    let mut world = reading();
    fold_like(&mut world, THOUGHT, true);
    fold_like(&mut world, A, true);
    fold(&mut world, C, false);
    assert_eq!(world.stored_folding.as_deref(), Some(r#"{"version":1,"open":["thinking","tool:bash"]}"#));
    world.load_page();
    world.settles();
    assert_eq!(open(&world), "thought group a c");
}

#[test]
fn another_windows_rule_is_followed_but_not_over_ones_own_folds() {
    let mut world = reading();
    fold(&mut world, A, false);
    world.tell(Fact::FoldingStored(r#"{"version":1,"open":["tool:bash"]}"#.to_owned()));
    assert_eq!(open(&world), "group c");
    world.tell(Fact::FoldingStored(r#"{"version":9}"#.to_owned()));
    assert_eq!(open(&world), "group c", "what cannot be read changes nothing");
    assert_eq!(world.anomalies(), "CorruptStorage 1");
    assert_eq!(world.stored_folding, None, "what another window stored is not stored again");
}

#[test]
fn a_broken_store_is_set_aside() {
    let mut world = reading();
    world.stored_folding = Some("{\"version\":1,\"op".to_owned());
    world.load_page();
    world.settles();
    assert_eq!((open(&world).as_str(), world.anomalies().as_str()), ("group", "CorruptStorage 1"));
    fold_like(&mut world, THOUGHT, true);
    assert_eq!(world.stored_folding.as_deref(), Some(r#"{"version":1,"open":["thinking"]}"#));
}

#[test]
fn a_row_stays_open_when_history_takes_it_over() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.script(vec![say::starts(), say::call("a", "s"), say::result("a", "s"), say::done(), say::sealed()]);
    world.person_asks("go");
    world.turn_goes_on_by(3);
    let (conversation, row) = (world.focused(), RowKey { id: world.row_ids()[1], is_group: false });
    world.tell(Fact::RowFolded { conversation, row, open: true });
    world.settles();
    let focused = world.state.focused().unwrap();
    assert!(focused.row_view(row).unwrap().seq.is_some(), "history holds it");
    assert!(focused.is_unfolded(row, world.state.folding()));
}
