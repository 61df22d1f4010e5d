//! While an answer is being written its end is half of something: `**bold` without the other stars, `[words](htt`, a list
//! marker without an item. Shown as it is, markup would flash by and vanish. This decides what of the end is not shown yet,
//! and what is shown as if it were finished. Nothing here matters for what stands in the end: it is read again then.

use super::reading::join_texts;
use crate::node::{Element, Node, Tag};
use std::ops::Range;

/// More marks than this are not looked at, from the end: each could nest the next.
const MOST_MARKS: usize = 8;

/// An entity is not longer than this, in bytes.
const LONGEST_ENTITY: usize = 32;

/// Digits of a line that may become the number of an item. A longer number is shown at once.
const MOST_DIGITS: usize = 3;

/// How much of what is not settled is to be read, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visible {
    /// Up to where it is to be shown.
    pub(super) end: usize,
    /// The same, without the blanks at its end.
    pub(super) trimmed: usize,
    /// But for spaces that is all there is.
    pub(super) is_whole: bool,
    /// It ends with a blank line.
    pub(super) is_over: bool,
}

impl Visible {
    pub(super) fn of(source: &str) -> Self {
        let end = visible_end(source);
        let trimmed = source[..end].trim_end_matches([' ', '\t', '\n']).len();
        let is_whole = trimmed == source.trim_end_matches(' ').len();
        let is_over = source[trimmed..end].bytes().filter(|byte| *byte == b'\n').count() > 1;
        Self { end, trimmed, is_whole, is_over }
    }
}

/// How much of the source is to be shown while it is being written: up to where its last line may still turn into
/// something else.
fn visible_end(source: &str) -> usize {
    let start = source.rfind('\n').map_or(0, |at| at + 1);
    let line = &source[start..];
    if may_become_marker(line) {
        return start;
    }
    let mut end = start + line.trim_end_matches(['*', '_', '~', '`', '[', ']', '<', '\\']).len();
    if end < source.len() && source[end..].starts_with('[') && source[start..end].ends_with('!') {
        end -= 1;
    }
    let line = &source[start..end];
    if let Some(at) = line.rfind('&')
        && line.len() - at <= LONGEST_ENTITY
        && line[at + 1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    {
        end = start + at;
    }
    end
}

/// Whether a line has words, or a number that is none of an item: more plain words will not make it into something else.
pub(super) fn is_certain(line: &str) -> bool {
    let mut is_number = false;
    line.chars().any(|character| {
        let was_number = is_number;
        is_number = character.is_ascii_digit();
        character.is_alphabetic() || (was_number && !is_number && !matches!(character, '.' | ')'))
    })
}

/// Whether a line that is not finished may still become the marker of a block, an underline or a definition.
fn may_become_marker(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '>']);
    let is_marker = |byte: u8| b"-*+#=|:._)~` \t".contains(&byte) || byte.is_ascii_digit();
    if line.bytes().all(is_marker)
        && line.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
        && !is_certain(line)
    {
        return true;
    }
    if line.starts_with("```")
        || line.starts_with("~~~")
        || (line.starts_with('[') && line.as_bytes().windows(2).any(|pair| pair == b"]:"))
    {
        return true;
    }
    // The box of a task, behind the marker of its item.
    let item = line.trim_start_matches(|character: char| character.is_ascii_digit());
    let item = item.strip_prefix(['-', '*', '+', '.', ')']).unwrap_or_default().trim_start();
    item.starts_with('[') && item.len() <= 3
}

/// The header of a table whose second line has not come, or not in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HalfTable {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) columns: usize,
}

/// Finds the header of a half-written table at the end of a source, of which `end` bytes are to be shown. Only rows that
/// begin with `|` are taken for one: words with a bar in them are more often words.
pub(super) fn half_table(source: &str, end: usize) -> Option<HalfTable> {
    let shown = source[..end].trim_end_matches('\n');
    if source[..end].len() - shown.len() > 1 {
        return None;
    }
    let start = shown.rfind('\n').map_or(0, |at| at + 1);
    let before = shown[..start].trim_end_matches('\n');
    let before = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let header = shown[start..].trim();
    if !header.starts_with('|') || (start > 0 && before.trim_start().starts_with('|')) {
        return None;
    }
    let mut bars = 0;
    let mut is_escaped = false;
    for byte in header.bytes() {
        bars += usize::from(byte == b'|' && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
    }
    let columns = if header.ends_with('|') { bars.saturating_sub(1) } else { bars };
    (columns > 0 && header.len() > 1).then_some(HalfTable { start, end: shown.len(), columns })
}

/// What an opening or closing character may be half of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    Star,
    Underscore,
    Tilde,
    Tick,
    Open,
    Close,
    Angle,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: MarkKind,
    /// How many elements were open.
    level: usize,
    /// Which child of the innermost of them it is.
    index: usize,
    /// How many characters, each a child.
    count: usize,
    /// Where it ends in the source.
    end: usize,
}

/// The characters of one paragraph, heading or cell that the parser took for words and that may be half of something.
#[derive(Debug, Default)]
pub(super) struct Marks {
    list: Vec<Mark>,
}

impl Marks {
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    /// An element was closed: what it held is decided.
    pub(super) fn leave(&mut self, level: usize) {
        self.list.retain(|mark| mark.level <= level);
    }

