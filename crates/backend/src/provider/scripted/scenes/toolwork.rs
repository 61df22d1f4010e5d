//! Scenes about tools.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};
use serde_json::json;
use std::time::Duration;

/// Several steps; one tool fails, and the turn goes on.
pub(super) fn tools(stage: &Stage) -> Script {
    match stage.step {
        1 => stage.script(vec![
            Beat::Think(
                "A task with a few unknowns. First the folder and the open ends in it; both are cheap.".to_owned(),
            ),
            Beat::Say("First an overview: what is here, and what was left to do.\n".to_owned()),
            stage.call(1, "list", json!({ "path": "." })),
            stage.call(2, "search", json!({ "pattern": "TODO" })),
        ]),
        2 => stage.script(vec![
            Beat::Say(
                "Next the manifest, a changelog that may or may not exist, and a rehearsed lint run. **One of these \
                 fails**; the turn does not.\n"
                    .to_owned(),
            ),
            stage.call(1, "read", json!({ "path": first_file(stage) })),
            stage.call(2, "read", json!({ "path": "docs/a-file-that-is-not-there.md" })),
            stage.call(3, "demo_shell", json!({ "command": "cargo clippy" })),
        ]),
        3 => stage.script(vec![
            Beat::Think(
                "The missing file is no obstacle. A tool's failure is an answer too: it is not there.".to_owned(),
            ),
            Beat::Say(
                "The missing file tells me something as well. One more measurement, then I am done.\n".to_owned(),
            ),
            stage.call(1, "demo_shell", json!({ "command": "./scripts/measure" })),
        ]),
        _ => {
            let failed = stage.results.iter().filter(|result| result.is_error).count();
            let all = stage.results.len();
            stage.script(vec![Beat::Say(format!(
                "Done: **{all} tool calls in {steps} steps, {failed} of them failed.**\n\n\
                 - Calls of one step stand together, and each card holds its own input, live output and result.\n\
                 - A failed call is marked and explained by the tool's own words; the steps after it are normal ones.\n\
                 - Results belong to their calls by id, whatever order they come in.\n",
                steps = stage.step - 1,
            ))])
        }
    }
}

/// The commands of [`parallel`], in the order in which they are asked for: not that in which they finish.
const AT_ONCE: &[&str] = &["./scripts/measure", "cargo check", "npm run build", "cargo test --test harbour"];

/// Four tools at once.
pub(super) fn parallel(stage: &Stage) -> Script {
    if stage.step == 1 {
        let mut beats = vec![Beat::Say(
            "Four rehearsed commands in one step. They start together, write as they go, and finish in an order of their \
             own; the last of them fails.\n"
                .to_owned(),
        )];
        beats.extend(
            AT_ONCE
                .iter()
                .enumerate()
                .map(|(index, command)| stage.call(index + 1, "demo_shell", json!({ "command": command }))),
        );
        return stage.script(beats);
    }
    let rows: String = stage
        .results
        .iter()
        .enumerate()
        .map(|(index, result)| {
            let asked = result.call.as_str().rsplit('-').next().and_then(|number| number.parse::<usize>().ok());
            let command = asked.and_then(|number| AT_ONCE.get(number.saturating_sub(1))).copied().unwrap_or("?");
            let ended = if result.is_error { "failed" } else { "ok" };
            format!("| {} | `{command}` | {} | {ended} |\n", index + 1, asked.unwrap_or_default())
        })
        .collect();
    stage.script(vec![Beat::Say(format!(
        "All four are back. They finished like this:\n\n| finished | command | asked for | result |\n|---:|---|---:|---|\n\
         {rows}\nThe transcript keeps them in the order of asking, so that nothing moves while you read.\n"
    ))])
}

