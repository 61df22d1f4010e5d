//! One streamed answer, chunk by chunk.
//!
//! Words are handed on as they come. A tool call comes in pieces of its arguments and is told when it is whole, which is
//! at the end: only then it is known that no more comes.

use super::refusal::Refusal;
use crate::provider::{Prompt, ProviderEvent};
use dispatch_contract::{Chunk, ToolCallId, Usage};
use serde_json::{Map, Value};

/// The last event of a stream that is complete.
const DONE: &str = "[DONE]";

/// More calls in one answer are not taken: the index of a call is the server's word for where to put it.
const MOST_CALLS: usize = 256;

/// An answer that is being read.
#[derive(Debug)]
pub(super) struct Reply {
    /// The ids of the conversation's calls so far. Some servers count from zero in each answer.
    used_ids: Vec<ToolCallId>,
    calls: Vec<Call>,
    has_begun: bool,
    is_complete: bool,
}

#[derive(Clone, Debug, Default)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

impl Reply {
    /// The answer to a prompt.
    pub(super) fn new(prompt: &Prompt) -> Self {
        let ids = prompt.messages.iter().filter_map(|part| match part.chunk.known() {
            Some(Chunk::ToolCall { tool_call_id, .. }) => Some(tool_call_id.clone()),
            _ => None,
        });
        Self { used_ids: ids.collect(), calls: Vec::new(), has_begun: false, is_complete: false }
    }

