//! Code in a box: a head with its language and two buttons, and the code, which scrolls for itself. The browser lays out a
//! block as a whole, however little of it is new, so long code stands in several blocks that each end with a line. Colours
//! come when the code is whole.

use crate::buttons::{self, Does};
use crate::colours::{self, SeenFirst};
use crate::dom::{self, Node};
use dispatch_markup::{code, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Code of so many lines is skipped by layout while it is out of view.
const MANY_LINES: usize = 40;

/// What the language of a block is told in: on the `pre`, as Markdown has it.
const LANGUAGE: &str = "data-language";

/// A block around `pre`, which holds its `code`.
pub(crate) fn around(pre: &Node) -> Node {
    let block = dom::boxed("code-block");
    let label = pre.get(LANGUAGE);
    block.append(&head(label.as_deref().unwrap_or("code")));
    block.append(pre);
    block
}

/// The line above code or a difference: what it is, and what can be done with it.
pub(crate) fn head(label: &str) -> Node {
    let head = dom::classed("div", "code-head");
    head.append_run(Some("code-language"), label);
    head.append(&buttons::button(Does::Wrap));
    head.append(&buttons::button(Does::Copy));
    head
}

/// Appends a text node to code: in the block of the text before it, unless that ended with its line.
pub(crate) fn append_text(code: &Node, words: &str) {
    let block = code.last_child().filter(|block| !block.words().ends_with('\n'));
    let block = block.unwrap_or_else(|| {
        let block = dom::classed("span", "code-lines");
        code.append(&block);
        block
    });
    block.append_run(None, words);
}

/// Takes the last text node of code away.
pub(crate) fn remove_text(code: &Node) {
    if let Some(block) = code.last_child() {
        block.remove_last();
        if block.last_child().is_none() {
            code.remove_last();
        }
    }
}

/// Colours the code of a `pre` that will not change any more.
pub(crate) fn finish(pre: &Node) {
    let Some(code) = pre.first_element() else { return };
    make_room(pre, &code.words());
    if let Some(language) = pre.get(LANGUAGE) {
        colours::colour(&code, &language, SeenFirst::End);
    }
}

/// Long code tells how high it is, so that the browser need not lay it out to know.
fn make_room(pre: &Node, words: &str) {
    let lines = words.bytes().filter(|byte| *byte == b'\n').count();
    if lines >= MANY_LINES {
        pre.set("data-long", "");
        pre.style().set_property("--lines", &lines.to_string());
    }
}

/// Writes code into `host`, which is empty. `name` is that of the language, or of a file.
#[wasm_bindgen]
pub fn write_code(host: &Node, name: &str, words: &str) {
    let language = code::language_of(name).or_else(|| code::colour(name, "").map(|_| name));
    write(host, name, language, words);
}

/// Writes JSON into `host`, which is empty, laid out for reading. Tells whether it is JSON; if not, nothing is written.
#[wasm_bindgen]
pub fn write_json(host: &Node, words: &str) -> bool {
    let pretty = json::pretty(words);
    if let Some(pretty) = &pretty {
        write(host, "json", Some("json"), pretty);
    }
    pretty.is_some()
}

fn write(host: &Node, label: &str, language: Option<&str>, words: &str) {
    crate::listen();
    let pre = dom::element("pre");
    let code = dom::element("code");
    pre.append(&code);
    let mut rest = words;
    while !rest.is_empty() {
        let (lines, below) = rest.split_at(dom::end_of_block(0, rest).unwrap_or(rest.len()));
        append_text(&code, lines);
        rest = below;
    }
    if let Some(language) = language {
        colours::colour(&code, language, SeenFirst::Start);
    }
    make_room(&pre, words);
    pre.set(LANGUAGE, label);
    host.append(&around(&pre));
}
