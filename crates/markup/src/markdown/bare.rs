//! People and models write addresses as bare words. These are found in text that was already read, by the rules GitHub
//! documents: they begin at a word's start and end before what is punctuation of the sentence.

/// Where a bare address stands in the words, as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) start: usize,
    pub(super) end: usize,
    /// It begins with `www.`, so a scheme has to be added.
    pub(super) needs_scheme: bool,
    /// Where the word it stands in ends: more words there would belong to it.
    pub(super) word_end: usize,
}

/// The first bare address at or after `from`.
pub(super) fn find(words: &str, from: usize) -> Option<Bare> {
    let bytes = words.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        // Each byte is looked at once for being a start; nothing else begins with these letters often.
        if matches!(bytes[at], b'h' | b'H' | b'w' | b'W')
            && !words[..at].ends_with(char::is_alphanumeric)
            && let Some(bare) = read(words, at)
        {
            return Some(bare);
        }
        at += 1;
    }
    None
}

fn read(words: &str, start: usize) -> Option<Bare> {
    let rest = &words[start..];
    let (prefix, needs_scheme) = [("http://", false), ("https://", false), ("www.", true)]
        .into_iter()
        .find(|(prefix, _)| rest.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix)))?;
    // A host begins with a letter or a digit. This is looked at before the word's end is searched, so that a long word of
    // beginnings that lead nowhere is not searched once for each of them.
    if !rest[prefix.len()..].starts_with(|character: char| character.is_alphanumeric() || character == '[') {
        return None;
    }
    let length = rest
        .find(|character: char| character.is_whitespace() || matches!(character, '<' | '>' | '"'))
        .unwrap_or(rest.len());
    let end = start + trim(&rest[..length]);
    Some(Bare { start, end, needs_scheme, word_end: start + length })
}

/// How much of a word is address: not the punctuation that ends the sentence, nor brackets that were opened before.
fn trim(word: &str) -> usize {
    let mut end = word.len();
    let opened = word.bytes().filter(|byte| *byte == b'(').count();
    let mut closed = word.bytes().filter(|byte| *byte == b')').count();
    while let Some(last) = word.as_bytes()[..end].last() {
        match last {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' | b'"' => {}
            b')' if closed > opened => closed -= 1,
            _ => break,
        }
        end -= 1;
    }
    end
}
