//! What this device keeps of a conversation: read before any socket opens, proven by the backend, and never trusted blindly.

use crate::world::{Storing, World, say};
use dispatch_core::cache::{Kept, Note, Record, Write};
use dispatch_core::event::CacheFailure;
use dispatch_core::{Fact, Millis};
use expect_test::expect;
use say::id;

/// A console that read this history once and was closed; it is opened again, and nothing answers yet.
fn opened_again(pairs: usize) -> World {
    let mut world = World::reading(Storing::AtSeal, say::talk(pairs));
    world.load_page();
    world.orders();
    world
}

fn kept(world: &World) -> Kept {
    let index = world.cache.index();
    index.into_iter().find(|(held, _)| *held == id("c")).map(|(_, kept)| kept).unwrap_or_default()
}

#[test]
fn what_is_kept_is_shown_before_the_backend_answers_and_stays_without_one() {
    let mut world = opened_again(2);
    expect![[r#"
        #1 user q1
        #2 text a1
        #3 user q2
        #4 text a2
    "#]]
    .assert_eq(&world.seen());
    let stage = world.state.stage_view();
    assert!(stage.as_of.is_some() && !stage.is_loading && !stage.is_failing, "{stage:?}");
    world.socket_drops();
    world.history_fails();
    let stage = world.state.stage_view();
    assert!(stage.as_of.is_some() && stage.is_failing, "{stage:?}");
    assert!(world.seen().ends_with("#4 text a2\n"));
}

#[test]
fn the_answer_that_proves_what_is_kept_ends_the_doubt_and_moves_no_row() {
    let mut world = opened_again(2);
    let rows = world.row_ids();
    world.settles();
    assert_eq!(world.row_ids(), rows);
    assert_eq!(world.state.stage_view().as_of, None);
}

/// L17: the tail is asked for with an overlap of one, without a limit.
#[test]
fn a_warm_open_asks_only_for_what_is_new() {
    let mut world = World::reading(Storing::AtSeal, say::talk(2));
    world.backend.is_restored("c", say::talk(3));
    world.load_page();
    world.orders();
    world.socket_opens();
    let orders = world.orders();
    assert!(orders.lines().all(|order| !order.starts_with("load c")), "one request is under way already: {orders}");
    assert_eq!(world.asked_history(), ["c?sinceSeq=3"]);
    world.settles();
    assert!(world.seen().ends_with("#6 text a3\n"));
}

#[test]
fn the_socket_may_open_before_the_device_answers() {
    let mut world = World::reading(Storing::AtSeal, say::talk(2));
    world.cache_is_slow = true;
    world.load_page();
    world.socket_opens();
    while world.backend_reads() || world.frame_arrives() {}
    assert_eq!(world.asked_history(), [""; 0], "what is kept decides what is asked for");
    world.settles();
    assert!(world.seen().ends_with("#4 text a2\n"));
    assert_eq!(world.anomalies(), "");
}

#[test]
fn another_history_than_the_one_that_is_kept_is_loaded_anew_and_counted() {
    for other in [vec![say::stored_prompt("other"), say::stored_text("words")], say::talk(1), Vec::new()] {
        let mut world = opened_again(2);
        world.backend.is_restored("c", other.clone());
        world.settles();
        assert_eq!(world.shown_of(&id("c")), world.truth(&id("c")));
        assert_eq!(kept(&world).count(), other.len() as u64);
        assert_eq!(world.anomalies(), "StaleHistory 1");
    }
}

#[test]
fn older_messages_come_from_the_device_and_what_it_lacks_from_the_backend() {
    // L18: ten of the wanted are kept.
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.backend.has_stored("c", say::talk(300));
    world.settles();
    assert!(world.seen().starts_with("#409 user"), "{}", &world.seen()[..40]);
    world.tell(Fact::EarlierRequested);
    world.goes_quiet();
    assert_eq!(kept(&world).run.map(|run| run.first), Some(345));
    world.load_page();
    world.settles();
    assert!(world.seen().starts_with("#409 user"), "the newest three quarters come first");
    world.orders();
    world.tell(Fact::EarlierRequested);
    assert_eq!(world.orders(), "", "all of them are kept");
    assert!(world.seen().starts_with("#345 user"));
    world.tell(Fact::EarlierRequested);
    assert_eq!(world.orders(), "load c?sinceSeq=0&beforeSeq=345&limit=64");
}

#[test]
fn what_the_device_has_of_the_older_messages_is_not_asked_for_again() {
    let mut world = World::reading(Storing::AtSeal, say::talk(200));
    // Another window read ten more.
    let more = (199..=208).map(|seq| Record {
        seq,
        text: format!(
            "{{\"seq\":{seq},\"role\":\"assistant\",\"chunk\":{{\"type\":\"text\",\"text\":\"kept {seq}\"}}}}"
        ),
    });
    world.cache.write(vec![Write::Records(id("c"), more.collect())]);
    world.tell(Fact::EarlierRequested);
    assert_eq!(world.orders(), "load c?sinceSeq=0&beforeSeq=199&limit=54");
    assert!(world.seen().starts_with("#199 text kept 199\n"));
}

#[test]
fn durations_and_output_that_were_only_seen_live_are_there_after_a_reload() {
    for storing in [Storing::AtSeal, Storing::AtSteps] {
        let mut world = World::reading(storing, say::talk(1));
        world.script(vec![
            say::thinking("hm"),
            say::call("k", "s"),
            say::step_ends("s"),
            say::output("k", "out"),
            say::result("k", "s"),
            say::text("so"),
        ]);
        assert!(world.person_sends("go"));
        world.backend_reads();
        while world.turn_goes_on(&id("c")) {
            world.now += 1500.0;
            world.goes_quiet();
        }
        world.settles();
        let seen = world.seen();
        assert!(seen.contains("Thought for") && seen.contains("stdout:\"out\"") && seen.contains("in 12ms"), "{seen}");
        world.load_page();
        assert_eq!(world.seen(), seen, "from the device alone");
        world.settles();
        assert_eq!(world.seen(), seen);
    }
}

#[test]
fn what_cannot_be_read_back_is_set_aside_and_loaded_from_the_backend() {
    let mut world = World::reading(Storing::AtSeal, say::talk(2));
    world.cache.write(vec![Write::Records(id("c"), vec![Record { seq: 3, text: "torn".to_owned() }])]);
    world.load_page();
    assert_eq!((world.seen().as_str(), world.anomalies().as_str()), ("", "CorruptStorage 1"));
    world.settles();
    assert!(world.seen().ends_with("#4 text a2\n"));
    world.load_page();
    assert!(world.seen().ends_with("#4 text a2\n"), "it was kept anew");
}

/// L6, L7 and L19.
#[test]
fn what_is_over_the_limit_is_unloaded_in_blocks_and_only_at_the_end() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.tell(Fact::ChatLimitSet(100));
    let turns = |world: &mut World, pairs: usize| {
        world.backend.is_restored("c", say::talk(pairs));
        world.hears(&format!("t{pairs}"), [say::prompt("x"), say::sealed()]);
        world.settles();
    };
    turns(&mut world, 50);
    assert_eq!(world.state.focused().unwrap().transcript.committed_len(), 100, "not over the limit");
    world.tell(Fact::ReaderMoved { conversation: id("c"), at_end: false });
    turns(&mut world, 65);
    assert_eq!(world.state.focused().unwrap().transcript.lowest_seq(), Some(1), "the reader may be looking at it");
    world.tell(Fact::ReaderMoved { conversation: id("c"), at_end: true });
    assert_eq!(world.state.focused().unwrap().transcript.lowest_seq(), Some(1), "until something changes");
    turns(&mut world, 66);
    let transcript = &world.state.focused().unwrap().transcript;
    assert_eq!((transcript.lowest_seq(), transcript.committed_len()), (Some(51), 82));
    assert!(world.state.stage_view().has_earlier);
    world.tell(Fact::EarlierRequested);
    assert!(world.seen().starts_with("#26 text") || world.seen().starts_with("#26 user"), "a quarter of 100");
}

#[test]
fn a_lower_limit_unloads_at_once_and_a_higher_one_loads_more() {
    let mut world = World::reading(Storing::AtSeal, say::talk(300));
    world.tell(Fact::ChatLimitSet(100));
    assert_eq!(world.state.focused().unwrap().transcript.committed_len(), 92, "192 less four blocks of 25");
    world.tell(Fact::ChatLimitSet(400));
    world.goes_quiet();
    assert_eq!(world.state.focused().unwrap().transcript.committed_len(), 300);
    for (asked, taken) in [(3, 10), (1_000_000, 100_000)] {
        world.tell(Fact::ChatLimitSet(asked));
        assert_eq!(world.state.settings().chat_limit, taken);
    }
}

#[test]
fn the_conversation_read_longest_ago_is_forgotten_when_too_much_is_kept() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    let note = |at: f64| Note { read_at: Some(Millis(at)), ..Note::default() };
    for (name, at) in [("old", 1.0), ("newer", 2.0)] {
        let records = (1..=30_000).map(|seq| Record { seq, text: String::new() }).collect();
        world.cache.write(vec![Write::Records(id(name), records), Write::Note(id(name), note(at))]);
    }
    world.backend.has_stored("c", say::talk(1));
    world.settles();
    let names: Vec<String> = world.cache.index().iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(names, ["c", "newer"]);
}

