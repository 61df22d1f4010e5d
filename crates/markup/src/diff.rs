//! What changed in a file, as lines to read. Agents say what they edit as two texts, or as a patch; both become hunks of the
//! same [`Line`]s, with the words that differ marked where a line was rewritten.
//!
//! Promised: the lines say exactly what the two texts say, however large or odd; the work grows with the size of the texts
//! and no faster. Where the shortest difference would cost more, a longer one is shown and [`Changes::rough`] tells. The
//! public libraries for this find no better differences and are more than twice as large.

mod patch;
mod sequence;
mod words;

pub use patch::{FileChanges, read_patch};

use sequence::{PATIENCE, differences};
use std::ops::Range;

/// What there is to see of a change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes<'a> {
    /// In the order of the text, each with its context.
    pub hunks: Vec<Hunk<'a>>,
    /// How many lines came.
    pub added: usize,
    /// How many lines went.
    pub removed: usize,
    /// A shorter difference may exist: finding it would have taken too long.
    pub rough: bool,
}

/// Changed lines that are near each other, with the lines around them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hunk<'a> {
    /// What a patch says about the place, such as the function around it.
    pub heading: &'a str,
    /// Of lines that were replaced, those that went stand before those that came.
    pub lines: Vec<Line<'a>>,
}

/// One line of either text, or of both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line<'a> {
    /// What happened to it.
    pub kind: Kind,
    /// Its number in the old text, from 1; none if it came, or if a patch does not say.
    pub old: Option<u32>,
    /// Its number in the new text, from 1; none if it went, or if a patch does not say.
    pub new: Option<u32>,
    /// Its words, without the newline.
    pub text: &'a str,
    /// The text ends with it, and no newline follows.
    pub unended: bool,
    /// The bytes of `text` that are not in its other version. None are marked if all of it is new or little is left of it.
    pub marks: Vec<Range<usize>>,
}

/// What happened to a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// It is in both texts.
    Same,
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// What became of `old` in `new`, with up to `context` unchanged lines on either side of what changed.
pub fn compare<'a>(old: &'a str, new: &'a str, context: usize) -> Changes<'a> {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut patience = PATIENCE;
    let found = differences(&old, &new, &mut patience);
    let mut changes = Changes { rough: found.rough, ..Changes::default() };
    // How far the two texts have been shown.
    let (mut in_old, mut in_new) = (0, 0);
    for (idx, change) in found.changes.iter().enumerate() {
        changes.removed += change.old.len();
        changes.added += change.new.len();
        let before = change.old.start - in_old;
        let skipped = before.saturating_sub(if idx == 0 { context } else { 2 * context });
        if idx == 0 || skipped > 0 {
            // The unchanged lines between two hunks: the first ones belong to the one before.
            let after = if idx == 0 { 0 } else { context };
            if let Some(hunk) = changes.hunks.last_mut() {
                same(hunk, &old, &mut in_old, &mut in_new, after);
            }
            in_old += skipped;
            in_new += skipped;
            changes.hunks.push(Hunk::default());
        }
        let Some(hunk) = changes.hunks.last_mut() else { continue };
        let before = change.old.start - in_old;
        same(hunk, &old, &mut in_old, &mut in_new, before);
        for text in &old[change.old.clone()] {
            hunk.lines.push(line(Kind::Removed, Some(in_old), None, text));
            in_old += 1;
        }
        for text in &new[change.new.clone()] {
            hunk.lines.push(line(Kind::Added, None, Some(in_new), text));
            in_new += 1;
        }
    }
    if let Some(hunk) = changes.hunks.last_mut() {
        let after = context.min(old.len() - in_old);
        same(hunk, &old, &mut in_old, &mut in_new, after);
    }
    words::mark(&mut changes.hunks);
    changes
}

fn same<'a>(hunk: &mut Hunk<'a>, old: &[&'a str], in_old: &mut usize, in_new: &mut usize, count: usize) {
    for _ in 0..count {
        hunk.lines.push(line(Kind::Same, Some(*in_old), Some(*in_new), old[*in_old]));
        *in_old += 1;
        *in_new += 1;
    }
}

/// A line at these places, counted from 0.
fn line(kind: Kind, old: Option<usize>, new: Option<usize>, text: &str) -> Line<'_> {
    let number = |place: Option<usize>| place.and_then(|place| u32::try_from(place + 1).ok());
    let words = text.strip_suffix('\n');
    Line {
        kind,
        old: number(old),
        new: number(new),
        text: words.unwrap_or(text),
        unended: words.is_none(),
        marks: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
