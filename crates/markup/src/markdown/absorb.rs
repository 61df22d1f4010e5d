//! What the parser read of the open end is sorted here: blocks, items and rows that are closed settle and are never read
//! again, the rest stays open. What is closed depends on finished lines alone, so that it comes out the same however the
//! words arrive.

use super::fence::Fence;
use super::reading::{self, Block, How, Kind, Reading};
use super::{Context, Document, GUARD, Live, append};
use crate::node::{Align, Attribute, Element, Node, Tag};
use std::ops::Range;

/// A stretch of the source that was given to the parser, from `start`.
pub(super) struct Stretch {
    /// How many bytes.
    pub(super) length: usize,
    /// Blocks from here on are a guess.
    pub(super) limit: usize,
    /// Nothing will follow it.
    pub(super) is_all: bool,
}

/// What was read and is not settled.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// Nodes of the innermost open container.
    pub(super) inner: Vec<Node>,
    /// Nodes behind the block that is open.
    pub(super) outer: Vec<Node>,
}

/// What of a reading is settled. All places are bytes from where the stretch starts.
#[derive(Debug)]
struct Plan {
    /// Where each closed block ends.
    ends: Vec<usize>,
    /// How many items or rows of the block behind them are closed, and where the last of them ends.
    parts: Option<(usize, usize)>,
    /// The block behind them is code, which is read line by line from here on.
    fence: Option<(Fence, usize)>,
}

impl Document {
    /// Gives the parser a stretch of what is open, and what should follow it.
    pub(super) fn parse(&mut self, range: Range<usize>, after: &str, live: bool) -> Reading {
        let front = if range.start > 0 { "" } else { self.front() };
        let guard = range.start == 0 && matches!(self.context, Context::Paragraph);
        let in_line = !self.source[self.start + range.end..].contains('\n');
        let how = How { live, in_line, tables: !guard, guard };
        let words = &self.source[self.start..][range];
        let length = front.len() + words.len() + after.len();
        let reading = if length == words.len() {
            reading::read(words, &self.definitions, how)
        } else {
            reading::read(&[front, words, after].concat(), &self.definitions, how)
        };
        self.parsed += length as u64;
        reading
    }

    /// What the parser is given in front of the source, for what was read before.
    fn front(&self) -> &str {
        match &self.context {
            Context::Table { head } => head,
            Context::Paragraph => GUARD,
            Context::Top | Context::List | Context::Fence(_) => "",
        }
    }

    /// What was defined acts from here on.
    pub(super) fn define(&mut self, reading: &mut Reading) {
        for (label, address) in reading.definitions.drain(..) {
            self.definitions.define(&label, &address);
        }
    }

    /// Goes on from another place.
    pub(super) fn go_to(&mut self, start: usize) {
        self.start = start;
        self.step = 1;
        self.calm = None;
    }

    /// The only paragraph of a reading that fills the stretch.
    pub(super) fn is_one_paragraph(&self, reading: &Reading, length: usize) -> bool {
        matches!(self.context, Context::Top | Context::Paragraph)
            && matches!(
                reading.blocks.as_slice(),
                [Block { kind: Kind::Paragraph, range, .. }] if range.end >= length + self.front().len()
            )
    }

