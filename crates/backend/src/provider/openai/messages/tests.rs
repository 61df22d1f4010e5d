//! Histories as they are, and the messages that a server accepts.

use super::*;
use dispatch_contract::Open as Wire;

fn part(role: Role, chunk: Chunk) -> PromptPart {
    PromptPart { role, chunk: Wire::Known(chunk) }
}

fn text(role: Role, text: &str) -> PromptPart {
    part(role, Chunk::Text { text: text.to_owned() })
}

fn call(id: &str) -> PromptPart {
    let chunk = Chunk::ToolCall {
        tool_call_id: id.into(),
        tool_name: "list".to_owned(),
        input: json!({ "path": "." }),
        step_id: None,
    };
    part(Role::Assistant, chunk)
}

fn result(id: &str) -> PromptPart {
    let content = format!("result of {id}");
    let chunk = Chunk::ToolResult {
        tool_call_id: id.into(),
        tool_name: "list".to_owned(),
        content,
        is_error: false,
        step_id: None,
    };
    part(Role::Tool, chunk)
}

/// Each message in short: its role, its words, the ids of its calls.
fn messages(parts: Vec<PromptPart>) -> Vec<String> {
    let prompt = Prompt { system: "S".into(), cwd: None, tools: [].into(), opening: 0, messages: parts };
    let messages = of(&prompt, true);
    assert_eq!(messages[0], json!({ "role": "system", "content": "S" }));
    let short = messages[1..].iter().map(|message| {
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        let ids: String = calls.map(|call| format!(" +{}", call["id"].as_str().unwrap())).collect();
        format!("{} {}{ids}", message["role"].as_str().unwrap(), message["content"].as_str().unwrap_or("parts"))
    });
    short.collect()
}

#[test]
fn what_was_said_and_called_in_one_step_is_one_message_and_its_answers_follow() {
    let parts = vec![
        text(Role::User, "look"),
        part(Role::Assistant, Chunk::Thinking { text: "hm".to_owned() }),
        text(Role::Assistant, "I look."),
        call("a"),
        call("b"),
        result("b"),
        result("a"),
        text(Role::Assistant, "There."),
        text(Role::User, "thanks"),
    ];
    let expected = [
        "user look",
        "assistant I look. +a +b",
        "tool result of a",
        "tool result of b",
        "assistant There.",
        "user thanks",
    ];
    assert_eq!(messages(parts), expected);
}

#[test]
fn steps_without_words_stay_apart() {
    let parts = vec![text(Role::User, "go"), call("a"), result("a"), call("b"), result("b")];
    let expected = ["user go", "assistant  +a", "tool result of a", "assistant  +b", "tool result of b"];
    assert_eq!(messages(parts), expected);
}

#[test]
fn a_stopped_turn_leaves_no_call_unanswered_and_messages_in_a_row_are_one() {
    let parts = vec![
        part(Role::System, Chunk::System { text: "Summary.".to_owned() }),
        text(Role::User, "one"),
        call("a"),
        call("b"),
        result("a"),
        text(Role::User, "steered"),
        text(Role::User, "again"),
        text(Role::Assistant, "Yes."),
        part(Role::Assistant, Chunk::Error { message: "x".to_owned(), code: None }),
    ];
    let expected = [
        "user Summary.\n\none",
        "assistant  +a +b",
        "tool result of a",
        "tool There is no result: the turn was stopped.",
        "user steered\n\nagain",
        "assistant Yes.",
    ];
    assert_eq!(messages(parts), expected);
}

#[test]
fn pictures_are_parts_and_arguments_are_text() {
    let url = "data:image/png;base64,AA==";
    let parts = vec![
        text(Role::User, "what is it"),
        part(Role::User, Chunk::Image { url: url.to_owned(), mime_type: None }),
        call("a"),
    ];
    let prompt = Prompt { system: "S".into(), cwd: None, tools: [].into(), opening: 0, messages: parts };
    let unseen = of(&prompt, false);
    assert_eq!(unseen[1]["content"], format!("what is it\n\n{UNSEEN}"));
    let messages = of(&prompt, true);
    let expected = json!([
        { "type": "text", "text": "what is it" },
        { "type": "image_url", "image_url": { "url": url } },
    ]);
    assert_eq!(messages[1]["content"], expected);
    let function = json!({ "name": "list", "arguments": "{\"path\":\".\"}" });
    assert_eq!(messages[2]["tool_calls"], json!([{ "id": "a", "type": "function", "function": function }]));
}
