//! JSON laid out for reading. What tools take and give is JSON on one line; a value parsed and printed again would lose how
//! its numbers were written, its duplicate keys and sometimes their order. So this only moves whitespace: every other byte
//! comes out as it went in, which also keeps `\n` in a string from breaking the layout.

/// Deeper levels than this are not indented further, so that a megabyte of `[` does not become a terabyte of blanks.
const DEEPEST: usize = 32;

/// `text` with a line an element and two blanks a level, or nothing if it is not exactly one JSON value.
pub fn pretty(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    // The closing brackets still owed, innermost last.
    let mut open = Vec::new();
    let mut at = blank(bytes, 0);
    loop {
        // A value stands here.
        let start = at;
        match bytes.get(at)? {
            bracket @ (b'{' | b'[') => {
                let close = bracket + 2;
                out.push(char::from(*bracket));
                at = blank(bytes, at + 1);
                if bytes.get(at) == Some(&close) {
                    out.push(char::from(close));
                    at += 1;
                } else {
                    open.push(close);
                    line(&mut out, open.len());
                    at = key(text, at, close, &mut out)?;
                    continue;
                }
            }
            b'"' => {
                at = string(bytes, at)?;
                out.push_str(&text[start..at]);
            }
            _ => {
                at = word(bytes, at)?;
                out.push_str(&text[start..at]);
            }
        }
        // A value has ended: the containers that end with it, then the next element.
        loop {
            at = blank(bytes, at);
            let Some(close) = open.last().copied() else {
                return (at == bytes.len()).then_some(out);
            };
            let found = *bytes.get(at)?;
            at += 1;
            if found == close {
                open.pop();
                line(&mut out, open.len());
                out.push(char::from(close));
            } else if found == b',' {
                out.push(',');
                line(&mut out, open.len());
                at = key(text, blank(bytes, at), close, &mut out)?;
                break;
            } else {
                return None;
            }
        }
    }
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth.min(DEEPEST) {
        out.push_str("  ");
    }
}

fn blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Inside an object, passes the key and its colon; the next value stands at what it returns.
fn key(text: &str, at: usize, close: u8, out: &mut String) -> Option<usize> {
    if close != b'}' {
        return Some(at);
    }
    let bytes = text.as_bytes();
    let end = string(bytes, at)?;
    let colon = blank(bytes, end);
    if bytes.get(colon) != Some(&b':') {
        return None;
    }
    out.push_str(&text[at..end]);
    out.push_str(": ");
    Some(blank(bytes, colon + 1))
}

/// The end of the string that starts here.
fn string(bytes: &[u8], mut at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    loop {
        at += 1;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => {
                at += 1;
                match bytes.get(at)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            at += 1;
                            if !bytes.get(at)?.is_ascii_hexdigit() {
                                return None;
                            }
                        }
                    }
                    _ => return None,
                }
            }
            0..=0x1f => return None,
            _ => {}
        }
    }
}

/// The end of the number, `true`, `false` or `null` that starts here.
fn word(bytes: &[u8], start: usize) -> Option<usize> {
    for word in ["true", "false", "null"] {
        if bytes[start..].starts_with(word.as_bytes()) {
            return Some(start + word.len());
        }
    }
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    if bytes.get(at) == Some(&b'0') {
        at += 1;
    } else {
        at = digits(bytes, at)?;
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at = digits(bytes, at + usize::from(matches!(bytes.get(at), Some(b'+' | b'-'))))?;
    }
    Some(at)
}

/// The end of one or more digits.
fn digits(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > start).then_some(at)
}

#[cfg(test)]
mod tests;
