//! Markdown that streams into an element. What is shown changes at its right edge only: patches say the least that has to
//! be done there, and each is carried out on the nodes that stand there. Blocks that are closed are never touched again,
//! but for their code, which is coloured once.

use crate::code_block;
use crate::dom::{self, Node};
use dispatch_markup::markdown::{Change, Document};
use dispatch_markup::node::{self, Tag};
use wasm_bindgen::prelude::wasm_bindgen;

/// So many blocks stand in one part.
const PART: usize = 64;

/// Markdown that is being written.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Prose {
    document: Document,
    /// What holds the blocks, and how many came before each: the host at first, then the parts of a long answer in it.
    parts: Vec<(Node, usize)>,
    /// How many blocks there are.
    count: usize,
    /// The elements on the right edge that were asked for, from the last part down: each but the first is in the one before.
    spine: Vec<Node>,
    /// How many blocks are closed.
    closed: usize,
}

/// Begins to write into `host`, which is empty when the first words come.
#[wasm_bindgen]
pub fn prose(host: Node) -> Prose {
    crate::listen();
    Prose { document: Document::default(), spine: vec![host.clone()], parts: vec![(host, 0)], count: 0, closed: 0 }
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
        // Whoever opens an answer comes to its end, and must come to the right one: how high that is must not be guessed.
        // While it grows, a part is what it is: one that may be left alone from some moment on would be blank for a frame.
        if let [_, .., (last, _)] = self.parts.as_slice() {
            last.set("data-end", "");
        }
    }

    fn update(&mut self) {
        let patch = self.document.take_changes();
        for change in &patch.changes {
            self.make(change);
        }
        while self.closed < patch.closed {
            let part = self.parts.iter().rfind(|(_, before)| *before <= self.closed);
            if let Some(block) = part.and_then(|(part, before)| part.children().item((self.closed - before) as u32)) {
                close(&block);
            }
            self.closed += 1;
        }
    }

    fn make(&mut self, change: &Change) {
        match change {
            Change::Words { depth, words } => {
                if let Some(text) = last_text(self.at(*depth)) {
                    text.append_words(words);
                }
            }
            Change::Unsay { depth, units } => {
                if let Some(text) = last_text(self.at(*depth)) {
                    let units = *units as u32;
                    text.delete(text.length().saturating_sub(units), units);
                }
            }
            Change::Drop { depth, count } => {
                if *depth == 0 {
                    return self.drop_blocks(*count);
                }
                let parent = self.at(*depth).clone();
                for _ in 0..*count {
                    if is_block_of_code(&parent) { code_block::remove_text(&parent) } else { parent.remove_last() }
                }
            }
            Change::Append { depth, node } => {
                if *depth == 0 {
                    self.begin_part_if_full();
                    self.count += 1;
                }
                let parent = self.at(*depth).clone();
                let is_code = matches!(node, node::Node::Text(_)) && is_block_of_code(&parent);
                append(&parent, is_code, node);
            }
        }
    }

    /// A block more, and the browser would look at every one of a thousand in each frame: from some on they stand in parts,
    /// and those that cannot be seen are left alone. Where a part ends depends on the words alone, and not on how many of
    /// them came at once.
    fn begin_part_if_full(&mut self) {
        let (_, before) = self.parts[self.parts.len() - 1];
        if self.count < before + PART {
            return;
        }
        let part = dom::boxed("part");
        self.parts[0].0.append(&part);
        self.parts.push((part.clone(), self.count));
        self.spine = vec![part];
    }

    /// Takes the last blocks away, and parts that are empty then.
    fn drop_blocks(&mut self, count: usize) {
        for _ in 0..count.min(self.count) {
            self.count -= 1;
            let (part, before) = &self.parts[self.parts.len() - 1];
            part.remove_last();
            if self.count == *before && self.parts.len() > 1 {
                part.remove();
                self.parts.pop();
            }
        }
        self.spine = vec![self.parts[self.parts.len() - 1].0.clone()];
    }

    /// The element at this depth of the right edge. What is below it may change now.
    fn at(&mut self, depth: usize) -> &Node {
        self.spine.truncate(depth + 1);
        while self.spine.len() <= depth
            && let Some(inner) = self.spine.last().and_then(Node::last_element)
        {
            self.spine.push(dom::content_of(inner));
        }
        // The host is always there.
        &self.spine[self.spine.len() - 1]
    }
}

/// Appends a node with all that is in it; `is_code`: to the `code` of a block. Nodes are nested only as deep as the reader of
/// Markdown nests.
fn append(parent: &Node, is_code: bool, node: &node::Node) {
    let element = match node {
        node::Node::Text(words) if is_code => return code_block::append_text(parent, words),
        node::Node::Text(words) => return parent.append_run(None, words),
        node::Node::Element(element) => element,
    };
    let made = dom::element(element.tag.name());
    for attribute in &element.attributes {
        made.set(attribute.name(), &attribute.value());
    }
    if element.tag == Tag::Preformatted {
        parent.append(&code_block::around(&made));
    } else if element.tag == Tag::Table {
        // Wide tables scroll for themselves.
        let outer = dom::boxed("table-box");
        outer.append(&made);
        parent.append(&outer);
    } else {
        parent.append(&made);
    }
    // Afterwards, since code must know that it stands in a block. The browser is asked for few elements only.
    let is_code = element.tag == Tag::Code && is_block_of_code(&made);
    for child in &element.children {
        append(&made, is_code, child);
    }
}

/// Whether it is the `code` of a block, which holds its text in blocks.
fn is_block_of_code(element: &Node) -> bool {
    element.matches("pre > code")
}

fn last_text(parent: &Node) -> Option<Node> {
    let mut node = parent.last_child()?;
    while let Some(inner) = node.last_child() {
        node = inner;
    }
    node.is_text().then_some(node)
}

/// Colours the code in a block that will not change any more.
fn close(block: &Node) {
    let found = block.all("pre");
    let mut at = 0;
    while let Some(pre) = found.item(at) {
        code_block::finish(&pre);
        at += 1;
    }
}
