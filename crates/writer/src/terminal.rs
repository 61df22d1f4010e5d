//! Output of commands while it streams. Lines that are whole stand in blocks of bounded size and are never touched again;
//! of the open line each piece is known, since a progress bar takes it back and writes it anew.

use crate::dom::{self, Node};
use dispatch_markup::ansi::{self, Ground, Run, Stream, Style};
use wasm_bindgen::prelude::wasm_bindgen;

/// A block of lines that is longer than this many bytes ends with its line.
const LONGEST_BLOCK: usize = 2048;

/// A text node that is longer than this many bytes gets a successor: what appending to one costs grows with its length.
const LONGEST_NODE: usize = 4096;

/// A terminal on the page.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Terminal {
    terminal: ansi::Terminal,
    host: Node,
    block: Option<Block>,
    /// The pieces of the open line, each as it stands in the block.
    open: Vec<Node>,
}

/// The block that is being written.
#[derive(Debug)]
struct Block {
    element: Node,
    length: usize,
    /// The text that was written last, and how it looks.
    last: Option<(Node, usize, Style)>,
}

/// Begins to write output into `host`, which is empty and keeps white space.
#[wasm_bindgen]
pub fn terminal(host: Node) -> Terminal {
    Terminal { terminal: ansi::Terminal::new(), host, block: None, open: Vec::new() }
}

#[wasm_bindgen]
impl Terminal {
    /// More output, of a stream or of the one for complaints.
    pub fn push(&mut self, output: &str, is_error: bool) {
        let update = self.terminal.write(if is_error { Stream::Error } else { Stream::Out }, output);
        if update.rewrite {
            self.take_line_back();
        }
        update.runs.iter().for_each(|run| self.write(run));
    }

    fn take_line_back(&mut self) {
        for piece in self.open.drain(..) {
            piece.remove();
        }
        if let Some(block) = &mut self.block {
            block.last = None;
        }
    }

    fn write(&mut self, run: &Run) {
        let mut rest = run.text.as_str();
        while !rest.is_empty() {
            // Up to the line that fills the block, then up to the end of the last whole line, then the open one.
            let room = LONGEST_BLOCK.saturating_sub(self.block.as_ref().map_or(0, |block| block.length));
            let full = rest.bytes().enumerate().skip(room).find(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            let whole = rest.rfind('\n').map(|at| at + 1);
            let (now, later) = rest.split_at(full.or(whole).unwrap_or(rest.len()));
            self.append(now, &run.style, whole.is_none());
            if whole.is_some() {
                self.open.clear();
            }
            if full.is_some() {
                self.block = None;
            }
            rest = later;
        }
    }

    fn append(&mut self, words: &str, style: &Style, is_open: bool) {
        let block = self.block.get_or_insert_with(|| {
            let element = dom::element("div");
            self.host.append(&element);
            Block { element, length: 0, last: None }
        });
        block.length += words.len();
        // What is taken back with its line must be a piece of its own.
        let is_begun = !is_open || !self.open.is_empty();
        if let Some((text, length, known)) = &mut block.last
            && known == style
            && is_begun
            && *length + words.len() <= LONGEST_NODE
        {
            text.append_words(words);
            *length += words.len();
            return;
        }
        let text = dom::text(words);
        let piece = dressed(&text, style);
        block.element.append(&piece);
        block.last = Some((text, words.len(), style.clone()));
        if is_open {
            self.open.push(piece);
        }
    }
}

/// Words in the element that makes them look as they should: a link, a span, or nothing.
fn dressed(text: &Node, style: &Style) -> Node {
    let class = style.class();
    let element = if let Some(address) = &style.link {
        let link = dom::element("a");
        link.set("href", address);
        link.set("title", address);
        link.set("target", "_blank");
        link.set("rel", "noopener noreferrer");
        link
    } else {
        dom::element("span")
    };
    let colours = [("color", Ground::Text), ("background-color", Ground::Back)];
    let colours = colours.map(|(name, ground)| style.colour(ground).value().map(|value| (name, value)));
    if style.link.is_none() && class.is_empty() && colours.iter().all(Option::is_none) {
        return text.clone();
    }
    element.set_class(&class);
    for (name, value) in colours.into_iter().flatten() {
        // Not an attribute: the page's policy allows styles only this way.
        element.style().set_property(name, &value);
    }
    element.append(text);
    element
}
