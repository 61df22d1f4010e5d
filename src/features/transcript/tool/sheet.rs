//! Where a text of a card is written: plainly, in blocks of bounded size, so that neither appending to it nor its layout
//! grows with how much stands there already.

use dispatch_contract::OutputStream;
use dispatch_core::tool::{Body, beginning, end_start, size_in_words};
use dispatch_core::transcript::OutputPiece;
use leptos::prelude::document;
use web_sys::Element;

/// A block that is longer than this many bytes ends with its line: the browser lays out a block as a whole, however little
/// of it is new.
const LONGEST_BLOCK: usize = 2048;

/// A text that fits into so many lines and bytes is never too high for its place.
const SHORT_LINES: usize = 16;
const SHORT_BYTES: usize = 1200;

/// A text of a card, and how much of it stands in the document.
#[derive(Debug, Default)]
pub struct Sheet {
    /// How much was written: of a body its length, of what a tool printed the end.
    written: Option<Written>,
    block: Option<(Element, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    is_whole: bool,
    /// From which byte on.
    start: usize,
    /// Up to which.
    end: usize,
}

impl Sheet {
    /// Writes a body into `host`, which nobody else writes into: all of it, or its beginning. Gives back its size in words
    /// if it is a long one.
    pub fn write(&mut self, host: &Element, body: &Body<'_>, is_whole: bool) -> Option<String> {
        let words = body.words();
        let now = Written { is_whole, start: 0, end: words.len() };
        if self.written != Some(now) {
            self.begin(host, body.as_str(), now);
            self.append(host, if is_whole { &words } else { beginning(&words) });
        }
        is_long(&words).then(|| size_in_words(words.len()))
    }

    /// Appends what a tool printed since: to all of it, or to its end.
    pub fn print(&mut self, host: &Element, output: &[OutputPiece], is_whole: bool) -> Option<String> {
        let length = output.iter().map(|piece| piece.data.len()).sum();
        let goes_on = |written: &Written| written.is_whole == is_whole && written.end <= length;
        let written = match self.written.filter(goes_on) {
            Some(written) => written,
            None => {
                let start = if is_whole { 0 } else { end_start(output) };
                let written = Written { is_whole, start, end: start };
                self.begin(host, "terminal", written);
                written
            }
        };
        let mut before = 0;
        for piece in output {
            let from = written.end.saturating_sub(before);
            if let Some(new) = piece.data.get(from..).filter(|new| !new.is_empty()) {
                if from == 0 || self.block.is_none() {
                    self.begin_stream(host, &piece.stream);
                }
                self.append(host, new);
            }
            before += piece.data.len();
        }
        self.written = Some(Written { end: length, ..written });
        let is_long =
            written.start > 0 || output.len() > SHORT_LINES || output.iter().any(|piece| is_long(&piece.data));
        is_long.then(|| size_in_words(length))
    }

    fn begin(&mut self, host: &Element, what: &str, written: Written) {
        host.set_text_content(None);
        // Setting an attribute by this name cannot fail, nor can appending to elements of our own making, here and below.
        host.set_attribute("data-what", what).ok();
        *self = Self { written: Some(written), block: None };
    }

    /// What comes from another stream stands in a block of its own. Complaints have a name, since a colour is not enough.
    fn begin_stream(&mut self, host: &Element, stream: &OutputStream) {
        let class = if *stream == OutputStream::Stderr { "stderr" } else { "" };
        self.begin_block(host, class);
        if let (Some((block, _)), false) = (&self.block, class.is_empty())
            && let Ok(name) = document().create_element("b")
        {
            name.set_text_content(Some(class));
            block.append_child(&name).ok();
        }
    }

    fn begin_block(&mut self, host: &Element, class: &str) {
        let Ok(block) = document().create_element("div") else { return };
        block.set_class_name(class);
        host.append_child(&block).ok();
        self.block = Some((block, 0));
    }

    fn append(&mut self, host: &Element, words: &str) {
        let mut rest = words;
        while !rest.is_empty() {
            let room = self.block.as_ref().map_or(0, |(_, length)| LONGEST_BLOCK.saturating_sub(*length));
            if self.block.is_none() {
                self.begin_block(host, "");
            }
            let Some((block, length)) = &mut self.block else { return };
            let from = rest.floor_char_boundary(room);
            let full = rest[from..].find('\n').map(|at| from + at + 1).filter(|_| from < rest.len());
            let (now, later) = rest.split_at(full.unwrap_or(rest.len()));
            block.append_child(&document().create_text_node(now)).ok();
            *length += now.len();
            if full.is_some() && !later.is_empty() {
                // The same stream goes on.
                let class = block.class_name();
                self.begin_block(host, &class);
            }
            rest = later;
        }
    }
}

fn is_long(words: &str) -> bool {
    words.len() > SHORT_BYTES || words.bytes().filter(|byte| *byte == b'\n').count() > SHORT_LINES
}
