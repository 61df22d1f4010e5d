//! Words that may still grow: appended to the document as they come, never written anew.

use crate::context::Console;
use dispatch_core::ConversationId;
use dispatch_core::transcript::RowId;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, HtmlElement, Text};

pub mod prose;

/// A text node that is longer than this many bytes gets a successor: what appending to one costs grows with its length.
const LONGEST_NODE: usize = 4096;

/// A block that is longer than this many bytes ends with its line: the browser lays out a block as a whole, however little
/// of it is new.
const LONGEST_BLOCK: usize = 2048;

/// The words of a row. When no more may come, what stands there is compared once with what was said.
pub fn body(conversation: &ConversationId, row: RowId) -> AnyView {
    let console = Console::expect();
    let body = NodeRef::<Div>::new();
    let writer = StoredValue::new_local(Writer::default());
    let touched = console.touched(row);
    let conversation = conversation.clone();
    Effect::new(move |_| {
        touched.track();
        let Some(body) = body.get() else { return };
        console.with_words(&conversation, row, |words, is_open| {
            writer.update_value(|writer| writer.write(&body, words, is_open));
        });
    });
    view! { <div class="words" data-body="" node_ref=body></div> }.into_any()
}

/// Knows how much of the words stands in the document.
#[derive(Debug, Default)]
pub struct Writer {
    written: usize,
    block: Option<Block>,
}

impl Writer {
    /// Whether anything stands in the document.
    fn has_written(&self) -> bool {
        self.written > 0
    }
}

/// The element that is being written, its bytes, and the last of its text nodes with its bytes.
#[derive(Debug)]
struct Block {
    element: Element,
    length: usize,
    node: Option<(Text, usize)>,
}

impl Writer {
    /// Brings the words in `body` up to date, which nobody else writes into.
    pub fn write(&mut self, body: &HtmlElement, words: &str, is_open: bool) {
        let is_other = !words.is_char_boundary(self.written)
            || words.len() < self.written
            || (!is_open && body.text_content().is_none_or(|shown| !words.starts_with(&shown)));
        if is_other {
            body.set_text_content(None);
            *self = Self::default();
        }
        let mut rest = &words[self.written..];
        while !rest.is_empty() {
            let (end, is_full) = self.room_in_block(rest);
            let (now, later) = rest.split_at(end);
            self.append(body, now);
            if is_full && let Some(block) = self.block.take() {
                // The stylesheet leaves it alone where it cannot be seen.
                block.element.set_class_name("full");
            }
            rest = later;
        }
        self.written = words.len();
    }

    /// How much of the words goes into the block that is being written, and whether the block is full then. A block ends
    /// with a line, so that words look the same in one block and in several.
    fn room_in_block(&self, words: &str) -> (usize, bool) {
        let room = LONGEST_BLOCK.saturating_sub(self.block.as_ref().map_or(0, |block| block.length));
        let from = floor_char_boundary(words, room);
        match words[from..].find('\n') {
            Some(at) if from < words.len() => (from + at + 1, true),
            _ => (words.len(), false),
        }
    }

    /// Appends to the block that is being written, or begins one.
    fn append(&mut self, body: &HtmlElement, words: &str) {
        if self.block.is_none() {
            let Ok(element) = document().create_element("div") else { return };
            // Appending to an element of our own making cannot fail; nor can it below.
            body.append_child(&element).ok();
            self.block = Some(Block { element, length: 0, node: None });
        }
        let Some(block) = &mut self.block else { return };
        block.length += words.len();
        let mut rest = words;
        while !rest.is_empty() {
            let room = block.node.as_ref().map_or(0, |(_, length)| LONGEST_NODE - length);
            let end = floor_char_boundary(rest, room);
            if end == 0 {
                let node = document().create_text_node("");
                block.element.append_child(&node).ok();
                block.node = Some((node, 0));
                continue;
            }
            let (now, later) = rest.split_at(end);
            if let Some((node, length)) = &mut block.node {
                node.append_data(now).ok();
                *length += end;
            }
            rest = later;
        }
    }
}

/// The last boundary between characters at or before `index`.
fn floor_char_boundary(text: &str, index: usize) -> usize {
    if index >= text.len() {
        return text.len();
    }
    (0..=index).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}
