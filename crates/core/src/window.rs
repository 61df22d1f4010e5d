//! Which rows of a long transcript stand in the page. The page is what is slow, not the list: so a transcript of ten
//! thousand rows shows those around what is looked at, and in place of the others there is room as high as they are.
//!
//! Nothing here knows the page: rows are numbers, and their heights are told by whoever has measured them.

use std::ops::Range;

/// Up to this many rows all stand in the page. Making them is most of what it takes to open a conversation.
pub const ALL: usize = 150;

/// So many are shown at first, before anything was measured.
const FIRST: usize = 60;

/// How high a row is taken for before any was measured, in CSS pixels.
const GUESS: f64 = 72.0;

/// The least that is shown above and below of what can be seen, in CSS pixels. Otherwise it is as much as can be seen.
const MARGIN: f64 = 600.0;

/// Marks an item that is a gap; the rest is the number of the first row that it stands for, so that it has its place in the
/// order of the rows.
const GAP: u64 = 1 << 63;

/// One thing that stands in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The row of this number.
    Row(u64),
    /// The gap that stands for this row and those after it.
    Gap(u64),
}

impl Item {
    /// Reads an item of an [`Arrangement`].
    pub fn of(item: u64) -> Self {
        if item & GAP == 0 { Self::Row(item) } else { Self::Gap(item & !GAP) }
    }
}

/// The room that stands in place of rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The first of the rows.
    pub first: u64,
    /// How high they are together, in CSS pixels.
    pub height: f64,
}

/// What stands in the page, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    /// Rows and gaps, as [`Item::of`] reads them. A row has the same number for as long as it is loaded.
    pub items: Vec<u64>,
    /// The gaps among them.
    pub gaps: Vec<Gap>,
}

impl Arrangement {
    /// How high a gap is, in CSS pixels; nothing, if there is no such gap any more.
    pub fn gap_height(&self, first: u64) -> f64 {
        self.gaps.iter().find(|gap| gap.first == first).map_or(0.0, |gap| gap.height)
    }
}

/// What is read, and where it stands. When something comes in above it, this says where it has to be again.
///
/// Browsers see to that themselves, but not at the very top; not all of them; and not when they have lost hold of what is
/// read, as where a reader came so fast that there were no rows to hold on to yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// The first rows that can be seen, by their numbers, and how far below the top of the view each begins, in CSS pixels
    /// (less than nothing, if above it). More than one: a result becomes part of its call when that comes in above it.
    pub rows: Vec<(u64, f64)>,
    /// How far the page was scrolled then, in CSS pixels.
    pub scroll_top: i32,
}

impl Read {
    /// Something came in above, and one of the rows that began at `before` begins at `now`, in CSS pixels below the top of
    /// the view; so far is the page scrolled. Makes this where the rows have to be: where they were, but for the reader's
    /// own scrolling.
    ///
    /// The browser may have made up for what came in, and nobody says whether. Readers scroll little from one look to the
    /// next, and what comes in is high: of the two ways that the reader would have gone, the lesser is it.
    pub fn came_above(&mut self, before: f64, now: f64, scroll_top: i32) {
        let without_browser = f64::from(scroll_top - self.scroll_top);
        let with_browser = before - now;
        let by = if with_browser.abs() < without_browser.abs() { with_browser } else { without_browser };
        self.rows.iter_mut().for_each(|(_, below_top)| *below_top -= by);
        self.scroll_top = scroll_top;
    }

    /// Where rows have to stay that stand there now. Pages are scrolled by whole pixels, so that rows come to stand half a
    /// pixel off; while nobody scrolls, the place is where they were, else each look would add to that.
    pub fn or_now(self, now: Self) -> Self {
        let is_same = match (self.rows.first(), now.rows.first()) {
            (Some((row, before)), Some((other, after))) => row == other && (after - before).abs() < 1.0,
            _ => false,
        };
        if is_same && self.scroll_top == now.scroll_top { self } else { now }
    }
}

/// The part of a transcript's rows that stands in the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// By the rows' numbers, which are given one after the other, from `lowest` on; 0 for those that were never measured.
    heights: Vec<f32>,
    /// The number of the row that `heights` begins with. Rows with lower ones were unloaded.
    lowest: u64,
    measured: f64,
    count: f64,
    /// The rows that are shown, in their order.
    shown: Vec<u64>,
    /// The first of all rows, when they were last arranged.
    first: Option<u64>,
}

impl Window {
    /// A row is this high, with the space between it and the next, in CSS pixels.
    pub fn measure(&mut self, number: u64, height: f64) {
        if self.heights.is_empty() {
            self.lowest = number;
        }
        let at = self.place_of(number).unwrap_or_else(|| {
            let missing = (self.lowest - number) as usize;
            self.heights.splice(..0, std::iter::repeat_n(0.0, missing));
            self.lowest = number;
            0
        });
        if at >= self.heights.len() {
            self.heights.resize(at + 1, 0.0);
        }
        let before = f64::from(self.heights[at]);
        self.count += if before == 0.0 { 1.0 } else { 0.0 };
        self.measured += height - before;
        self.heights[at] = height as f32;
    }

    fn place_of(&self, number: u64) -> Option<usize> {
        number.checked_sub(self.lowest).map(|at| at as usize)
    }

    /// Heights of rows that were unloaded are of no use any more. A conversation that is open all day unloads thousands.
    fn forget_unloaded(&mut self, rows: &[u64]) {
        let lowest = rows.iter().min().and_then(|lowest| self.place_of(*lowest));
        let gone = lowest.unwrap_or_default().min(self.heights.len());
        for height in self.heights.drain(..gone).filter(|height| *height > 0.0) {
            self.count -= 1.0;
            self.measured -= f64::from(height);
        }
        self.lowest += gone as u64;
    }

