//! Answers arrive a few words at a time, for minutes, and are Markdown. Reading everything again for every word makes the
//! page slower the longer an answer is, and replacing what was shown undoes what somebody selected. So a [`Document`]
//! reads only what is still open, and hands out [`Patch`]es for the right edge of what is shown.
//!
//! What it promises:
//!
//! - However the words are divided, the patches together make the same nodes as [`read`] makes of the whole.
//! - A block that was announced as closed is never touched again. Of an open list, table or paragraph only the end is.
//! - The parser is given at most about twelve times the bytes that were received, whatever they are, and half a kilobyte
//!   each time it is asked ([`Document::parsed`]). Words do not wait for it: they are shown as they are in the meantime.
//! - Nothing but the closed vocabulary of [`crate::node`] comes out, nested at most a few dozen deep.
//! - Half-written markup at the end looks finished; nothing of it remains in the end.
//!
//! Where it differs from CommonMark, and why:
//!
//! - Link definitions act downwards only, block by block and item by item: what is shown never changes.
//! - Items always hold paragraphs; whether a list is loose depends on blank lines that come later.
//! - A paragraph longer than 2 KB is read in pieces, divided where nothing is open, or at 8 KB in any case. Its later
//!   pieces cannot become a heading or begin a table, and emphasis does not reach across a division at 8 KB.
//! - Soft breaks are breaks, raw HTML is words, images are links, bare addresses are links, other schemes than `http`,
//!   `https` and `mailto` are words with the address behind them, and characters that turn the direction of what follows
//!   are shown as `‹U+202E›`.

mod absorb;
mod bare;
mod definitions;
mod fence;
mod half;
mod patch;
mod reading;
mod rough;
mod show;
mod tail;

pub use patch::{Change, Patch, apply};

use crate::node::Node;
use absorb::{Stretch, inner_nodes};
use definitions::Definitions;
use fence::Fence;
use half::Visible;
use reading::{Block, Kind, Reading};
use tail::Calm;

/// A paragraph is read in pieces of about this many bytes, and what is handed over at once in windows of it.
const PIECE: usize = 2 * 1024;

/// At this multiple of [`PIECE`], a paragraph is divided whatever is open in it.
const LAST_STEP: u32 = 4;

/// How many bytes the parser may be given for each byte received, so that the end looks right; deciding what is closed
/// comes on top.
const READ_PER_BYTE: u64 = 8;

/// How many bytes it may be given each time changes are asked for, which is once a frame: a few microseconds of work, so
/// that what is as long as most blocks are is read in every other frame, however few words come.
const READ_PER_FRAME: u64 = 512;

/// What the parser may be given in any case, so that a beginning looks right.
const READ_AT_FIRST: u64 = 4 * 1024;

/// Stands in front of a piece of a paragraph for what was read before.
const GUARD: &str = "x";

/// The nodes of a whole text.
#[must_use]
pub fn read(text: &str) -> Vec<Node> {
    let mut document = Document::new();
    document.push(text);
    document.finish();
    let mut nodes = Vec::new();
    apply(&mut nodes, &document.take_changes());
    nodes
}

/// What the next words belong to.
#[derive(Clone, Debug)]
enum Context {
    /// A block begins.
    Top,
    /// An item of the list that is open.
    List,
    /// A row of the table that is open; holds a header as narrow as can be, for the parser.
    Table { head: String },
    /// More of the paragraph that is open.
    Paragraph,
    /// More of the code that is open.
    Fence(Fence),
}

impl Context {
    /// How deep on the right spine the list is that new nodes are appended to.
    const fn depth(&self) -> usize {
        match self {
            Self::Top => 0,
            Self::List | Self::Paragraph => 1,
            Self::Table { .. } | Self::Fence(_) => 2,
        }
    }
}