    /// What words that the parser left alone may be half of.
    pub(super) fn kind(&self, source: &str, range: &Range<usize>) -> Option<MarkKind> {
        let words = &source[range.clone()];
        match words {
            "[" | "![" => return Some(MarkKind::Open),
            "]" => return Some(MarkKind::Close),
            "<" => return Some(MarkKind::Angle),
            _ => {}
        }
        let first = *words.as_bytes().first()?;
        let kind = match first {
            b'*' => MarkKind::Star,
            b'_' => MarkKind::Underscore,
            b'~' => MarkKind::Tilde,
            b'`' => MarkKind::Tick,
            _ => return None,
        };
        if !words.bytes().all(|byte| byte == first) {
            return None;
        }
        if kind == MarkKind::Tick || self.list.last().is_some_and(|mark| mark.kind == kind && mark.end == range.start) {
            return Some(kind);
        }
        let before = source[..range.start].chars().next_back();
        let after =
            source[range.start..].chars().find(|character| !character.is_ascii() || *character != char::from(first))?;
        let follows_word = before.is_some_and(char::is_alphanumeric);
        let opens =
            !after.is_whitespace() && !(follows_word && (kind == MarkKind::Underscore || after.is_ascii_punctuation()));
        opens.then_some(kind)
    }

    /// Remembers words of this kind as the child `index` of the innermost of `level` open elements.
    pub(super) fn note(&mut self, kind: MarkKind, level: usize, index: usize, range: &Range<usize>) {
        if let Some(last) = self.list.last_mut()
            && last.kind == kind
            && last.end == range.start
            && last.index + last.count == index
            && !matches!(kind, MarkKind::Open | MarkKind::Close | MarkKind::Angle)
        {
            last.count += 1;
            last.end = range.end;
        } else {
            self.list.push(Mark { kind, level, index, count: 1, end: range.end });
        }
    }

    /// Makes the children of what the source ends in look finished.
    pub(super) fn finish(&mut self, children: &mut Vec<Node>, source: &str) {
        self.finish_code(children, source);
        self.finish_links(children, source);
        for mark in self.list.iter().rev().take(MOST_MARKS) {
            if mark.index + mark.count > children.len() {
                continue;
            }
            let is_long = source[mark.end..].contains('\n');
            match mark.kind {
                // A single star may be one of many things, so it reaches no further than its line.
                MarkKind::Star | MarkKind::Underscore if mark.count == 1 => {
                    if !is_long {
                        wrap(children, mark, &[Tag::Emphasis]);
                    }
                }
                MarkKind::Star | MarkKind::Underscore if mark.count == 2 => wrap(children, mark, &[Tag::Strong]),
                MarkKind::Star | MarkKind::Underscore => wrap(children, mark, &[Tag::Emphasis, Tag::Strong]),
                MarkKind::Tilde => wrap(children, mark, &[Tag::Deleted]),
                MarkKind::Angle => {
                    let rest = &source[mark.end..];
                    if ["http:", "https:", "mailto:"].iter().any(|scheme| rest.starts_with(scheme))
                        && !rest.contains(|character: char| character.is_whitespace() || character == '>')
                    {
                        hide(children, mark);
                    }
                }
                MarkKind::Tick | MarkKind::Open | MarkKind::Close => {}
            }
        }
    }

    /// What follows a backtick on the last line is code.
    fn finish_code(&mut self, children: &mut Vec<Node>, source: &str) {
        let is_open = |mark: &&Mark| mark.kind == MarkKind::Tick && !source[mark.end..].contains('\n');
        let Some(mark) = self.list.iter().find(is_open).copied() else { return };
        let words = &source[mark.end..];
        children.truncate(mark.index);
        if !words.trim().is_empty() {
            let mut code = Element::new(Tag::Code);
            let mut shown = String::new();
            crate::node::show_turns(words, &mut shown);
            code.children.push(Node::Text(shown));
            children.push(Node::Element(code));
        }
        self.list.retain(|other| other.index < mark.index);
    }

    /// Of half a link, only its words are shown.
    fn finish_links(&mut self, children: &mut Vec<Node>, source: &str) {
        let first = self.list.len().saturating_sub(MOST_MARKS);
        for place in (first..self.list.len()).rev() {
            let Some(mark) = self.list.get(place).copied().filter(|mark| mark.kind == MarkKind::Open) else { continue };
            if source[mark.end..].contains('\n') {
                continue;
            }
            let Some(close) = self.closing(place) else {
                hide(children, &mark);
                continue;
            };
            let after = &source[close.end..];
            let is_half =
                (after.starts_with('(') && !after.contains(')')) || (after.starts_with('[') && !after.contains(']'));
            if is_half {
                children.truncate(close.index);
                self.list.retain(|other| other.index < close.index);
                hide(children, &mark);
            }
        }
    }

    /// The bracket that closes the one at this place.
    fn closing(&self, place: usize) -> Option<Mark> {
        let mut depth = 0_usize;
        for mark in &self.list[place + 1..] {
            match mark.kind {
                MarkKind::Open => depth += 1,
                MarkKind::Close if depth == 0 => return Some(*mark),
                MarkKind::Close => depth -= 1,
                MarkKind::Star | MarkKind::Underscore | MarkKind::Tilde | MarkKind::Tick | MarkKind::Angle => {}
            }
        }
        None
    }
}

fn hide(children: &mut [Node], mark: &Mark) {
    if let Some(Node::Text(words)) = children.get_mut(mark.index) {
        words.clear();
    }
}

/// Puts everything behind a mark into elements, the outermost first, in place of the mark.
fn wrap(children: &mut Vec<Node>, mark: &Mark, tags: &[Tag]) {
    let mut content = children.split_off(mark.index + mark.count);
    children.truncate(mark.index);
    join_texts(&mut content);
    if content.is_empty() {
        return;
    }
    for tag in tags.iter().rev() {
        let mut element = Element::new(*tag);
        element.children = content;
        content = vec![Node::Element(element)];
    }
    children.append(&mut content);
}
