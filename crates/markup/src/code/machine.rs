//! The machine for languages that are made of words, strings and comments. What it meets is decided by the first bytes and
//! by the language's traits; strings with code in them, and elements in code, are kept on a stack.

mod elements;
mod strings;
mod words;

use super::{
    Kind,
    languages::{self as l, Language, Words},
    scanner::{BLANKS, Scanner, is_word},
    tags::Tag,
};

/// Deeper nesting than this is coloured as if it were text.
const DEEPEST: usize = 64;

/// What the machine is in the midst of, besides code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// A string that ends with so many of this quote.
    Text { quote: u8, count: usize, raw: bool },
    /// Code in a string or an element, until this bracket, so many of which are open.
    Code { close: u8, depth: u32 },
    /// Between the brackets of an element's name.
    Tag(Tag),
    /// Between an element's beginning and its end.
    Content,
}

struct Painter<'s, 't> {
    scanner: &'s mut Scanner<'t>,
    language: &'static Language,
    words: Words,
    frames: Vec<Frame>,
    /// A value, or in a shell a command, stands before: a slash divides, `<` compares, a word is an argument.
    value: bool,
    /// Only blanks stand before in this line.
    fresh: bool,
    /// What a name would be that follows, after `fn` or `struct`.
    defines: Kind,
    /// No regular expression begins before this place.
    no_regex: usize,
    /// The word that ends the here-document which begins with the next line.
    here: &'t str,
}

pub(super) fn paint(scanner: &mut Scanner<'_>, language: &'static Language) {
    let mut painter = Painter {
        scanner,
        language,
        words: Words::new(language.words),
        frames: Vec::new(),
        value: false,
        fresh: true,
        defines: Kind::Plain,
        no_regex: 0,
        here: "",
    };
    while painter.scanner.at < painter.scanner.end {
        let at = painter.scanner.at;
        match painter.frames.last().copied() {
            Some(Frame::Text { quote, count, raw }) => painter.text(quote, count, raw),
            Some(Frame::Tag(tag)) => painter.tag(tag),
            Some(Frame::Content) => painter.content(),
            Some(Frame::Code { .. }) | None => painter.code(),
        }
        // Nothing may hold the machine up.
        if painter.scanner.at == at {
            painter.take(Kind::Plain, 1);
        }
    }
}

impl Painter<'_, '_> {
    fn has(&self, trait_: u32) -> bool {
        self.language.has(trait_)
    }

    /// The byte so far ahead.
    fn byte(&self, ahead: usize) -> u8 {
        self.scanner.byte(self.scanner.at + ahead)
    }

    fn take(&mut self, kind: Kind, length: usize) {
        self.scanner.take(kind, self.scanner.at + length);
    }

    fn code(&mut self) {
        let byte = self.byte(0);
        if byte == b'\n' {
            self.newline();
            return;
        }
        if byte.is_ascii_whitespace() {
            let end = self.scanner.run(self.scanner.at, BLANKS).max(self.scanner.at + 1);
            self.scanner.take(Kind::Plain, end);
            return;
        }
        let fresh = std::mem::replace(&mut self.fresh, false);
        if fresh && self.line_start(byte) || self.comment(byte) {
            return;
        }
        match byte {
            b'"' => self.string(0, false),
            b'\'' if self.has(l::LIFETIMES) => self.lifetime(),
            b'\'' if self.has(l::SINGLE) => self.string(0, self.has(l::SINGLE_RAW)),
            b'`' if self.has(l::BACKTICK) => self.string(0, false),
            b'0'..=b'9' => self.number(),
            b'#' if self.has(l::HASH_BRACKET) => self.annotation(),
            b'@' | b'$' if self.has(l::VERBATIM) => {
                let quote = 1 + usize::from(matches!(self.byte(1), b'@' | b'$'));
                if self.byte(quote) == b'"' {
                    self.string(quote, byte == b'@' || self.byte(1) == b'@');
                }
            }
            b'@' if self.has(l::AT) => {
                let end = self.scanner.words(self.scanner.at + 1, ".");
                self.scanner.take(Kind::Attribute, end);
            }
            b'$' if self.has(l::DOLLAR) => self.variable(),
            b':' if self.has(l::SYMBOLS)
                && is_word(self.byte(1))
                && !matches!(self.scanner.before(self.scanner.at), b':' | b'?') =>
            {
                let end = self.scanner.words(self.scanner.at + 1, "");
                self.scanner.take(Kind::Constant, end);
                self.value = true;
            }
            b'/' if self.has(l::REGEX) && !self.value => self.regex(),
            b'<' if self.has(l::ELEMENTS) && !self.value && self.element() => {}
            b'<' if self.has(l::SHELL) && self.byte(1) == b'<' => self.here_document(),
            b'-' if self.has(l::SHELL) && self.value => {
                let end = self.scanner.words(self.scanner.at, "-");
                self.scanner.take(Kind::Attribute, end);
            }
            _ if self.is_word(byte) => self.word(),
            _ => self.sign(byte),
        }
    }

