//! The conversation in the form that such endpoints take.
//!
//! Ours is a row of chunks; theirs is a row of messages with rules: what an assistant said and called in one go is one
//! message, the answers to its calls follow it at once and completely, and some servers refuse two messages of a person in
//! a row. A history keeps none of these rules when turns were stopped, steered or compacted.

use crate::provider::{Prompt, PromptPart, ToolDescription};
use dispatch_contract::{Chunk, Role, ToolCallId};
use serde_json::{Value, json};

/// What stands for the answer of a tool that gave none.
const NO_RESULT: &str = "There is no result: the turn was stopped.";

/// What stands for a picture that the model cannot see.
const UNSEEN: &str = "(There is a picture here that you cannot see.)";

/// The messages of a prompt, the system text first.
pub(super) fn of(prompt: &Prompt, sees_pictures: bool) -> Vec<Value> {
    let mut messages = vec![json!({ "role": "system", "content": &*prompt.system })];
    let mut open = Open::default();
    for part in &prompt.messages {
        open.add(part, sees_pictures, &mut messages);
    }
    open.close(&mut messages);
    messages
}

/// The tools as functions.
pub(super) fn tools(tools: &[ToolDescription]) -> Vec<Value> {
    tools
        .iter()
        .map(|tool| {
            let ToolDescription { name, description, input_schema } = tool;
            let function = json!({ "name": name, "description": description, "parameters": input_schema });
            json!({ "type": "function", "function": function })
        })
        .collect()
}

/// The message that the next part may belong to.
#[derive(Debug, Default)]
struct Open {
    /// Parts of the person's content.
    person: Vec<Value>,
    /// What the assistant said, what it called, and the answers there are to that.
    text: String,
    calls: Vec<Value>,
    results: Vec<(ToolCallId, String)>,
}

impl Open {
    /// Adds a part; one that cannot belong to what is open closes it.
    fn add(&mut self, part: &PromptPart, sees_pictures: bool, messages: &mut Vec<Value>) {
        let Some(chunk) = part.chunk.known() else {
            return;
        };
        match chunk {
            // The thoughts of earlier steps are not sent back: servers drop them or refuse them.
            Chunk::Thinking { .. } | Chunk::Error { .. } => {}
            Chunk::Text { text } if part.role == Role::Assistant => {
                self.close_for_assistant(messages);
                self.text.push_str(text);
            }
            Chunk::ToolCall { tool_call_id, tool_name, input, step_id: _ } => {
                self.close_for_assistant(messages);
                let function = json!({ "name": tool_name, "arguments": input.to_string() });
                self.calls.push(json!({ "id": tool_call_id.as_str(), "type": "function", "function": function }));
            }
            Chunk::ToolResult { tool_call_id, content, .. } => {
                self.results.push((tool_call_id.clone(), content.clone()));
            }
            Chunk::Text { text } | Chunk::System { text } => {
                self.add_person(json!({ "type": "text", "text": text }), messages);
            }
            Chunk::Image { .. } if !sees_pictures => {
                self.add_person(json!({ "type": "text", "text": UNSEEN }), messages);
            }
            Chunk::Image { url, .. } => {
                self.add_person(json!({ "type": "image_url", "image_url": { "url": url } }), messages);
            }
        }
    }

    fn add_person(&mut self, part: Value, messages: &mut Vec<Value>) {
        if self.person.is_empty() {
            self.close(messages);
        }
        self.person.push(part);
    }

    /// What an assistant says after the person, or after its calls were answered, is another message.
    fn close_for_assistant(&mut self, messages: &mut Vec<Value>) {
        if !self.person.is_empty() || !self.results.is_empty() {
            self.close(messages);
        }
    }

    fn close(&mut self, messages: &mut Vec<Value>) {
        let Self { person, text, calls, results } = std::mem::take(self);
        if !person.is_empty() {
            messages.push(json!({ "role": "user", "content": content(person) }));
        }
        close_assistant(text, calls, &results, messages);
    }
}

/// Words alone are a string, which every server takes; with pictures they are a list of parts.
fn content(parts: Vec<Value>) -> Value {
    let texts: Option<Vec<&str>> = parts.iter().map(|part| part["text"].as_str()).collect();
    match texts {
        Some(texts) => Value::from(texts.join("\n\n")),
        None => Value::from(parts),
    }
}

fn close_assistant(text: String, calls: Vec<Value>, results: &[(ToolCallId, String)], messages: &mut Vec<Value>) {
    if text.is_empty() && calls.is_empty() {
        return;
    }
    let mut message = json!({ "role": "assistant", "content": text });
    if calls.is_empty() {
        messages.push(message);
        return;
    }
    message["tool_calls"] = Value::from(calls.clone());
    messages.push(message);
    for call in calls {
        let answer = results.iter().find(|(id, _)| call["id"] == id.as_str());
        let content = answer.map_or(NO_RESULT, |(_, content)| content);
        messages.push(json!({ "role": "tool", "tool_call_id": call["id"], "content": content }));
    }
}

#[cfg(test)]
mod tests;
