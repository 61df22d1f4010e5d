//! What the person chooses for every window, what is done from a palette, and what is told while nobody looks.

use crate::world::{Storing, World, say};
use dispatch_core::palette::{Action, Item};
use dispatch_core::settings::Look;
use dispatch_core::shortcut::Command;
use dispatch_core::{Fact, GivenAddresses, HttpFailure};
use say::id;

fn world() -> World {
    let mut world = World::with_tabs(Storing::AtSeal, &["one", "two"]);
    world.socket_opens();
    world.settles();
    world.orders();
    world
}

fn palette(world: &World, typed: &str) -> Vec<Item> {
    world.state.palette(typed, &["Metrics"], &str::to_lowercase)
}

#[test]
fn what_is_chosen_is_kept_for_every_window() {
    let mut world = world();
    world.tell(Fact::LookChosen(Look::Theme, "dark".to_owned()));
    world.tell(Fact::KeysChosen(Command::Find, "F4".to_owned()));
    world.tell(Fact::KeysChosen(Command::Stop, "F4".to_owned()));
    let stored = world.stored_settings.clone().unwrap();
    let mut other = self::world();
    other.tell(Fact::SettingsStored(stored));
    assert_eq!(other.state.settings().look(Look::Theme), "dark");
    assert_eq!(other.state.settings().shortcuts.of(Command::Find), "F4");
    assert_eq!(other.state.settings().shortcuts.of(Command::Stop), "Alt+Shift+S", "the keys were taken");
    other.tell(Fact::KeysReset);
    assert_eq!(other.state.settings().shortcuts.of(Command::Find), "Alt+Shift+F");
}

#[test]
fn another_address_is_tested_told_and_begins_with_a_fresh_page() {
    let mut world = world();
    let given = |http: &str| GivenAddresses { http: http.to_owned(), ws: String::new() };
    world.tell(Fact::AddressTestRequested(given("box")));
    assert!(world.state.address_test().starts_with("The HTTP address begins with"));
    world.tell(Fact::AddressTestRequested(given("http://box:1")));
    assert!(world.orders().contains("test http://box:1"));
    let cases = [
        (Ok(r#"{"models":["a/b"]}"#), true, "HTTP: a Dispatch backend answers, with 1 model. WebSocket: it opens."),
        (Ok("<html>"), false, "HTTP: something answers, but it is no Dispatch backend. WebSocket: it does not open."),
        (Err(HttpFailure::Unreachable), false, "HTTP: the server cannot be reached. WebSocket: it does not open."),
    ];
    for (http, ws, expected) in cases {
        world.tell(Fact::AddressesTested { http: http.map(str::to_owned), ws });
        assert_eq!(world.state.address_test(), expected);
    }
    world.tell(Fact::AddressesSubmitted(given("nonsense")));
    assert!(!world.orders().contains("reload"));
    world.tell(Fact::AddressesSubmitted(given(" http://box:1 ")));
    assert!(world.orders().contains("reload"));
    assert_eq!(world.state.settings().addresses.http, "http://box:1");
}

#[test]
fn the_system_tells_of_turns_that_end_while_nobody_looks_if_it_was_asked_to() {
    let mut world = world();
    world.tell(Fact::NotifyingChosen(true));
    assert!(world.orders().contains("ask to notify"));
    world.tell(Fact::NotifyingAnswered(false));
    assert!(!world.state.settings().notifies && !world.state.problems().shown().is_empty());
    world.tell(Fact::NotifyingAnswered(true));
    world.hears("t1", [say::prompt("hi"), say::text("ho"), say::done()]);
    assert!(!world.orders().contains("notify"), "it is looked at");
    world.tell(Fact::PageHidden);
    world.hears("t2", [say::prompt("hi"), say::text("ho"), say::done()]);
    assert!(world.orders().contains("notify hi: Turn ended"));
    assert!(world.state.tab_views().iter().any(|tab| tab.is_unread));
    world.tell(Fact::PageShown);
    assert!(world.state.tab_views().iter().all(|tab| !tab.is_unread), "now it was seen");
}

#[test]
fn everything_is_found_by_a_few_letters() {
    let mut world = world();
    let best = |world: &World, typed: &str| palette(world, typed).into_iter().next().map(|item| item.action);
    assert_eq!(best(&world, "new con"), Some(Action::Command(Command::NewConversation)));
    assert_eq!(best(&world, "theme dark"), {
        Some(Action::Tell(Box::new(Fact::LookChosen(Look::Theme, "dark".to_owned()))))
    });
    assert_eq!(best(&world, "metr"), Some(Action::View("Metrics")));
    assert_eq!(best(&world, "zzz"), None);
    assert!(palette(&world, "stop the").is_empty(), "no turn runs");
    world.hears("t1", [say::prompt("Find the light"), say::text("…")]);
    assert_eq!(best(&world, "stop the"), Some(Action::Command(Command::Stop)));
    assert_eq!(best(&world, "find the l"), Some(Action::Tell(Box::new(Fact::TabSelected(id("two"))))));
    assert!(palette(&world, "").iter().any(|item| item.keys == "Alt+Shift+N"));
}

#[test]
fn what_this_device_keeps_can_be_removed() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.tell(Fact::ListRequested);
    assert!(world.state.listing().kept_count().0 > 0);
    world.tell(Fact::CacheCleared);
    assert_eq!(world.state.listing().kept_count(), (0, 0));
}

#[test]
fn what_the_connection_went_through_is_noted() {
    let mut world = world();
    world.reconnects();
    let lines: Vec<&str> = world.state.log().lines().iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["The socket opened", "The socket closed", "The socket opened"]);
    assert!(world.state.log().frames() > 0);
}
