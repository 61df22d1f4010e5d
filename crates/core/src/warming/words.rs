//! Tokens in few letters.

/// A number of tokens: `812 tokens`, `12.3k tokens`, `150k tokens`, `1.2M tokens`.
pub(super) fn tokens_words(tokens: u64) -> String {
    format!("{} tokens", compact(tokens))
}

fn compact(tokens: u64) -> String {
    let tenths = |unit: u64| tokens.saturating_add(unit / 20) / (unit / 10);
    match tokens {
        0..1_000 => tokens.to_string(),
        1_000..99_950 => format!("{}.{}k", tenths(1_000) / 10, tenths(1_000) % 10),
        99_950..999_500 => format!("{}k", tokens.saturating_add(500) / 1_000),
        _ => format!("{}.{}M", tenths(1_000_000) / 10, tenths(1_000_000) % 10),
    }
}

/// A number that is only known about, to two or three digits.
pub(super) fn about(tokens: u64) -> u64 {
    match tokens {
        0..1_000 => tokens,
        1_000..100_000 => tokens.saturating_add(50) / 100 * 100,
        _ => tokens.saturating_add(500) / 1_000 * 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_in_few_letters() {
        let cases = [
            (0, "0"),
            (812, "812"),
            (999, "999"),
            (1000, "1.0k"),
            (12_300, "12.3k"),
            (99_949, "99.9k"),
            (99_950, "100k"),
            (150_000, "150k"),
            (999_499, "999k"),
            (999_500, "1.0M"),
            (1_200_000, "1.2M"),
        ];
        for (tokens, expected) in cases {
            assert_eq!(compact(tokens), expected, "{tokens}");
        }
    }
}
