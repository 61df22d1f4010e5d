//! Conversations that this window did not open: of the backend's list, of other windows, of somebody who asks.

use crate::world::{Storing, World, say};
use dispatch_contract::{ConversationStatus, ConversationSummary, ServerMessage};
use dispatch_core::cache::{Note, Record, Write};
use dispatch_core::listing::ListState;
use dispatch_core::{Fact, HttpFailure, Millis};
use expect_test::expect;
use say::id;

fn listed(name: &str, title: &str, status: ConversationStatus, at: i64) -> ConversationSummary {
    ConversationSummary {
        id: id(name),
        created_at: at,
        last_activity_at: at,
        title: title.to_owned(),
        status,
        workspace_id: None,
        compacted_from: None,
    }
}

fn idle(name: &str, at: i64) -> ConversationSummary {
    listed(name, &format!("About {name}"), ConversationStatus::Idle, at)
}

fn closed(name: &str) -> ConversationSummary {
    listed(name, "", ConversationStatus::Closed, 5)
}

fn status(name: &str, status: ConversationStatus) -> ServerMessage {
    ServerMessage::ConversationStatusChanged { conversation_id: id(name), status, workspace_id: None }
}

fn list(world: &World, query: &str) -> String {
    let is_open = |id: &dispatch_core::ConversationId| world.state.tabs().contains(id);
    let lines = world.state.listing().lines(query, str::to_lowercase, is_open);
    let line = |line: &dispatch_core::listing::ListedView| {
        let marks = [(line.is_open, " open"), (line.is_kept, " kept")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        format!("{}: {} {}{marks}\n", line.id, line.title, line.status)
    };
    lines.iter().map(line).collect()
}

#[test]
fn tabs_that_the_backend_knows_are_added_without_moving_the_focus_and_titles_are_taken_over() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.list = Some(vec![idle("b", 20), idle("c", 10), idle("a", 5)]);
    world.settles();
    expect!["[c: About c], a: About a, b: About b"].assert_eq(&world.strip());
    assert!(world.orders().contains(r#"send {"conversationId":"a","type":"chat.subscribe"}"#));
    let asked: Vec<String> = world.asked_history();
    assert_eq!(asked, [""; 0], "background tabs are read when they are looked at");
}

#[test]
fn tabs_that_were_closed_elsewhere_go_without_a_word_to_the_backend_and_unknown_ones_stay() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b", "unknown"]);
    world.backend.list = Some(vec![closed("a"), closed("never open"), idle("b", 1)]);
    world.settles();
    expect!["b: About b, [unknown: New chat]"].assert_eq(&world.strip());
    assert!(!world.orders().contains("close a"));
}

#[test]
fn a_tab_younger_than_the_question_is_not_closed_by_the_answer() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a"]);
    world.list_is_slow = true;
    world.backend.list = Some(vec![closed("young")]);
    world.socket_opens();
    world.now += 5.0;
    world.hears_message(status("young", ConversationStatus::Active));
    world.list_arrives();
    assert!(world.strip().contains("young"), "{}", world.strip());
}

#[test]
fn a_tab_that_holds_words_nobody_has_is_not_closed_by_others() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.settles();
    world.tell(Fact::WordsLeft { conversation: id("a"), words: "half a thou".to_owned() });
    for name in ["a", "b"] {
        world.hears_message(status(name, ConversationStatus::Closed));
    }
    expect!["[a: New chat]"].assert_eq(&world.strip());
    world.backend.list = Some(vec![closed("a")]);
    world.reconnects();
    expect!["[a: New chat]"].assert_eq(&world.strip());
}

#[test]
fn a_tab_closed_while_the_backend_was_away_is_closed_there_later_and_not_opened_again() {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.tell(Fact::TabCloseRequested(id("a")));
    world.orders();
    world.backend.list = Some(vec![idle("a", 10), idle("b", 10)]);
    world.settles();
    assert!(world.orders().contains("close a"));
    expect!["[b: About b]"].assert_eq(&world.strip());
    // Somebody went on with it since.
    world.backend.list = Some(vec![idle("a", 2_000_000_000_000), idle("b", 10)]);
    world.reconnects();
    expect!["[b: About b], a: About a"].assert_eq(&world.strip());
}

