use super::*;
use crate::transcript::OutputPiece;
use dispatch_contract::OutputStream;
use serde_json::json;

#[test]
fn names_tell_the_kind_of_tool() {
    let cases = [
        (ToolKind::Run, "bash Bash shell run exec execute_command run_terminal_cmd local_shell demo_shell runCommand"),
        (ToolKind::Read, "read Read read_file readFile view cat ReadFile fs/read_file functions.read view_image"),
        (ToolKind::Write, "write write_file create createFile writefile"),
        (
            ToolKind::Edit,
            "edit Edit multi_edit MultiEdit multiedit str_replace str_replace_editor apply_patch NotebookEdit edit_file",
        ),
        (ToolKind::List, "ls LS list list_dir list_files glob Glob"),
        (
            ToolKind::Search,
            "grep Grep rg search find web_search WebSearch websearch file_search mcp__github__search_issues",
        ),
        (ToolKind::Fetch, "fetch web_fetch WebFetch webfetch fetch_url mcp__fetch__fetch"),
        (
            ToolKind::Unknown,
            "todo_write TodoWrite todo_read task Task update_plan think reader thread created_at mcp__bash__x _ __ 工具",
        ),
        (ToolKind::Unknown, ""),
    ];
    for (kind, names) in cases {
        for name in names.split(' ') {
            assert_eq!(kind_of(name, &json!({})), kind, "{name}");
        }
    }
}

#[test]
fn the_input_tells_where_the_name_does_not() {
    let file = json!({ "path": "a.rs" });
    let of = |name: &str, members: Value| {
        let mut input = file.clone();
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        kind_of(name, &input)
    };
    let tool = "str_replace_based_edit_tool";
    assert_eq!(of(tool, json!({ "command": "view" })), ToolKind::Read);
    assert_eq!(of(tool, json!({ "command": "create" })), ToolKind::Write);
    assert_eq!(of(tool, json!({ "command": "str_replace" })), ToolKind::Edit);
    assert_eq!(of("change", json!({ "old": "a", "new": "b" })), ToolKind::Edit);
    assert_eq!(of("change", json!({ "old": "a" })), ToolKind::Unknown);
    assert_eq!(of("container", json!({ "cmd": ["ls", "-l"] })), ToolKind::Run);
    assert_eq!(of("container", json!({ "cmd": [] })), ToolKind::Unknown);
}

#[test]
fn a_tool_of_a_server_is_told_with_it() {
    assert_eq!(shown_name("mcp__github__search_issues"), "github · search_issues");
    for name in ["bash", "mcp__odd", "a__b"] {
        assert_eq!(shown_name(name), name);
    }
}

