//! Markdown that streams into an element. What is shown changes at its right edge only: patches say the least that has to
//! be done there, and each is carried out on the nodes that stand there. Blocks that are closed are never touched again,
//! but for their code, which is coloured once.

use crate::{buttons, code_block, dom};
use dispatch_markup::markdown::{Change, Document};
use dispatch_markup::node::{self, Tag};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement, Node, Text};

/// Markdown that is being written.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Prose {
    document: Document,
    /// The elements on the right edge that were asked for, from the host down: each but the first is in the one before.
    spine: Vec<Element>,
    /// How many blocks are closed.
    closed: usize,
}

/// Begins to write into `host`, which is empty.
#[wasm_bindgen]
pub fn prose(host: HtmlElement) -> Prose {
    buttons::listen();
    Prose { document: Document::default(), spine: vec![host.into()], closed: 0 }
}

#[wasm_bindgen]
impl Prose {
    /// More words.
    pub fn push(&mut self, words: &str) {
        self.document.push(words);
        self.update();
    }

    /// No more words will come.
    pub fn finish(&mut self) {
        self.document.finish();
        self.update();
    }

    fn update(&mut self) {
        let patch = self.document.take_changes();
        for change in &patch.changes {
            self.make(change);
        }
        while self.closed < patch.closed {
            if let Some(block) = self.spine[0].child_nodes().item(self.closed as u32) {
                close(block.unchecked_ref());
            }
            self.closed += 1;
        }
    }

    fn make(&mut self, change: &Change) {
        match change {
            Change::Words { depth, words } => {
                if let Some(text) = last_text(self.at(*depth)) {
                    text.append_data(words).ok();
                }
            }
            Change::Unsay { depth, units } => {
                if let Some(text) = last_text(self.at(*depth)) {
                    let units = *units as u32;
                    text.delete_data(text.length().saturating_sub(units), units).ok();
                }
            }
            Change::Drop { depth, count } => {
                let parent = self.at(*depth).clone();
                for _ in 0..*count {
                    if is_block_of_code(&parent) { code_block::remove_text(&parent) } else { dom::remove_last(&parent) }
                }
            }
            Change::Append { depth, node } => {
                let parent = self.at(*depth).clone();
                append(&parent, node);
            }
        }
    }

    /// The element at this depth of the right edge. What is below it may change now.
    fn at(&mut self, depth: usize) -> &Element {
        self.spine.truncate(depth + 1);
        while self.spine.len() <= depth
            && let Some(inner) = self.spine.last().and_then(Element::last_element_child)
        {
            self.spine.push(dom::content_of(inner));
        }
        // The host is always there.
        &self.spine[self.spine.len() - 1]
    }
}

/// Appends a node with all that is in it. Nodes are nested only as deep as the reader of Markdown nests.
fn append(parent: &Element, node: &node::Node) {
    let element = match node {
        node::Node::Text(words) if is_block_of_code(parent) => return code_block::append_text(parent, words),
        node::Node::Text(words) => return dom::append_words(parent, words),
        node::Node::Element(element) => element,
    };
    let made = dom::element(element.tag.name());
    for attribute in &element.attributes {
        dom::set(&made, attribute.name(), &attribute.value());
    }
    if element.tag == Tag::Preformatted {
        dom::append(parent, &code_block::around(&made));
    } else if element.tag == Tag::Table {
        // Wide tables scroll for themselves.
        let outer = dom::classed("div", "table-box");
        dom::set(&outer, dom::BOX, "");
        dom::append(&outer, &made);
        dom::append(parent, &outer);
    } else {
        dom::append(parent, &made);
    }
    // Afterwards, since code must know that it stands in a block.
    for child in &element.children {
        append(&made, child);
    }
}

/// Whether it is the `code` of a block, which holds its text in blocks.
fn is_block_of_code(element: &Element) -> bool {
    element.tag_name() == "CODE" && element.parent_element().is_some_and(|parent| parent.tag_name() == "PRE")
}

fn last_text(parent: &Element) -> Option<Text> {
    let mut node: Node = parent.last_child()?;
    while let Some(inner) = node.last_child() {
        node = inner;
    }
    node.dyn_into().ok()
}

/// Colours the code in a block that will not change any more.
fn close(block: &Element) {
    // A selector that is one cannot be refused.
    let Ok(found) = block.query_selector_all("pre") else { return };
    for at in 0..found.length() {
        if let Some(pre) = found.item(at) {
            code_block::finish(pre.unchecked_ref());
        }
    }
}
