//! Which scene plays, and what it can see of the conversation.

use super::script::{Beat, Script};
use super::{scenes, text_of};
use crate::provider::Prompt;
use dispatch_contract::{Chunk, ReasoningEffort, Role, ToolCallId};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// Everything a scene may know. It is all read from the prompt: same conversation, same play.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stage {
    /// The person's words.
    pub(super) text: String,
    /// The types of the pictures that came with them.
    pub(super) pictures: Vec<String>,
    /// How many messages the person has sent, this one included, as far as it can be told.
    pub(super) turn: usize,
    /// Which step of the turn this is, from 1.
    pub(super) step: usize,
    /// What the person has put into the turn since the last step, in order.
    pub(super) steering: Vec<String>,
    /// The tools that answered in this turn: name, input, answer, whether it failed.
    pub(super) results: Vec<ToolReply>,
    /// The working directory; none for the built-in project.
    pub(super) cwd: Option<String>,
    /// The model, by its full name.
    pub(super) model: String,
    /// How much to think.
    pub(super) effort: ReasoningEffort,
}

/// A tool's answer as a scene sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ToolReply {
    pub(super) call: ToolCallId,
    pub(super) tool: String,
    pub(super) content: String,
    pub(super) is_error: bool,
}

impl Stage {
    pub(super) fn read(prompt: &Prompt, model: &str, effort: &ReasoningEffort) -> Self {
        let opening = prompt.opening.min(prompt.messages.len());
        let (earlier, current) = prompt.messages.split_at(opening);
        // Words count as a message, even right after other words: the turn of those may have been lost. A picture counts
        // only when it came alone.
        let mut turn = 1;
        let mut before = None;
        for part in earlier {
            // Ids of calls must not come again, also where turns before that one were compacted away.
            if let Some(Chunk::ToolCall { tool_call_id, .. }) = part.chunk.known() {
                turn = turn.max(turn_of(tool_call_id) + 1);
            }
            let is_user = part.role == Role::User;
            if is_user && (text_of(&part.chunk).is_some() || before != Some(&Role::User)) {
                turn += 1;
            }
            before = Some(&part.role);
        }
        let text = current.first().and_then(|part| text_of(&part.chunk)).unwrap_or_default().to_owned();
        let results: Vec<ToolReply> = current
            .iter()
            .filter_map(|part| match part.chunk.known() {
                Some(Chunk::ToolResult { tool_call_id, tool_name, content, is_error, .. }) => Some(ToolReply {
                    call: tool_call_id.clone(),
                    tool: tool_name.clone(),
                    content: content.clone(),
                    is_error: *is_error,
                }),
                _ => None,
            })
            .collect();
        // The newest words stand at the end; a message that opened the turn is not among them.
        let since = current.iter().skip(1).rev().take_while(|part| part.role == Role::User);
        let mut steering: Vec<String> = since.filter_map(|part| text_of(&part.chunk).map(str::to_owned)).collect();
        steering.reverse();
        let mut steps: Vec<_> = current
            .iter()
            .filter_map(|part| match part.chunk.known() {
                Some(Chunk::ToolCall { step_id, .. }) => step_id.as_ref(),
                _ => None,
            })
            .collect();
        steps.dedup();
        let pictures = current
            .iter()
            .filter_map(|part| match part.chunk.known() {
                Some(Chunk::Image { url, mime_type }) => Some(mime_type.clone().unwrap_or_else(|| kind_of(url))),
                _ => None,
            })
            .collect();
        Self {
            text,
            pictures,
            turn,
            step: steps.len() + 1,
            steering,
            results,
            cwd: prompt.cwd.clone(),
            model: model.to_owned(),
            effort: effort.clone(),
        }
    }

    /// What the person wrote after the scene's name, as it stands.
    pub(super) fn argument(&self) -> &str {
        let text = self.text.trim_start();
        let rest = text.find(char::is_whitespace).and_then(|end| text.get(end..)).unwrap_or_default();
        // Exactly one character stands between the name and its argument; what follows is the person's.
        let mut characters = rest.chars();
        characters.next();
        characters.as_str()
    }

    /// The number after the scene's name.
    pub(super) fn number(&self) -> Option<u64> {
        self.argument().split_whitespace().next()?.parse().ok()
    }

    /// A call of this step; its id says where it belongs, and is the same in every play.
    pub(super) fn call(&self, index: usize, name: &str, input: Value) -> Beat {
        let id = ToolCallId::new(format!("call-{}-{}-{}", self.turn, self.step, index));
        Beat::Call { id, name: name.to_owned(), input }
    }

    /// How many paragraphs of thinking the effort is worth, 1 to 5.
    pub(super) fn thoroughness(&self) -> usize {
        match self.effort {
            ReasoningEffort::Low => 1,
            ReasoningEffort::Medium => 2,
            ReasoningEffort::High | ReasoningEffort::Unknown(_) => 3,
            ReasoningEffort::ExtraHigh => 4,
            ReasoningEffort::Max => 5,
        }
    }

    /// A step at the natural pace.
    pub(super) fn script(&self, beats: Vec<Beat>) -> Script {
        Script { first_token: self.first_token(), tokens_per_second: None, beats }
    }

    /// A natural time to the first token: 300 to 800 ms, different from step to step, always the same for the same one.
    pub(super) fn first_token(&self) -> Duration {
        let mut hasher = DefaultHasher::new();
        (&self.text, self.turn, self.step, &self.model).hash(&mut hasher);
        Duration::from_millis(300 + hasher.finish() % 500)
    }
}

/// The turn in the id of a call that a scene made.
fn turn_of(call: &ToolCallId) -> usize {
    let number = call.as_str().strip_prefix("call-").and_then(|rest| rest.split('-').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// The type that a data URL names.
fn kind_of(url: &str) -> String {
    let named = url.strip_prefix("data:").and_then(|rest| rest.split([';', ',']).next());
    named.filter(|kind| !kind.is_empty()).unwrap_or("a picture elsewhere").to_owned()
}

/// The script of the stage's step.
pub(super) fn play(stage: &Stage) -> Script {
    let first_word = stage.text.split_whitespace().next().unwrap_or_default();
    let name = first_word.trim_start_matches('/').trim_end_matches(['.', '!', '?', ':', ',']).to_lowercase();
    let scene = scenes::ALL.iter().find(|scene| scene.name == name);
    let mut script = (scene.map_or(scenes::DEFAULT, |scene| scene.play))(stage);
    if !stage.steering.is_empty() {
        let heard: String = stage.steering.iter().map(|words| format!("> {}\n", words.replace('\n', "\n> "))).collect();
        script.beats.insert(
            0,
            Beat::Say(format!("You put something in while I was at work, and I have read it:\n\n{heard}\n")),
        );
    }
    script
}
