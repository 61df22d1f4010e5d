//! Markdown in pieces.

use crate::shown::{all, children, host, html_of, node, one, select, text};
use dispatch_markup::markdown::read;
use dispatch_markup::node::to_html;
use dispatch_writer::prose;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, Node};

/// The page of everything that the scripted agent says.
const EVERYTHING: &str = include_str!("../../../backend/src/provider/scripted/scenes/markdown.md");

fn pieces(words: &str, characters: usize) -> Vec<String> {
    let all: Vec<char> = words.chars().collect();
    all.chunks(characters).map(|piece| piece.iter().collect()).collect()
}

fn written(words: &str, characters: usize) -> Element {
    let host = host();
    let mut prose = prose(node(&host));
    pieces(words, characters).iter().for_each(|piece| prose.push(piece));
    prose.finish();
    host.into()
}

#[wasm_bindgen_test]
fn whatever_the_pieces_the_page_is_the_same() {
    let expected = to_html(&read(EVERYTHING));
    for characters in [1, 7, 64, usize::MAX] {
        let host = written(EVERYTHING, characters);
        assert_eq!(html_of(&host), expected, "in pieces of {characters}");
        host.remove();
    }
}

#[wasm_bindgen_test]
fn at_every_moment_it_shows_what_was_said() {
    shows_at_every_moment(EVERYTHING, 11).remove();
}

#[wasm_bindgen_test]
fn a_long_answer_stands_in_parts() {
    let words = "A paragraph.\n\n- an item\n- another\n\n```rs\nfn main() {}\n```\n\nHeading\n===\n\n".repeat(60);
    // As it streams, and as it is opened.
    for characters in [23, words.len()] {
        let host = shows_at_every_moment(&words, characters);
        let parts = all(&host, ".part");
        let blocks: Vec<usize> = parts.iter().map(|part| children(part).len()).collect();
        assert_eq!(blocks, [64, 64, 48], "with {characters} characters at once");
        let ends: Vec<bool> = parts.iter().map(|part| part.has_attribute("data-end")).collect();
        assert_eq!(ends, [false, false, true], "only the end is always laid out, with {characters} characters at once");
        assert_eq!(all(&host, "pre .code-keyword").len(), 60, "all code is coloured");
        host.remove();
    }
}

fn shows_at_every_moment(words: &str, characters: usize) -> HtmlElement {
    let host = host();
    let mut prose = prose(node(&host));
    let (mut said, mut shown) = (dispatch_markup::markdown::Document::new(), Vec::new());
    for piece in pieces(words, characters) {
        prose.push(&piece);
        said.push(&piece);
        dispatch_markup::markdown::apply(&mut shown, &said.take_changes());
        assert_eq!(html_of(&host), to_html(&shown));
    }
    prose.finish();
    host
}

#[wasm_bindgen_test]
fn what_stands_there_stays() {
    let host = host();
    let mut prose = prose(node(&host));
    let mut stayed: Vec<Node> = Vec::new();
    for piece in pieces(&"A paragraph, *some* of it `code`.\n\n".repeat(40), 9) {
        prose.push(&piece);
        let now = children(&host);
        let before = stayed.len().saturating_sub(1);
        assert!(
            stayed[..before].iter().zip(&now).all(|(old, new)| old.is_same_node(Some(new))),
            "a block was replaced"
        );
        stayed = now;
    }
    host.remove();
}

#[wasm_bindgen_test]
fn long_code_stands_in_short_blocks() {
    let host = host();
    let mut prose = prose(node(&host));
    let code = "let answer = question.await?;\n".repeat(2_000);
    prose.push("```rust\n");
    for piece in pieces(&code, 997) {
        prose.push(&piece);
    }
    let lengths =
        |host: &Element| -> Vec<usize> { all(host, ".code-lines").iter().map(|lines| text(lines).len()).collect() };
    let open = lengths(&host);
    assert!(open.len() > 10 && open.iter().all(|length| *length < 2 * 1024 + 64), "{open:?}");
    assert_eq!(all(&host, "code span[class^=code-]:not(.code-lines)").len(), 0, "colours come when all of it is there");
    prose.push("```\n\nAnd so on.");
    assert_eq!(text(&one(&host, "code")), code);
    assert!(!all(&host, ".code-keyword").is_empty(), "colours begin to come");
    host.remove();
}

#[wasm_bindgen_test]
async fn what_is_selected_in_code_stays_selected() {
    let host = host();
    let mut prose = prose(node(&host));
    prose.push("```rust\nlet first = 1;\nlet second = 2;\n");
    let words = one(&host, "code").query_selector(".code-lines").unwrap().unwrap().first_child().unwrap();
    let selection = select((&words, 4), (&words, 9)).await;
    assert_eq!(String::from(selection.to_string()), "first");
    prose.push("```\n");
    prose.finish();
    assert_eq!(all(&host, ".code-number").len(), 2, "it is coloured");
    assert_eq!(String::from(selection.to_string()), "first");
    selection.remove_all_ranges().unwrap();
    host.remove();
}

#[wasm_bindgen_test]
fn code_in_a_list_is_coloured_with_its_list() {
    let host = written("1. First:\n\n   ```rust\n   let x = 1;\n   ```\n\n2. Then\n\nDone.", 5);
    assert_eq!(text(&one(&host, "li code")), "let x = 1;\n");
    assert_eq!(all(&host, "li .code-keyword").len(), 1);
    host.remove();
}
