//! What was read becomes changes to what is shown. Plain words and code take a shorter way: they are appended to the last
//! text node, and nothing is read for them.

use super::fence::Fence;
use super::half::is_certain;
use super::patch::{Change, compare, last_text, spine};
use super::reading::push_code;
use super::{Context, Document, Live};
use crate::node::{Node, is_turn};

/// How much of what is shown is compared with the source before words are appended to it, in bytes.
const COMPARED: usize = 8;

impl Document {
    /// Shows a draft, of which so many nodes may still change.
    pub(super) fn write(&mut self, mut draft: Vec<Node>, live: Live) {
        compare(&self.shown, &draft, 0, &mut self.changes);
        let depth = self.context.depth();
        let kept = live.outer + usize::from(depth > 0);
        self.shown = draft.split_off(draft.len().saturating_sub(kept));
        if let Some(Node::Element(container)) = self.shown.first_mut()
            && depth > 0
        {
            let kept = if depth > 1 { 1 } else { live.inner };
            keep_last(&mut container.children, kept);
            if let Some(Node::Element(inner)) = container.children.last_mut()
                && depth > 1
            {
                keep_last(&mut inner.children, live.inner);
            }
        }
    }

    /// Reads code up to its end, or as far as there is any. Returns whether more may come.
    pub(super) fn read_fence(&mut self, mut fence: Fence) -> bool {
        let mut code = String::new();
        let words = &self.source[self.start..];
        let (taken, is_closed) = fence.take(words, self.is_finished, &mut |piece| code.push_str(piece));
        let depth = self.context.depth();
        if let Some(list) = spine(&mut self.shown, depth) {
            let before = list.len();
            let length = match list.last() {
                Some(Node::Text(text)) => text.len(),
                Some(Node::Element(_)) | None => 0,
            };
            let mut shown = String::new();
            crate::node::show_turns(&code, &mut shown);
            push_code(list, &shown);
            if let Some(Node::Text(text)) = before.checked_sub(1).and_then(|last| list.get(last))
                && text.len() > length
            {
                say(&mut self.changes, depth, &text[length..]);
            }
            self.changes.extend(list[before..].iter().map(|node| Change::Append { depth, node: node.clone() }));
            keep_last(list, 1);
        }
        self.go_to(self.start + taken);
        if is_closed || self.is_finished {
            self.context = Context::Top;
            self.closed += 1;
            self.shown.clear();
        } else {
            self.context = Context::Fence(fence);
        }
        !is_closed && !self.is_finished
    }

    /// Appends new words that are nothing but words to the last text node. Returns whether that was all of them; appends
    /// none if they were not and the parser may be asked.
    pub(super) fn say_plain_words(&mut self) -> bool {
        if !self.can_say || self.window().is_some() {
            return false;
        }
        let may_read = self.may_read(self.rest().len());
        let Some(new) = self.source.get(self.said..) else { return false };
        let line = &self.source[self.start.min(self.said)..self.said];
        let line = &line[line.rfind('\n').map_or(0, |at| at + 1)..];
        if !is_certain(line) {
            return false;
        }
        let plain = plain_length(line, new);
        if plain < new.len() && may_read {
            return false;
        }
        let Some((depth, text)) = last_text(&mut self.shown) else { return false };
        let mut from = text.len().saturating_sub(COMPARED);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        if text.is_empty() || !line.ends_with(&text[from..]) {
            return false;
        }
        let words = new[..plain].trim_end_matches(' ');
        if !words.is_empty() {
            text.push_str(words);
            say(&mut self.changes, depth, words);
            self.said += words.len();
        }
        plain == new.len()
    }
}

/// How much of new words is nothing but words, behind what stands on their line.
fn plain_length(line: &str, new: &str) -> usize {
    let is_mark = |character: char| {
        matches!(character, '\n' | '\t' | '*' | '_' | '~' | '`' | '[' | ']' | '<' | '>' | '&' | '\\' | '|')
            || is_turn(character)
    };
    let length = new.find(is_mark).unwrap_or(new.len());
    // A word that was an address has ended: now it becomes a link.
    // Windows of bytes: the searcher for strings is a kilobyte of code, and these are the only searches for one.
    let is_address = |word: &str| word.as_bytes().windows(4).any(|part| part.starts_with(b"://") || part == b"www.");
    let Some(first) = new[..length].find(' ') else { return length };
    let word_start = line.rfind(' ').map_or(0, |at| at + 1);
    if is_address(&[&line[word_start..], &new[..first]].concat()) {
        return first;
    }
    let mut from = first;
    while let Some(space) = new[from + 1..length].find(' ') {
        if is_address(&new[from..from + 1 + space]) {
            return from + 1 + space;
        }
        from += 1 + space;
    }
    length
}

/// Appends words to the last text node at this depth.
pub(super) fn say(changes: &mut Vec<Change>, depth: usize, words: &str) {
    if let Some(Change::Words { depth: same, words: said }) = changes.last_mut()
        && *same == depth
    {
        said.push_str(words);
    } else {
        changes.push(Change::Words { depth, words: words.to_owned() });
    }
}

fn keep_last(nodes: &mut Vec<Node>, count: usize) {
    nodes.drain(..nodes.len().saturating_sub(count));
}
