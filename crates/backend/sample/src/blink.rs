//! A message as light: a short flash is `.`, a long one `-`, letters stand apart.

/// The pattern of a message; what has no sign is left out.
pub fn pattern(message: &str) -> String {
    let letters: Vec<&str> = message.chars().filter_map(sign).collect();
    letters.join(" ")
}

fn sign(letter: char) -> Option<&'static str> {
    // TODO: digits. The harbour office signs everything with a number.
    Some(match letter.to_ascii_lowercase() {
        'a' => ".-",
        'h' => "....",
        'i' => "..",
        'o' => "---",
        'p' => ".--.",
        's' => "...",
        'y' => "-.--",
        _ => return None,
    })
}