    /// Whether anything of it was told.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Takes the data of one event.
    pub(super) fn take(&mut self, data: &str) -> Result<Vec<ProviderEvent>, Refusal> {
        if data.trim() == DONE {
            self.is_complete = true;
            return Ok(Vec::new());
        }
        let chunk: Value = serde_json::from_str(data).map_err(|error| Refusal::not_understood(&error.to_string()))?;
        if !chunk["error"].is_null() {
            return Err(Refusal::told(&chunk["error"]));
        }
        let mut events = Vec::new();
        let choice = &chunk["choices"][0];
        let delta = &choice["delta"];
        let words = |name: &str| delta[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        // Two names for the same thing; a server that sends both means one.
        events.extend(words("reasoning_content").or_else(|| words("reasoning")).map(ProviderEvent::Reasoning));
        events.extend(words("content").map(ProviderEvent::Text));
        for piece in delta["tool_calls"].as_array().into_iter().flatten() {
            self.take_call(piece)?;
            events.push(ProviderEvent::Token);
        }
        self.has_begun |= !events.is_empty();
        self.is_complete |= choice["finish_reason"].is_string();
        events.extend(usage(&chunk["usage"]).map(ProviderEvent::Usage));
        Ok(events)
    }

    /// Ends it: what is told last.
    pub(super) fn finish(&mut self) -> Result<Vec<ProviderEvent>, Refusal> {
        if !self.is_complete {
            return Err(Refusal::unfinished());
        }
        let calls = std::mem::take(&mut self.calls);
        let named = calls.into_iter().filter(|call| !call.name.is_empty());
        Ok(named.map(|call| self.whole(call)).collect())
    }

    fn take_call(&mut self, piece: &Value) -> Result<(), Refusal> {
        // Servers that send a call in one piece may leave the index out.
        let index =
            piece["index"].as_u64().map_or(self.calls.len(), |index| usize::try_from(index).unwrap_or(usize::MAX));
        if index >= MOST_CALLS {
            return Err(Refusal::not_understood("too many tool calls"));
        }
        if index >= self.calls.len() {
            self.calls.resize(index + 1, Call::default());
        }
        if let Some(call) = self.calls.get_mut(index) {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            if call.id.is_empty() {
                call.id = text(&piece["id"]);
            }
            if call.name.is_empty() {
                call.name = text(&piece["function"]["name"]);
            }
            match &piece["function"]["arguments"] {
                Value::String(more) => call.arguments.push_str(more),
                // Some send them as the object that they are.
                whole @ Value::Object(_) => call.arguments = whole.to_string(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
            }
        }
        Ok(())
    }

    fn whole(&mut self, call: Call) -> ProviderEvent {
        let mut id = ToolCallId::new(call.id);
        if id.as_str().is_empty() || self.used_ids.contains(&id) {
            id = ToolCallId::new(format!("call_{}", uuid::Uuid::new_v4().simple()));
        }
        self.used_ids.push(id.clone());
        let input = match call.arguments.trim() {
            "" => Value::Object(Map::new()),
            // What is no JSON is kept as it came: the tool says what it misses, and the model reads that.
            arguments => serde_json::from_str(arguments).unwrap_or_else(|_| Value::from(arguments)),
        };
        ProviderEvent::ToolCall { id, name: call.name, input }
    }
}

/// What a usage object says; none when there is none. What was written into a cache nobody of them tells.
fn usage(usage: &Value) -> Option<Usage> {
    let cached = usage["prompt_tokens_details"]["cached_tokens"].as_u64();
    Some(Usage {
        input_tokens: usage["prompt_tokens"].as_u64()?,
        output_tokens: usage["completion_tokens"].as_u64().unwrap_or_default(),
        cache_read_tokens: cached,
        cache_write_tokens: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::PromptPart;
    use dispatch_contract::{Open, Role};
    use serde_json::json;

    fn reply(used: &[&str]) -> Reply {
        let call = |id: &&str| PromptPart {
            role: Role::Assistant,
            chunk: Open::Known(Chunk::ToolCall {
                tool_call_id: (*id).into(),
                tool_name: "list".to_owned(),
                input: Value::Null,
                step_id: None,
            }),
        };
        let messages = used.iter().map(call).collect();
        Reply::new(&Prompt { system: "".into(), cwd: None, tools: [].into(), opening: 0, messages })
    }

    fn delta(reply: &mut Reply, delta: Value) -> Vec<ProviderEvent> {
        reply.take(&json!({ "choices": [{ "delta": delta }] }).to_string()).unwrap()
    }

    fn calls(reply: &mut Reply) -> Vec<(String, Value)> {
        reply.take(DONE).unwrap();
        let events = reply.finish().unwrap();
        events
            .into_iter()
            .map(|event| {
                let ProviderEvent::ToolCall { id, input, .. } = event else { panic!("{event:?}") };
                (id.as_str().to_owned(), input)
            })
            .collect()
    }

    #[test]
    fn calls_are_put_together_by_their_index() {
        let mut reply = reply(&[]);
        let piece = |index: u64, id: Value, name: Value, arguments: &str| json!({ "tool_calls": [{ "index": index, "id": id, "function": { "name": name, "arguments": arguments } }] });
        assert_eq!(delta(&mut reply, piece(0, json!("a"), json!("list"), "")), [ProviderEvent::Token]);
        delta(&mut reply, piece(1, json!("b"), json!("read"), "{\"path\""));
        delta(&mut reply, piece(0, Value::Null, Value::Null, "{}"));
        delta(&mut reply, piece(1, json!(""), json!(""), ":\"x\"}"));
        assert!(reply.has_begun());
        assert_eq!(calls(&mut reply), [("a".to_owned(), json!({})), ("b".to_owned(), json!({ "path": "x" }))]);
    }

    #[test]
    fn ids_are_made_where_they_are_missing_or_come_again() {
        let mut reply = reply(&["call_0"]);
        for id in [json!("call_0"), json!("call_1"), Value::Null, json!("call_1")] {
            let function = json!({ "name": "list", "arguments": { "path": "." } });
            delta(&mut reply, json!({ "tool_calls": [{ "id": id, "function": function }] }));
        }
        let calls = calls(&mut reply);
        assert!(calls.iter().all(|(_, input)| *input == json!({ "path": "." })), "arguments may be an object");
        let mut ids: Vec<_> = calls.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids[1], "call_1");
        ids.push("call_0".to_owned());
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 5);
    }

    #[test]
    fn arguments_that_are_no_json_are_kept_as_they_came() {
        let mut reply = reply(&[]);
        delta(&mut reply, json!({ "tool_calls": [{ "index": 0, "function": { "name": "x", "arguments": "{oops" } }] }));
        assert_eq!(calls(&mut reply)[0].1, json!("{oops"));
    }

    #[test]
    fn an_answer_is_complete_when_it_says_so() {
        let mut cut = reply(&[]);
        assert_eq!(delta(&mut cut, json!({ "content": "half" })), [ProviderEvent::Text("half".to_owned())]);
        assert_eq!(cut.finish(), Err(Refusal::unfinished()));
        let mut stopped = reply(&[]);
        stopped.take(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#).unwrap();
        assert_eq!((stopped.finish(), stopped.has_begun()), (Ok(Vec::new()), false));
    }

    #[test]
    fn thoughts_have_two_names_and_usage_may_come_with_no_choice() {
        let mut reply = reply(&[]);
        for name in ["reasoning_content", "reasoning"] {
            assert_eq!(
                delta(&mut reply, json!({ name: "hm", "content": "" })),
                [ProviderEvent::Reasoning("hm".to_owned())]
            );
        }
        let usage =
            json!({ "prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": { "cached_tokens": 4 } });
        let told = reply.take(&json!({ "choices": [], "usage": usage }).to_string()).unwrap();
        let expected =
            Usage { input_tokens: 9, output_tokens: 2, cache_read_tokens: Some(4), cache_write_tokens: None };
        assert_eq!(told, [ProviderEvent::Usage(expected)]);
        assert_eq!(reply.take("{\"usage\":null}"), Ok(Vec::new()));
    }

    #[test]
    fn what_nobody_understands_is_a_refusal() {
        for data in ["", "{", "nonsense", r#"{"error":{"message":"No room","code":"overloaded"}}"#] {
            assert!(reply(&[]).take(data).is_err(), "{data}");
        }
        for data in ["[]", "5", r#"{"choices":{}}"#, r#"{"choices":[{"delta":{"content":7,"tool_calls":"x"}}]}"#] {
            assert_eq!(reply(&[]).take(data), Ok(Vec::new()), "{data}");
        }
        let far = r#"{"choices":[{"delta":{"tool_calls":[{"index":4000000000}]}}]}"#;
        assert!(reply(&[]).take(far).is_err());
    }
}
