//! The writer of words that stream: what it is given in pieces stands there as one text, in nodes that stay short, and
//! nothing that stands there already is written again.

use dispatch_web::features::transcript::body::Writer;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, Node};

fn body() -> HtmlElement {
    document().create_element("div").unwrap().unchecked_into()
}

fn children(node: &Node) -> Vec<Node> {
    let children = node.child_nodes();
    (0..children.length()).filter_map(|index| children.item(index)).collect()
}

/// The text nodes, whatever block they stand in.
fn nodes(body: &HtmlElement) -> Vec<Node> {
    children(body).iter().flat_map(children).collect()
}

fn text(body: &HtmlElement) -> String {
    body.text_content().unwrap_or_default()
}

#[wasm_bindgen_test]
fn pieces_become_one_text() {
    let (body, mut writer) = (body(), Writer::default());
    let said = "One two — drei <b>vier</b> 漢字 &amp; 🏮 fünf.\n\nSix.";
    let ends = said.char_indices().map(|(index, letter)| index + letter.len_utf8());
    for end in ends {
        writer.write(&body, &said[..end], true);
    }
    writer.write(&body, said, true);
    assert_eq!(text(&body), said);
    assert_eq!(nodes(&body).len(), 1, "one short text is one node");
    let first = nodes(&body)[0].clone();
    writer.write(&body, said, false);
    assert_eq!(text(&body), said);
    assert!(nodes(&body)[0].is_same_node(Some(&first)), "the end of a text rewrites nothing");
}

#[wasm_bindgen_test]
fn nodes_stay_short_and_stay() {
    let (body, mut writer) = (body(), Writer::default());
    // Letters of three bytes, so that no limit in bytes falls between two of them by itself.
    let said = "灯台の光。".repeat(4_000);
    let mut first = None;
    for end in (0..=said.len()).step_by(15 * 97).chain([said.len()]) {
        writer.write(&body, &said[..end], true);
        if let Some(node) = nodes(&body).first() {
            let first: &Node = first.get_or_insert_with(|| node.clone());
            assert!(node.is_same_node(Some(first)), "the first node was replaced");
        }
    }
    writer.write(&body, &said, false);
    assert_eq!(text(&body), said);
    let lengths: Vec<usize> = nodes(&body).iter().map(|node| node.text_content().unwrap().len()).collect();
    assert!(lengths.iter().all(|length| *length > 0 && *length <= 4_096), "{lengths:?}");
    assert!(lengths.len() <= said.len() / 4_000 + 1, "{lengths:?}");
}

#[wasm_bindgen_test]
fn a_long_text_at_once_is_split_too() {
    let (body, mut writer) = (body(), Writer::default());
    let said = "x".repeat(10_000);
    writer.write(&body, &said, false);
    assert_eq!(text(&body), said);
    assert_eq!(nodes(&body).len(), 3);
}

#[wasm_bindgen_test]
fn other_words_replace_what_stands_there() {
    let (body, mut writer) = (body(), Writer::default());
    writer.write(&body, "Hello wrold, and more", true);
    writer.write(&body, "Hello", true);
    assert_eq!(text(&body), "Hello", "a text that became shorter is another text");

    writer.write(&body, "Hello wrold", true);
    writer.write(&body, "Hello world", false);
    assert_eq!(text(&body), "Hello world", "what history says at the end is what counts");
    writer.write(&body, "Hello world, again", false);
    assert_eq!(text(&body), "Hello world, again");
    writer.write(&body, "", false);
    assert_eq!(text(&body), "");
    assert_eq!(nodes(&body).len(), 0);
}

fn class(node: &Node) -> String {
    node.dyn_ref::<Element>().map(Element::class_name).unwrap_or_default()
}

/// One block of a megabyte once made every frame of a long answer slower than the one before.
#[wasm_bindgen_test]
fn lines_are_laid_out_in_blocks_of_bounded_size() {
    let (body, mut writer) = (body(), Writer::default());
    let said = "A line of a long answer, forty bytes or so.\n".repeat(2_000);
    for end in (0..=said.len()).step_by(577).chain([said.len()]) {
        writer.write(&body, &said[..end], true);
    }
    writer.write(&body, &said, false);
    assert_eq!(text(&body), said);
    let blocks = children(&body);
    let lengths: Vec<usize> = blocks.iter().map(|block| block.text_content().unwrap().len()).collect();
    assert!(lengths.iter().all(|length| *length <= 2_048 + 64), "{lengths:?}");
    assert!(blocks.iter().all(|block| block.text_content().unwrap().ends_with('\n')), "blocks end with a line");
    let (last, before) = blocks.split_last().unwrap();
    assert!(before.iter().all(|block| class(block) == "full") && class(last).is_empty(), "the stylesheet knows them");
}
