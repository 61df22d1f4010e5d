//! A newer version of the console: told of once, and taken only when the person says so. And the code that comes after the
//! start, or does not.

use crate::world::{Storing, World};
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
    assert_eq!(world.state.shell_view().later, Later::Coming);
    world.tell(Fact::LaterFailed);
    world.tell(Fact::LaterFailed);
    assert_eq!(world.state.shell_view().later, Later::Missing);
    assert_eq!(world.anomalies(), "MissingPart 2");
    assert!(world.problems().is_empty(), "its places say so themselves");
    world.tell(Fact::LaterArrived);
    assert_eq!(world.state.shell_view().later, Later::Here);
}