    /// Settles what is closed in a reading of the open end. Returns what stays open; `None` when that has to be read anew.
    pub(super) fn absorb(&mut self, mut reading: Reading, stretch: &Stretch, draft: &mut Vec<Node>) -> Option<Open> {
        let base = self.start;
        let plan = self.plan(&reading.blocks, stretch);
        let is_settling = !plan.ends.is_empty() || plan.parts.is_some();
        let must_read_again = is_settling && !reading.definitions.is_empty();
        if must_read_again {
            self.read_apart(&mut reading, &plan);
        }
        let mut nodes = std::mem::take(&mut reading.nodes).into_iter();
        for end in &plan.ends {
            let node = nodes.next()?;
            self.closed += 1;
            self.go_to(base + end);
            match std::mem::replace(&mut self.context, Context::Top) {
                Context::Top => draft.push(node),
                Context::Paragraph => {
                    append(draft, Context::Paragraph.depth(), inner_nodes(node));
                    // What follows was read without tables.
                    return None;
                }
                context @ (Context::List | Context::Table { .. } | Context::Fence(_)) => {
                    append(draft, context.depth(), inner_nodes(node))
                }
            }
        }
        let Some(node) = nodes.next() else {
            return (!must_read_again).then(Open::default);
        };
        let mut open = Open::default();
        if !matches!(self.context, Context::Top) {
            let mut inner = inner_nodes(node);
            if let Some((count, end)) = plan.parts {
                open.inner = inner.split_off(count.min(inner.len()));
                append(draft, self.context.depth(), inner);
                self.go_to(base + end);
            } else {
                open.inner = inner;
            }
        } else if let (Node::Element(element), Some((count, end))) = (&node, plan.parts) {
            let mut container = element.clone();
            self.context =
                if element.tag == Tag::Table { Context::Table { head: narrow_head(element) } } else { Context::List };
            if let Some(list) = innermost(&mut container) {
                open.inner = list.split_off(count.min(list.len()));
            }
            draft.push(Node::Element(container));
            self.go_to(base + end);
        } else if let (Node::Element(element), Some((fence, end))) = (&node, plan.fence) {
            let mut container = element.bare();
            container.children.push(Node::Element(Element::new(Tag::Code)));
            draft.push(Node::Element(container));
            if !reading.definitions.is_empty() {
                let mut above = self.parse(0..base + end - self.start, "", false);
                self.define(&mut above);
            }
            self.context = Context::Fence(fence);
            self.go_to(base + end);
            self.write(std::mem::take(draft), Live::default());
            return None;
        } else {
            open.outer.push(node);
        }
        open.outer.extend(nodes);
        (!must_read_again).then_some(open)
    }

    fn plan(&self, blocks: &[Block], stretch: &Stretch) -> Plan {
        let lines = Lines {
            text: &self.source[self.start..][..stretch.length],
            shift: self.front().len(),
            limit: stretch.limit,
        };
        let count = lines.closed(blocks, stretch.is_all);
        let ends = (0..count).map(|index| lines.end(blocks, index)).collect();
        let (parts, fence) = match blocks.get(count) {
            Some(block) if block.kind == Kind::List => (lines.closed_items(block), None),
            Some(block) if block.kind == Kind::Table => (lines.closed_rows(block), None),
            Some(block) if block.kind == Kind::Fenced => (None, lines.fence(block)),
            _ => (None, None),
        };
        Plan { ends, parts, fence }
    }

    /// Reads each closed block, item or group of rows by itself, so that definitions act on what follows them only.
    fn read_apart(&mut self, reading: &mut Reading, plan: &Plan) {
        let mut start = 0;
        let shift = self.front().len();
        let open = plan.parts.map(|(_, end)| end);
        let ends = plan.ends.iter().copied().chain(open);
        for ((end, block), node) in ends.zip(&reading.blocks).zip(&mut reading.nodes) {
            let Node::Element(element) = node else { continue };
            if block.kind == Kind::List {
                for (index, item) in element.children.iter_mut().enumerate() {
                    let next = block
                        .parts
                        .get(index + 1)
                        .map_or(end, |next| line_start(&self.source[self.start..], next - shift));
                    // Of the list that stays open, the last items are open too.
                    if start >= end {
                        break;
                    }
                    let mut apart = self.parse(start..next, "", false);
                    start = next;
                    self.define(&mut apart);
                    if let Some(Node::Element(list)) = apart.nodes.pop()
                        && let Some(only) = list.children.into_iter().next()
                    {
                        *item = only;
                    }
                }
            } else {
                let mut apart = self.parse(start..end, "", false);
                self.define(&mut apart);
                if let Some(only) = apart.nodes.pop() {
                    *node = only;
                }
            }
            start = end;
        }
    }
}

/// The finished lines of a stretch. Blocks count their bytes from in front of it.
struct Lines<'a> {
    text: &'a str,
    shift: usize,
    limit: usize,
}

