//! What the person sends: when it goes out, what confirms it, and that it gets there once.

use crate::world::{Storing, World, say};
use dispatch_contract::{AbortResponse, ServerMessage, TurnEvent};
use dispatch_core::view::{RowBody, UserState};
use dispatch_core::{ConversationId, Fact};
use expect_test::expect;

fn empty() -> World {
    World::reading(Storing::AtSeal, [])
}

fn refuses(world: &mut World, conversation: Option<&str>, message: &str) {
    let conversation_id = conversation.map(ConversationId::from);
    world.hears_message(ServerMessage::ChatError { conversation_id, message: message.to_owned() });
}

// The composer.

#[test]
fn what_is_sent_has_no_white_space_around_it() {
    let mut world = empty();
    world.person_sends("  hi  ");
    assert_eq!(
        world.frames_sent(),
        [r#"{"conversationId":"c","message":"hi","model":"scripted/steady","type":"chat.send"}"#]
    );
}

#[test]
fn white_space_alone_is_not_sent() {
    let mut world = empty();
    assert!(!world.person_sends(" \n "));
    assert_eq!((world.orders(), world.seen()), (String::new(), String::new()));
}

#[test]
fn without_a_model_the_frame_names_none() {
    let mut world = World::with_tabs(Storing::AtSeal, &["c"]);
    world.has_models = false;
    world.load_page();
    world.socket_opens();
    world.goes_quiet();
    world.waits(300.0);
    world.orders();
    world.person_sends("hi");
    assert_eq!(world.frames_sent(), [r#"{"conversationId":"c","message":"hi","type":"chat.send"}"#]);
}

#[test]
fn while_a_turn_runs_a_message_is_refused_and_the_text_is_the_composers() {
    let mut world = empty();
    world.hears("t1", [say::prompt("q")]);
    world.orders();
    assert!(!world.person_sends("more"));
    assert_eq!(world.orders(), "");
    expect![[r#"
        live user q
    "#]]
    .assert_eq(&world.seen());
}

// Drafts.

#[test]
fn the_first_message_makes_the_draft_a_tab_with_its_id_and_a_fresh_draft_takes_its_place() {
    let mut world = World::new(Storing::AtSeal);
    world.socket_opens();
    world.goes_quiet();
    world.orders();
    let draft = world.focused();
    world.person_sends("hi");
    expect![[r#"{"conversationId":"c1","message":"hi","model":"scripted/steady","type":"chat.send"}"#]]
        .assert_eq(&world.frames_sent().join("\n"));
    expect!["[c1: hi]"].assert_eq(&world.strip());
    assert_eq!(world.focused(), draft);
    assert_ne!(*world.state.tabs().draft(), draft);
}

#[test]
fn a_new_conversation_begins_empty_and_leaves_the_others_as_they_are() {
    let mut world = World::reading(Storing::AtSeal, [say::stored_prompt("q")]);
    world.tell(Fact::DraftSelected);
    assert_eq!(world.seen(), "");
    expect!["c: q"].assert_eq(&world.strip());
    assert!(world.state.stage_view().is_empty && !world.state.stage_view().is_loading);
}

#[test]
fn a_title_is_the_first_message_on_one_line_cut_after_forty_characters() {
    let mut world = World::new(Storing::AtSeal);
    world.person_sends("please have a look at\nthe tests of the parser, they fail");
    expect!["[c1: please have a look at the tests of the p…]"].assert_eq(&world.strip());
}

// When it goes out.

#[test]
fn a_message_sent_offline_waits_and_goes_out_once_on_open() {
    let mut world = World::new(Storing::AtSeal);
    world.person_sends("hi");
    expect![[r#"
        live user hi (Waiting)
    "#]]
    .assert_eq(&world.seen());
    world.orders();
    world.socket_opens();
    let sends = world.frames_sent().iter().filter(|frame| frame.contains("chat.send")).count();
    assert_eq!(sends, 1);
    expect![[r#"
        live user hi (Sending)
    "#]]
    .assert_eq(&world.seen());
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
    assert!(!world.seen().contains("live"));
}

#[test]
fn messages_sent_offline_go_out_one_turn_after_the_other() {
    let mut world = World::new(Storing::AtSeal);
    world.script(vec![say::text("one")]);
    world.script(vec![say::text("two")]);
    world.person_sends("first");
    world.person_sends("second");
    world.socket_opens();
    world.goes_quiet();
    expect![[r#"
        live user first
        live user second (Waiting)
    "#]]
    .assert_eq(&world.seen());
    world.settles();
    expect![[r#"
        #1 user first
        #2 text one
        #3 user second
        #4 text two
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_message_sent_between_done_and_the_seal_goes_out_on_the_seal() {
    let mut world = empty();
    world.hears("t1", [say::prompt("q"), say::done()]);
    world.orders();
    assert!(world.person_sends("next"));
    assert_eq!(world.orders(), "");
    expect![[r#"
        live user q
        live user next (Waiting)
    "#]]
    .assert_eq(&world.seen());
    world.hears("t1", [say::sealed()]);
    assert_eq!(world.frames_sent().len(), 1);
    expect![[r#"
        live user q
        live user next (Sending)
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn after_a_reconnect_a_message_waits_until_it_is_known_what_runs() {
    let mut world = World::reading(Storing::AtSeal, [say::stored_prompt("q"), say::stored_text("a")]);
    world.socket_drops();
    world.person_sends("next");
    world.waits(500.0);
    world.socket_opens();
    world.goes_quiet();
    expect![[r#"
        #1 user q
        #2 text a
        live user next (Waiting)
    "#]]
    .assert_eq(&world.seen());
    world.waits(300.0);
    expect![[r#"
        #1 user q
        #2 text a
        live user next (Sending)
    "#]]
    .assert_eq(&world.seen());
}

// Refusals.

#[test]
fn a_refusal_marks_the_message_with_the_servers_words_and_keeps_its_text() {
    let mut world = empty();
    world.person_sends("hi");
    refuses(&mut world, Some("c"), "no such model");
    expect![[r#"
        live user hi (Failed("no such model"))
    "#]]
    .assert_eq(&world.seen());
    expect!["[c: hi !]"].assert_eq(&world.strip());
    assert_eq!(world.state.announcement().text, "Message not sent");
}

#[test]
fn a_refusal_without_an_id_is_about_the_only_message_on_its_way() {
    let mut world = empty();
    world.person_sends("hi");
    refuses(&mut world, None, "bad frame");
    expect![[r#"
        live user hi (Failed("bad frame"))
    "#]]
    .assert_eq(&world.seen());
    assert!(world.problems().is_empty());
}

#[test]
fn a_refusal_without_an_id_is_about_nobody_when_two_are_on_their_way() {
    let mut world = World::with_tabs(Storing::AtSeal, &["b", "c"]);
    world.settles();
    world.person_sends("one");
    world.to_backend.clear();
    world.tell(Fact::TabSelected(ConversationId::from("b")));
    world.goes_quiet();
    world.waits(300.0);
    world.person_sends("two");
    refuses(&mut world, None, "bad frame");
    expect![[r#"
        live user two (Sending)
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.problems(), ["bad frame"]);
}

#[test]
fn a_refusal_for_another_conversation_leaves_this_message_alone() {
    let mut world = empty();
    world.person_sends("hi");
    refuses(&mut world, Some("elsewhere"), "bad frame");
    expect![[r#"
        live user hi (Sending)
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.problems(), ["bad frame"]);
}

#[test]
fn retry_sends_a_refused_message_again_in_its_own_row() {
    let mut world = empty();
    world.person_sends("hi");
    refuses(&mut world, Some("c"), "busy");
    world.to_backend.clear();
    let rows = world.row_ids();
    world.person_retries("hi");
    expect![[r#"
        live user hi (Sending)
    "#]]
    .assert_eq(&world.seen());
    world.settles();
    expect![[r#"
        #1 user hi
    "#]]
    .assert_eq(&world.seen());
    assert_eq!((world.row_ids(), world.times_in_log("hi")), (rows, 1));
}

/// What waited behind a refused message waited for a seal that never came: it stayed "waiting" until the person sent
/// something else.
#[test]
fn a_message_behind_a_refused_one_goes_out() {
    let mut world = World::new(Storing::AtSeal);
    world.person_sends("first");
    world.person_sends("second");
    world.socket_opens();
    world.to_backend.clear();
    world.orders();
    let id = world.focused();
    refuses(&mut world, Some(id.as_str()), "no");
    assert_eq!(world.frames_sent().len(), 1);
    expect![[r#"
        live user first (Failed("no"))
        live user second (Sending)
    "#]]
    .assert_eq(&world.seen());
}

// Exactly once.

#[test]
fn a_message_that_never_arrived_is_sent_again_after_the_drop() {
    let mut world = empty();
    world.person_sends("hi");
    world.reconnects();
    expect![[r#"
        live user hi (Sending)
    "#]]
    .assert_eq(&world.seen());
    world.settles();
    expect![[r#"
        #1 user hi
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.times_in_log("hi"), 1);
}

#[test]
fn a_message_that_arrived_is_found_in_the_running_turn_after_the_drop() {
    let mut world = empty();
    world.script(vec![say::text("a")]);
    world.person_sends("hi");
    let row = world.row_ids();
    assert!(world.backend_reads(), "the message arrives, and nothing of its turn does");
    world.reconnects();
    expect![[r#"
        live user hi
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.row_ids(), row);
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
}

#[test]
fn a_message_whose_turn_is_over_is_found_in_history_after_the_drop() {
    let mut world = empty();
    world.script(vec![say::text("a")]);
    world.person_sends("hi");
    let row = world.row_ids();
    world.backend_reads();
    while world.turn_goes_on(&ConversationId::from("c")) {}
    world.reconnects();
    expect![[r#"
        #1 user hi
        #2 text a
    "#]]
    .assert_eq(&world.seen());
    assert_eq!(world.row_ids()[..1], row[..]);
    world.settles();
    assert_eq!(world.times_in_log("hi"), 1);
}

#[test]
fn an_equal_message_from_before_does_not_confirm_a_doubted_one() {
    let mut world = World::reading(Storing::AtSeal, [say::stored_prompt("hi"), say::stored_text("a")]);
    world.person_sends("hi");
    world.reconnects();
    world.settles();
    assert_eq!(world.times_in_log("hi"), 2);
    expect![[r#"
        #1 user hi
        #2 text a
        #3 user hi
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_message_of_another_conversation_is_not_touched_by_a_turn_in_this_one() {
    let mut world = World::with_tabs(Storing::AtSeal, &["b", "c"]);
    world.settles();
    world.person_sends("hi");
    world.to_backend.clear();
    world.tell(Fact::TabSelected(ConversationId::from("b")));
    world.settles();
    world.other_sends(&ConversationId::from("b"), "hi");
    world.settles();
    expect![[r#"
        #1 user hi
    "#]]
    .assert_eq(&world.seen());
    expect![[r#"
        out hi (sent)
    "#]]
    .assert_eq(&world.shown_of(&ConversationId::from("c")));
}

#[test]
fn a_turn_of_somebody_elses_does_not_confirm_a_message_with_other_words() {
    let mut world = empty();
    world.person_sends("mine");
    world.hears("t1", [say::prompt("theirs"), say::text("a")]);
    expect![[r#"
        live user theirs
        live text a…
        live user mine (Sending)
    "#]]
    .assert_eq(&world.seen());
}

#[test]
fn a_running_turn_that_is_stopped_says_so_until_it_ends() {
    let mut world = empty();
    world.hears("t1", [say::prompt("q")]);
    world.orders();
    world.tell(Fact::StopRequested);
    world.tell(Fact::StopRequested);
    assert_eq!(world.orders(), "stop c");
    assert!(world.state.stage_view().is_stopping);
    world.hears("t1", [say::done()]);
    assert!(!world.state.stage_view().is_stopping);
}

/// A backend that had no turn to stop left the button on "stopping" for good.
#[test]
fn a_stop_that_stopped_nothing_may_be_asked_for_again() {
    let mut world = empty();
    world.hears("t1", [say::prompt("q")]);
    world.tell(Fact::StopRequested);
    let conversation = ConversationId::from("c");
    let answer = AbortResponse { conversation_id: conversation.clone(), aborted_turn: false };
    world.tell(Fact::StopAnswered { conversation, answer: Ok(answer) });
    assert!(!world.state.stage_view().is_stopping);
}

#[test]
fn pictures_go_with_the_next_message_and_no_other() {
    let mut world = World::reading(Storing::AtSeal, []);
    let given = |picture: Result<&str, &str>| Fact::PictureGiven {
        conversation: ConversationId::new("c"),
        name: "a.png".to_owned(),
        kind: "image/png".to_owned(),
        picture: picture.map(str::to_owned).map_err(str::to_owned),
    };
    // Whoever looks elsewhere while a picture is read finds it where it was given.
    world.tell(Fact::DraftSelected);
    world.tell(given(Ok("data:image/png;base64,eA==")));
    assert!(world.state.stage_view().attached.is_empty());
    world.tell(Fact::TabSelected(ConversationId::new("c")));
    world.tell(given(Ok("data:image/png;base64,eQ==")));
    world.tell(given(Err("b.png has 20 MB")));
    assert_eq!(world.state.problems().shown()[0].text, "b.png has 20 MB");
    world.tell(Fact::PictureRemoved(1));
    world.tell(Fact::PictureRemoved(7));
    assert_eq!(world.state.stage_view().attached, ["a.png"]);
    world.orders();
    world.person_sends("what is this?");
    assert!(world.orders().contains(r#""images":[{"url":"data:image/png;base64,eA==","mimeType":"image/png"}]"#));
    assert!(world.state.stage_view().attached.is_empty());
    world.load_page();
    world.orders();
    world.socket_opens();
    world.settles();
    assert!(world.orders().contains(r#""images":[{"url":"data:image/png;base64,eA=="}]"#), "also after a reload");
}

#[test]
fn pictures_that_are_too_much_together_are_refused_in_words() {
    let mut world = World::reading(Storing::AtSeal, []);
    for name in ["a.png", "b.png", "c.png"] {
        let picture = Ok(["data:image/png;base64,", &"A".repeat(6_000_000)].concat());
        world.tell(Fact::PictureGiven {
            conversation: ConversationId::new("c"),
            name: name.to_owned(),
            kind: "image/png".to_owned(),
            picture,
        });
    }
    assert_eq!(world.state.stage_view().attached, ["a.png", "b.png"]);
    assert!(world.state.problems().shown()[0].text.starts_with("c.png is too much"));
}

#[test]
fn what_was_said_can_be_said_again_newest_first() {
    let mut world = World::reading(Storing::AtSeal, []);
    world.hears("t1", [say::prompt("one"), say::text("1"), say::done(), say::sealed()]);
    world.hears("t2", [say::prompt("two"), say::text("2")]);
    assert_eq!(world.state.focused().unwrap().prompts(), ["two", "one"]);
}

#[test]
fn a_message_that_steered_a_running_turn_says_so() {
    let mut world = World::reading(Storing::AtSeal, []);
    let steering = TurnEvent::Steering { text: "faster".to_owned() };
    world.hears("t1", [say::prompt("one"), say::text("1"), steering]);
    let conversation = world.state.focused().unwrap();
    let row = conversation.row_keys()[2];
    assert_eq!(conversation.row_view(row).unwrap().body, RowBody::User(UserState::Steering));
}

#[test]
fn nobody_is_told_that_a_lost_turn_will_be_asked_again() {
    let mut world = World::reading(Storing::AtSeal, []);
    let (message, code) = ("busy".to_owned(), None);
    let pause = TurnEvent::ProviderRetry { attempt: 2, delay_ms: 28_000.0, message, code };
    world.hears("t1", [say::prompt("hi"), pause]);
    assert!(world.state.stage_view().retry.is_some());
    world.reconnects();
    world.settles();
    assert_eq!(world.state.stage_view().retry, None, "the backend knows nothing of the turn");
}
