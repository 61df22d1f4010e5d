//! A paragraph may be read again from its beginning for every word of it, and it may be long. But while it is being
//! written, what stands before its last word mostly stays: nothing in it waits for its other half. So only the words from
//! there on are read, and compared with what is shown of them. If they are no more of a paragraph (an underline makes a
//! heading of all of it), everything is read. Nothing here matters for what stands in the end: it is read again then.

use super::half::{Visible, half_table};
use super::patch::{compare, spine};
use super::reading::{self, Block, How, Kind};
use super::{Context, Document, GUARD};
use crate::node::{Element, Node, Tag};

/// A place in the open paragraph. What stands before it stays, as long as it is a paragraph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calm {
    /// Where in what is not settled, in bytes: at a space or the end of a line.
    at: usize,
    /// How many nodes of what is shown of the paragraph stand before it.
    nodes: usize,
    /// How many bytes of the text behind those do too.
    bytes: usize,
}

impl Document {
    /// Reads the open paragraph from its calm place, and shows it. Returns whether that is all there was to do.
    pub(super) fn read_tail(&mut self) -> bool {
        let Some(calm) = self.calm else { return false };
        let rest = self.rest();
        let Visible { end, trimmed, is_whole, is_over } = Visible::of(rest);
        let Some(words) = rest.get(calm.at..trimmed) else { return false };
        let is_top = matches!(self.context, Context::Top);
        // What ends paragraphs or may begin a table is read with all that stands before it.
        if is_over || !self.may_read(words.len()) || (is_top && half_table(rest, end).is_some()) {
            return false;
        }
        let words = [GUARD, words].concat();
        let in_line = !rest[trimmed..].contains('\n');
        let reading =
            reading::read(&words, &self.definitions, How { live: true, in_line, tables: is_top, guard: true });
        self.parsed += words.len() as u64;
        // If all has to be read, it is not to wait for what a few words cost each time.
        self.calm = None;
        let is_paragraph =
            matches!(&reading.blocks[..], [Block { kind: Kind::Paragraph, range, .. }] if range.end >= words.len());
        if !is_paragraph {
            return false;
        }
        let is_calm = reading.is_calm();
        let (Some(Node::Element(read)), Some(shown)) = (reading.nodes.into_iter().next(), spine(&mut self.shown, 1))
        else {
            return false;
        };
        let Some(old) = shown.get(calm.nodes..) else { return false };
        let mut new = read.children;
        if let Some(Node::Text(text)) = old.first()
            && let Some(kept) = text.get(..calm.bytes).filter(|kept| !kept.is_empty())
        {
            match new.first_mut() {
                Some(Node::Text(text)) => text.insert_str(0, kept),
                Some(Node::Element(_)) | None => new.insert(0, Node::Text(kept.to_owned())),
            }
        }
        compare(old, &new, 1, &mut self.changes);
        shown.truncate(calm.nodes);
        shown.append(&mut new);
        self.said = self.start + trimmed;
        self.can_say = is_whole;
        self.calm = Some(calm);
        if is_calm {
            self.find_calm();
        }
        true
    }

    /// Finds the last word of a paragraph that was just shown. Where there is none, what was calm before stays so.
    pub(super) fn find_calm(&mut self) {
        let read = &self.source[self.start..self.said];
        let Some(at) = read.rfind([' ', '\n']) else { return };
        let line = &read[..at];
        // How many columns a row has is seen when it is read as a whole.
        if line[line.rfind('\n').map_or(0, |at| at + 1)..].contains('|') {
            return;
        }
        let Some(Node::Element(paragraph)) = self.shown.first() else { return };
        let word = &read[at..];
        self.calm = match &paragraph.children[..] {
            [before @ .., Node::Text(text)] if text.ends_with(word) => {
                Some(Calm { at, nodes: before.len(), bytes: text.len() - word.len() })
            }
            [before @ .., Node::Element(Element { tag: Tag::Break, .. }), Node::Text(text)]
                if word.strip_prefix('\n') == Some(text) =>
            {
                Some(Calm { at, nodes: before.len(), bytes: 0 })
            }
            _ => self.calm,
        };
    }
}
