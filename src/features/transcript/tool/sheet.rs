//! Where a text of a card is written. What makes colours, differences and terminals of it is a module of its own
//! (`adapters::writer`); until that is there, and where it cannot be had, the words stand as they are, in blocks of bounded
//! size, so that neither appending to them nor their layout grows with how much stands there already.

use crate::context::{Module, Terminal};
use dispatch_contract::OutputStream;
use dispatch_core::tool::{Body, beginning, end_start, size_in_words};
use dispatch_core::transcript::OutputPiece;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A block that is longer than this many bytes ends with its line: the browser lays out a block as a whole, however little
/// of it is new.
const LONGEST_BLOCK: usize = 2048;

/// Two texts that are longer than this together are not compared.
const LONGEST_COMPARED: usize = 400_000;

/// A text that fits into so many lines and bytes is never too high for its place.
const SHORT_LINES: usize = 16;
const SHORT_BYTES: usize = 1200;

/// A text of a card, and how much of it stands in the document.
#[derive(Debug, Default)]
pub struct Sheet {
    written: Option<Written>,
    block: Option<(HtmlElement, usize)>,
    /// Where output is written with its colours, while the writer is there.
    terminal: Option<Terminal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    is_whole: bool,
    /// By the writer.
    is_marked: bool,
    /// From which byte on.
    start: usize,
    /// Up to which.
    end: usize,
}

impl Sheet {
    /// Writes a body into `host`, which nobody else writes into: all of it, or its beginning. Gives back its size in words
    /// if it is a long one.
    pub fn write(
        &mut self,
        writer: Option<&Module>,
        host: &HtmlElement,
        body: &Body<'_>,
        is_whole: bool,
    ) -> Option<String> {
        let words = body.words();
        let now = Written { is_whole, is_marked: writer.is_some(), start: 0, end: words.len() };
        if self.written != Some(now) {
            self.begin(host, body.as_str(), now);
            let shown = if is_whole { &words } else { beginning(&words) };
            if !writer.is_some_and(|writer| mark(writer, host, body, shown)) {
                self.append(host, shown);
            }
        }
        is_long(&words).then(|| size_in_words(words.len()))
    }

    /// Appends what a tool printed since: to all of it, or to its end.
    pub fn print(
        &mut self,
        writer: Option<&Module>,
        host: &HtmlElement,
        output: &[OutputPiece],
        is_whole: bool,
    ) -> Option<String> {
        let length = output.iter().map(|piece| piece.data.len()).sum();
        let is_marked = writer.is_some();
        let goes_on =
            |written: &Written| (written.is_whole, written.is_marked) == (is_whole, is_marked) && written.end <= length;
        let written = match self.written.filter(goes_on) {
            Some(written) => written,
            None => {
                let start = if is_whole { 0 } else { end_start(output) };
                let written = Written { is_whole, is_marked, start, end: start };
                self.begin(host, "terminal", written);
                written
            }
        };
        let mut before = 0;
        for piece in output {
            let from = written.end.saturating_sub(before);
            if let Some(new) = piece.data.get(from..).filter(|new| !new.is_empty()) {
                if from == 0 || self.block.is_none() {
                    self.begin_stream(writer, host, &piece.stream);
                }
                match &self.terminal {
                    Some(terminal) => terminal.push_output(new, false),
                    None => self.append(host, new),
                }
            }
            before += piece.data.len();
        }
        self.written = Some(Written { end: length, ..written });
        let is_long =
            written.start > 0 || output.len() > SHORT_LINES || output.iter().any(|piece| is_long(&piece.data));
        is_long.then(|| size_in_words(length))
    }

    fn begin(&mut self, host: &HtmlElement, what: &str, written: Written) {
        host.set_text_content(None);
        // Setting an attribute by this name cannot fail, nor can appending to elements of our own making, here and below.
        host.set_attribute("data-what", what).ok();
        self.end_terminal();
        self.written = Some(written);
        self.block = None;
    }

    fn end_terminal(&mut self) {
        if let Some(terminal) = self.terminal.take() {
            terminal.free_terminal();
        }
    }

    /// What comes from another stream stands in a block of its own. Complaints have a name, since a colour is not enough.
    fn begin_stream(&mut self, writer: Option<&Module>, host: &HtmlElement, stream: &OutputStream) {
        let class = if *stream == OutputStream::Stderr { "stderr" } else { "" };
        self.begin_block(host, class);
        let Some((block, _)) = &self.block else { return };
        if !class.is_empty()
            && let Some(name) = element("b")
        {
            name.set_text_content(Some(class));
            block.append_child(&name).ok();
        }
        self.end_terminal();
        if let (Some(writer), Some((block, _))) = (writer, &self.block)
            && let Some(lines) = element("div")
        {
            block.append_child(&lines).ok();
            self.terminal = Some(writer.terminal(&lines));
        }
    }

    fn begin_block(&mut self, host: &HtmlElement, class: &str) {
        let Some(block) = element("div") else { return };
        block.set_class_name(class);
        host.append_child(&block).ok();
        self.block = Some((block, 0));
    }

    fn append(&mut self, host: &HtmlElement, words: &str) {
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

impl Drop for Sheet {
    fn drop(&mut self) {
        self.end_terminal();
    }
}

/// Lets the writer write what it can make something of. Tells whether it did.
fn mark(writer: &Module, host: &HtmlElement, body: &Body<'_>, shown: &str) -> bool {
    match body {
        Body::Json(_) => {
            // The beginning of JSON is none.
            if !writer.write_json(host, shown) {
                writer.write_code(host, "json", shown);
            }
        }
        Body::Code { file, .. } => writer.write_code(host, file, shown),
        Body::Edit { pairs, .. } => {
            if pairs.iter().map(|(old, new)| old.len() + new.len()).sum::<usize>() > LONGEST_COMPARED {
                return false;
            }
            for (old, new) in pairs {
                if let Some(place) = element("div") {
                    host.append_child(&place).ok();
                    writer.write_diff(&place, old, new);
                }
            }
        }
        Body::Patch(_) if !writer.write_patch(host, shown) => return false,
        Body::Patch(_) => {}
        Body::Matches(_) | Body::Terminal(_) | Body::Failure(_) => {
            let terminal = writer.terminal(host);
            terminal.push_output(shown, false);
            terminal.free_terminal();
            return true;
        }
    }
    // What is made of these looks for itself.
    host.set_attribute("data-what", "block").ok();
    true
}

fn element(name: &str) -> Option<HtmlElement> {
    document().create_element(name).ok().map(JsCast::unchecked_into)
}

fn is_long(words: &str) -> bool {
    words.len() > SHORT_BYTES || words.bytes().filter(|byte| *byte == b'\n').count() > SHORT_LINES
}
