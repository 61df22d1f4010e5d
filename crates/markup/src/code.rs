//! Colours for code. The known libraries for this are larger than the rest of the console, so here is a small one: a
//! tokenizer that knows what comments, strings, numbers and words of a language look like, and no grammar.
//!
//! Promised: the spans cover the text exactly and end between characters, whatever the text is; the work grows with its
//! length and no faster, since each part of the text is looked at a bounded number of times. Not promised: that every
//! token is what a compiler says it is. Where a language needs its grammar to tell (a regular expression or a division),
//! the likely reading is taken, and a wrong one is over with the line where that can be.

mod languages;
mod lines;
mod machine;
mod scanner;
mod style_sheet;
mod tags;

pub use languages::language_of;

use languages::{Machine, find};
use scanner::Scanner;

/// A part of the text that has one colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// Where it ends, in bytes from the beginning of the text. It begins where the one before ends.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a part of the text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Nothing to set apart: most names, operators, blanks.
    Plain,
    /// Words for people.
    Comment,
    /// Text in quotes, a regular expression.
    String,
    /// A number, with its unit.
    Number,
    /// A word of the language; the name of an HTML element.
    Keyword,
    /// The name of a type, a section or a class.
    Type,
    /// The name of what is called or defined.
    Function,
    /// `true`, `null` and their like, names in capitals, variables that have a sign of their own.
    Constant,
    /// An annotation, a key, an option.
    Attribute,
    /// A line that came.
    Added,
    /// A line that went.
    Removed,
    /// What is about the text rather than of it: a prompt, a directive, the head of a hunk.
    Meta,
}

impl Kind {
    /// The class that gives it its colour.
    pub fn class(self) -> Option<&'static str> {
        Some(match self {
            Self::Plain => return None,
            Self::Comment => "code-comment",
            Self::String => "code-string",
            Self::Number => "code-number",
            Self::Keyword => "code-keyword",
            Self::Type => "code-type",
            Self::Function => "code-function",
            Self::Constant => "code-constant",
            Self::Attribute => "code-attribute",
            Self::Added => "code-added",
            Self::Removed => "code-removed",
            Self::Meta => "code-meta",
        })
    }
}

/// The colours of `code` in a language known by this name, short name or file ending; nothing if none is.
pub fn colour(language: &str, code: &str) -> Option<Vec<Span>> {
    let language = find(language)?;
    let mut scanner = Scanner::new(code);
    paint(&mut scanner, language);
    Some(scanner.spans)
}

/// Colours what the scanner has to go.
fn paint(scanner: &mut Scanner<'_>, language: &'static languages::Language) {
    match language.machine {
        Machine::Code => machine::paint(scanner, language),
        Machine::Tags => tags::paint(scanner),
        Machine::StyleSheet => style_sheet::paint(scanner),
        Machine::Markdown => lines::paint_markdown(scanner),
        Machine::Diff => lines::paint_diff(scanner),
    }
}

#[cfg(test)]
mod tests;
