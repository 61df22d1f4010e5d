//! The difference of two sequences of text: lines, or the words of a line. Myers' algorithm in linear space, with a limit to
//! its patience; what it has not found by then counts as replaced.

use std::ops::Range;

/// So many steps a search may take in all: some ten milliseconds.
pub(super) const PATIENCE: usize = 2_000_000;

/// So many places are looked at for a piece of text. Only texts made to collide need more.
const PROBES: usize = 32;

/// What stands in one sequence is replaced by what stands in the other; not both are empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Change {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

pub(super) struct Differences {
    /// In order, with something unchanged between any two.
    pub(super) changes: Vec<Change>,
    pub(super) rough: bool,
}

/// Finds what differs in at most so many steps, which are taken from `patience`.
pub(super) fn differences(old: &[&str], new: &[&str], patience: &mut usize) -> Differences {
    let mut names = Names::new(old.len() + new.len());
    let old_names: Vec<u32> = old.iter().map(|text| names.name(text)).collect();
    let shared = names.seen.len();
    let new_names: Vec<u32> = new.iter().map(|text| names.name(text)).collect();
    let mut in_new = vec![false; names.seen.len() + 1];
    for name in &new_names {
        in_new[*name as usize] = true;
    }
    // What only one side has is a change whatever the rest is like; without it, rewritten files cost next to nothing.
    let mut removed = Side::new(&old_names, |name| in_new[name as usize]);
    let mut added = Side::new(&new_names, |name| (name as usize) < shared);
    let mut search = Search { old: &removed.names, new: &added.names, patience, gone: Vec::new(), come: Vec::new() };
    let finished = search.run();
    let (gone, come) = (search.gone, search.come);
    removed.change(gone);
    added.change(come);
    let mut changes = changes(&removed.changed, &added.changed);
    settle(&mut changes, &old_names, &new_names, old, new);
    Differences { changes, rough: !finished || names.crowded }
}

/// Gives equal texts equal numbers: a hash table, small because it does nothing else.
struct Names<'a> {
    slots: Vec<u32>,
    seen: Vec<&'a str>,
    crowded: bool,
}

impl<'a> Names<'a> {
    fn new(texts: usize) -> Self {
        Self { slots: vec![u32::MAX; (texts * 2).next_power_of_two()], seen: Vec::new(), crowded: false }
    }

    fn name(&mut self, text: &'a str) -> u32 {
        let mut hash = 0x811c_9dc5_u32;
        for byte in text.bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        let next = self.seen.len() as u32;
        for probe in 0..PROBES {
            let slot = (hash as usize + probe) & (self.slots.len() - 1);
            let Some(slot) = self.slots.get_mut(slot) else { break };
            match self.seen.get(*slot as usize) {
                Some(seen) if *seen == text => return *slot,
                Some(_) => {}
                None => {
                    *slot = next;
                    self.seen.push(text);
                    return next;
                }
            }
        }
        // A name of its own makes it look like a change, which is true enough.
        self.crowded = true;
        self.seen.push(text);
        next
    }
}

/// One sequence without what the other has nothing like.
struct Side {
    names: Vec<u32>,
    /// Where in the whole sequence each of `names` stands.
    places: Vec<usize>,
    /// Of the whole sequence.
    changed: Vec<bool>,
}

impl Side {
    fn new(all: &[u32], shared: impl Fn(u32) -> bool) -> Self {
        let mut side = Self { names: Vec::new(), places: Vec::new(), changed: Vec::new() };
        for (place, name) in all.iter().enumerate() {
            let shared = shared(*name);
            side.changed.push(!shared);
            if shared {
                side.names.push(*name);
                side.places.push(place);
            }
        }
        side
    }

    fn change(&mut self, ranges: Vec<Range<usize>>) {
        for place in ranges.into_iter().flatten() {
            self.changed[self.places[place]] = true;
        }
    }
}

struct Search<'a> {
    old: &'a [u32],
    new: &'a [u32],
    patience: &'a mut usize,
    gone: Vec<Range<usize>>,
    come: Vec<Range<usize>>,
}

