//! Words that may still grow: appended to the document as they come, never written anew.

use crate::context::Console;
use dispatch_core::ConversationId;
use dispatch_core::transcript::RowId;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{HtmlElement, Text};

/// A text node that is longer than this many bytes gets a successor: what appending to one costs grows with its length.
const LONGEST_NODE: usize = 4096;

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
            let room = LONGEST_NODE.saturating_sub(self.node.as_ref().map_or(LONGEST_NODE, |(_, length)| *length));
            if room == 0 {
                self.node = Some((document().create_text_node(""), 0));
            }
            let Some((node, length)) = &mut self.node else { return };
            let end = floor_char_boundary(rest, LONGEST_NODE - *length);
            let (now, later) = rest.split_at(end);
            // It fails only for a node that is in no document, and this one is about to be.
            node.append_data(now).ok();
            if *length == 0 {
                body.append_child(node).ok();
            }
            *length = if end == 0 { LONGEST_NODE } else { *length + end };
            rest = later;
        }
        self.written = words.len();
    }
}

/// The last boundary between characters at or before `index`.
fn floor_char_boundary(text: &str, index: usize) -> usize {
    if index >= text.len() {
        return text.len();
    }
    (0..=index).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}
