//! What of a history becomes a summary, and what stays.

use dispatch_contract::{Role, StoredChunk};

/// Where a history is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The index of the first chunk that stays: the last turn's first.
    pub(super) kept_from: usize,
    /// How many messages are before it. A message is what one side said in one go: the person's words with their
    /// pictures, or all of the answer to them.
    pub(super) summarized: u64,
}

impl Plan {
    /// The plan for a history; none when nothing is before its last turn but a summary.
    pub(super) fn of(history: &[StoredChunk]) -> Option<Self> {
        let kept_from = (0..history.len()).rev().find(|index| opens(history, *index))?;
        let (older, _) = history.split_at(kept_from);
        let summarized = messages(older);
        (summarized > 0).then_some(Self { kept_from, summarized })
    }
}

/// Whether a turn begins here. Words right after a tool's answer were put into the turn and open none; after a turn that was
/// stopped there that is wrong, and keeps a turn more.
fn opens(history: &[StoredChunk], index: usize) -> bool {
    let role = |index: usize| history.get(index).map(|chunk| &chunk.role);
    let follows = index.checked_sub(1).and_then(role);
    role(index) == Some(&Role::User) && follows != Some(&Role::User) && follows != Some(&Role::Tool)
}

/// How many turns are opened. The first chunk opens one, whatever it is.
pub(super) fn turns(chunks: &[StoredChunk]) -> u64 {
    let opened = (1..chunks.len()).filter(|index| opens(chunks, *index)).count();
    if chunks.is_empty() { 0 } else { 1 + u64::try_from(opened).unwrap_or_default() }
}

/// How often the side changes. A summary from before is nobody's message.
pub(super) fn messages(chunks: &[StoredChunk]) -> u64 {
    let mut count = 0;
    let mut last = None;
    for chunk in chunks.iter().filter(|chunk| chunk.role != Role::System) {
        let side = Some(chunk.role == Role::User);
        if side != last {
            count += 1;
        }
        last = side;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use dispatch_contract::{Chunk, Open};

    /// A history from its roles: s, u, a, t.
    fn history(roles: &str) -> Vec<StoredChunk> {
        let chunk = |(seq, role): (u64, char)| StoredChunk {
            seq,
            role: match role {
                's' => Role::System,
                'u' => Role::User,
                'a' => Role::Assistant,
                _ => Role::Tool,
            },
            chunk: Open::Known(Chunk::Text { text: String::new() }),
        };
        (1..).zip(roles.chars()).map(chunk).collect()
    }

    fn plan(roles: &str) -> Option<(usize, u64, u64)> {
        let history = history(roles);
        Plan::of(&history).map(|plan| (plan.kept_from, plan.summarized, messages(&history[plan.kept_from..])))
    }

    #[test]
    fn the_last_turn_stays_whole() {
        assert_eq!(plan("uaua"), Some((2, 2, 2)));
        assert_eq!(plan("uaattauuaatta"), Some((6, 2, 2)), "words with a picture are one message");
        assert_eq!(plan("uatuauatua"), Some((5, 4, 4)), "words put into a turn do not cut it");
        assert_eq!(plan("uau"), Some((2, 2, 1)));
    }

    #[test]
    fn one_turn_alone_is_not_compacted_nor_is_a_summary_again() {
        for roles in ["", "u", "ua", "uatta", "sua", "s", "uatua"] {
            assert_eq!(plan(roles), None, "{roles}");
        }
        assert_eq!(plan("suaua"), Some((3, 2, 2)));
    }

    #[test]
    fn turns_are_counted_by_what_opens_them() {
        for (roles, expected) in [("", 0), ("u", 1), ("uaatua", 1), ("uaua", 2), ("uuauaatta", 2)] {
            assert_eq!(turns(&history(roles)), expected, "{roles}");
        }
    }
}
