//! Strings of every kind: with code in them, raw, over lines; characters, regular expressions, here-documents.

use super::{DEEPEST, Frame, Painter, l};
use crate::code::{
    Kind,
    scanner::{BLANKS, is_word},
};

impl Painter<'_, '_> {
    /// A string whose quote is so far ahead.
    pub(super) fn string(&mut self, prefix: usize, raw: bool) {
        let quote = self.byte(prefix);
        // Where text stands without quotes, they are apostrophes unless they begin it.
        let within = self.has(l::LINE_KEYS) && is_word(self.scanner.before(self.scanner.at));
        if within || self.value && self.has(l::LINE_KEYS) && self.has(l::STRING_KEYS) {
            return;
        }
        let triple = self.has(l::TRIPLE) && self.byte(prefix + 1) == quote && self.byte(prefix + 2) == quote;
        let count = if triple { 3 } else { 1 };
        self.take(Kind::String, prefix + count);
        self.frames.push(Frame::Text { quote, count, raw });
    }

    pub(super) fn text(&mut self, quote: u8, count: usize, raw: bool) {
        let over_lines = count > 1 || raw && !self.has(l::LINE_KEYS) || quote == b'`' || self.has(l::LINES);
        let inserts = !self.language.insert.is_empty()
            && self.frames.len() < DEEPEST
            && quote == if self.has(l::BACKTICK) && !self.has(l::SYMBOLS) { b'`' } else { b'"' };
        let mut end = self.scanner.at;
        while end < self.scanner.end {
            let byte = self.scanner.byte(end);
            if byte == quote && (count == 1 || (1..count).all(|idx| self.scanner.byte(end + idx) == quote)) {
                self.scanner.take(Kind::String, end + count);
                self.frames.pop();
                self.string_ended();
                return;
            }
            if inserts && self.scanner.starts(end, self.language.insert) {
                self.scanner.take(Kind::String, end);
                self.take(Kind::Plain, self.language.insert.len());
                let close = if self.language.insert.ends_with('{') { b'}' } else { b')' };
                self.frames.push(Frame::Code { close, depth: 0 });
                self.value = false;
                return;
            }
            if byte == b'\n' && !over_lines {
                break;
            }
            end += if byte == b'\\' && !raw { 2 } else { 1 };
        }
        self.scanner.take(Kind::String, end);
        self.frames.pop();
        self.value = true;
    }

    pub(super) fn string_ended(&mut self) {
        self.value = true;
        if self.has(l::STRING_KEYS) {
            let next = self.scanner.byte(self.scanner.run(self.scanner.at, BLANKS));
            if (next == b':' || next == b'=' && self.has(l::SECTIONS))
                && let Some(span) = self.scanner.spans.last_mut()
            {
                span.kind = Kind::Attribute;
            }
        }
    }

    /// `'a'`, `'\n'` or a lifetime.
    pub(super) fn lifetime(&mut self) {
        let at = self.scanner.at;
        if self.byte(1) == b'\\' {
            let end = self.scanner.until(at + 3, "'\n");
            self.scanner.take(Kind::String, end + 1);
        } else {
            // One character has up to four bytes.
            let length = (2..=5).find(|length| self.byte(*length) == b'\'');
            let word = self.scanner.words(at + 1, "") - at;
            match length {
                Some(length) if length == 2 || !self.byte(1).is_ascii() => self.take(Kind::String, length + 1),
                _ => self.take(Kind::Constant, word),
            }
        }
        self.value = true;
    }

    pub(super) fn regex(&mut self) {
        let at = self.scanner.at;
        if at < self.no_regex {
            return;
        }
        let mut end = at + 1;
        let mut class = false;
        loop {
            match self.scanner.byte(end) {
                b'\\' => end += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class && end > at + 1 => break,
                b'\n' | 0 => {
                    // Without this, every slash of a long line would look for an end.
                    self.no_regex = end;
                    return;
                }
                _ => {}
            }
            end += 1;
        }
        let end = self.scanner.words(end + 1, "");
        self.scanner.take(Kind::String, end);
        self.value = true;
    }

    pub(super) fn here_document(&mut self) {
        if self.byte(2) == b'<' {
            self.take(Kind::Plain, 3);
            return;
        }
        let blanks = self.scanner.at + 2 + usize::from(matches!(self.byte(2), b'-' | b'~'));
        let quote = self.scanner.run(blanks, BLANKS) - self.scanner.at;
        let quoted = matches!(self.byte(quote), b'\'' | b'"');
        self.take(Kind::Plain, quote + usize::from(quoted));
        let end = self.scanner.words(self.scanner.at, "");
        self.here = self.scanner.text(end);
        // The quote that closes the word begins no string.
        self.scanner.take(Kind::Keyword, end);
        self.take(Kind::Plain, usize::from(quoted));
    }

    /// `r#"…"#` of Rust and `R"x(…)x"` of C++, whose prefix ends here.
    pub(super) fn raw_string(&mut self, end: usize) -> bool {
        if self.has(l::LIFETIMES) {
            // More hashes than these are not looked for, since each would be looked for at every quote.
            let hashes = (0..8).take_while(|idx| self.scanner.byte(end + idx) == b'#').count();
            let quote = end + hashes;
            if self.scanner.byte(quote) != b'"' || !matches!(self.scanner.before(end), b'r') {
                return false;
            }
            let close = &"\"########"[..=hashes];
            let end = self.scanner.find(quote + 1, close) + close.len();
            self.scanner.take(Kind::String, end);
        } else if self.has(l::DIRECTIVES) && self.scanner.before(end) == b'R' {
            let open = (1..18).find(|idx| self.scanner.byte(end + idx) == b'(');
            let Some(open) = open else { return false };
            self.scanner.take(Kind::String, end + 1);
            let mark = self.scanner.text(end + open);
            let mut close = self.scanner.find(end + open, ")");
            while close < self.scanner.end
                && !(self.scanner.starts(close + 1, mark) && self.scanner.byte(close + 1 + mark.len()) == b'"')
            {
                close = self.scanner.find(close + 1, ")");
            }
            self.scanner.take(Kind::String, close + mark.len() + 2);
        } else {
            return false;
        }
        self.value = true;
        true
    }
}