#[test]
fn one_line_says_what_is_done_to_what() {
    let cases = [
        ("bash", json!({ "command": "ls -l" }), "ls -l", ""),
        ("bash", json!({ "command": "$ make\n", "description": "Build it" }), "make · Build it", ""),
        ("bash", json!({ "command": "cd a\nls" }), "cd a …", ""),
        ("shell", json!({ "command": ["bash", "-lc", "ls | wc"] }), "ls | wc", ""),
        ("shell", json!({ "command": ["ls", "-l", "a b"] }), "ls -l a b", ""),
        ("read", json!({ "path": "src/a.rs" }), "src/a.rs", ""),
        ("read", json!({ "file_path": "src/a.rs", "offset": 10, "limit": 31 }), "src/a.rs:10–40", ""),
        ("read", json!({ "path": "src/a.rs", "offset": 0, "limit": 2 }), "src/a.rs:1–2", ""),
        ("read", json!({ "path": "src/a.rs", "limit": 40 }), "src/a.rs:1–40", ""),
        ("read", json!({ "path": "src/a.rs", "start_line": 10 }), "src/a.rs:10–", ""),
        ("view", json!({ "path": "src/a.rs", "view_range": [10, 40] }), "src/a.rs:10–40", ""),
        ("view", json!({ "path": "src/a.rs", "view_range": [10, -1] }), "src/a.rs:10–", ""),
        ("write", json!({ "path": "a.md", "content": "1\n2\n3\n" }), "a.md", "3 lines"),
        ("write", json!({ "path": "a.md", "content": "1" }), "a.md", "1 line"),
        ("write", json!({ "path": "a.md", "content": "x".repeat(200_001) }), "a.md", ""),
        ("edit", json!({ "path": "a.rs", "oldString": "a\nb\nc", "newString": "a\nX\nY\nc" }), "a.rs", "+2 −1"),
        ("edit", json!({ "path": "a.rs", "old": "a\na", "new": "a\na\na" }), "a.rs", "+1 −0"),
        ("edit", json!({ "path": "a.rs", "old": "", "new": "a\nb" }), "a.rs", "+2 −0"),
        ("edit", json!({ "path": "a.rs" }), "a.rs", ""),
        (
            "multi_edit",
            json!({ "file_path": "a.rs", "edits": [{ "old_string": "a", "new_string": "b" }, { "old_string": "c\nd", "new_string": "" }] }),
            "a.rs",
            "+1 −3",
        ),
        (
            "apply_patch",
            json!({ "input": "*** Begin Patch\n*** Update File: src/a.rs\n@@\n-a\n+b\n+c\n*** End Patch" }),
            "src/a.rs",
            "+2 −1",
        ),
        ("apply_patch", json!("--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n"), "x.c", "+1 −1"),
        ("ls", json!({ "path": "src" }), "src", ""),
        ("glob", json!({ "pattern": "**/*.rs", "path": "src" }), "**/*.rs in src", ""),
        ("list", json!({}), "", ""),
        ("grep", json!({ "pattern": "fn main", "path": "src" }), "fn main in src", ""),
        ("grep", json!({ "pattern": "fn main", "include": "*.rs" }), "fn main in *.rs", ""),
        ("web_search", json!({ "query": "lighthouse" }), "lighthouse", ""),
        (
            "web_fetch",
            json!({ "url": "https://www.example.org/a/b/?q=1#c", "prompt": "Sum up" }),
            "example.org/a/b",
            "",
        ),
        ("read", json!({ "id": 7 }), "{\"id\":7}", ""),
        ("poke", json!({ "pattern": "fn main", "path": "src" }), "src · fn main", ""),
        ("poke", json!({ "path": "src/a.rs", "limit": 3 }), "src/a.rs", ""),
        ("poke", json!({ "n": 3 }), "{\"n\":3}", ""),
        ("poke", json!({}), "", ""),
        ("poke", json!(null), "", ""),
        ("poke", json!({ "text": "a\nb" }), "a b", ""),
    ];
    for (name, input, summary, note) in cases {
        let about = about(name, &input);
        assert_eq!((about.summary.as_str(), about.note.as_str()), (summary, note), "{name} {input}");
    }
    assert_eq!(about("poke", &json!("x".repeat(400))).summary.chars().count(), 161);
}

#[test]
fn a_failure_is_told_in_one_line() {
    let cases = [
        (ToolKind::Read, "\nNo such file: a.rs\nerror 2\n", "No such file: a.rs"),
        (
            ToolKind::Run,
            "   Compiling a\nerror[E0308]: mismatched types\n  --> a.rs\nerror: could not",
            "error[E0308]: mismatched types",
        ),
        (ToolKind::Run, "running 3 tests\ntest a ... FAILED\n", "test a ... FAILED"),
        (ToolKind::Run, "sh: 1: frob: not found", "sh: 1: frob: not found"),
        (ToolKind::Run, "exit code 3\nnothing else\n", "exit code 3"),
        (ToolKind::Run, "", ""),
    ];
    for (kind, content, expected) in cases {
        assert_eq!(failure(kind, content), expected, "{content:?}");
    }
}

