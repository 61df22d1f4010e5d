//! Scenes about how a model speaks: long thinking, slow, fast, and very much.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};
use crate::tokens;

/// A long thought, one paragraph at a time.
const THOUGHTS: &[&str] = &[
    "Let me take the question apart before I answer it. What is asked is how to keep a lighthouse lit with the fewest \
     visits; what is meant is probably how to be sure, without going there.",
    "Start with what fails. The lamp burns out, the clock stops, the fog signal rusts, the keeper forgets. Only the last \
     one is hard to see from the shore, because a forgetful keeper and a calm night look the same.",
    "So a report is worth more than a rule. If the light itself carried a sign of life, a flicker at a fixed minute, then \
     its absence would be news. Silence would mean something.",
    "But silence that means something has to be waited for. How long? Shorter than the time in which a ship can come to \
     harm, longer than the longest innocent gap. Fog lasts hours here. The flicker cannot be seen through fog.",
    "Then it must not depend on being seen. A line along the sea bed: expensive, and anchors cut it. A bell: carries two \
     miles with the wind, none against it.",
    "What about asking instead of waiting? Someone on the shore lights a lamp, the keeper answers. A question that must be \
     answered costs nothing while nobody asks, and tells everything when somebody does.",
    "That is the better shape. Do not read meaning into quiet; ask, and give the answer a deadline.",
    "Check it against the failures. Lamp out: no answer, found at the first question. Clock stopped: the answer comes, at \
     the wrong hour. Keeper forgets: the question reminds them. Fog: no answer, but fog can be seen from the shore.",
    "One thing is left. If the shore forgets to ask, nothing is ever found. So the question has to be asked by something \
     that does not forget, and only then is it worth building.",
    "I am fairly sure now. The answer is short: when it has been quiet for longer than usual, ask; when no answer comes \
     in time, row out.",
];

/// Long thinking, a short answer.
pub(super) fn think(stage: &Stage) -> Script {
    let count = stage.thoroughness() * 2;
    let thoughts: Vec<&str> = THOUGHTS.iter().copied().take(count).collect();
    let effort = &stage.effort;
    stage.script(vec![
        Beat::Think(thoughts.join("\n\n")),
        Beat::Say(format!(
            "**When it has been quiet for longer than usual, ask; when no answer comes in time, row out.**\n\n\
             That took {} paragraphs of thinking at effort `{effort}`. They are folded above, with the time they took. \
             Set another effort and ask again: `low` thinks two paragraphs, `max` ten.\n",
            thoughts.len()
        )),
    ])
}

/// How long [`slow`] takes.
const SLOW_SECONDS: f64 = 20.0;

/// Slow enough to scroll, select and type while it streams.
pub(super) fn slow(stage: &Stage) -> Script {
    let text = "This answer takes its time: about twenty seconds, a few words in each of them. It is meant for your hands.\n\n\
        **Scroll up** while it grows. The view stays where you put it, because you took hold of it; the button at the \
        bottom brings you back to the end, and the end is followed again from then on. What you have selected stays \
        selected, and what you have unfolded stays open.\n\n\
        **Type** the next message meanwhile. A streaming answer must never make typing lag, however long the \
        conversation has become: what a new word costs does not depend on how much was said before it.\n\n\
        **Switch tabs**, or close the window. The turn runs on the backend and belongs to nobody's socket. Come back, \
        and you get what you missed, once, in order, and then the rest as it comes.\n\n\
        **Stop it**, if you have seen enough. What has arrived until then is kept, the turn is marked as stopped, and the \
        next message starts a new one.\n\n\
        1. Nothing is lost when the connection drops.\n\
        2. Nothing is shown twice when it comes back.\n\
        3. Nothing jumps when the turn is done: the rows that you are reading become the stored ones, in place.\n\n\
        The last words are here so that there is still something left to watch when you have tried all of that. The \
        lighthouse blinks, the tide comes in, and a small boat finds its way between the two. That is all.\n";
    Script {
        tokens_per_second: Some(tokens::estimate(text) as f64 / SLOW_SECONDS),
        ..stage.script(vec![Beat::Say(text.to_owned())])
    }
}

