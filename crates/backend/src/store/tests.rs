//! What the store promises, against a database in memory or in a folder of its own.

use super::history::Window;
use super::turns::{RESTART_CODE, RESTART_MESSAGE};
use super::*;
use crate::throughput::TimeWindow;
use dispatch_contract::{Chunk, ConversationId, Open, ReasoningEffort, Role, StepMetrics, TurnId, TurnMetrics, Usage};

fn text(role: Role, text: &str) -> NewChunk {
    NewChunk { role, chunk: Chunk::Text { text: text.to_owned() } }
}

fn turn(conversation: &str, turn_id: &str, message: &str) -> NewTurn {
    NewTurn {
        conversation: conversation.into(),
        turn_id: turn_id.into(),
        model: "scripted/steady".to_owned(),
        message: message.to_owned(),
        chunks: vec![text(Role::User, message)],
        waited: None,
    }
}

fn metrics(turn_id: &str, steps: usize) -> TurnMetrics {
    let step = |number: usize| StepMetrics {
        step_id: format!("{turn_id}.{number}").as_str().into(),
        usage: Usage { input_tokens: 10, output_tokens: 1, ..Usage::default() },
        ttft_ms: None,
        decode_ms: None,
        gen_total_ms: Some(5.0),
    };
    TurnMetrics {
        turn_id: TurnId::from(turn_id),
        usage: Usage::default(),
        duration_ms: None,
        steps: (1..=steps).map(step).collect(),
        context_size: None,
    }
}

fn seqs(chunks: &[dispatch_contract::StoredChunk]) -> Vec<u64> {
    chunks.iter().map(|chunk| chunk.seq).collect()
}

#[tokio::test]
async fn seqs_count_from_one_without_gaps_in_each_conversation() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    let c = ConversationId::from("c");
    let begun = store.begin_turn(turn("c", "t1", "one")).await.unwrap();
    assert_eq!(seqs(&begun), [1]);
    store.begin_turn(turn("other", "t2", "elsewhere")).await.unwrap();
    let answer = vec![text(Role::Assistant, "a"), text(Role::Assistant, "b")];
    store.append_step(&c, metrics("t1", 1), answer.clone(), Vec::new()).await.unwrap();
    store.append_step(&c, metrics("t1", 2), Vec::new(), Vec::new()).await.unwrap();
    store.seal_turn(&c, metrics("t1", 2), answer).await.unwrap();
    let begun = store.begin_turn(turn("c", "t3", "two")).await.unwrap();
    assert_eq!(seqs(&begun), [1, 2, 3, 4, 5, 6]);
    let window = Window { since: 1, before: Some(6), limit: Some(2) };
    assert_eq!(seqs(&store.history(&c, window).await.unwrap()), [4, 5]);
}

#[tokio::test]
async fn only_sealed_turns_have_metrics() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    let c = ConversationId::from("c");
    store.begin_turn(turn("c", "t1", "one")).await.unwrap();
    store.append_step(&c, metrics("t1", 1), Vec::new(), Vec::new()).await.unwrap();
    assert!(store.metrics(&c).await.unwrap().is_empty());
    store.seal_turn(&c, metrics("t1", 2), Vec::new()).await.unwrap();
    assert_eq!(store.metrics(&c).await.unwrap(), [metrics("t1", 2)]);
}

#[tokio::test]
async fn lost_turns_are_sealed_once_with_what_was_known() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    let c = ConversationId::from("c");
    store.begin_turn(turn("c", "t1", "one")).await.unwrap();
    store.append_step(&c, metrics("t1", 1), vec![text(Role::Assistant, "half")], Vec::new()).await.unwrap();
    assert_eq!(store.seal_lost_turns().await.unwrap(), 1);
    assert_eq!(store.seal_lost_turns().await.unwrap(), 0);
    let chunks = store.history(&c, Window::default()).await.unwrap();
    let expected = Chunk::Error { message: RESTART_MESSAGE.to_owned(), code: Some(RESTART_CODE.to_owned()) };
    assert_eq!(seqs(&chunks), [1, 2, 3]);
    assert_eq!(chunks[2].chunk, Open::Known(expected));
    assert_eq!(store.metrics(&c).await.unwrap(), [metrics("t1", 1)]);
}

#[tokio::test]
async fn what_a_lost_turn_told_is_stored_once() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    let c = ConversationId::from("c");
    let told = |place: usize, words: &str| vec![Told { place, part: text(Role::Assistant, words) }];
    store.begin_turn(turn("c", "t1", "one")).await.unwrap();
    store.keep_told(&TurnId::from("t1"), told(0, "a step"));
    store.append_step(&c, metrics("t1", 1), vec![text(Role::Assistant, "a step")], Vec::new()).await.unwrap();
    store.keep_told(&TurnId::from("t1"), told(0, "the ne"));
    store.keep_told(&TurnId::from("t1"), told(0, "xt one"));
    assert_eq!(seqs(&store.history(&c, Window::default()).await.unwrap()), [1, 2], "not before it is certain");
    store.seal_lost_turns().await.unwrap();
    let chunks = store.history(&c, Window::default()).await.unwrap();
    let words: Vec<_> = chunks.iter().take(3).map(|stored| stored.chunk.clone()).collect();
    let expected = ["one", "a step", "the next one"];
    assert_eq!(words, expected.map(|text| Open::Known(Chunk::Text { text: text.to_owned() })));
    assert_eq!(seqs(&chunks), [1, 2, 3, 4]);
}

