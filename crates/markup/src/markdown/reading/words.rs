//! Words inside a block: where links begin and end and what they may be, which words are addresses, and how words become
//! text nodes that stay small and hide nothing.

use super::Reader;
use crate::markdown::bare;
use crate::node::{Attribute, Class, Element, Node, Tag, Url, show_turns};
use pulldown_cmark::LinkType;
use std::ops::Range;

/// An address that is shown behind words is cut after this many characters.
const LONGEST_SHOWN_ADDRESS: usize = 200;

/// A text node in a code block that has grown to this many bytes ends with its line.
const LONG_TEXT: usize = 2 * 1024;

/// A text node in a code block ends at this many bytes even inside a line.
const LONGEST_TEXT: usize = 4 * 1024;

/// What a link turned out to be.
#[derive(Debug)]
pub(super) enum LinkKind {
    /// An element is open for it.
    Element,
    /// It may not be followed: its words are shown, and this address behind them.
    Words(String),
    /// It stands in another link: only its words are shown.
    Inner,
    /// It was not defined above: it is shown as it was written, and ends with this.
    AsWritten(String),
}

#[derive(Debug)]
pub(super) struct LinkFrame {
    kind: LinkKind,
    is_image: bool,
    address: String,
}

impl Reader<'_> {
    pub(super) fn start_link(&mut self, link_type: LinkType, address: &str, range: &Range<usize>, is_image: bool) {
        self.begin_inline();
        let undefined = std::mem::take(&mut self.undefined);
        let address = if link_type == LinkType::Email { ["mailto:", address].concat() } else { address.to_owned() };
        let kind = if undefined {
            self.run.push_str(if is_image { "![" } else { "[" });
            LinkKind::AsWritten(self.written_end(link_type, range))
        } else if self.links.iter().any(|link| !matches!(link.kind, LinkKind::AsWritten(_))) {
            LinkKind::Inner
        } else {
            self.link_words.clear();
            match Url::parse(&address) {
                Some(url) => {
                    let mut element = Element::link(url);
                    if is_image {
                        element.attributes.push(Attribute::Class(Class::ImageLink));
                    }
                    self.open(element);
                    LinkKind::Element
                }
                None => LinkKind::Words(address.clone()),
            }
        };
        self.links.push(LinkFrame { kind, is_image, address });
    }

    /// What stands behind the words of a link that is shown as it was written.
    pub(super) fn written_end(&self, link_type: LinkType, range: &Range<usize>) -> String {
        let written = self.source.get(range.clone()).unwrap_or_default();
        let end = match written.as_bytes().windows(2).rposition(|pair| pair == b"][") {
            Some(at) if link_type != LinkType::Shortcut => &written[at..],
            Some(_) | None => "]",
        };
        end.to_owned()
    }

    pub(super) fn end_link(&mut self) {
        self.begin_inline();
        let Some(link) = self.links.pop() else { return };
        match link.kind {
            LinkKind::Element => {
                if self.link_words.trim().is_empty() && link.is_image {
                    let words = shown(&link.address);
                    self.push(Node::Text(words));
                }
                self.close();
                self.marks.leave(self.open.len());
            }
            LinkKind::Words(address) => {
                let words = shown(&address);
                if words != self.link_words {
                    let mut shown: String = words.chars().take(LONGEST_SHOWN_ADDRESS).collect();
                    if shown.len() < words.len() {
                        shown.push('…');
                    }
                    // Pushed as words of their own, so that no address is found in them.
                    self.push(Node::Text([" (", &shown, ")"].concat()));
                }
            }
            LinkKind::AsWritten(end) => self.run.push_str(&end),
            LinkKind::Inner => {}
        }
    }

    pub(super) fn text(&mut self, words: &str, range: &Range<usize>) {
        if self.in_code {
            let words = shown(words);
            if self.too_deep > 0 {
                self.begin_inline();
                self.push(Node::Text(words));
            } else if let Some(element) = self.open.last_mut() {
                push_code(&mut element.children, &words);
            }
            return;
        }
        self.imply_paragraph();
        let is_written = self.source.get(range.clone()) == Some(words);
        let words = if self.how.guard && range.start == 0 { words.get(1..).unwrap_or_default() } else { words };
        if is_written && words.contains(['*', '_', '~', '`', '[', ']', '<', '&', '\\']) {
            self.reading.loose = true;
        }
        // In front of an escaped character the backslash is left out of the range.
        let is_escaped = range.start > 0 && self.source.as_bytes()[range.start - 1] == b'\\';
        if self.is_in_last
            && is_written
            && !is_escaped
            && self.links.is_empty()
            && let Some(kind) = self.marks.kind(self.source, range)
        {
            self.flush();
            let level = self.open.len();
            if let Some(element) = self.open.last_mut() {
                self.marks.note(kind, level, element.children.len(), range);
                element.children.push(Node::Text(words.to_owned()));
            }
            return;
        }
        show_turns(words, &mut self.run);
        self.run_end = range.end;
    }

    /// HTML is words, with its own line breaks.
    pub(super) fn html(&mut self, words: &str, end: usize) {
        self.imply_paragraph();
        let lines = if self.in_html { words.strip_suffix('\n').unwrap_or(words) } else { words };
        let mut is_first = true;
        for line in lines.split('\n') {
            if !is_first || (self.in_html && !self.is_leaf_empty()) {
                self.flush();
                self.push(Node::Element(Element::new(Tag::Break)));
            }
            is_first = false;
            show_turns(line, &mut self.run);
        }
        self.run_end = end;
    }

    pub(super) fn is_leaf_empty(&self) -> bool {
        self.run.is_empty() && self.open.last().is_none_or(|element| element.children.is_empty())
    }

    /// Ends a run of words: what is an address in it becomes a link.
    pub(super) fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        if !self.links.is_empty() {
            self.link_words.push_str(&run);
        }
        let is_in_link = self.links.iter().any(|link| !matches!(link.kind, LinkKind::AsWritten(_)));
        let is_at_end = self.is_in_last && self.run_end >= self.source.len();
        let mut said = 0;
        let mut from = 0;
        while !is_in_link && let Some(found) = bare::find(&run, from) {
            from = found.end;
            // It may still grow.
            if is_at_end && found.word_end == run.len() {
                break;
            }
            let words = &run[found.start..found.end];
            let address = if found.needs_scheme { ["http://", words].concat() } else { words.to_owned() };
            if let Some(url) = Url::parse(&address) {
                if said < found.start {
                    self.push(Node::Text(run[said..found.start].to_owned()));
                }
                let mut link = Element::link(url);
                link.children.push(Node::Text(words.to_owned()));
                self.push(Node::Element(link));
                said = found.end;
            }
        }
        if said == 0 {
            self.push(Node::Text(run));
        } else if said < run.len() {
            self.push(Node::Text(run[said..].to_owned()));
        }
    }
}