#[test]
fn a_conversation_that_becomes_active_gets_a_tab_and_an_idle_one_does_not() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.settles();
    for (name, to) in
        [("new", ConversationStatus::Active), ("waits", ConversationStatus::Queued), ("x", ConversationStatus::Idle)]
    {
        world.hears_message(status(name, to));
    }
    expect!["[c: New chat], new: New chat, waits: New chat"].assert_eq(&world.strip());
    world.hears_message(status("new", ConversationStatus::Closed));
    expect!["[c: New chat], waits: New chat"].assert_eq(&world.strip());
}

#[test]
fn whoever_asks_to_open_a_conversation_moves_no_focus_and_marks_the_one_that_is_open() {
    let mut world = World::with_tabs(Storing::AtSeal, &["b", "c"]);
    world.settles();
    for name in ["new", "b", "c"] {
        world.hears_message(ServerMessage::ConversationOpen { conversation_id: id(name), workspace_id: None });
    }
    expect!["b: New chat, [c: New chat], new: New chat"].assert_eq(&world.strip());
    let unread: Vec<bool> = world.state.tab_views().iter().map(|tab| tab.is_unread).collect();
    assert_eq!(unread, [true, false, false]);
}

#[test]
fn a_closed_conversation_that_the_person_looks_at_stays_through_a_reconnect() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.list = Some(vec![closed("old"), idle("c", 1)]);
    world.backend.has_stored("old", say::talk(1));
    world.settles();
    world.tell(Fact::ConversationChosen(id("old")));
    world.settles();
    assert!(world.seen().ends_with("#2 text a1\n"));
    world.now += 5.0;
    world.reconnects();
    expect!["c: About c, [old: q1]"].assert_eq(&world.strip());
    world.load_page();
    world.settles();
    expect!["c: About c, [old: q1]"].assert_eq(&world.strip());
}

#[test]
fn the_list_has_every_conversation_newest_first_and_is_searched_by_title_and_id() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.list = Some(vec![
        idle("c", 10),
        listed("b7", "Ünïcode and Rust", ConversationStatus::Closed, 30),
        listed("a", "rust  borrow", ConversationStatus::Active, 20),
    ]);
    assert_eq!(world.state.listing().state(), ListState::Loading);
    world.settles();
    assert_eq!(world.state.listing().state(), ListState::Ready);
    expect![[r#"
        b7: Ünïcode and Rust closed
        a: rust borrow running open
        c: About c  open
    "#]]
    .assert_eq(&list(&world, " "));
    assert_eq!(list(&world, "RUST"), "b7: Ünïcode and Rust closed\na: rust borrow running open\n");
    assert_eq!(list(&world, "ünï rust"), "b7: Ünïcode and Rust closed\n");
    assert_eq!(list(&world, "B7"), "b7: Ünïcode and Rust closed\n");
    assert_eq!(list(&world, "nothing"), "");
}

#[test]
fn without_a_backend_the_list_is_what_this_device_keeps() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    let record = |seq| Record { seq, text: String::new() };
    let note = Note { title: Some("Kept".to_owned()), checked_at: Some(Millis(7.0)), read_at: None };
    world.cache.write(vec![Write::Records(id("k"), vec![record(1)]), Write::Note(id("k"), note)]);
    world.load_page();
    assert_eq!(list(&world, ""), "k: Kept  kept\n");
    world.settles();
    assert_eq!(world.state.listing().state(), ListState::Unsupported);
    assert_eq!(list(&world, "kept"), "k: Kept  kept\n");
}

#[test]
fn a_list_that_cannot_be_had_is_said_so_and_asked_for_again_when_looked_at() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.list_is_slow = true;
    world.socket_opens();
    let (request, _) = world.list_answers.pop_front().expect("a question");
    world.tell(Fact::ConversationsAnswered { request, answer: Err(HttpFailure::Unreachable) });
    assert_eq!(world.state.listing().state(), ListState::Failed);
    world.backend.list = Some(vec![idle("c", 1)]);
    world.tell(Fact::ListRequested);
    world.tell(Fact::ListRequested);
    assert_eq!(world.list_answers.len(), 1, "one at a time");
    world.list_arrives();
    assert_eq!(world.state.listing().state(), ListState::Ready);
}

