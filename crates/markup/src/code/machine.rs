//! The machine for languages that are made of words, strings and comments. What it meets is decided by the first bytes and
//! by the language's traits; strings with code in them, and elements in code, are kept on a stack.

use super::{
    Kind,
    languages::{self as l, Language, Words},
    scanner::{BLANKS, Scanner, is_blank, is_word},
    tags::{self, Tag},
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

    /// A string whose quote is so far ahead.
    fn string(&mut self, prefix: usize, raw: bool) {
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

    fn text(&mut self, quote: u8, count: usize, raw: bool) {
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

    fn string_ended(&mut self) {
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
    fn lifetime(&mut self) {
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

    fn number(&mut self) {
        let mut end = self.scanner.at;
        loop {
            let byte = self.scanner.byte(end);
            let next = self.scanner.byte(end + 1);
            let goes_on = is_word(byte)
                || byte == b'.' && next.is_ascii_digit()
                || byte == b'\'' && self.has(l::DIRECTIVES) && next.is_ascii_hexdigit()
                || matches!(byte, b'+' | b'-')
                    && next.is_ascii_digit()
                    && matches!(self.scanner.before(end), b'e' | b'E')
                    && self.byte(1) != b'x';
            if !goes_on {
                break;
            }
            end += 1;
        }
        // In a shell, most numbers are parts of words.
        let kind = if self.is_word(self.scanner.byte(end)) { Kind::Plain } else { Kind::Number };
        self.scanner.take(kind, end);
        self.value = true;
    }

    /// `#[…]`, or `#![…]`.
    fn annotation(&mut self) {
        let bracket = 1 + usize::from(self.byte(1) == b'!');
        if self.byte(bracket) != b'[' {
            return;
        }
        let mut end = self.scanner.at + bracket;
        let mut depth = 0_usize;
        let mut quoted = false;
        while end < self.scanner.end {
            match self.scanner.byte(end) {
                b'\\' if quoted => end += 1,
                b'"' => quoted = !quoted,
                b'[' if !quoted => depth += 1,
                b']' if !quoted => depth -= 1,
                _ => {}
            }
            end += 1;
            if depth == 0 {
                break;
            }
        }
        self.scanner.take(Kind::Attribute, end);
    }

    /// `$name`, `${…}`; in makefiles `$(…)`.
    fn variable(&mut self) {
        let at = self.scanner.at;
        let close = match self.byte(1) {
            b'{' => b'}',
            b'(' if self.has(l::LINE_KEYS) => b')',
            byte => {
                let end = match byte {
                    _ if is_word(byte) => self.scanner.words(at + 1, ""),
                    b'?' | b'!' | b'@' | b'*' | b'#' | b'$' | b'<' | b'^' => at + 2,
                    _ => return,
                };
                self.scanner.take(Kind::Constant, end);
                self.value = true;
                return;
            }
        };
        let end = self.scanner.until(at, if close == b'}' { "}\n" } else { ")\n" });
        self.scanner.take(Kind::Constant, end + usize::from(self.scanner.byte(end) == close));
        self.value = true;
    }

    fn regex(&mut self) {
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

    fn here_document(&mut self) {
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

    fn is_word(&self, byte: u8) -> bool {
        is_word(byte) || self.also().as_bytes().contains(&byte)
    }

    /// What words have besides letters and digits.
    fn also(&self) -> &'static str {
        if self.has(l::SHELL) {
            "-./~+@%:,*?"
        } else if self.has(l::LINE_KEYS) {
            "-"
        } else if self.has(l::DOLLAR | l::VERBATIM) {
            ""
        } else {
            "$"
        }
    }

    fn word(&mut self) {
        let at = self.scanner.at;
        let end = self.scanner.words(at, self.also());
        let next = self.scanner.byte(end);
        if self.has(l::PREFIX)
            && end - at <= 3
            && (next == b'"' || next == b'\'' && self.has(l::SINGLE) || next == b'#')
        {
            if self.raw_string(end) {
                return;
            }
            if next != b'#' {
                self.string(end - at, false);
                return;
            }
        }
        if self.has(l::LIFETIMES) && end == at + 1 {
            let raw_name = next == b'#' && self.byte(0) == b'r' && is_word(self.scanner.byte(end + 1));
            if raw_name || next == b'\'' && self.byte(0) == b'b' {
                let kind = if raw_name { Kind::Plain } else { Kind::String };
                let end = if raw_name { self.scanner.words(end + 1, "") } else { end };
                self.scanner.take(kind, end);
                return;
            }
        }
        let word = self.scanner.text(end);
        let member = self.scanner.before(at) == b'.' && at >= 2 && self.scanner.byte(at - 2) != b'.' && word != "await";
        let known = self.words.kind(word, self.has(l::ANY_CASE)).filter(|_| !member);
        let defines = std::mem::replace(&mut self.defines, Kind::Plain);
        if self.has(l::SHELL) {
            self.command(end, known);
            return;
        }
        self.value = known != Some(Kind::Keyword);
        if let Some(kind) = known {
            if kind == Kind::Keyword {
                self.defines = match word {
                    "fn" | "def" | "func" | "function" | "fun" => Kind::Function,
                    "struct" | "enum" | "class" | "interface" | "trait" | "type" | "union" | "protocol" => Kind::Type,
                    _ => Kind::Plain,
                };
            }
            self.scanner.take(kind, end);
            return;
        }
        if self.has(l::MACROS) && next == b'!' && self.scanner.byte(end + 1) != b'=' {
            self.scanner.take(Kind::Function, end + 1);
            return;
        }
        let called = next == b'(' && !self.has(l::LINE_KEYS);
        let capital = self.has(l::CAPITALS) && word.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
        let kind = if defines != Kind::Plain {
            defines
        } else if called && (!capital || self.has(l::CALLS)) {
            Kind::Function
        } else if capital && word.len() > 1 && !word.bytes().any(|byte| byte.is_ascii_lowercase()) {
            Kind::Constant
        } else if capital {
            Kind::Type
        } else {
            Kind::Plain
        };
        self.scanner.take(kind, end);
    }

    /// `r#"…"#` of Rust and `R"x(…)x"` of C++, whose prefix ends here.
    fn raw_string(&mut self, end: usize) -> bool {
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

    /// A word of a command: its name, an assignment before it, or an argument.
    fn command(&mut self, end: usize, known: Option<Kind>) {
        let first = !self.value;
        self.value = true;
        if self.scanner.byte(end) == b'=' && first {
            self.scanner.take(Kind::Constant, end);
            self.take(Kind::Plain, 1);
            // What is assigned is no command; the blank after it begins one.
            let end = self.scanner.words(self.scanner.at, self.also());
            self.scanner.take(Kind::Plain, end);
            self.value = !is_blank(self.byte(0));
            return;
        }
        let word = self.scanner.text(end);
        let kind = match known {
            Some(kind) if first || matches!(word, "in" | "do" | "then" | "AS") => {
                // In a file of instructions, only one is followed by a command.
                self.value = word.as_bytes().first().is_some_and(u8::is_ascii_uppercase) && word != "RUN";
                kind
            }
            _ if first => Kind::Function,
            _ => Kind::Plain,
        };
        self.scanner.take(kind, end);
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

    /// The beginning of an element, unless `<` is something else here.
    fn element(&mut self) -> bool {
        let at = self.scanner.at;
        let end = self.scanner.words(at + 1, tags::NAME);
        let next = self.scanner.byte(end);
        let named = self.byte(1).is_ascii_alphabetic() && next != b',' || end == at + 1 && next == b'>';
        if !named || self.frames.len() >= DEEPEST {
            return false;
        }
        let tag = tags::open(self.scanner);
        self.frames.push(Frame::Tag(tag));
        true
    }

    fn tag(&mut self, tag: Tag) {
        if self.byte(0) == b'{' {
            self.take(Kind::Plain, 1);
            if self.frames.len() < DEEPEST {
                self.frames.push(Frame::Code { close: b'}', depth: 0 });
            }
            self.value = false;
            return;
        }
        let Some(ended) = tags::within(self.scanner) else { return };
        self.frames.pop();
        self.value = true;
        if tag == Tag::Close {
            self.frames.pop();
        } else if ended == tags::Ended::Open {
            self.frames.push(Frame::Content);
        }
    }

    fn content(&mut self) {
        let end = self.scanner.until(self.scanner.at, "<{");
        self.scanner.take(Kind::Plain, end);
        match self.byte(0) {
            b'{' if self.frames.len() < DEEPEST => {
                self.take(Kind::Plain, 1);
                self.frames.push(Frame::Code { close: b'}', depth: 0 });
                self.value = false;
            }
            b'<' if self.byte(1) == b'/' => {
                let tag = tags::open(self.scanner);
                self.frames.push(Frame::Tag(tag));
            }
            b'<' => {
                self.element();
            }
            _ => {}
        }
    }
}
