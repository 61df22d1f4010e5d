//! What is read by the line: differences, and Markdown as far as one looks at its source.

use super::{
    Kind,
    languages::{Machine, find},
    scanner::{BLANKS, Scanner},
};

pub(super) fn paint_diff(scanner: &mut Scanner<'_>) {
    while scanner.at < scanner.end {
        let at = scanner.at;
        let kind = match scanner.byte(at) {
            b'+' if scanner.starts(at, "+++ ") => Kind::Meta,
            b'-' if scanner.starts(at, "--- ") => Kind::Meta,
            b'+' => Kind::Added,
            b'-' => Kind::Removed,
            b'@' | b'd' | b'i' | b'\\' => Kind::Meta,
            _ => Kind::Plain,
        };
        let end = scanner.line_end(at);
        scanner.take(kind, end + 1);
    }
}

pub(super) fn paint_markdown(scanner: &mut Scanner<'_>) {
    while scanner.at < scanner.end {
        let at = scanner.at;
        let end = scanner.line_end(at);
        let text = scanner.run(at, BLANKS);
        let fence = scanner.byte(text);
        let mark = fence_mark(fence);
        let length = scanner.run(text, mark) - text;
        match fence {
            b'`' | b'~' if length >= 3 => fenced(scanner, text, fence, length),
            b'#' if length <= 6 && matches!(scanner.byte(text + length), b' ' | b'\n' | 0) => {
                scanner.take(Kind::Keyword, end);
            }
            b'>' => scanner.take(Kind::Comment, end),
            b'-' | b'*' | b'+' if scanner.byte(text + 1) == b' ' => {
                scanner.take(Kind::Keyword, text + 1);
                inline(scanner, end);
            }
            b'|' | b'-' | b'=' | b':' => scanner.take(Kind::Plain, end),
            _ => inline(scanner, end),
        }
        scanner.take(Kind::Plain, scanner.at + 1);
    }
}

/// What a heading or the fence of code is made of, of which there may be several.
fn fence_mark(byte: u8) -> &'static str {
    match byte {
        b'`' => "`",
        b'~' => "~",
        b'#' => "#",
        _ => "",
    }
}

fn fenced(scanner: &mut Scanner<'_>, text: usize, fence: u8, length: usize) {
    scanner.take(Kind::Plain, text + length);
    let end = scanner.line_end(scanner.at);
    let language = scanner.text(end).trim();
    scanner.take(Kind::Meta, end);
    scanner.take(Kind::Plain, end + 1);
    // The line that closes it, or the end of everything.
    let mut line = scanner.at;
    while line < scanner.end {
        let text = scanner.run(line, BLANKS);
        let close = scanner.run(text, fence_mark(fence));
        let end = scanner.line_end(close);
        if close - text >= length && scanner.run(close, BLANKS) == end {
            break;
        }
        line = end + 1;
    }
    let inner = line.min(scanner.end);
    let whole = std::mem::replace(&mut scanner.end, inner);
    // Code in code in code would be looked at over and over.
    match find(language).filter(|language| language.machine != Machine::Markdown) {
        Some(language) => super::paint(scanner, language),
        None => scanner.take(Kind::String, line),
    }
    scanner.end = whole;
    let end = scanner.line_end(scanner.at);
    scanner.take(Kind::Plain, end);
}

/// Code, links and stress within a line.
fn inline(scanner: &mut Scanner<'_>, end: usize) {
    let whole = std::mem::replace(&mut scanner.end, end);
    while scanner.at < end {
        let at = scanner.at;
        let byte = scanner.byte(at);
        // What does not close is text until the end of the line, so nothing is searched twice.
        let (kind, to) = match byte {
            b'`' => {
                let open = scanner.run(at, "`");
                (Kind::String, scanner.run(scanner.until(open, "`"), "`"))
            }
            b'*' if scanner.byte(at + 1) == b'*' => (Kind::Type, scanner.find(at + 2, "**") + 2),
            b']' if scanner.byte(at + 1) == b'(' => {
                scanner.take(Kind::Plain, at + 2);
                (Kind::Attribute, scanner.until(at + 2, ")"))
            }
            b'\\' => (Kind::Plain, at + 2),
            _ => (Kind::Plain, at + 1),
        };
        scanner.take(kind, to);
    }
    scanner.end = whole;
}
