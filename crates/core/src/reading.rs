//! What a reader does with what was said: steps from turn to turn, finds words in it, takes it along as Markdown.

use crate::content::Content;
use crate::conversation::Conversation;
use crate::transcript::{Card, RowKind};
use crate::view::RowKey;
use serde_json::Value;

/// The longest beginning of a prompt by which its turn is told, in characters.
const TOLD: usize = 80;

/// The place of the match beside the one that was gone to, from 1 (0: none was yet): after the last comes the first. There is
/// at least one.
pub fn match_beside(at: usize, count: usize, forward: bool) -> usize {
    match (at, forward) {
        (at, true) => at % count + 1,
        (0 | 1, false) => count,
        (at, false) => at - 1,
    }
}

impl Conversation {
    /// The rows where turns begin, each with the first words of its prompt.
    pub fn turns(&self) -> Vec<(RowKey, String)> {
        let words = |key: &RowKey| Some(crate::title::title(self.prompt(*key)?, TOLD));
        self.row_keys().into_iter().filter_map(|key| Some((key, words(&key)?))).collect()
    }

    /// The turn that begins after a row; or the one that the row is in, or if it begins it, the one before.
    pub fn turn_beside(&self, row: RowKey, forward: bool) -> Option<RowKey> {
        let keys = self.row_keys();
        let at = keys.iter().position(|key| *key == row)?;
        let begins = |key: &&RowKey| self.prompt(**key).is_some();
        let found = if forward { keys[at + 1..].iter().find(begins) } else { keys[..at].iter().rev().find(begins) };
        found.copied()
    }

    /// The rows in which all of `words` stand together, in any case, folded away or not. `lower` writes a text in small
    /// letters.
    pub fn find(&self, words: &str, lower: &dyn Fn(&str) -> String) -> Vec<RowKey> {
        let words = lower(words.trim());
        if words.is_empty() {
            return Vec::new();
        }
        let mut found = self.row_keys();
        found.retain(|key| {
            let mut has = false;
            self.with_texts(*key, &mut |text| has = has || lower(text).contains(&words));
            has
        });
        found
    }

    /// Of a group of tools, the cards in which the words stand.
    pub fn find_cards(&self, group: RowKey, words: &str, lower: &dyn Fn(&str) -> String) -> Vec<RowKey> {
        let Some(RowKind::Group(cards)) = self.transcript.row(group.id).filter(|_| group.is_group).map(|row| &row.kind)
        else {
            return Vec::new();
        };
        let words = lower(words.trim());
        let has = |card: &&Card| {
            let mut has = false;
            for place in [card.call, card.result].into_iter().flatten() {
                if let Some(entry) = self.transcript.entry(place) {
                    texts_of(entry.content, &mut |text| has = has || lower(text).contains(&words));
                }
            }
            has
        };
        cards.iter().filter(has).map(|card| RowKey { id: card.id, is_group: false }).collect()
    }

    /// What the person said, newest first: to be said again, or changed.
    pub fn prompts(&self) -> Vec<&str> {
        self.row_keys().into_iter().rev().filter_map(|key| self.prompt(key)).collect()
    }

    /// Shows every text of a row: its words, or what its tools were asked and answered.
    fn with_texts(&self, key: RowKey, look: &mut dyn FnMut(&str)) {
        if let Some(words) = self.words(key.id) {
            return look(words);
        }
        self.contents(key).into_iter().for_each(|content| texts_of(content, look));
    }

    fn prompt(&self, key: RowKey) -> Option<&str> {
        let is_sent = |content: &&Content| matches!(content, Content::Prompt(_));
        let sent = self.contents(key).into_iter().find(is_sent).and_then(Content::words);
        sent.or_else(|| self.outbox.shown().find(|item| item.row == key.id).map(|item| item.text.as_str()))
    }

