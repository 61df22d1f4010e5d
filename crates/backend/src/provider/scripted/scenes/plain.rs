//! Scenes whose words are known beforehand, for tests and for looking closely.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};

/// Exactly what the person wrote after the word.
pub(super) fn echo(stage: &Stage) -> Script {
    let text = stage.argument();
    let answer = if text.is_empty() { "There is nothing to echo: write something after the word." } else { text };
    stage.script(vec![Beat::Say(answer.to_owned())])
}

/// A longer count says nothing that a shorter one does not.
const MOST_NUMBERS: u64 = 200_000;

/// The numbers from 1 to N, each a delta of its own, behind a word if one is told.
pub(super) fn count(stage: &Stage) -> Script {
    let last = stage.number().unwrap_or(100).clamp(1, MOST_NUMBERS);
    let word = stage.argument().split_whitespace().nth(1).unwrap_or_default();
    let pieces =
        (1..=last).map(|number| if number == last { format!("{word}{number}") } else { format!("{word}{number} ") });
    // Never longer than about twenty seconds, never slower than a model speaks.
    let rate = (last as f64 / 20.0).max(85.0);
    Script { tokens_per_second: Some(rate), ..stage.script(vec![Beat::SayPieces(pieces.collect())]) }
}

/// What pictures came with the message.
pub(super) fn see(stage: &Stage) -> Script {
    let answer = match stage.pictures.as_slice() {
        [] => "No picture came with this message.".to_owned(),
        pictures => {
            let rows: String = (1..).zip(pictures).map(|(number, kind)| format!("{number}. `{kind}`\n")).collect();
            format!("I was sent {} and cannot look at them; a script has no eyes:\n\n{rows}", counted(pictures.len()))
        }
    };
    stage.script(vec![Beat::Say(answer)])
}

fn counted(pictures: usize) -> String {
    if pictures == 1 { "one picture".to_owned() } else { format!("{pictures} pictures") }
}
