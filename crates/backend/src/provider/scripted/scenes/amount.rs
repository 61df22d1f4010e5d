//! Scenes about how much can be said at once, in exactly the shape that is asked for: for those who measure.
//!
//! Their deltas are all of one length, so that so much of them is so many deltas, whatever the words are.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};

/// How long each of them takes at the natural pace.
const SECONDS: f64 = 20.0;

/// Characters of a delta: those of two words or three.
const DELTA: usize = 12;

const MOST_KILOBYTES: u64 = 1024;
const MOST_LINES: u64 = 20_000;
const MOST_BLOCKS: u64 = 1_000;

/// N kilobytes of a text that is said over and over.
pub(super) fn over_and_over(stage: &Stage, text: &str, kilobytes: u64) -> Script {
    let bytes = kilobytes.clamp(1, MOST_KILOBYTES) * 1024;
    let mut said = String::new();
    while (said.len() as u64) < bytes {
        said.push_str(text);
    }
    said.truncate(said.floor_char_boundary(usize::try_from(bytes).unwrap_or(usize::MAX)));
    in_deltas(stage, &said)
}

/// One paragraph that has no end for N kilobytes, with emphasis, code and links in it.
pub(super) fn paragraph(stage: &Stage) -> Script {
    let text = "The keeper went *up and down* the **stairs** all night, wrote `lamp.trim()` into the [log](https://example.org/log) \
        and thought of nothing in particular, because nothing in particular happened; ";
    over_and_over(stage, text, stage.number().unwrap_or(22))
}

/// One block of code of N lines.
pub(super) fn listing(stage: &Stage) -> Script {
    let lines = stage.number().unwrap_or(2_000).clamp(1, MOST_LINES);
    let code: String = (1..=lines).map(|line| code_line(line, line)).collect();
    in_deltas(stage, &format!("```rust\n{code}```\n"))
}

/// N blocks of code, in Rust or in the language that is named.
pub(super) fn blocks(stage: &Stage) -> Script {
    let blocks = stage.number().unwrap_or(200).clamp(1, MOST_BLOCKS);
    let language = stage.argument().split_whitespace().nth(1).unwrap_or("rust");
    let block = |number: u64| {
        let code: String = (1..=8).map(|line| code_line(number, line)).collect();
        format!("Block {number}:\n\n```{language}\n{code}```\n\n")
    };
    in_deltas(stage, &(1..=blocks).map(block).collect::<String>())
}

fn code_line(number: u64, line: u64) -> String {
    match line % 4 {
        1 => format!("let flash = lamp.show({number}, \"blink\"); // again\n"),
        2 => format!("if flash.is_seen() && {number} > tide {{\n"),
        3 => format!("    log.push(Entry::new({number}, 0.5));\n"),
        _ => "}\n".to_owned(),
    }
}

/// Says it in deltas of one length.
fn in_deltas(stage: &Stage, text: &str) -> Script {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.char_indices().nth(DELTA).map_or(rest.len(), |(end, _)| end);
        let (piece, after) = rest.split_at(end);
        pieces.push(piece.to_owned());
        rest = after;
    }
    let rate = pieces.len() as f64 / SECONDS;
    Script { tokens_per_second: Some(rate), ..stage.script(vec![Beat::SayPieces(pieces)]) }
}