    fn height(&self, number: u64) -> f64 {
        match self.place_of(number).and_then(|at| self.heights.get(at)) {
            Some(height) if *height > 0.0 => f64::from(*height),
            _ if self.count > 0.0 => self.measured / self.count,
            _ => GUESS,
        }
    }

    fn height_of(&self, rows: &[u64]) -> f64 {
        rows.iter().map(|number| self.height(*number)).sum()
    }

    /// How far below the first row a row begins, in CSS pixels.
    pub fn top_of(&self, rows: &[u64], number: u64) -> f64 {
        let before = rows.iter().position(|row| *row == number).unwrap_or_default();
        self.height_of(&rows[..before])
    }

    /// Whether other rows come first now than when they were last arranged: what is read is somewhere else then.
    pub fn begins_otherwise(&self, rows: &[u64]) -> bool {
        self.first.is_some_and(|first| rows.first() != Some(&first))
    }

    /// What stands in the page now that these are the rows. What was shown stays; what is new at the end is shown to a
    /// reader who follows it. Rows that are `kept` (because they have the focus, or are selected) are shown in any case.
    pub fn arrange(&mut self, rows: &[u64], follows: bool, kept: &[u64]) -> Arrangement {
        let Some(first) = rows.first() else { return Arrangement::default() };
        self.first = Some(*first);
        self.forget_unloaded(rows);
        if rows.len() <= ALL {
            self.shown = rows.to_vec();
            return Arrangement { items: rows.to_vec(), gaps: Vec::new() };
        }
        let range = self.range(rows, follows);
        self.shown = rows[range.clone()].to_vec();
        let mut arrangement = Arrangement::default();
        let mut hidden = 0..0;
        for (at, number) in rows.iter().enumerate() {
            if range.contains(&at) || kept.contains(number) {
                self.close_gap(&rows[hidden.clone()], &mut arrangement);
                arrangement.items.push(*number);
                hidden = at + 1..at + 1;
            } else {
                hidden.end = at + 1;
            }
        }
        self.close_gap(&rows[hidden], &mut arrangement);
        arrangement
    }

    fn close_gap(&self, hidden: &[u64], arrangement: &mut Arrangement) {
        if let Some(first) = hidden.first() {
            arrangement.items.push(GAP | first);
            arrangement.gaps.push(Gap { first: *first, height: self.height_of(hidden) });
        }
    }

    /// The places of the rows that are shown: those that were, without what is gone from either end. Never empty, if there
    /// are rows.
    fn range(&self, rows: &[u64], follows: bool) -> Range<usize> {
        // From the end, where the reader mostly is.
        let place = |number: &u64| rows.iter().rposition(|row| row == number);
        let last = if follows { None } else { self.shown.iter().rev().find_map(place) };
        let end = last.map_or(rows.len(), |last| last + 1);
        let first = self.shown.iter().find_map(place);
        let start = first.filter(|first| *first < end).unwrap_or_else(|| end.saturating_sub(FIRST));
        start..end
    }

    /// What can be seen begins and ends so far below the first row, in CSS pixels. Tells whether other rows have to be
    /// shown for that.
    pub fn look_at(&mut self, rows: &[u64], top: f64, bottom: f64) -> bool {
        if rows.len() <= ALL {
            return false;
        }
        let margin = (bottom - top).max(MARGIN);
        let shown = self.range(rows, false);
        let shown_top = self.height_of(&rows[..shown.start]);
        let shown_bottom = shown_top + self.height_of(&rows[shown.clone()]);
        let is_right = is_right(top - shown_top, shown.start == 0, margin)
            && is_right(shown_bottom - bottom, shown.end == rows.len(), margin);
        if is_right {
            return false;
        }
        let mut above = 0.0;
        let (mut start, mut end) = (rows.len() - 1, rows.len());
        for (at, number) in rows.iter().enumerate() {
            let below = above + self.height(*number);
            if below > top - margin {
                start = start.min(at);
            }
            if above > bottom + margin {
                end = at;
                break;
            }
            above = below;
        }
        self.shown = rows[start..end].to_vec();
        (start..end) != shown
    }

    /// The end can be seen, with `room` CSS pixels of what is above it.
    pub fn look_at_end(&mut self, rows: &[u64], room: f64) -> bool {
        if rows.len() <= ALL {
            return false;
        }
        // This is asked in every frame in which an answer grows: how high all the others are is no matter then.
        let shown = self.range(rows, false);
        let above = self.height_of(&rows[shown.clone()]) - room;
        if shown.end == rows.len() && is_right(above, shown.start == 0, room.max(MARGIN)) {
            return false;
        }
        let bottom = self.height_of(rows);
        self.look_at(rows, bottom - room, bottom)
    }

    /// This row is to be looked at, with about `room` CSS pixels below it.
    pub fn look_at_row(&mut self, rows: &[u64], number: u64, room: f64) -> bool {
        let top = self.top_of(rows, number);
        self.look_at(rows, top, top + room)
    }
}

/// Whether as much is shown beyond one edge of the view as should be: not to be changed more often than is needed, and
/// never so much that nothing would be gained. There may be no more, where `is_all` of it is shown.
fn is_right(beyond: f64, is_all: bool, margin: f64) -> bool {
    (is_all || beyond >= margin / 2.0) && beyond <= 3.0 * margin
}

#[cfg(test)]
mod tests;