impl Lines<'_> {
    fn place(&self, at: usize) -> usize {
        at.saturating_sub(self.shift).min(self.text.len())
    }

    /// Whether something begins on a line that is finished.
    fn is_certain(&self, at: usize) -> bool {
        let at = self.place(at);
        at < self.limit && self.text[at..].contains('\n')
    }

    /// Whether a block stands on lines that are finished. What begins a table is its second line.
    fn has_begun(&self, block: &Block) -> bool {
        let second =
            if block.kind == Kind::Table { self.line_end(self.place(block.range.start)) + self.shift } else { 0 };
        self.is_certain(block.range.start.max(second))
    }

    /// How many blocks are closed: those that another follows, and the last one behind a blank line if that ends it.
    fn closed(&self, blocks: &[Block], is_all: bool) -> usize {
        let Some((last, before)) = blocks.split_last() else { return 0 };
        if !is_all {
            let is_ended = match last.kind {
                Kind::Paragraph | Kind::Heading | Kind::Rule | Kind::Quote | Kind::Table => {
                    let content = self.text.trim_end_matches([' ', '\t', '\n']).len();
                    self.limit == self.text.len()
                        && self.text[content..].bytes().filter(|byte| *byte == b'\n').count() > 1
                }
                Kind::List | Kind::Fenced | Kind::Other => false,
            };
            return if is_ended {
                blocks.len()
            } else {
                blocks.iter().skip(1).rposition(|block| self.has_begun(block)).map_or(0, |index| index + 1)
            };
        }
        // Code is always read by its lines.
        if last.kind == Kind::Fenced && self.fence(last).is_some() { before.len() } else { blocks.len() }
    }

    /// Where a block ends: behind its last line.
    fn end(&self, blocks: &[Block], index: usize) -> usize {
        let end = self.place(blocks[index].range.end);
        let end = if end == 0 || self.text[..end].ends_with('\n') { end } else { self.line_end(end) };
        let next =
            blocks.get(index + 1).map_or(self.text.len(), |next| line_start(self.text, self.place(next.range.start)));
        end.min(next)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    fn closed_items(&self, block: &Block) -> Option<(usize, usize)> {
        let last = block.parts.iter().skip(1).rposition(|at| self.is_certain(*at))? + 1;
        Some((last, line_start(self.text, self.place(block.parts[last]))))
    }

    fn closed_rows(&self, block: &Block) -> Option<(usize, usize)> {
        let last = block.parts.iter().rposition(|at| self.is_certain(*at))?;
        Some((last + 1, self.line_end(self.place(block.parts[last]))))
    }

    fn fence(&self, block: &Block) -> Option<(Fence, usize)> {
        if !self.is_certain(block.range.start) {
            return None;
        }
        let start = self.place(block.range.start);
        let end = self.line_end(start);
        Some((Fence::open(&self.text[line_start(self.text, start)..end])?, end))
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The list of an open container that grows: the items of a list, the rows of a table's body.
fn innermost(element: &mut Element) -> Option<&mut Vec<Node>> {
    if element.tag != Tag::Table {
        return Some(&mut element.children);
    }
    match element.children.last_mut() {
        Some(Node::Element(body)) if body.tag == Tag::TableBody => Some(&mut body.children),
        _ => None,
    }
}

pub(super) fn inner_nodes(node: Node) -> Vec<Node> {
    match node {
        Node::Element(mut element) => innermost(&mut element).map(std::mem::take).unwrap_or_default(),
        Node::Text(_) => Vec::new(),
    }
}

/// A header with as many columns, aligned the same, and nothing in them.
fn narrow_head(table: &Element) -> String {
    let mut head = String::from("|");
    let mut delimiter = String::from("\n|");
    let row = table.children.first().and_then(|head| match head {
        Node::Element(head) => head.children.first(),
        Node::Text(_) => None,
    });
    if let Some(Node::Element(row)) = row {
        for cell in &row.children {
            let Node::Element(cell) = cell else { continue };
            head.push_str("x|");
            delimiter.push_str(match cell.attributes.first() {
                Some(Attribute::Align(Align::Left)) => ":-|",
                Some(Attribute::Align(Align::Center)) => ":-:|",
                Some(Attribute::Align(Align::Right)) => "-:|",
                _ => "-|",
            });
        }
    }
    head.push_str(&delimiter);
    head.push('\n');
    head
}