/// Markdown that is being written.
#[derive(Clone, Debug)]
pub struct Document {
    /// What is not settled yet, behind `start`; line ends are `\n`.
    source: String,
    start: usize,
    context: Context,
    definitions: Definitions,
    /// Which window is to be read next from `start`, from one.
    step: u32,
    /// What is shown and may still change, in the elements it is in.
    shown: Vec<Node>,
    /// Up to where `source` is shown.
    said: usize,
    /// Plain words may be appended to the last text node.
    can_say: bool,
    /// Where reading may begin while the open paragraph goes on.
    calm: Option<Calm>,
    changes: Vec<Change>,
    closed: usize,
    ends_with_return: bool,
    is_fresh: bool,
    is_finished: bool,
    received: u64,
    /// How often changes were asked for when there were new words.
    frames: u64,
    parsed: u64,
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

/// How many nodes at the end are not settled.
#[derive(Clone, Copy, Debug, Default)]
struct Live {
    /// In the innermost open container.
    inner: usize,
    /// At the top, behind the open block.
    outer: usize,
    /// They are one paragraph, or the end of one, in which nothing waits for its other half.
    is_calm: bool,
}

impl Document {
    /// An empty document.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            source: String::new(),
            start: 0,
            context: Context::Top,
            definitions: Definitions::new(),
            step: 1,
            shown: Vec::new(),
            said: 0,
            can_say: false,
            calm: None,
            changes: Vec::new(),
            closed: 0,
            ends_with_return: false,
            is_fresh: false,
            is_finished: false,
            received: 0,
            frames: 0,
            parsed: 0,
        }
    }

    /// Takes in words. Nothing is read before [`Document::take_changes`]; after [`Document::finish`] words are passed over.
    pub fn push(&mut self, words: &str) {
        if self.is_finished || words.is_empty() {
            return;
        }
        self.received += words.len() as u64;
        self.is_fresh = true;
        let mut rest = words;
        if self.ends_with_return {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
            self.ends_with_return = false;
        }
        while let Some(at) = rest.find(['\r', '\0']) {
            self.source.push_str(&rest[..at]);
            let is_return = rest.as_bytes()[at] == b'\r';
            self.source.push(if is_return { '\n' } else { '\u{fffd}' });
            rest = &rest[at + 1..];
            if is_return {
                self.ends_with_return = rest.is_empty();
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
        }
        self.source.push_str(rest);
    }

    /// No more words will come: the next changes make everything final.
    pub fn finish(&mut self) {
        self.is_fresh |= !self.is_finished;
        self.is_finished = true;
    }

    /// What has to be done to what is shown, since this was last asked. Ask once a frame, not once a word.
    #[must_use]
    pub fn take_changes(&mut self) -> Patch {
        if std::mem::take(&mut self.is_fresh) {
            self.frames += 1;
            self.settle();
            self.source.drain(..self.start);
            self.said = self.said.saturating_sub(self.start);
            self.start = 0;
        }
        Patch { changes: std::mem::take(&mut self.changes), closed: self.closed }
    }

    /// How many bytes were pushed.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// How many bytes were given to the parser.
    #[must_use]
    pub const fn parsed(&self) -> u64 {
        self.parsed
    }

    fn rest(&self) -> &str {
        &self.source[self.start..]
    }

    /// Settles what can be settled, and shows the rest as far as it goes.
    fn settle(&mut self) {
        if !self.is_finished && self.say_plain_words() {
            return;
        }
        let mut draft = self.open_elements();
        let mut has_advanced = false;
        loop {
            if let Context::Fence(fence) = self.context {
                if self.read_fence(fence) {
                    return;
                }
                has_advanced = true;
                draft.clear();
                continue;
            }
            if matches!(self.context, Context::Top) {
                self.skip_blank_lines();
            }
            if let Some(length) = self.window() {
                self.read_window(length, &mut draft);
                has_advanced = true;
                continue;
            }
            if !self.is_finished && !has_advanced {
                if self.read_tail() {
                    return;
                }
                if !self.may_read(self.rest().len()) {
                    self.say_roughly();
                    return;
                }
            }
            let before = (self.start, self.closed);
            if let Some(live) = self.read_end(&mut draft) {
                self.write(draft, live);
                if live.is_calm {
                    self.find_calm();
                }
                return;
            }
            debug_assert!((self.start, self.closed) > before, "reading goes on without going forward");
            has_advanced = true;
        }
    }

    fn may_read(&self, length: usize) -> bool {
        let most = self.received * READ_PER_BYTE + self.frames * READ_PER_FRAME + READ_AT_FIRST;
        self.parsed + length as u64 <= most
    }

    /// The open elements without what they hold, to be filled with what is new in them.
    fn open_elements(&self) -> Vec<Node> {
        let depth = self.context.depth();
        match self.shown.first() {
            Some(Node::Element(element)) if depth > 0 => {
                let mut bare = element.bare();
                if let Some(Node::Element(inner)) = element.children.last()
                    && depth > 1
                {
                    bare.children.push(Node::Element(inner.bare()));
                }
                vec![Node::Element(bare)]
            }
            _ => Vec::new(),
        }
    }

    fn skip_blank_lines(&mut self) {
        let rest = self.rest();
        let content = rest.len() - rest.trim_start_matches([' ', '\t', '\n']).len();
        self.start += rest[..content].rfind('\n').map_or(0, |at| at + 1);
    }

    /// Where the next window ends, if that much is there: at the first space behind a multiple of [`PIECE`]. Depends on
    /// nothing but the words.
    fn window(&self) -> Option<usize> {
        let rest = self.rest();
        let piece = match &self.context {
            Context::Table { head } => PIECE.max(head.len()),
            Context::Top | Context::List | Context::Paragraph | Context::Fence(_) => PIECE,
        };
        let factor = if self.step > LAST_STEP { 1 << (self.step - 2) } else { self.step as usize };
        let mut target = piece * factor;
        if rest.len() <= target {
            return None;
        }
        while !rest.is_char_boundary(target) {
            target += 1;
        }
        let mut end = rest.len().min(target + piece);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        match rest[target..end].find([' ', '\n']) {
            Some(at) => Some(target + at),
            None if rest.len() > target + piece => Some(end),
            None => None,
        }
    }

    /// Reads a window: closes what ends in it, or divides a long paragraph, or leaves it to the next, larger one.
    fn read_window(&mut self, length: usize, draft: &mut Vec<Node>) {
        let mut reading = self.parse(0..length, "", false);
        if self.is_one_paragraph(&reading, length) {
            if reading.loose && self.step < LAST_STEP {
                self.step += 1;
                return;
            }
            self.define(&mut reading);
            if matches!(self.context, Context::Paragraph) {
                append(draft, 1, reading.nodes.into_iter().flat_map(inner_nodes).collect());
            } else {
                draft.append(&mut reading.nodes);
                self.context = Context::Paragraph;
            }
            self.go_to(self.start + length);
            return;
        }
        let start = self.start;
        // What is open is read again by the next window, or by what reads all there is.
        let is_open = self.absorb(reading, &Stretch { length, limit: length, is_all: false }, draft).is_some();
        if is_open && self.start == start {
            self.step += 1;
        }
    }

    /// Reads all there is. What is not settled by it is put into the draft too, and counted; `None` when there is more to do.
    fn read_end(&mut self, draft: &mut Vec<Node>) -> Option<Live> {
        let all = self.rest().len();
        if self.is_finished {
            if all == 0 {
                self.closed += usize::from(!matches!(self.context, Context::Top));
                self.context = Context::Top;
                return Some(Live::default());
            }
            let reading = self.parse(0..all, "", false);
            if self.absorb(reading, &Stretch { length: all, limit: all, is_all: true }, draft).is_some() {
                self.start = self.source.len();
            }
            return None;
        }
        let Visible { end: visible, trimmed, is_whole, is_over } = Visible::of(self.rest());
        self.said = self.start + trimmed;
        self.can_say = false;
        self.calm = None;
        let rest = self.rest();
        // Behind a blank line nothing is half-written.
        if is_over {
            let reading = self.parse(0..visible, "", false);
            return self.absorb_end(reading, &Stretch { length: visible, limit: visible, is_all: false }, draft);
        }
        let may_begin_table = matches!(self.context, Context::Top | Context::List);
        let half = if may_begin_table { half::half_table(rest, visible) } else { None };
        if let Some(half) = half {
            let delimiter = ["\n|", &"-|".repeat(half.columns)].concat();
            let reading = self.parse(0..half.end, &delimiter, true);
            if matches!(reading.blocks.last(), Some(Block { kind: Kind::Table, range, .. }) if range.start >= half.start)
            {
                let stretch = Stretch { length: half.end, limit: half.start, is_all: false };
                return self.absorb_end(reading, &stretch, draft);
            }
        }
        let reading = self.parse(0..trimmed, "", true);
        let is_calm = self.is_one_paragraph(&reading, trimmed) && reading.is_calm();
        let live = self.absorb_end(reading, &Stretch { length: visible, limit: visible, is_all: false }, draft)?;
        self.can_say = is_whole;
        Some(Live { is_calm, ..live })
    }

    fn absorb_end(&mut self, reading: Reading, stretch: &Stretch, draft: &mut Vec<Node>) -> Option<Live> {
        let open = self.absorb(reading, stretch, draft)?;
        let live = Live { inner: open.inner.len(), outer: open.outer.len(), is_calm: false };
        append(draft, self.context.depth(), open.inner);
        draft.extend(open.outer);
        Some(live)
    }
}

/// Appends nodes to the list at this depth of the right spine.
fn append(nodes: &mut Vec<Node>, depth: usize, more: Vec<Node>) {
    if let Some(list) = patch::spine(nodes, depth) {
        list.extend(more);
    }
}