impl Search<'_> {
    /// Whether patience lasted.
    fn run(&mut self) -> bool {
        let mut finished = true;
        // How far forward and backward paths got on each diagonal.
        let size = self.old.len() + self.new.len() + 5;
        let (mut ahead, mut back) = (vec![0; size], vec![0; size]);
        let mut left = vec![(0..self.old.len(), 0..self.new.len())];
        while let Some((mut old, mut new)) = left.pop() {
            while !old.is_empty() && !new.is_empty() && self.old[old.start] == self.new[new.start] {
                old.start += 1;
                new.start += 1;
            }
            while !old.is_empty() && !new.is_empty() && self.old[old.end - 1] == self.new[new.end - 1] {
                old.end -= 1;
                new.end -= 1;
            }
            if !old.is_empty() && !new.is_empty() {
                if let Some((x, y)) = self.middle(&old, &new, &mut ahead, &mut back) {
                    left.push((old.start + x..old.end, new.start + y..new.end));
                    left.push((old.start..old.start + x, new.start..new.start + y));
                    continue;
                }
                finished &= *self.patience > 0;
            }
            self.gone.push(old);
            self.come.push(new);
        }
        finished
    }

    /// A point on a shortest path, away from both ends, found by searching from both ends at once.
    fn middle(
        &mut self,
        old: &Range<usize>,
        new: &Range<usize>,
        ahead: &mut [isize],
        back: &mut [isize],
    ) -> Option<(usize, usize)> {
        let (old, new) = (&self.old[old.clone()], &self.new[new.clone()]);
        let (width, height) = (old.len() as isize, new.len() as isize);
        let delta = width - height;
        let farthest = (width + height + 1) / 2;
        let origin = farthest + 1;
        let at = |diagonal: isize| (origin + diagonal) as usize;
        ahead[at(1)] = 0;
        back[at(1)] = 0;
        for distance in 0..=farthest {
            for forward in [true, false] {
                let mut diagonal = -distance;
                while diagonal <= distance {
                    let paths = if forward { &mut *ahead } else { &mut *back };
                    let (above, below) = (paths[at(diagonal + 1)], paths[at(diagonal - 1)]);
                    let down = diagonal == -distance || (diagonal != distance && below < above);
                    let start = if down { above } else { below + 1 };
                    let mut x = start;
                    while x < width
                        && x - diagonal < height
                        && if forward {
                            old[x as usize] == new[(x - diagonal) as usize]
                        } else {
                            old[(width - 1 - x) as usize] == new[(height - 1 - x + diagonal) as usize]
                        }
                    {
                        x += 1;
                    }
                    paths[at(diagonal)] = x;
                    *self.patience = self.patience.saturating_sub(1 + (x - start) as usize);
                    // The paths of the other direction are one distance behind when this is the forward one.
                    let reach = if forward { distance - 1 } else { distance };
                    let meets = (delta & 1 != 0) == forward && (delta - diagonal).abs() <= reach;
                    let (end_x, end_y) = (x, x - diagonal);
                    if meets && end_x <= width && end_y <= height {
                        let other = if forward { &*back } else { &*ahead };
                        if x + other[at(delta - diagonal)] >= width {
                            let point = if forward { (end_x, end_y) } else { (width - end_x, height - end_y) };
                            let point = (point.0 as usize, point.1 as usize);
                            let ends = [(0, 0), (old.len(), new.len())];
                            return (!ends.contains(&point)).then_some(point);
                        }
                    }
                    diagonal += 2;
                }
            }
            if *self.patience == 0 {
                return None;
            }
        }
        None
    }
}

fn changes(removed: &[bool], added: &[bool]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut old, mut new) = (0, 0);
    while old < removed.len() || new < added.len() {
        let start = (old, new);
        while removed.get(old) == Some(&true) {
            old += 1;
        }
        while added.get(new) == Some(&true) {
            new += 1;
        }
        if start == (old, new) {
            old += 1;
            new += 1;
        } else {
            changes.push(Change { old: start.0..old, new: start.1..new });
        }
    }
    changes
}

/// Where lines came (or went) among lines like them, there is a choice of which ones to show. A person added a whole
/// function, not the end of the one before and all but the end of theirs: so as far to the left as can be, then as far down.
fn settle(changes: &mut [Change], old_names: &[u32], new_names: &[u32], old: &[&str], new: &[&str]) {
    for idx in 0..changes.len() {
        let change = changes[idx].clone();
        // Something unchanged must remain between it and its neighbours.
        let above = match idx.checked_sub(1) {
            Some(before) => change.old.start - changes[before].old.end - 1,
            None => change.old.start,
        };
        let below = match changes.get(idx + 1) {
            Some(after) => after.old.start - change.old.end - 1,
            None => old.len() - change.old.end,
        };
        let (names, texts, group) = match (change.old.is_empty(), change.new.is_empty()) {
            (true, false) => (new_names, new, change.new.clone()),
            (false, true) => (old_names, old, change.old.clone()),
            _ => continue,
        };
        let mut up = 0;
        while up < above && names[group.start - 1 - up] == names[group.end - 1 - up] {
            up += 1;
        }
        let mut down = 0;
        while down < below && names[group.start + down] == names[group.end + down] {
            down += 1;
        }
        // How far down from the highest place.
        let mut best = (usize::MAX, 0);
        for shift in 0..=up + down {
            let indent = indent(texts[group.start - up + shift]);
            if indent <= best.0 {
                best = (indent, shift);
            }
        }
        let moved = |range: &Range<usize>| range.start - up + best.1..range.end - up + best.1;
        changes[idx] = Change { old: moved(&change.old), new: moved(&change.new) };
    }
}

/// Blanks before the first letter; a line without letters begins nothing, so it counts as far to the right.
fn indent(text: &str) -> usize {
    text.bytes().take(200).position(|byte| !byte.is_ascii_whitespace()).unwrap_or(200)
}
