//! An estimate of tokens. The scripted agent has no tokenizer, but its numbers have to behave like a provider's: the same
//! text always counts the same, and a prompt counts as the sum of its parts.

/// About four characters a token, rounded up; nothing counts as nothing.
pub(crate) fn estimate(text: &str) -> u64 {
    of_characters(u64::try_from(text.chars().count()).unwrap_or(u64::MAX))
}

/// The tokens of so many characters.
pub(crate) fn of_characters(characters: u64) -> u64 {
    characters.div_ceil(4)
}
