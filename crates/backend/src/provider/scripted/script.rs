//! What a scene wants played in one step.

use dispatch_contract::ToolCallId;
use serde_json::Value;
use std::time::Duration;

/// One step of a scene.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Script {
    /// How long the model is silent first.
    pub(super) first_token: Duration,
    /// How fast it speaks, where the scene and not the model decides.
    pub(super) tokens_per_second: Option<f64>,
    /// What it does, in order.
    pub(super) beats: Vec<Beat>,
}

/// One thing a scene does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Beat {
    /// Thinks, word by word.
    Think(String),
    /// Speaks, word by word.
    Say(String),
    /// Speaks in exactly these pieces.
    SayPieces(Vec<String>),
    /// Asks for a tool.
    Call {
        /// Joins call and result.
        id: ToolCallId,
        /// The tool.
        name: String,
        /// Its arguments.
        input: Value,
    },
    /// Cannot be reached for so long; then it is asked again.
    Retry {
        /// Which retry, from 0.
        attempt: u32,
        /// How long it waits, at the natural pace.
        delay: Duration,
        /// Why.
        message: String,
        /// A code for it.
        code: String,
    },
    /// Fails; nothing after it is played.
    Fail {
        /// Why.
        message: String,
        /// A code for it.
        code: String,
    },
}

/// A text in the pieces in which models stream: words with the space before them, long ones cut.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut in_word = false;
        let mut characters = 0;
        let end = rest
            .char_indices()
            .find(|(_, character)| {
                let ends = (in_word && character.is_whitespace()) || characters == LONGEST_PIECE;
                in_word |= !character.is_whitespace();
                characters += 1;
                ends
            })
            .map_or(rest.len(), |(index, _)| index);
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

const LONGEST_PIECE: usize = 12;

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_are_words_and_lose_nothing() {
        for text in ["", " ", "one two", "  lead\n\ntail  ", "internationalisation of ünïcödé 🙂🙂", "a\u{301}b c"]
        {
            assert_eq!(pieces(text).collect::<String>(), text);
        }
        assert_eq!(pieces("one two, three").collect::<Vec<_>>(), ["one", " two,", " three"]);
    }
}
