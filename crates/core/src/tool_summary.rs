//! One line that says what a tool call is about.

use serde_json::Value;

/// The members that say it best, in the order of preference.
const TELLING: [&str; 14] = [
    "command",
    "cmd",
    "path",
    "file_path",
    "filePath",
    "file",
    "query",
    "pattern",
    "url",
    "prompt",
    "description",
    "text",
    "name",
    "dir",
];

/// Longer lines are cut; nobody reads more of a summary.
const LONGEST: usize = 160;

/// The command, path, query or whatever else a call's input is about; else its JSON on one line.
pub fn tool_summary(input: &Value) -> String {
    let told = input.as_object().and_then(|members| {
        let telling: Vec<&str> = TELLING.iter().filter_map(|key| members.get(*key)?.as_str()).take(2).collect();
        match telling.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            [first, second, ..] => Some(format!("{first} · {second}")),
        }
    });
    let line = match (told, input) {
        (Some(told), _) => told,
        (None, Value::Null) => String::new(),
        (None, Value::String(text)) => text.clone(),
        (None, Value::Object(members)) if members.is_empty() => String::new(),
        (None, other) => serde_json::to_string(other).unwrap_or_default(),
    };
    one_line(&line)
}

fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == LONGEST {
            line.push('…');
            break;
        }
        line.push(if character.is_control() { ' ' } else { character });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_most_telling_member_speaks() {
        let cases = [
            (json!({ "command": "ls -l" }), "ls -l"),
            (json!({ "path": "src/a.rs", "limit": 3 }), "src/a.rs"),
            (json!({ "pattern": "fn main", "path": "src" }), "src · fn main"),
            (json!({ "n": 3 }), "{\"n\":3}"),
            (json!({}), ""),
            (json!(null), ""),
            (json!({ "command": "a\nb" }), "a b"),
        ];
        for (input, expected) in cases {
            assert_eq!(tool_summary(&input), expected, "{input}");
        }
        assert_eq!(tool_summary(&json!("x".repeat(400))).chars().count(), 161);
    }
}