pub(super) fn shown(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    show_turns(words, &mut shown);
    shown
}

/// Makes neighbouring texts one, and leaves empty ones out.
pub(in crate::markdown) fn join_texts(nodes: &mut Vec<Node>) {
    nodes.dedup_by(|next, kept| match (next, kept) {
        (Node::Text(next), Node::Text(kept)) => {
            kept.push_str(next);
            true
        }
        _ => false,
    });
    nodes.retain(|node| !matches!(node, Node::Text(words) if words.is_empty()));
}

/// Appends words to a block of code, in text nodes that stay small. Where they are divided depends on the words alone, not
/// on the pieces they come in.
pub(in crate::markdown) fn push_code(nodes: &mut Vec<Node>, words: &str) {
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        let needs_another = match nodes.last() {
            Some(Node::Text(text)) => {
                text.len() + first.len_utf8() > LONGEST_TEXT || (text.len() >= LONG_TEXT && text.ends_with('\n'))
            }
            Some(Node::Element(_)) | None => true,
        };
        if needs_another {
            nodes.push(Node::Text(String::new()));
        }
        let Some(Node::Text(text)) = nodes.last_mut() else { return };
        let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let mut taken = line.min(LONGEST_TEXT - text.len());
        while !rest.is_char_boundary(taken) {
            taken -= 1;
        }
        text.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
}