/// Two edits, as diffs. Nothing is written.
pub(super) fn edit(stage: &Stage) -> Script {
    if stage.step == 1 {
        return stage.script(vec![
            Beat::Think(
                "The tide table ignores springs and neaps. Two places: the function, and the note that says it does not."
                    .to_owned(),
            ),
            Beat::Say(
                "Two edits to the built-in *lantern* project. The tool is rehearsed: you see the diffs, the files stay as \
                 they are.\n"
                    .to_owned(),
            ),
            stage.call(
                1,
                "edit",
                json!({
                    "path": "src/tide.rs",
                    "oldString": "pub fn until_high_water(since_last: Duration) -> Duration {\n    // TODO: springs and neaps. This harbour has shallow days.\n    PERIOD.saturating_sub(since_last)\n}\n",
                    "newString": "pub fn until_high_water(since_last: Duration, moon: Moon) -> Duration {\n    let period = match moon {\n        Moon::Spring => PERIOD - LAG,\n        Moon::Neap => PERIOD + LAG,\n    };\n    period.saturating_sub(since_last)\n}\n",
                }),
            ),
            stage.call(
                2,
                "edit",
                json!({
                    "path": "docs/keeper.md",
                    "oldString": "3. `lantern` never sends at low water: nobody is out there to read it.\n",
                    "newString": "3. `lantern` never sends at low water: nobody is out there to read it.\n4. At neap tide the water comes later. The program knows.\n",
                }),
            ),
        ]);
    }
    stage.script(vec![Beat::Say(
        "Both edits are shown above as diffs: removed lines, added lines, and the file each belongs to.\n\n\
         ```rust\n/// Where the moon stands decides how late the water is.\npub enum Moon {\n    Spring,\n    Neap,\n}\n```\n\n\
         This type would have to be added too. **No file was changed.**\n"
            .to_owned(),
    )])
}

/// A tool that is silent for a long time.
pub(super) fn quiet(stage: &Stage) -> Script {
    let seconds = stage.number().unwrap_or(60);
    if stage.step == 1 {
        return stage.script(vec![
            Beat::Say(format!(
                "I start a tool that says nothing for {seconds} s. Nothing is wrong meanwhile: the clock on its card \
                 runs, the turn can be stopped, and you can work in another tab.\n"
            )),
            stage.call(1, "demo_wait", json!({ "seconds": seconds })),
        ]);
    }
    stage.script(vec![Beat::Say("And back. Silence alone never means that a connection is dead.\n".to_owned())])
}

const USUAL_ROWS: u64 = 1_000;
const MOST_ROWS: u64 = 20_000;
/// What one step of [`rows`] is made of, and how many steps there are at most: a turn has a limit.
const ROWS_IN_STEP: u64 = 250;
const MOST_STEPS: u64 = 80;
/// Two calls and their results end each step but the last.
const TOOL_ROWS: u64 = 4;

/// Very many stored chunks, quickly: thoughts and sentences by turns, and two tools at the end of each step.
pub(super) fn rows(stage: &Stage) -> Script {
    let rows = stage.number().unwrap_or(USUAL_ROWS).clamp(10, MOST_ROWS);
    let steps = rows.div_ceil(ROWS_IN_STEP).min(MOST_STEPS);
    let in_step = rows.div_ceil(steps);
    let step = u64::try_from(stage.step).unwrap_or(u64::MAX);
    let before = in_step * (step - 1);
    let is_last = step >= steps;
    let words = if is_last { rows.saturating_sub(before + 1) } else { in_step - TOOL_ROWS };
    let mut beats: Vec<Beat> = (1..=words)
        .map(|number| {
            let row = before + number;
            if number % 2 == 1 {
                Beat::Think(format!("Row {row} is a thought, as short as a thought can be."))
            } else {
                Beat::Say(format!("Row **{row}** is a sentence with `code` in it.\n"))
            }
        })
        .collect();
    if is_last {
        beats.push(Beat::Say(format!("That was the last of about {rows} rows. Scroll up, if you like.\n")));
    } else {
        beats.push(stage.call(1, "list", json!({ "path": "." })));
        beats.push(stage.call(2, "search", json!({ "pattern": "lighthouse" })));
    }
    let script = stage.script(beats);
    Script { first_token: script.first_token.min(MOST_WAIT), tokens_per_second: Some(20_000.0), ..script }
}

/// With many steps, a natural wait before each would be most of the turn.
const MOST_WAIT: Duration = Duration::from_millis(20);

/// A file that is there, from the listing of the step before.
fn first_file(stage: &Stage) -> String {
    stage
        .results
        .iter()
        .find(|result| result.tool == "list" && !result.is_error)
        .and_then(|list| list.content.lines().find(|name| !name.ends_with('/') && *name != "(empty)"))
        .unwrap_or("README.md")
        .to_owned()
}
