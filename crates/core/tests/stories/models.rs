//! Which model a message is sent with: chosen for each conversation, and kept.

use crate::world::{Storing, World, say};
use dispatch_core::Fact;
use say::id;

const MODELS: &[&str] = &["a/small", "a/large", "b/x/y"];

fn world() -> World {
    let mut world = World::with_tabs(Storing::AtSeal, &["one", "two"]);
    world.models = MODELS;
    world.load_page();
    world.settles();
    world
}

fn look_at(world: &mut World, tab: &str) -> Option<String> {
    world.tell(Fact::TabSelected(id(tab)));
    world.settles();
    world.state.model().map(str::to_owned)
}

fn choose(world: &mut World, model: &str) {
    world.tell(Fact::ModelChosen(model.to_owned()));
}

#[test]
fn each_tab_has_its_own_and_keeps_it() {
    let mut world = world();
    assert_eq!(look_at(&mut world, "one").as_deref(), Some("a/small"), "the first, until one is chosen");
    choose(&mut world, "b/x/y");
    assert_eq!(look_at(&mut world, "two").as_deref(), Some("a/small"));
    choose(&mut world, "a/large");
    assert_eq!(look_at(&mut world, "one").as_deref(), Some("b/x/y"));
    world.load_page();
    world.settles();
    assert_eq!(look_at(&mut world, "two").as_deref(), Some("a/large"), "a reload forgets nothing");
    world.orders();
    world.person_sends("hi");
    assert!(world.orders().contains(r#""model":"a/large""#));
}

#[test]
fn a_draft_takes_its_model_along() {
    let mut world = world();
    world.tell(Fact::DraftSelected);
    choose(&mut world, "a/large");
    world.load_page();
    world.settles();
    world.tell(Fact::DraftSelected);
    assert_eq!(world.state.model(), Some("a/large"), "a reload forgets nothing");
    world.orders();
    world.person_sends("hi");
    assert!(world.orders().contains(r#""model":"a/large""#));
    world.settles();
    assert_eq!(world.state.model(), Some("a/large"), "the tab has it now");
    world.tell(Fact::DraftSelected);
    assert_eq!(world.state.model(), Some("a/large"), "the next draft takes the one that was used last");
    world.models = &["b/x/y"];
    world.load_page();
    world.settles();
    world.tell(Fact::DraftSelected);
    assert_eq!(world.state.model(), Some("b/x/y"), "unless that is offered no more");
}

#[test]
fn a_conversation_keeps_the_model_it_began_with_whatever_the_catalogue_begins_with() {
    let mut world = world();
    world.tell(Fact::DraftSelected);
    world.person_sends("hi");
    world.settles();
    assert_eq!(world.state.model(), Some("a/small"));
    world.models = &["b/x/y", "a/small"];
    world.load_page();
    world.settles();
    assert_eq!(world.state.model(), Some("a/small"));
}

#[test]
fn one_that_is_offered_no_more_stays_the_one_that_is_shown_and_sent() {
    let mut world = world();
    look_at(&mut world, "one");
    choose(&mut world, "a/large");
    world.models = &["b/x/y"];
    world.load_page();
    world.settles();
    assert_eq!(look_at(&mut world, "one").as_deref(), Some("a/large"));
    assert!(!world.state.models().offers("a/large"), "and is marked");
    world.orders();
    world.person_sends("hi");
    assert!(world.orders().contains(r#""model":"a/large""#));
}
