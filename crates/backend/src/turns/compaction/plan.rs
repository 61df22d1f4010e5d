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
    /// How many stay.
    pub(super) kept: u64,
}

impl Plan {
    /// The plan for a history; none when nothing is before its last turn but a summary.
    pub(super) fn of(history: &[StoredChunk]) -> Option<Self> {
        let is_user = |index: usize| history.get(index).is_some_and(|chunk| chunk.role == Role::User);
        // Words right after a tool's answer were put into the turn and open none. After an aborted turn that may be wrong,
        // and then keeps a turn more.
        let opens = |index: usize| {
            let follows = index.checked_sub(1).and_then(|before| history.get(before)).map(|chunk| &chunk.role);
            is_user(index) && follows != Some(&Role::User) && follows != Some(&Role::Tool)
        };
        let kept_from = (0..history.len()).rev().find(|index| opens(*index))?;
        let (older, kept) = history.split_at(kept_from);
        let summarized = messages(older);
        (summarized > 0).then(|| Self { kept_from, summarized, kept: messages(kept) })
    }
}

/// How often the side changes. A summary from before is nobody's message.
fn messages(chunks: &[StoredChunk]) -> u64 {
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
    fn plan(roles: &str) -> Option<(usize, u64, u64)> {
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
        let history: Vec<_> = (1..).zip(roles.chars()).map(chunk).collect();
        Plan::of(&history).map(|plan| (plan.kept_from, plan.summarized, plan.kept))
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
}
