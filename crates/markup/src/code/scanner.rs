//! The text and how far it is coloured. All looking at the text goes through here, so that tests can count it.

use super::{Kind, Span};

pub(super) struct Scanner<'a> {
    text: &'a str,
    /// How far the text is coloured.
    pub(super) at: usize,
    /// Where the machine at work has to stop: the end of the text, or of a part in another language.
    pub(super) end: usize,
    pub(super) spans: Vec<Span>,
    #[cfg(test)]
    pub(super) looks: std::cell::Cell<usize>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            end: text.len(),
            spans: Vec::new(),
            #[cfg(test)]
            looks: std::cell::Cell::default(),
        }
    }

    /// The byte at this place; 0 beyond the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        if at < self.end { self.text.as_bytes().get(at).copied().unwrap_or(0) } else { 0 }
    }

    /// The byte before this place; 0 at the beginning.
    pub(super) fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |at| self.byte(at))
    }

    /// The text from here to there; empty if that is not between characters.
    pub(super) fn text(&self, to: usize) -> &'a str {
        #[cfg(test)]
        self.looks.set(self.looks.get() + to.saturating_sub(self.at));
        self.text.get(self.at..to).unwrap_or("")
    }

    pub(super) fn starts(&self, at: usize, with: &str) -> bool {
        with.bytes().enumerate().all(|(idx, byte)| self.byte(at + idx) == byte)
    }

    /// The first place at or after `at` where `text` stands, else the end.
    pub(super) fn find(&self, mut at: usize, text: &str) -> usize {
        while at < self.end && !self.starts(at, text) {
            at += 1;
        }
        at.min(self.end)
    }

    /// The end of the line, before its newline.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.until(at, "\n")
    }

    /// The end of letters, digits and these that begin at `at`.
    pub(super) fn words(&self, mut at: usize, also: &str) -> usize {
        while at < self.end && (is_word(self.byte(at)) || also.as_bytes().contains(&self.byte(at))) {
            at += 1;
        }
        at
    }

    /// The end of these that begin at `at`.
    pub(super) fn run(&self, mut at: usize, of: &str) -> usize {
        while at < self.end && of.as_bytes().contains(&self.byte(at)) {
            at += 1;
        }
        at
    }

    /// The first of these at or after `at`, else the end.
    pub(super) fn until(&self, mut at: usize, stops: &str) -> usize {
        while at < self.end && !stops.as_bytes().contains(&self.byte(at)) {
            at += 1;
        }
        at
    }

    /// Colours what is before `to`, or a little more if that is within a character.
    pub(super) fn take(&mut self, kind: Kind, to: usize) {
        let mut to = to.min(self.end);
        while !self.text.is_char_boundary(to) {
            to += 1;
        }
        if to <= self.at {
            return;
        }
        self.at = to;
        match self.spans.last_mut() {
            Some(last) if last.kind == kind => last.end = to,
            _ => self.spans.push(Span { end: to, kind }),
        }
    }
}

/// Letters, digits and all that is not ASCII.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// What may be between words of a line.
pub(super) const BLANKS: &str = " \t\r";

/// One of [`BLANKS`].
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}