#[tokio::test]
async fn settings_are_kept_and_the_last_model_is_remembered() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    let c = ConversationId::from("c");
    assert_eq!(store.settings(&c).await.unwrap(), Default::default());
    store.set_cwd(&c, "/tmp/é 'quoted'").await.unwrap();
    store.set_effort(&c, &ReasoningEffort::ExtraHigh).await.unwrap();
    store.begin_turn(turn("c", "t1", "one")).await.unwrap();
    let settings = store.settings(&c).await.unwrap();
    assert_eq!(settings.cwd.as_deref(), Some("/tmp/é 'quoted'"));
    assert_eq!(settings.effort, Some(ReasoningEffort::ExtraHigh));
    assert_eq!(settings.model.as_deref(), Some("scripted/steady"));
}

#[tokio::test]
async fn a_title_is_the_first_words_on_one_line() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    store.begin_turn(turn("c", "t1", " \n ")).await.unwrap();
    store.begin_turn(turn("c", "t2", " first\n words ")).await.unwrap();
    store.begin_turn(turn("c", "t3", "later words")).await.unwrap();
    store.begin_turn(turn("d", "t4", &"x".repeat(5_000))).await.unwrap();
    let rows = store.conversations("").await.unwrap();
    let title = |id: &str| rows.iter().find(|row| row.id.as_str() == id).unwrap().title.clone();
    assert_eq!(title("c"), "first words");
    assert_eq!(title("d"), format!("{}…", "x".repeat(40)));
    assert_eq!(store.conversations("%").await.unwrap(), [], "a prefix is no pattern");
}

#[tokio::test]
async fn a_given_title_wins_whenever_it_was_given() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    let (before, after) = (ConversationId::from("before"), ConversationId::from("after"));
    assert_eq!(store.title(&before).await.unwrap(), "New chat");
    let name = "n".repeat(200);
    store.set_title(&before, &name).await.unwrap();
    store.begin_turn(turn("before", "t1", "words")).await.unwrap();
    store.begin_turn(turn("after", "t2", "words")).await.unwrap();
    assert_eq!(store.title(&after).await.unwrap(), "words");
    store.set_title(&after, &name).await.unwrap();
    for conversation in [before, after] {
        assert_eq!(store.title(&conversation).await.unwrap(), name, "and is not cut");
    }
}

/// A file of the first version has the beginning of the first message, up to 200 characters, where the title is now.
#[tokio::test]
async fn a_file_of_the_first_version_keeps_what_it_has_and_learns_given_titles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dispatch.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(schema::STEPS[0]).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    let insert = "INSERT INTO conversations (id, created_at, last_activity_at, title, cwd) VALUES (?1, 1, 2, ?2, '/x')";
    old.execute(insert, ("long", "x".repeat(200))).unwrap();
    old.execute(insert, ("none", None::<String>)).unwrap();
    old.close().unwrap();

    let database = Database::File(path);
    let store = Store::open(&database, Clock::system()).unwrap();
    let (long, none) = (ConversationId::from("long"), ConversationId::from("none"));
    assert_eq!(store.title(&long).await.unwrap(), format!("{}…", "x".repeat(40)));
    assert_eq!(store.title(&none).await.unwrap(), "New chat");
    assert_eq!(store.settings(&long).await.unwrap().cwd.as_deref(), Some("/x"));
    store.begin_turn(turn("none", "t1", "words")).await.unwrap();
    store.set_title(&long, "mine").await.unwrap();
    store.close();

    let store = Store::open(&database, Clock::system()).unwrap();
    assert_eq!(store.title(&long).await.unwrap(), "mine");
    assert_eq!(store.title(&none).await.unwrap(), "words");
}

#[tokio::test]
async fn the_newest_comes_first_also_within_a_millisecond() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    for (id, turn_id) in [("b", "t1"), ("a", "t2"), ("c", "t3"), ("b", "t4")] {
        store.begin_turn(turn(id, turn_id, "words")).await.unwrap();
    }
    let same_moment = |connection: &mut Connection| {
        connection.execute("UPDATE conversations SET last_activity_at = 7", [])?;
        Ok(())
    };
    store.run(same_moment).await.unwrap();
    let ids: Vec<_> = store.conversations("").await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(ids, ["b", "c", "a"].map(ConversationId::from));
}

#[tokio::test]
async fn a_closed_store_refuses() {
    let store = Store::open(&Database::Memory, Clock::system()).unwrap();
    store.close();
    store.close();
    assert!(matches!(store.settings(&"c".into()).await, Err(StoreError::Closed)));
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new folder").join("dispatch.sqlite");
    let database = Database::File(path.clone());
    Store::open(&database, Clock::system()).unwrap().close();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::open(&database, Clock::system()), Err(StoreError::TooNew { found: 99, .. })));
}

#[tokio::test]
async fn a_turn_belongs_to_the_window_of_its_seal() {
    let clock = Clock::by_hand(1_000);
    let store = Store::open(&Database::Memory, clock.clone()).unwrap();
    for id in ["t1", "t2", "t3"] {
        store.begin_turn(turn("c", id, "one")).await.unwrap();
    }
    for id in ["t2", "t1"] {
        clock.advance(Duration::from_millis(1_000));
        store.seal_turn(&"c".into(), metrics(id, 1), Vec::new()).await.unwrap();
    }
    let sealed = async |start, end| {
        let turns = store.turns_sealed_in(TimeWindow { start, end }).await.unwrap();
        turns.into_iter().map(|(_, turn)| turn.turn_id.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sealed(0, 10_000).await, ["t1", "t2"], "a running turn is in none");
    assert_eq!(sealed(2_000, 3_000).await, ["t2"], "the first moment is in it, the last is not");
    assert_eq!(sealed(3_000, 3_001).await, ["t1"]);
}
