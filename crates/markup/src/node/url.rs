//! Addresses in messages are written by whoever the model has read. Browsers are generous about what they take for an
//! address: they skip tabs and newlines, read `http:x` as a path of this page, and know schemes that run scripts. So an
//! address is a [`Url`] only when it begins literally with what is allowed, and holds nothing that a browser would skip or
//! an eye would misread.

/// An address that may be followed: `http`, `https` or `mailto`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// The address, if it may be followed. Spaces and characters that turn or hide what is read are percent-encoded;
    /// anything with a control character in it is refused.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let after = ["http://", "https://", "mailto:"].iter().find_map(|scheme| after(address, scheme))?;
        // An address without a host is completed by browsers in their own ways.
        if after.starts_with(['/', '\\', '?', '#', ' ']) || after.is_empty() || address.contains(is_control) {
            return None;
        }
        let mut url = String::with_capacity(address.len());
        for character in address.chars() {
            if character == ' ' || is_unseen(character) {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    url.push('%');
                    push_hexadecimal(byte, &mut url);
                }
            } else {
                url.push(character);
            }
        }
        Some(Self(url))
    }

    /// The address as it is to be written into `href`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What follows the scheme, if the address begins with it, in any case of letters.
fn after<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = address.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn is_control(character: char) -> bool {
    character < ' ' || ('\u{7f}'..='\u{9f}').contains(&character)
}

/// Whether a character has no shape of its own and changes how others are read.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn push_hexadecimal(byte: u8, words: &mut String) {
    for half in [byte >> 4, byte & 15] {
        words.push(char::from(b"0123456789ABCDEF"[usize::from(half)]));
    }
}

/// Words with the characters that turn the direction of what follows made visible: U+202E becomes `‹U+202E›`. A name, an
/// address or a line of code then reads as what it is. Right-to-left scripts need none of these characters.
pub(crate) fn show_turns(words: &str, shown: &mut String) {
    let mut rest = words;
    while let Some(at) = rest.find(is_turn) {
        shown.push_str(&rest[..at]);
        // All of them are U+20xx: three bytes, the last with six of the bits, the one before with two that differ.
        let low = rest.as_bytes()[at + 1] << 6 | rest.as_bytes()[at + 2] & 63;
        shown.push_str("‹U+20");
        push_hexadecimal(low, shown);
        shown.push('›');
        rest = &rest[at + 3..];
    }
    shown.push_str(rest);
}

/// Whether a character turns the direction of what follows it.
pub(crate) fn is_turn(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
