//! CSS and its kin. What a word is depends on whether it stands before or after a colon, or in a selector.

use super::{
    Kind,
    scanner::{Scanner, is_word},
};

fn is_name(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

pub(super) fn paint(scanner: &mut Scanner<'_>) {
    // After the colon of a declaration.
    let mut value = false;
    // Where a declaration or a rule may begin.
    let mut begins = true;
    let mut depth = 0_usize;
    while scanner.at < scanner.end {
        let at = scanner.at;
        let (byte, next) = (scanner.byte(at), scanner.byte(at + 1));
        // First, since it takes less than a name would.
        if byte.is_ascii_digit() || matches!(byte, b'.' | b'-') && next.is_ascii_digit() {
            let end = scanner.words(at + 1, ".%");
            scanner.take(Kind::Number, end);
            begins = false;
            continue;
        }
        let name = scanner.words(at + 1, "-");
        match byte {
            b'/' if next == b'*' => {
                let end = scanner.find(at + 2, "*/");
                scanner.take(Kind::Comment, end + 2);
                continue;
            }
            b'/' if next == b'/' && scanner.before(at) != b':' => {
                let end = scanner.line_end(at);
                scanner.take(Kind::Comment, end);
                continue;
            }
            b'"' | b'\'' => {
                let mut end = at + 1;
                while !matches!(scanner.byte(end), b'\n' | 0) && scanner.byte(end) != byte {
                    end += 1 + usize::from(scanner.byte(end) == b'\\');
                }
                scanner.take(Kind::String, end + 1);
            }
            b'@' | b'!' => scanner.take(Kind::Keyword, name),
            b'$' => scanner.take(Kind::Constant, name),
            b'#' if value => scanner.take(Kind::Number, name),
            b'.' | b'#' if !value && is_name(next) => scanner.take(Kind::Type, name),
            b':' if !value && is_name(next) => scanner.take(Kind::Function, name),
            _ if is_name(byte) => {
                let colon = scanner.byte(scanner.run(name, " ")) == b':';
                let kind = if byte == b'-' && next == b'-' && value {
                    Kind::Constant
                } else if scanner.byte(name) == b'(' {
                    Kind::Function
                } else if value {
                    Kind::Plain
                } else if begins && depth > 0 && colon {
                    value = true;
                    Kind::Attribute
                } else {
                    Kind::Keyword
                };
                scanner.take(kind, name);
            }
            _ => {
                scanner.take(Kind::Plain, at + 1);
                depth = match byte {
                    b'{' => depth + 1,
                    b'}' => depth.saturating_sub(1),
                    _ => depth,
                };
                if matches!(byte, b'{' | b'}' | b';') {
                    begins = true;
                    value = false;
                    continue;
                }
                if byte.is_ascii_whitespace() {
                    continue;
                }
            }
        }
        begins = false;
    }
}
