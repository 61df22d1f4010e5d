//! Which words of a rewritten line differ from what it was.

use super::{
    Hunk, Kind, Line,
    sequence::{PATIENCE, differences},
};
use std::ops::Range;

/// In lines longer than this nobody looks for a word.
const LONGEST: usize = 2000;

/// So many lines are looked at for the one that a line became.
const NEIGHBOURS: usize = 5;

/// Marks what differs between lines that went and the similar ones that came in their place.
pub(super) fn mark(hunks: &mut [Hunk<'_>]) {
    // Of a change so large that this runs out, nobody reads the words at its end.
    let mut patience = PATIENCE;
    for hunk in hunks {
        mark_lines(&mut hunk.lines, &mut patience);
    }
}

fn mark_lines(lines: &mut [Line<'_>], patience: &mut usize) {
    let mut at = 0;
    while at < lines.len() {
        let start = at;
        while lines.get(at).is_some_and(|line| line.kind == Kind::Removed) {
            at += 1;
        }
        let mut next = at;
        let mut end = at;
        while lines.get(end).is_some_and(|line| line.kind == Kind::Added) {
            end += 1;
        }
        for old in start..at {
            for new in next..end.min(next + NEIGHBOURS) {
                if let Some((removed, added)) = pair(lines[old].text, lines[new].text, patience) {
                    lines[old].marks = removed;
                    lines[new].marks = added;
                    next = new + 1;
                    break;
                }
            }
        }
        at = end.max(start + 1);
    }
}

type Marks = Vec<Range<usize>>;

/// What each of the two lines has that the other has not, if at least half of them is common.
fn pair(old: &str, new: &str, patience: &mut usize) -> Option<(Marks, Marks)> {
    *patience = patience.saturating_sub(old.len() + new.len());
    if *patience == 0 || old.len() > LONGEST || new.len() > LONGEST {
        return None;
    }
    let (old_words, new_words) = (words(old), words(new));
    let found = differences(&old_words, &new_words, patience);
    if found.rough {
        return None;
    }
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    // Of letters in both lines; blanks are no likeness.
    let mut differing = 0;
    for change in found.changes {
        differing += extend(&mut removed, old, &old_words, change.old);
        differing += extend(&mut added, new, &new_words, change.new);
    }
    (differing * 2 <= letters(old) + letters(new) && letters(old) > 0).then_some((removed, added))
}

/// Adds a mark for these words, joined with the one before if only blanks are between; how many letters it has.
fn extend(marks: &mut Marks, line: &str, words: &[&str], range: Range<usize>) -> usize {
    let Some(first) = words.get(range.start).filter(|_| !range.is_empty()) else { return 0 };
    // Words are slices of the line, so where they stand in memory says where they stand in it.
    let start = first.as_ptr() as usize - line.as_ptr() as usize;
    let end = start + words[range].iter().map(|word| word.len()).sum::<usize>();
    match marks.last_mut() {
        Some(last) if letters(&line[last.end..start]) == 0 => last.end = end,
        _ => marks.push(start..end),
    }
    letters(&line[start..end])
}

fn letters(text: &str) -> usize {
    text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count()
}

/// Words, stretches of blanks, and everything else by itself. All that is not ASCII is part of a word.
fn words(line: &str) -> Vec<&str> {
    let class = |byte: u8| match byte {
        b' ' | b'\t' => 1,
        _ if byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii() => 2,
        _ => 0,
    };
    let bytes = line.as_bytes();
    let mut words = Vec::new();
    let mut start = 0;
    for at in 1..=bytes.len() {
        let here = class(bytes[at - 1]);
        if here == 0 || bytes.get(at).is_none_or(|next| class(*next) != here) {
            words.push(&line[start..at]);
            start = at;
        }
    }
    words
}
