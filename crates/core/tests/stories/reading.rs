//! What a reader does with what was said: turns to step through, words to find, Markdown to take along.

use crate::world::{Storing, World, say};
use dispatch_core::Fact;
use dispatch_core::view::RowKey;
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