fn input(name: &str, input: Value) -> String {
    let bodies = Body::of_input(name, &input);
    let parts = bodies.iter().map(|body| format!("{}: {}", body.as_str(), body.words().trim_end()));
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_input_is_shown_as_what_it_is_and_nothing_of_it_is_lost() {
    let cases = [
        ("bash", json!({ "command": "ls\npwd", "description": "Look" }), "code: ls\npwd"),
        ("bash", json!({ "command": "ls", "timeout": 7 }), "code: ls\njson: {\n  \"timeout\": 7\n}"),
        ("write", json!({ "path": "a.rs", "content": "fn a() {}" }), "code: fn a() {}"),
        ("edit", json!({ "path": "a.rs", "old": "a\nb", "new": "c" }), "diff: - a\n- b\n+ c"),
        (
            "edit",
            json!({ "path": "a.rs", "old": "a", "new": "c", "all": true }),
            "diff: - a\n+ c\njson: {\n  \"all\": true\n}",
        ),
        ("edit", json!({ "path": "a.rs", "old": "a" }), "json: {\n  \"path\": \"a.rs\",\n  \"old\": \"a\"\n}"),
        ("apply_patch", json!("@@ -1 +1 @@\n-a\n+b"), "diff: @@ -1 +1 @@\n-a\n+b"),
        ("read", json!({ "path": "a.rs" }), "json: {\n  \"path\": \"a.rs\"\n}"),
        ("poke", json!([1]), "json: [\n  1\n]"),
        ("poke", json!({}), ""),
        ("poke", json!(null), ""),
    ];
    for (name, given, expected) in cases {
        assert_eq!(input(name, given.clone()), expected, "{name} {given}");
    }
}

#[test]
fn a_result_is_shown_as_what_it_is() {
    let file = json!({ "path": "src/a.rs" });
    let of = |name: &str, content: &str, is_error: bool| {
        Body::of_result(Some((name, &file)), content, is_error).map(|body| format!("{body:?}"))
    };
    assert_eq!(of("read", "{}", false).unwrap(), r#"Code { file: "src/a.rs", words: "{}" }"#);
    assert_eq!(of("bash", " {\"a\": 1}\n", false).unwrap(), r#"Json(" {\"a\": 1}\n")"#);
    assert_eq!(of("bash", "{ not", false).unwrap(), r#"Terminal("{ not")"#);
    assert_eq!(of("bash", "diff --git a/x b/x\n", false).unwrap(), r#"Patch("diff --git a/x b/x\n")"#);
    assert_eq!(of("grep", "a.rs:1: x", false).unwrap(), r#"Matches("a.rs:1: x")"#);
    assert_eq!(of("read", "no such file", true).unwrap(), r#"Failure("no such file")"#);
    assert_eq!(of("read", " \n", false), None);
    assert!(matches!(Body::of_result(None, "x", false), Some(Body::Terminal("x"))));
}

#[test]
fn a_long_text_begins_with_whole_lines() {
    for text in ["", "a", "a\nb\n", &"line\n".repeat(200), &"x".repeat(20_000)] {
        assert_eq!(beginning(text), text, "{} bytes", text.len());
    }
    assert_eq!(beginning(&"line\n".repeat(201)), "line\n".repeat(200));
    assert_eq!(beginning(&("line\n".repeat(200) + " \n\n")).len(), 1003, "nothing but blanks follow");
    assert_eq!(beginning(&format!("short\n{}", "x".repeat(30_000))), "short\n");
    let wide = beginning(&"漢".repeat(10_000)).len();
    assert!((19_998..=20_000).contains(&wide), "{wide}");
}

#[test]
fn what_was_printed_ends_with_whole_lines() {
    let piece = |data: String| OutputPiece { stream: OutputStream::Stdout, data };
    let shown = |output: &[OutputPiece]| {
        let all: String = output.iter().map(|piece| piece.data.as_str()).collect();
        all[end_start(output)..].to_owned()
    };
    assert_eq!(shown(&[]), "");
    assert_eq!(shown(&[piece("a".to_owned()), piece("b".to_owned())]), "ab");
    let lines = shown(&[piece("first\n".to_owned()), piece("line\n".repeat(5_000)), piece("last".to_owned())]);
    assert!(lines.starts_with("line\n") && lines.ends_with("line\nlast") && lines.len() <= 20_000, "{}", lines.len());
    assert!(lines.len() > 19_900, "{}", lines.len());
    let wide = shown(&[piece("漢".repeat(10_000))]);
    assert!(wide.len() > 19_990 && wide.chars().all(|letter| letter == '漢'), "{}", wide.len());
}

#[test]
fn sizes_are_told_in_few_letters() {
    let cases = [
        (1, "1 KB"),
        (20_001, "21 KB"),
        (999_499, "1000 KB"),
        (999_500, "1.0 MB"),
        (1_249_999, "1.2 MB"),
        (12_000_000, "12.0 MB"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(size_in_words(bytes), expected);
    }
}
