//! Names, numbers, variables and annotations: what a word is by what it looks like and what stands around it.

use super::{Painter, l};
use crate::code::{
    Kind,
    scanner::{is_blank, is_word},
};

impl Painter<'_, '_> {
    pub(super) fn number(&mut self) {
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
    pub(super) fn annotation(&mut self) {
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
    pub(super) fn variable(&mut self) {
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

    pub(super) fn is_word(&self, byte: u8) -> bool {
        is_word(byte) || self.also().as_bytes().contains(&byte)
    }

    /// What words have besides letters and digits.
    pub(super) fn also(&self) -> &'static str {
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

    pub(super) fn word(&mut self) {
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

    /// A word of a command: its name, an assignment before it, or an argument.
    pub(super) fn command(&mut self, end: usize, known: Option<Kind>) {
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
}