#[test]
fn a_new_title_is_in_the_strip_and_in_the_list() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.list = Some(vec![idle("c", 1)]);
    world.settles();
    world.orders();
    world.tell(Fact::TitleSubmitted { conversation: id("c"), title: "  Another \n title ".to_owned() });
    assert_eq!(world.orders(), r#"name c "Another title""#);
    world.tell(Fact::TitleSubmitted { conversation: id("c"), title: " ".to_owned() });
    assert_eq!(world.orders(), "");
    expect!["[c: Another title]"].assert_eq(&world.strip());
    assert_eq!(list(&world, ""), "c: Another title  open\n");
    let answer = Err(HttpFailure::Refused { status: 400, message: Some("too long".to_owned()) });
    world.tell(Fact::TitleAnswered { conversation: id("c"), answer });
    assert_eq!(world.problems(), ["The conversation was not renamed: too long."]);
}

#[test]
fn windows_hear_of_each_others_tabs_and_nothing_is_lost_when_both_store_at_once() {
    let mut here = World::with_tabs(Storing::AtSeal, &["a"]);
    here.settles();
    let mut there = World::with_tabs(Storing::AtSeal, &["a"]);
    there.settles();
    for (world, name) in [(&mut here, "mine"), (&mut there, "theirs")] {
        world.now += 5.0;
        world.hears_message(status(name, ConversationStatus::Active));
    }
    // Each stored without knowing of the other; the events cross.
    let (ours, theirs) = (here.stored_tabs.clone().unwrap(), there.stored_tabs.clone().unwrap());
    here.tell(Fact::TabsStored(theirs));
    there.tell(Fact::TabsStored(ours));
    assert_eq!(here.stored_tabs, there.stored_tabs);
    expect!["[a: New chat], mine: New chat, theirs: New chat"].assert_eq(&here.strip());
    assert_eq!(here.strip(), there.strip());
    // What was stored is what both know: telling again changes nothing.
    let stored = here.stored_tabs.take();
    here.tell(Fact::TabsStored(stored.unwrap()));
    assert_eq!(here.stored_tabs, None);
}

#[test]
fn a_tab_that_another_window_closed_goes_here_too_and_its_neighbour_is_shown() {
    let mut here = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    here.settles();
    let mut there = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    there.tell(Fact::TabCloseRequested(id("b")));
    here.orders();
    here.tell(Fact::TabsStored(there.stored_tabs.clone().unwrap()));
    expect!["[a: New chat]"].assert_eq(&here.strip());
    assert!(!here.orders().contains("close b"), "the other window told the backend");
    here.tell(Fact::TabsStored("torn".to_owned()));
    assert_eq!(here.anomalies(), "CorruptStorage 1");
}

#[test]
fn a_compacted_conversation_is_loaded_anew() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.backend.is_restored("c", [say::stored_text("a summary")]);
    world.hears_message(ServerMessage::ConversationCompacted {
        conversation_id: id("c"),
        new_conversation_id: id("old"),
        messages_summarized: 6,
        messages_kept: 0,
    });
    world.settles();
    assert_eq!(world.seen(), "#1 text a summary\n");
    world.load_page();
    assert_eq!(world.seen(), "#1 text a summary\n");
}

/// It was never learnt what became of turns of before, so that every message waited for good.
#[test]
fn in_a_conversation_that_was_begun_elsewhere_one_can_write() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.settles();
    for (name, is_listed) in [("begun", false), ("listed", true)] {
        world.backend.has_stored(name, say::talk(1));
        if is_listed {
            world.tell(Fact::ConversationChosen(id(name)));
        } else {
            world.hears_message(status(name, ConversationStatus::Idle));
            world.tell(Fact::TabSelected(id(name)));
        }
        world.settles();
        world.orders();
        assert!(world.person_sends(name));
        assert!(world.orders().contains("chat.send"), "{name}");
        world.settles();
        assert_eq!(world.times_in_log(name), 1);
    }
}

#[test]
fn a_turn_that_runs_in_one_is_heard_before_anything_is_sent() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.settles();
    world.backend.has_stored("d", say::talk(1));
    assert!(world.other_sends(&id("d"), "from elsewhere"));
    world.hears_message(status("d", ConversationStatus::Active));
    world.tell(Fact::TabSelected(id("d")));
    while world.history_arrives() {}
    world.orders();
    world.person_sends("mine");
    assert!(!world.orders().contains("chat.send"), "the turn of somebody else may run");
    world.settles();
    assert_eq!((world.times_in_log("from elsewhere"), world.times_in_log("mine")), (1, 1));
    assert_eq!(world.shown(), world.truth(&id("d")));
}
