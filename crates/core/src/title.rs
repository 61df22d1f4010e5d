//! Titles of conversations: the server's, else the first message, cut where a reader would cut.

/// What a conversation without words is called.
pub const UNTITLED: &str = "New chat";

/// The longest title in characters as a reader counts them, the `…` of a cut one not counted.
pub const LONGEST: usize = 40;

/// One line of at most `longest` characters as a reader counts them; empty text gives [`UNTITLED`].
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
    match end_of(&line, longest) {
        Some(end) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Where the first `count` characters end, if there are more of them. A reader's character may be made of many: a letter
/// and its accents, a face and the colour of its skin, a family, a flag. The tables of the standard for that would be
/// eight kilobytes for every visitor; what is asked here is never wrong by more than a cut within a syllable of those
/// scripts that write one with several letters.
fn end_of(line: &str, count: usize) -> Option<usize> {
    let (mut seen, mut joins, mut has_half_flag) = (0, false, false);
    for (at, character) in line.char_indices() {
        let is_half_flag = matches!(character, '\u{1F1E6}'..='\u{1F1FF}');
        let belongs = joins || extends(character) || (is_half_flag && has_half_flag);
        has_half_flag = is_half_flag && !(has_half_flag && belongs);
        joins = character == ZERO_WIDTH_JOINER;
        if belongs && at > 0 {
            continue;
        }
        if seen == count {
            return Some(at);
        }
        seen += 1;
    }
    None
}

/// Joins what stands before and after it into one picture.
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Whether a character is a part of the one before it: accents and vowel signs, the styles and skins of pictures.
fn extends(character: char) -> bool {
    matches!(character,
        ZERO_WIDTH_JOINER
        | '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}'..='\u{05C2}' | '\u{05C4}'..='\u{05C5}' | '\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{06D6}'..='\u{06DC}' | '\u{093A}'..='\u{093C}' | '\u{093E}'..='\u{094F}'
        | '\u{09BC}'..='\u{09CD}' | '\u{0A3C}'..='\u{0A4D}' | '\u{0ABC}'..='\u{0ACD}' | '\u{0B3C}'..='\u{0B4D}'
        | '\u{0BBE}'..='\u{0BCD}' | '\u{0C3E}'..='\u{0C4D}' | '\u{0CBC}'..='\u{0CCD}' | '\u{0D3E}'..='\u{0D4D}'
        | '\u{0E31}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}' | '\u{1160}'..='\u{11FF}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{302A}'..='\u{302F}'
        | '\u{3099}'..='\u{309A}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}'
        | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn titles_are_one_line_and_cut_between_characters() {
        assert_eq!(title("This is a very long message that should be truncated", 20), "This is a very long …");
        assert_eq!(title(&"a".repeat(50), LONGEST), format!("{}…", "a".repeat(40)));
        assert_eq!(title("  two \n\t words ", LONGEST), "two words");
        assert_eq!(title(" \n ", LONGEST), UNTITLED);
        let thumbs = format!("{}👍🏽x", "a".repeat(39));
        assert_eq!(title(&thumbs, LONGEST), format!("{}👍🏽…", "a".repeat(39)));
    }

    #[test]
    fn cuts_where_the_standard_cuts() {
        let lines = [
            "plain words",
            "e\u{301}te\u{301} a\u{308}o\u{308}",
            "👍🏽👩‍👩‍👧‍👦🏳️‍🌈x",
            "🇩🇪🇫🇷🇯🇵🇩",
            "1️⃣2️⃣",
            "नमस्ते दुनिया",
            "สวัสดีครับ",
            "한국어 각",
            "שָׁלוֹם",
            "が\u{304b}\u{3099}",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿!",
            "\u{301}starts with an accent",
        ];
        for line in lines {
            let theirs: Vec<usize> = line.grapheme_indices(true).map(|(at, _)| at).skip(1).collect();
            let ours: Vec<usize> = (1..).map_while(|count| end_of(line, count)).collect();
            // Conjuncts of Indic scripts are one syllable to the standard; here they may be cut.
            let missing: Vec<&usize> = theirs.iter().filter(|at| !ours.contains(at)).collect();
            assert!(missing.is_empty(), "{line}: {ours:?} for {theirs:?}");
            assert!(ours == theirs || line.contains('\u{94D}'), "{line}: {ours:?} for {theirs:?}");
        }
    }
}
