//! What a conversation is called when nobody named it. A list wants one short line, and a message can be anything: pages
//! of pasted text, blank lines, letters that are many code points each.

use unicode_segmentation::UnicodeSegmentation;

/// What a conversation without words is called.
pub(crate) const UNTITLED: &str = "New chat";

/// The longest derived title in grapheme clusters, the `…` of a cut one not counted.
const LONGEST: usize = 40;

/// A grapheme cluster has no length limit of its own. No script or emoji comes near this; only mischief does.
const LONGEST_BYTES: usize = LONGEST * 64;

/// A message as a title: its beginning on one line. None for a message without words, so that a later one can give it.
/// A title gives itself.
pub(crate) fn derived_from(message: &str) -> Option<String> {
    let mut line = String::new();
    for word in message.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // Only the beginning matters: a megabyte of pasted text must not be copied for a title.
        if line.len() > LONGEST_BYTES {
            break;
        }
    }
    let clusters = line.grapheme_indices(true).nth(LONGEST).map_or(line.len(), |(end, _)| end);
    let end = clusters.min(line.floor_char_boundary(LONGEST_BYTES));
    if end < line.len() {
        line.truncate(end);
        line.push('…');
    }
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(message: &str) -> String {
        derived_from(message).unwrap()
    }

    #[test]
    fn a_message_becomes_one_short_line() {
        assert_eq!(title("  two \n\t words\u{2003}more "), "two words more");
        assert_eq!(title(&"a".repeat(40)), "a".repeat(40));
        assert_eq!(title(&"a".repeat(41)), format!("{}…", "a".repeat(40)));
        assert_eq!(title(&"ab ".repeat(1_000_000)), format!("{}a…", "ab ".repeat(13)));
        for nothing in ["", " ", "\n\t \u{a0}\u{3000}"] {
            assert_eq!(derived_from(nothing), None);
        }
    }

    #[test]
    fn it_is_cut_where_a_reader_would_cut() {
        for cluster in ["é", "e\u{301}", "👍🏽", "👩‍👩‍👧‍👦", "🇳🇱", "நி"] {
            assert_eq!(title(&cluster.repeat(40)), cluster.repeat(40));
            assert_eq!(title(&cluster.repeat(41)), format!("{}…", cluster.repeat(40)));
        }
    }

    #[test]
    fn letters_without_end_do_not_make_a_title_without_end() {
        let piled = format!("z{}", "\u{301}".repeat(100_000));
        assert!(title(&piled).len() <= LONGEST_BYTES + '…'.len_utf8());
        assert!(title(&piled).ends_with("\u{301}…"));
    }

    #[test]
    fn a_title_gives_itself() {
        for message in ["short", &"long ".repeat(20), &"👩‍👩‍👧‍👦".repeat(50), &format!("z{}", "\u{301}".repeat(5_000))]
        {
            let once = title(message);
            assert_eq!(title(&once), once);
        }
    }
}
