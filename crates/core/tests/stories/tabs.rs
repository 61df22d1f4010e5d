//! Tabs: what is kept of them, and how they close.

use crate::world::{Storing, World, say};
use dispatch_core::{Fact, HttpFailure};
use expect_test::expect;
use say::id;

#[test]
fn stored_tabs_that_cannot_be_read_are_set_aside_and_counted() {
    let mut world = World::new(Storing::AtSeal);
    for (tabs, window) in [("not json", "{}"), ("{\"version\":9,\"tabs\":[]}", "[]")] {
        world.stored_tabs = Some(tabs.to_owned());
        world.stored_window = Some(window.to_owned());
        world.load_page();
        assert_eq!((world.strip().as_str(), world.anomalies().as_str()), ("", "CorruptStorage 2"));
    }
    world.person_sends("hi");
    world.settles();
    expect![[r#"
        #1 user hi
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn tabs_their_order_and_the_active_one_survive_a_reload() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b", "c"]);
    world.backend.has_stored("b", say::talk(1));
    world.tell(Fact::TabSelected(id("b")));
    world.settles();
    let before = world.strip();
    expect!["a: New chat, [b: q1], c: New chat"].assert_eq(&before);
    world.load_page();
    assert_eq!(world.strip(), before);
}

#[test]
fn closing_a_tab_tells_the_backend_unsubscribes_and_moves_to_the_neighbour() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b", "c"]);
    world.tell(Fact::TabSelected(id("b")));
    world.settles();
    world.orders();
    world.tell(Fact::TabCloseRequested(id("b")));
    expect![[r#"
        close b
        send {"conversationId":"b","type":"chat.unsubscribe"}
        load a?sinceSeq=0&limit=192"#]]
    .assert_eq(&world.orders());
    expect!["[a: New chat], c: New chat"].assert_eq(&world.strip());
}

#[test]
fn closing_the_last_tab_leaves_a_draft() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.tell(Fact::TabCloseRequested(id("c")));
    assert_eq!((world.strip().as_str(), world.seen().as_str()), ("", ""));
    assert!(world.state.stage_view().is_empty);
}

#[test]
fn a_tab_in_which_a_turn_runs_is_closed_only_after_asking() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", [say::prompt("go")]);
    world.orders();
    for close in [false, true] {
        world.tell(Fact::TabCloseRequested(id("c")));
        assert_eq!(world.orders(), "");
        assert_eq!(world.state.closing(), Some(&id("c")));
        world.tell(Fact::CloseDecided { close });
        assert_eq!(world.state.closing(), None);
        assert_eq!(world.strip().is_empty(), close);
    }
    assert!(world.orders().starts_with("close c\n"));
}

/// The turn ended while the question was open, and the tab was closed from the strip: the question stayed, about a tab that
/// was not there.
#[test]
fn closing_a_tab_answers_the_question_whether_to() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", [say::prompt("go")]);
    world.tell(Fact::TabCloseRequested(id("c")));
    world.hears("t1", [say::done()]);
    world.tell(Fact::TabCloseRequested(id("c")));
    assert_eq!((world.state.closing(), world.strip().as_str()), (None, ""));
}

#[test]
fn a_backend_that_cannot_stop_a_turn_is_not_asked_twice() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", [say::prompt("go")]);
    let answer = Err(HttpFailure::Refused { status: 404, message: None });
    world.tell(Fact::StopAnswered { conversation: id("c"), answer });
    assert!(!world.state.stage_view().can_stop && !world.state.stage_view().is_stopping);
    world.reconnects();
    assert!(world.state.stage_view().can_stop, "the next backend may be able to");
    assert_eq!(world.problems(), ["This backend cannot stop a running turn."]);
}

#[test]
fn a_browser_that_keeps_nothing_is_told_of_once() {
    let mut world = World::new(Storing::AtSeal);
    world.tell(Fact::StorageRefused);
    world.tell(Fact::StorageRefused);
    assert_eq!(world.problems(), ["This browser does not keep the open tabs across reloads."]);
}

#[test]
fn words_left_unsent_stay_with_their_conversation_and_survive_a_reload() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.tell(Fact::TabSelected(id("a")));
    world.tell(Fact::WordsLeft { conversation: id("a"), words: "half a thou".to_owned() });
    world.tell(Fact::TabSelected(id("b")));
    world.load_page();
    world.settles();
    let unsent = |world: &World, tab: &str| world.state.conversation(&id(tab)).unwrap().left.words.clone();
    assert_eq!((unsent(&world, "a").as_str(), unsent(&world, "b").as_str()), ("half a thou", ""));
    world.tell(Fact::TabSelected(id("a")));
    world.person_sends("half a thought");
    world.settles();
    world.load_page();
    assert_eq!(unsent(&world, "a"), "", "what was sent is not kept as unsent");
}

#[test]
fn what_was_left_survives_one_reload_after_another() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    let place = Some(dispatch_core::ReadingPlace { seq: 3, below_top: -8 });
    world.tell(Fact::DraftSelected);
    let draft = world.focused();
    world.tell(Fact::WordsLeft { conversation: draft.clone(), words: "not sent".to_owned() });
    world.tell(Fact::WordsLeft { conversation: id("a"), words: "half a thou".to_owned() });
    world.tell(Fact::PlaceLeft { conversation: id("a"), place });
    world.tell(Fact::TabSelected(id("b")));
    for _ in 0..3 {
        world.load_page();
    }
    let left = |id: &_| world.state.conversation(id).map(|open| (open.left.words.clone(), open.left.place));
    assert_eq!(left(&id("a")), Some(("half a thou".to_owned(), place)));
    assert_eq!(left(&draft), Some(("not sent".to_owned(), None)));
}

#[test]
fn where_somebody_was_reading_survives_a_reload() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    let place = Some(dispatch_core::ReadingPlace { seq: 3, below_top: -8 });
    world.tell(Fact::PlaceLeft { conversation: id("a"), place });
    world.load_page();
    assert_eq!(world.state.conversation(&id("a")).unwrap().left.place, place);
    world.tell(Fact::PlaceLeft { conversation: id("a"), place: None });
    world.load_page();
    assert_eq!(world.state.conversation(&id("a")).unwrap().left.place, None);
}

#[test]
fn stepping_goes_round_the_strip() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.settles();
    for (forward, strip) in [(true, "[a: New chat], b: New chat"), (false, "a: New chat, [b: New chat]")] {
        world.tell(Fact::TabStepped { forward });
        assert_eq!(world.strip(), strip);
    }
}

#[test]
fn a_turn_that_ends_where_nobody_looks_leaves_its_tab_unread() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.tell(Fact::TabSelected(id("a")));
    world.settles();
    let unread = |world: &World| {
        let tabs = world.state.tab_views();
        tabs.iter().filter(|tab| tab.is_unread).map(|tab| tab.id.to_string()).collect::<Vec<_>>()
    };
    world.other_sends(&id("a"), "seen");
    world.other_sends(&id("b"), "not seen");
    world.settles();
    assert_eq!(unread(&world), ["b"]);
    world.tell(Fact::TabSelected(id("b")));
    assert!(unread(&world).is_empty());
}