    /// The pieces that a row is made of.
    fn contents(&self, key: RowKey) -> Vec<&Content> {
        let Some(row) = self.transcript.row(key.id) else { return Vec::new() };
        let of_card = |card: &Card| [card.call, card.result];
        let places = match &row.kind {
            RowKind::Piece(place) => vec![Some(*place)],
            RowKind::Card(card) => of_card(card).to_vec(),
            RowKind::Group(cards) => cards.iter().flat_map(of_card).collect(),
        };
        places.into_iter().flatten().filter_map(|place| Some(self.transcript.entry(place)?.content)).collect()
    }

    /// All of it as Markdown, its title first.
    pub(crate) fn markdown(&self) -> String {
        let mut told = ["# ", &self.title()].concat();
        for key in self.row_keys() {
            self.tell(key, true, &mut told);
        }
        told.push('\n');
        told
    }

    /// A row as Markdown. What a prompt was answered goes with it when the `turn` is asked for.
    pub fn to_markdown(&self, key: RowKey, turn: bool) -> String {
        let keys = self.row_keys();
        let start = keys.iter().position(|row| *row == key).unwrap_or(keys.len());
        let after = keys.iter().skip(start + 1);
        let rest = after.take_while(|key| turn && self.prompt(**key).is_none());
        let rest = rest.filter(|key| !self.is_metrics_row(key.id));
        let mut told = String::new();
        for key in keys.iter().skip(start).take(1).chain(rest) {
            self.tell(*key, turn, &mut told);
        }
        told
    }

    /// Adds a row as Markdown.
    fn tell(&self, key: RowKey, in_turn: bool, told: &mut String) {
        if !told.is_empty() {
            told.push_str("\n\n");
        }
        if let Some(prompt) = self.prompt(key) {
            // Among other rows it must be seen whose words these are.
            return if in_turn { tell_quoted(prompt, told) } else { told.push_str(prompt) };
        }
        for (at, content) in self.contents(key).into_iter().enumerate() {
            if at > 0 {
                told.push_str("\n\n");
            }
            match content {
                Content::Thinking(words) if in_turn => tell_quoted(words, told),
                Content::Prompt(words) | Content::Text(words) | Content::Thinking(words) | Content::System(words) => {
                    told.push_str(words.trim_end());
                }
                Content::ToolCall { name, input, .. } => {
                    told.push_str(name);
                    told.push_str(":\n\n");
                    tell_fenced(&serde_json::to_string_pretty(input).unwrap_or_default(), told);
                }
                Content::ToolResult { content, .. } => tell_fenced(content, told),
                Content::Error { message, .. } => tell_fenced(message, told),
                Content::Image { url, .. } => told.push_str(url),
                Content::Unknown(raw) => told.push_str(&raw.tag),
            }
        }
    }
}

/// Shows every text of a piece.
fn texts_of(content: &Content, look: &mut dyn FnMut(&str)) {
    match content {
        Content::ToolCall { name, input, .. } => {
            look(name);
            strings_in(input, look);
        }
        Content::ToolResult { content, .. } => look(content),
        Content::Error { message, .. } => look(message),
        Content::Prompt(words) | Content::Text(words) | Content::Thinking(words) | Content::System(words) => {
            look(words)
        }
        Content::Image { .. } | Content::Unknown(_) => {}
    }
}

/// Shows what is written in JSON: its strings as people read them, its names, and not its signs. As deep as its reader reads.
fn strings_in(json: &Value, look: &mut dyn FnMut(&str)) {
    match json {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| strings_in(item, look)),
        Value::Object(members) => {
            for (name, member) in members {
                look(name);
                strings_in(member, look);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn tell_quoted(words: &str, told: &mut String) {
    for (at, line) in words.trim_end().split('\n').enumerate() {
        told.push_str(if at == 0 { "> " } else { "\n> " });
        told.push_str(line);
    }
}

/// A code block with a fence longer than any in the text.
fn tell_fenced(text: &str, told: &mut String) {
    let (mut longest, mut run) = (2, 0);
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    for part in [&fence, "\n", text.trim_end(), "\n", &fence] {
        told.push_str(part);
    }
}
