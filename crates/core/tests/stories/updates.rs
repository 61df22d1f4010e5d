//! A newer version of the console: told of once, and taken only when the person says so. And the code that comes after the
//! start, or does not.

use crate::world::extensions::entry;
use crate::world::{Storing, World, say};
use dispatch_contract::SurfaceScope;
use dispatch_core::Fact;
use dispatch_core::view::Later;

/// Whether the notice is shown, and how much was announced.
fn told(world: &World) -> (bool, u64) {
    (world.state.shell_view().update_ready, world.state.announcement().number)
}

#[test]
fn a_new_version_is_announced_once_and_stays_put_away_until_the_next_visit() {
    let mut world = World::reading(Storing::AtSeal, []);
    let (is_ready, before) = told(&world);
    assert!(!is_ready);
    world.tell(Fact::UpdateReady);
    world.tell(Fact::UpdateReady);
    assert_eq!(told(&world), (true, before + 1));
    assert_eq!(world.state.announcement().text, "A new version is ready");

    world.tell(Fact::UpdatePutOff);
    world.tell(Fact::UpdateReady);
    assert_eq!(told(&world), (false, before + 1));
    assert_eq!(world.orders(), "", "nothing is reloaded by itself");

    world.load_page();
    assert!(!told(&world).0);
    world.tell(Fact::UpdateReady);
    assert!(told(&world).0);
}

#[test]
fn the_person_says_when_the_new_version_is_loaded() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.tell(Fact::UpdateReady);
    world.orders();
    world.tell(Fact::UpdateAccepted);
    assert_eq!(world.orders(), "reload as the newer version");
}

#[test]
fn code_that_does_not_come_is_counted_and_may_come_another_time() {
    let mut world = World::new(Storing::AtSeal);
    world.is_cut_short = true;
    world.load_page();
    assert_eq!(world.state.shell_view().later, Later::Coming);
    world.tell(Fact::LaterFailed);
    world.tell(Fact::LaterFailed);
    assert_eq!(world.state.shell_view().later, Later::Missing);
    assert_eq!(world.anomalies(), "MissingPart 2");
    assert!(world.problems().is_empty(), "its places say so themselves");
    world.tell(Fact::LaterArrived);
    assert_eq!(world.state.shell_view().later, Later::Here);
}

#[test]
fn code_that_comes_late_makes_up_for_what_it_missed() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.is_cut_short = true;
    world.load_page();
    world.settles();
    world.extensions_are(vec![entry("demo", SurfaceScope::Conversation)]);
    world.settles();
    world.script(vec![say::used("s", 7), say::step_took("s", 100.0, 200.0), say::text("so")]);
    world.person_asks("go on");
    world.turn_goes_on_by(5);
    world.settles();
    assert!(!world.orders().contains("demo"), "nothing could show it");
    assert!(!world.seen().contains("turn 1"), "{}", world.seen());
    world.tell(Fact::LaterArrived);
    assert!(world.orders().contains(r#"{"surfaceId":"demo","conversationId":"c","type":"subscribe"}"#));
    assert!(world.calls.iter().any(|(_, call)| call.path.ends_with("/reasoning-effort")));
    assert!(world.seen().contains("turn 1"), "{}", world.seen());
}
