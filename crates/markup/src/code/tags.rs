//! HTML and XML, and the elements that some languages have in the midst of code.

use super::{
    Kind,
    languages::find,
    scanner::{Scanner, is_word},
};

/// Which end of an element a tag is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tag {
    Open,
    Close,
}

/// How a tag has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    /// Content follows.
    Open,
    /// The element is over.
    Whole,
}

/// What the names of elements have besides letters and digits.
pub(super) const NAME: &str = "-.:";

/// Takes `<name` or `</name`.
pub(super) fn open(scanner: &mut Scanner<'_>) -> Tag {
    let close = scanner.byte(scanner.at + 1) == b'/';
    scanner.take(Kind::Plain, scanner.at + 1 + usize::from(close));
    let end = scanner.words(scanner.at, NAME);
    let kind = if scanner.byte(scanner.at).is_ascii_uppercase() { Kind::Type } else { Kind::Keyword };
    scanner.take(kind, end);
    if close { Tag::Close } else { Tag::Open }
}

/// Takes the next part of a tag, and says how it ended if it did.
pub(super) fn within(scanner: &mut Scanner<'_>) -> Option<Ended> {
    let at = scanner.at;
    match scanner.byte(at) {
        b'>' => {
            scanner.take(Kind::Plain, at + 1);
            return Some(Ended::Open);
        }
        b'/' if scanner.byte(at + 1) == b'>' => {
            scanner.take(Kind::Plain, at + 2);
            return Some(Ended::Whole);
        }
        quote @ (b'"' | b'\'') => {
            let end = scanner.until(at + 1, if quote == b'"' { "\"" } else { "'" });
            scanner.take(Kind::String, end + 1);
        }
        byte if is_word(byte) || matches!(byte, b'-' | b'.' | b':' | b'@' | b'#' | b'*') => {
            let end = scanner.words(at + 1, NAME);
            let kind = if scanner.before(at) == b'=' { Kind::String } else { Kind::Attribute };
            scanner.take(kind, end);
        }
        _ => scanner.take(Kind::Plain, at + 1),
    }
    None
}

/// A whole document.
pub(super) fn paint(scanner: &mut Scanner<'_>) {
    while scanner.at < scanner.end {
        let text = scanner.until(scanner.at, "<");
        scanner.take(Kind::Plain, text);
        let next = scanner.byte(scanner.at + 1);
        if scanner.starts(scanner.at, "<!--") {
            let end = scanner.find(scanner.at, "-->");
            scanner.take(Kind::Comment, end + 3);
        } else if matches!(next, b'!' | b'?') {
            let end = scanner.until(scanner.at, ">");
            scanner.take(Kind::Meta, end + 1);
        } else if next == b'/' || next.is_ascii_alphabetic() {
            element(scanner);
        } else {
            scanner.take(Kind::Plain, scanner.at + 1);
        }
    }
}

fn element(scanner: &mut Scanner<'_>) {
    let (language, close) = if scanner.starts(scanner.at, "<script") {
        ("ts", "</script")
    } else if scanner.starts(scanner.at, "<style") {
        ("css", "</style")
    } else {
        ("", "")
    };
    open(scanner);
    while scanner.at < scanner.end {
        match within(scanner) {
            None => {}
            Some(Ended::Open) => break,
            Some(Ended::Whole) => return,
        }
    }
    if let Some(language) = find(language) {
        let end = scanner.find(scanner.at, close);
        let whole = std::mem::replace(&mut scanner.end, end);
        super::paint(scanner, language);
        scanner.end = whole;
    }
}