/// Far faster than any model.
pub(super) fn fast(stage: &Stage) -> Script {
    let text = format!(
        "A burst: about three thousand tokens in a second. The console joins what arrives together and draws once a \
         frame.\n\n{}\nThat was it.\n",
        sections(12 * 1024)
    );
    Script { tokens_per_second: Some(3_000.0), ..stage.script(vec![Beat::Say(text)]) }
}

const USUAL_KILOBYTES: u64 = 100;
const MOST_KILOBYTES: u64 = 20 * 1024;

/// N kilobytes, exactly, whatever the model's speed in about twenty seconds.
pub(super) fn long(stage: &Stage) -> Script {
    much(stage, section)
}

/// As much as [`long`], in paragraphs of nothing but words.
pub(super) fn prose(stage: &Stage) -> Script {
    much(stage, paragraph)
}

fn much(stage: &Stage, piece: fn(usize) -> String) -> Script {
    let kilobytes = stage.number().unwrap_or(USUAL_KILOBYTES).clamp(1, MOST_KILOBYTES);
    let text = pieces(usize::try_from(kilobytes * 1024).unwrap_or(usize::MAX), piece);
    let rate = (tokens::estimate(&text) as f64 / 20.0).max(85.0);
    Script { tokens_per_second: Some(rate), ..stage.script(vec![Beat::Say(text)]) }
}

/// Numbered sections of Markdown, so many bytes of them.
fn sections(bytes: usize) -> String {
    pieces(bytes, section)
}

/// Pieces by number until there are so many bytes. All of it is ASCII: a byte is a character.
fn pieces(bytes: usize, piece: fn(usize) -> String) -> String {
    let mut text = String::with_capacity(bytes + 1_024);
    let mut number = 1;
    while text.len() < bytes {
        text.push_str(&piece(number));
        number += 1;
    }
    text.truncate(bytes);
    text
}

fn paragraph(number: usize) -> String {
    let hours = number % 12 + 1;
    format!(
        "Entry {number}. The wind came from the west with {hours} knots, and the light was on from dusk to dawn. Nothing \
         came near but a trawler that knew its way, and a seal that did not. A quiet night is the hardest to write about, \
         so this entry is mostly about the weather: clear, then hazy, then clear again, as it was the night before and as \
         it will be for some nights to come. The clock was wound, the lamp was trimmed, and the kettle sang.\n\n"
    )
}

fn section(number: usize) -> String {
    let hours = number % 12 + 1;
    match number % 4 {
        1 => format!(
            "## Log entry {number}\n\nWind from the west, {hours} knots. The light was on from dusk to dawn and nothing \
             came near. A quiet night is the hardest to write about, so this entry is mostly about the *weather*: clear, \
             then hazy, then clear again. See also `src/tide.rs`.\n\n"
        ),
        2 => format!(
            "## Log entry {number}\n\n- lamp trimmed at {hours} o'clock\n- clock wound\n- fog signal: **not needed**\n- \
             two letters written\n  - one to the harbour office\n  - one that will not be sent\n\n"
        ),
        3 => format!(
            "## Log entry {number}\n\n```rust\nlet message = blink::pattern(\"entry {number}\");\nfor flash in \
             message.chars() {{\n    lamp.show(flash, Duration::from_millis({hours}00));\n}}\n```\n\nSent twice, answered \
             once.\n\n"
        ),
        _ => format!(
            "## Log entry {number}\n\n| hour | water | seen |\n|---:|---|---|\n| {hours} | rising | a trawler |\n| {} | \
             high | nothing |\n\n> The sea does not read the table.\n\n",
            hours + 6
        ),
    }
}