    fn newline(&mut self) {
        // After a backslash the command goes on.
        if self.scanner.before(self.scanner.at) != b'\\' && self.has(l::SHELL | l::LINE_KEYS) {
            self.value = false;
        }
        self.take(Kind::Plain, 1);
        self.fresh = true;
        self.defines = Kind::Plain;
        if !self.here.is_empty() {
            let word = std::mem::take(&mut self.here);
            let mut line = self.scanner.at;
            while line < self.scanner.end {
                let end = self.scanner.line_end(line);
                let start = self.scanner.run(line, BLANKS);
                if self.scanner.starts(start, word) && start + word.len() == end {
                    break;
                }
                line = end + 1;
            }
            self.scanner.take(Kind::String, line);
            let end = self.scanner.run(self.scanner.at, BLANKS);
            self.scanner.take(Kind::Plain, end);
            self.take(Kind::Keyword, word.len());
        }
    }

    /// What only stands where a line begins.
    fn line_start(&mut self, byte: u8) -> bool {
        let at = self.scanner.at;
        if self.has(l::SHELL) && matches!(byte, b'$' | b'#' | b'%') && self.byte(1) == b' ' {
            // In a script, `# ` begins a comment.
            if byte != b'#' || self.has(l::PROMPTS) {
                self.take(Kind::Meta, 1);
                return true;
            }
        }
        if self.has(l::PROMPTS) && !self.value {
            let end = self.scanner.line_end(at);
            self.scanner.take(Kind::Plain, end);
            return true;
        }
        if self.has(l::DIRECTIVES) && byte == b'#' {
            let name = self.scanner.run(at + 1, BLANKS);
            let end = self.scanner.words(name, "");
            self.scanner.take(Kind::Meta, end);
            let start = self.scanner.run(end, BLANKS);
            if self.scanner.starts(name, "include") && self.scanner.byte(start) == b'<' {
                self.scanner.take(Kind::Plain, start);
                let end = self.scanner.until(start, ">\n");
                self.scanner.take(Kind::String, end + 1);
            }
            return true;
        }
        if self.has(l::SECTIONS) && byte == b'[' && matches!(self.scanner.before(at), 0 | b'\n') {
            let end = self.scanner.until(at, "\n]");
            let end = self.scanner.run(end, "]");
            self.scanner.take(Kind::Type, end);
            return true;
        }
        if !self.has(l::LINE_KEYS) {
            return false;
        }
        if byte == b'-' && self.byte(1) == b' ' {
            self.take(Kind::Plain, 1);
            self.fresh = true;
            return true;
        }
        let end = self.scanner.words(at, ".-/$ %");
        let sign = match self.scanner.byte(end) {
            b':' => matches!(self.scanner.byte(end + 1), b' ' | b'\n' | b'\r' | b'=' | 0),
            b'?' | b'+' => self.scanner.byte(end + 1) == b'=',
            byte => byte == b'=',
        };
        // What begins with a tab in a makefile is a command.
        let sign = sign && (self.scanner.before(at) != b'\t' || self.has(l::SECTIONS | l::STRING_KEYS));
        if !sign || end == at {
            return false;
        }
        let mut key = end;
        while self.scanner.before(key) == b' ' {
            key -= 1;
        }
        self.scanner.take(Kind::Attribute, key);
        true
    }

    fn comment(&mut self, byte: u8) -> bool {
        let at = self.scanner.at;
        let (lines, blocks) = self.language.comments.split_once('|').unwrap_or((self.language.comments, ""));
        if let Some((open, close)) = blocks.split_once(' ')
            && self.scanner.starts(at, open)
        {
            let mut end = at + open.len();
            let mut depth = 1;
            while end < self.scanner.end && depth > 0 {
                if self.scanner.starts(end, close) {
                    depth -= 1;
                    end += close.len();
                } else if self.has(l::NESTED) && self.scanner.starts(end, open) {
                    depth += 1;
                    end += open.len();
                } else {
                    end += 1;
                }
            }
            self.scanner.take(Kind::Comment, end);
            return true;
        }
        // `#` is also a part of words, and in one language begins an annotation.
        let apart = !self.has(l::LINE_KEYS | l::SHELL) || matches!(self.scanner.before(at), 0..=b' ' | b';');
        if !apart || byte == b'#' && self.has(l::HASH_BRACKET) && self.byte(1) == b'[' {
            return false;
        }
        let found = !lines.is_empty() && lines.split(' ').any(|line| self.scanner.starts(at, line));
        if found {
            let end = self.scanner.line_end(at);
            self.scanner.take(Kind::Comment, end);
        }
        found
    }

    /// Whatever is left: operators, brackets and punctuation.
    fn sign(&mut self, byte: u8) {
        match self.frames.last_mut() {
            Some(Frame::Code { close, depth }) if byte == *close => {
                if *depth == 0 {
                    self.frames.pop();
                } else {
                    *depth -= 1;
                }
            }
            Some(Frame::Code { close, depth }) if byte == if *close == b'}' { b'{' } else { b'(' } => *depth += 1,
            _ => {}
        }
        if byte == b'(' {
            self.defines = Kind::Plain;
        }
        if self.has(l::SHELL) {
            let separates = matches!(byte, b'|' | b';' | b'&' | b'(' | b'{' | b'`' | b'!');
            self.value = byte == b'[' || self.value && !separates;
        } else if self.has(l::LINE_KEYS) {
            self.value &= !matches!(byte, b':' | b'-' | b'[' | b'{' | b',' | b'=' | b'?');
        } else {
            self.value = matches!(byte, b')' | b']' | b'}');
        }
        self.take(Kind::Plain, 1);
    }
}
