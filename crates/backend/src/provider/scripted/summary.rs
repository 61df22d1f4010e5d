//! The summary that a script gives of a conversation: what was asked, and which tools were used for it.

use super::script::{Beat, Script};
use super::text_of;
use crate::provider::Prompt;
use crate::title;
use dispatch_contract::{Chunk, Role};
use std::time::Duration;

pub(super) fn of(prompt: &Prompt) -> Script {
    let (conversation, _) = prompt.messages.split_at(prompt.opening.min(prompt.messages.len()));
    let mut summary = "Summary of the conversation so far (made by a script: what was asked, in order).\n\n".to_owned();
    let mut tools = 0;
    for part in conversation {
        match (&part.role, part.chunk.known()) {
            (Role::User, _) => {
                if let Some(asked) = text_of(&part.chunk).and_then(title::derived_from) {
                    summary.push_str(&format!("- asked: {asked}\n"));
                }
            }
            // An earlier summary: its lines are still what was asked.
            (Role::System, Some(Chunk::System { text })) => {
                summary.extend(text.lines().filter(|line| line.starts_with("- asked: ")).flat_map(|line| [line, "\n"]));
            }
            (_, Some(Chunk::ToolCall { .. })) => tools += 1,
            _ => {}
        }
    }
    summary.push_str(&format!("\nTools were called {tools} times since then.\n"));
    Script { first_token: Duration::from_millis(400), tokens_per_second: None, beats: vec![Beat::Say(summary)] }
}
