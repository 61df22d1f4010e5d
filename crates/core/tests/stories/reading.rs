//! What a reader does with what was said: turns to step through, words to find, Markdown to take along.

use crate::world::{Storing, World, say};
use dispatch_core::reading::match_beside;
use dispatch_core::view::RowKey;
use dispatch_core::{ExportFormat, Fact, HttpFailure};
use expect_test::expect;

fn told() -> World {
    let mut world = World::reading(Storing::AtSeal, []);
    let first =
        [say::prompt("Find\nthe light"), say::thinking("Where?"), say::call("tc1", "s"), say::result("tc1", "s")];
    world.hears("t1", first.into_iter().chain([say::text("It is **here**.")]));
    world.hears("t2", [say::prompt("again"), say::text("No.")]);
    world
}

fn keys(world: &World) -> Vec<RowKey> {
    world.state.focused().unwrap().row_keys()
}

#[test]
fn turns_are_told_by_the_first_words_of_their_prompts() {
    let world = told();
    let turns = world.state.focused().unwrap().turns();
    let titles: Vec<&str> = turns.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(titles, ["Find the light", "again"]);
    assert_eq!(turns[0].0, keys(&world)[0]);
}

#[test]
fn words_are_found_wherever_they_stand() {
    let world = told();
    let all = keys(&world);
    let places = |words: &str| {
        let found = world.state.focused().unwrap().find(words, &str::to_lowercase);
        found.iter().map(|key| all.iter().position(|row| row == key).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(places("the LIGHT"), [0], "in prompts, in any case");
    assert_eq!(places(" where "), [1], "in thinking, folded as it is");
    assert_eq!(places("result of tc1"), [2], "in results");
    assert_eq!(places("run"), [2], "in names of tools");
    assert_eq!(places("no"), [5], "in answers");
    assert_eq!(places("nowhere"), [] as [usize; 0]);
    assert_eq!(places("  "), [] as [usize; 0], "nothing is asked");
}

#[test]
fn a_turn_is_taken_along_as_markdown() {
    let world = told();
    let conversation = world.state.focused().unwrap();
    let all = keys(&world);
    assert_eq!(conversation.to_markdown(all[3], false), "It is **here**.");
    assert_eq!(conversation.to_markdown(all[0], false), "Find\nthe light");
    expect![[r#"
        > Find
        > the light

        > Where?

        run:

        ```
        {
          "command": "tc1"
        }
        ```

        ```
        result of tc1
        ```

        It is **here**."#]]
    .assert_eq(&conversation.to_markdown(all[0], true));
    assert!(conversation.to_markdown(all[4], true).starts_with("> again"), "a turn ends where the next begins");
}

#[test]
fn what_was_copied_is_said_and_what_was_not_too() {
    let mut world = told();
    world.tell(Fact::CopyRequested("words".to_owned()));
    assert!(world.orders().contains("copy \"words\""), "{}", world.orders());
    world.tell(Fact::CopyAnswered { copied: true });
    assert_eq!(world.state.announcement().text, "Copied");
    world.tell(Fact::CopyAnswered { copied: false });
    let problems = world.state.shell_view().problems;
    assert_eq!(problems.last().unwrap().text, "This browser does not let the console copy.");
}

const HISTORY: &str = r#"{"latestSeq":2,"chunks":[
    {"seq":1,"role":"user","chunk":{"type":"text","text":"Find\nit"}},
    {"seq":2,"role":"assistant","chunk":{"type":"text","text":"Here."}}]}"#;

#[test]
fn a_conversation_is_exported_as_the_backend_has_it() {
    let mut world = told();
    world.tell(Fact::ExportRequested(ExportFormat::Markdown));
    world.answers("/conversations/c?sinceSeq=0", Ok(HISTORY));
    world.tell(Fact::ExportRequested(ExportFormat::Json));
    world.answers("/conversations/c?sinceSeq=0", Ok(HISTORY));
    let [markdown, json] = &world.saved[..] else { panic!("{:?}", world.saved) };
    assert_eq!((markdown.0.as_str(), json.0.as_str()), ("Find-the-light.md", "Find-the-light.json"));
    assert_eq!(markdown.1, "# Find the light\n\n> Find\n> it\n\nHere.\n");
    let json: serde_json::Value = serde_json::from_str(&json.1).unwrap();
    assert_eq!(json["conversationId"], "c");
    assert_eq!(json["chunks"][1]["chunk"]["text"], "Here.");
}

#[test]
fn what_this_device_keeps_is_exported_where_no_backend_answers() {
    let mut world = World::reading(Storing::AtSeal, say::talk(3));
    world.tell(Fact::ExportRequested(ExportFormat::Markdown));
    world.answers("/conversations/c?sinceSeq=0", Err(HttpFailure::Unreachable));
    assert_eq!(world.saved[0].1.matches("\n\n").count(), 6, "{:?}", world.saved);
    assert!(world.state.problems().shown()[0].text.contains("what this device keeps"));
}

#[test]
fn nothing_is_exported_of_a_draft() {
    let mut world = told();
    world.tell(Fact::DraftSelected);
    world.tell(Fact::ExportRequested(ExportFormat::Json));
    assert_eq!(world.state.announcement().text, "There is nothing to export yet");
}

#[test]
fn a_reader_steps_from_turn_to_turn() {
    let world = told();
    let all = keys(&world);
    let conversation = world.state.focused().unwrap();
    let beside = |at: usize, forward| {
        let turn = conversation.turn_beside(all[at], forward);
        turn.map(|turn| all.iter().position(|row| *row == turn).unwrap())
    };
    assert_eq!((beside(0, true), beside(2, true), beside(5, true)), (Some(4), Some(4), None));
    assert_eq!((beside(5, false), beside(4, false), beside(0, false)), (Some(4), Some(0), None));
}

#[test]
fn a_reader_steps_from_match_to_match_and_round() {
    let steps = |forward| [0, 1, 2, 3].map(|at| match_beside(at, 3, forward));
    assert_eq!((steps(true), steps(false)), ([1, 2, 3, 1], [3, 3, 1, 2]));
}
