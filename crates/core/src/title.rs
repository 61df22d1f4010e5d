//! Titles of conversations: the server's, else the first message, cut where a reader would cut.

use unicode_segmentation::UnicodeSegmentation;

/// What a conversation without words is called.
pub const UNTITLED: &str = "New chat";

/// The longest title in grapheme clusters, the `…` of a cut one not counted.
pub const LONGEST: usize = 40;

/// One line of at most `longest` grapheme clusters; empty text gives [`UNTITLED`].
pub fn title(text: &str, longest: usize) -> String {
    // Only the beginning matters: a megabyte of pasted text must not be walked for a title.
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > longest.saturating_mul(64) {
            break;
        }
    }
    if line.is_empty() {
        return UNTITLED.to_owned();
    }
    match line.grapheme_indices(true).nth(longest) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_and_cut_between_grapheme_clusters() {
        assert_eq!(title("This is a very long message that should be truncated", 20), "This is a very long …");
        assert_eq!(title(&"a".repeat(50), LONGEST), format!("{}…", "a".repeat(40)));
        assert_eq!(title("  two \n\t words ", LONGEST), "two words");
        assert_eq!(title(" \n ", LONGEST), UNTITLED);
        let thumbs = format!("{}👍🏽x", "a".repeat(39));
        assert_eq!(title(&thumbs, LONGEST), format!("{}👍🏽…", "a".repeat(39)));
    }
}