#[test]
fn the_browser_is_asked_once_to_keep_it_when_there_is_something_to_lose() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    world.tell(Fact::CacheIndexRead(world.cache.index()));
    assert_eq!(world.orders(), "", "two chunks are not worth a question");
    let records = (1..=300).map(|seq| Record { seq, text: String::new() }).collect();
    world.cache.write(vec![Write::Records(id("other"), records)]);
    world.tell(Fact::CacheIndexRead(world.cache.index()));
    assert_eq!(world.orders(), "ask to persist");
    world.load_page();
    world.orders();
    world.tell(Fact::CacheIndexRead(world.cache.index()));
    assert_eq!(world.orders(), "");
}

#[test]
fn a_device_that_keeps_nothing_is_told_of_once_and_the_console_goes_on() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    for _ in 0..2 {
        world.tell(Fact::CacheFailed(CacheFailure::Refused));
        world.tell(Fact::CacheFailed(CacheFailure::Broken));
    }
    assert_eq!(
        world.problems(),
        ["This browser does not keep conversations. They are loaded from the backend each time."]
    );
    world.person_asks("hi");
    world.settles();
    assert!(world.seen().ends_with("#3 user hi\n"));
}

#[test]
fn a_full_device_forgets_more_and_says_so_once() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    let records = (1..=30_000).map(|seq| Record { seq, text: String::new() }).collect();
    world.cache.write(vec![Write::Records(id("big"), records)]);
    world.tell(Fact::CacheFailed(CacheFailure::Full));
    world.tell(Fact::CacheFailed(CacheFailure::Full));
    assert_eq!(world.problems().len(), 1);
    assert_eq!(world.cache.index().len(), 1, "half of 50 000 is less than what is kept");
}

#[test]
fn closing_a_tab_keeps_nothing_of_it() {
    let mut world = World::reading(Storing::AtSeal, say::talk(1));
    assert_eq!(kept(&world).count(), 2);
    world.tell(Fact::TabCloseRequested(id("c")));
    assert_eq!(world.cache.index(), []);
}

/// A turn was sealed while the first page, asked for before, was on its way. Nobody asked again, so what the page lacked
/// was never joined with the turn, and both were shown.
#[test]
fn a_seal_during_the_first_request_is_followed_by_another() {
    let mut world = World::reading(Storing::AtSteps, say::talk(1));
    world.cache_is_slow = true;
    world.script(vec![say::text("so")]);
    world.other_sends(&id("c"), "go on");
    world.load_page();
    world.socket_opens();
    while world.backend_reads() {}
    world.frames_arrive();
    world.cache_answers();
    world.history_is_served();
    while world.turn_goes_on(&id("c")) {}
    world.frames_arrive();
    world.settles();
    assert_eq!(world.shown_of(&id("c")), world.truth(&id("c")));
}
