//! Which rows of a long transcript stand in the page. The page is what is slow, not the list: so a transcript of ten
//! thousand rows shows those around what is looked at, and in place of the others there is room as high as they are.
//!
//! Nothing here knows the page: rows are numbers, and their heights are told by whoever has measured them.

use std::ops::Range;

/// Up to this many rows all stand in the page.
pub const ALL: usize = 400;

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

/// The part of a transcript's rows that stands in the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// By the rows' numbers; 0 for those that were never measured.
    heights: Vec<f32>,
    measured: f64,
    count: f64,
    /// The first and the last row that are shown.
    shown: Option<(u64, u64)>,
}

impl Window {
    /// A row is this high, with the space between it and the next, in CSS pixels.
    pub fn measure(&mut self, number: u64, height: f64) {
        let at = number as usize;
        if at >= self.heights.len() {
            self.heights.resize(at + 1, 0.0);
        }
        let before = f64::from(self.heights[at]);
        self.count += if before == 0.0 { 1.0 } else { 0.0 };
        self.measured += height - before;
        self.heights[at] = height as f32;
    }

    fn height(&self, number: u64) -> f64 {
        match self.heights.get(number as usize) {
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

    /// What stands in the page now that these are the rows. What was shown stays; what is new at the end is shown to a
    /// reader who follows it. Rows that are `kept` (because they have the focus, or are selected) are shown in any case.
    pub fn arrange(&mut self, rows: &[u64], follows: bool, kept: &[u64]) -> Arrangement {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Arrangement::default() };
        if rows.len() <= ALL {
            self.shown = Some((*first, *last));
            return Arrangement { items: rows.to_vec(), gaps: Vec::new() };
        }
        let range = self.range(rows, follows);
        self.shown = Some((rows[range.start], rows[range.end - 1]));
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

    /// The places of the rows that are shown. Never empty, if there are rows.
    fn range(&self, rows: &[u64], follows: bool) -> Range<usize> {
        let place = |number: u64| rows.iter().position(|row| *row == number);
        let (first, last) = match self.shown {
            Some((first, last)) => (place(first), place(last)),
            None => (None, None),
        };
        let end = last.filter(|_| !follows).map_or(rows.len(), |last| last + 1);
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
        // Not more often than is needed, and never so much that nothing would be gained.
        let is_enough = (shown.start == 0 || shown_top <= top - margin / 2.0)
            && (shown.end == rows.len() || shown_bottom >= bottom + margin / 2.0);
        let is_too_much = top - shown_top > 3.0 * margin || shown_bottom - bottom > 3.0 * margin;
        if is_enough && !is_too_much {
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
        self.shown = Some((rows[start], rows[end - 1]));
        (start..end) != shown
    }

    /// The end can be seen, with `room` CSS pixels of what is above it.
    pub fn look_at_end(&mut self, rows: &[u64], room: f64) -> bool {
        let bottom = self.height_of(rows);
        self.look_at(rows, bottom - room, bottom)
    }

    /// This row is to be looked at, with about `room` CSS pixels below it.
    pub fn look_at_row(&mut self, rows: &[u64], number: u64, room: f64) -> bool {
        let top = self.top_of(rows, number);
        self.look_at(rows, top, top + room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(range: Range<u64>) -> Vec<u64> {
        range.collect()
    }

    fn shown(arrangement: &Arrangement) -> Vec<u64> {
        let row = |item: &u64| match Item::of(*item) {
            Item::Row(number) => Some(number),
            Item::Gap(_) => None,
        };
        arrangement.items.iter().filter_map(row).collect()
    }

    #[test]
    fn up_to_four_hundred_rows_all_are_shown() {
        let arrangement = Window::default().arrange(&rows(0..400), true, &[]);
        assert_eq!((shown(&arrangement), arrangement.gaps.len()), (rows(0..400), 0));
    }

    #[test]
    fn of_many_the_last_are_shown_first_and_the_rest_is_room() {
        let arrangement = Window::default().arrange(&rows(0..1000), true, &[]);
        assert_eq!(shown(&arrangement), rows(940..1000));
        assert_eq!(arrangement.gaps, [Gap { first: 0, height: 940.0 * GUESS }]);
        assert_eq!(Item::of(arrangement.items[0]), Item::Gap(0));
    }

    #[test]
    fn what_was_shown_stays_when_older_rows_come() {
        let mut window = Window::default();
        window.arrange(&rows(300..700), false, &[]);
        let arrangement = window.arrange(&rows(0..700), false, &[]);
        assert_eq!(shown(&arrangement), rows(300..700));
    }

    #[test]
    fn new_rows_are_for_those_who_follow() {
        let mut window = Window::default();
        window.arrange(&rows(0..500), true, &[]);
        assert_eq!(shown(&window.arrange(&rows(0..510), false, &[])), rows(440..500));
        assert_eq!(shown(&window.arrange(&rows(0..520), true, &[])), rows(440..520));
    }

    #[test]
    fn rows_that_are_kept_stand_between_gaps() {
        let mut window = Window::default();
        let arrangement = window.arrange(&rows(0..500), true, &[7]);
        assert_eq!(shown(&arrangement)[..2], [7, 440]);
        let gaps: Vec<(u64, f64)> = arrangement.gaps.iter().map(|gap| (gap.first, gap.height)).collect();
        assert_eq!(gaps, [(0, 7.0 * GUESS), (8, 432.0 * GUESS)]);
    }

    #[test]
    fn a_reader_who_scrolls_far_sees_what_is_there() {
        let (mut window, rows) = (Window::default(), rows(0..5000));
        window.arrange(&rows, true, &[]);
        assert!(window.look_at(&rows, 72_000.0, 72_900.0), "rows 1000 to 1012");
        let arrangement = window.arrange(&rows, false, &[]);
        let seen = shown(&arrangement);
        assert!(seen.contains(&1000) && seen.contains(&1012) && seen.len() < 60, "{seen:?}");
        assert!(!window.look_at(&rows, 72_300.0, 73_200.0), "a little further is still there");
        assert!(window.look_at_row(&rows, 4000, 900.0));
        assert!(shown(&window.arrange(&rows, false, &[])).contains(&4000));
        assert!(window.look_at_end(&rows, 900.0));
        assert_eq!(shown(&window.arrange(&rows, true, &[])).last(), Some(&4999));
    }

    #[test]
    fn a_turn_that_grows_for_long_does_not_fill_the_page() {
        let mut window = Window::default();
        for end in 1..5000 {
            let rows = rows(0..end);
            window.arrange(&rows, true, &[]);
            window.look_at_end(&rows, 900.0);
        }
        assert!(shown(&window.arrange(&rows(0..5000), true, &[])).len() < 100);
    }

    proptest! {
        #[test]
        fn what_can_be_seen_is_there_and_nothing_is_lost(
            heights in prop::collection::vec(10_u16..900, 401..900),
            looks in prop::collection::vec((0.0..1.0_f64, 300.0..1500.0_f64, any::<bool>()), 1..20),
        ) {
            let rows = rows(0..heights.len() as u64);
            let mut window = Window::default();
            let total: f64 = heights.iter().copied().map(f64::from).sum();
            for (number, height) in heights.iter().enumerate() {
                window.measure(number as u64, f64::from(*height));
            }
            window.arrange(&rows, false, &[]);
            for (place, room, follows) in looks {
                let top = place * (total - room);
                window.look_at(&rows, top, top + room);
                let arrangement = window.arrange(&rows, follows, &[]);
                let (mut at, mut next) = (0.0, 0);
                for item in &arrangement.items {
                    match Item::of(*item) {
                        Item::Row(number) => {
                            prop_assert_eq!(number, next);
                            next += 1;
                            at += f64::from(heights[number as usize]);
                        }
                        Item::Gap(first) => {
                            prop_assert_eq!(first, next);
                            let below = at + arrangement.gap_height(first);
                            prop_assert!(below <= top + 0.5 || at >= top + room - 0.5, "a gap can be seen");
                            while next < rows.len() as u64 && at + 0.5 < below {
                                at += f64::from(heights[next as usize]);
                                next += 1;
                            }
                            prop_assert!((at - below).abs() < 1.0);
                        }
                    }
                }
                prop_assert_eq!(next, rows.len() as u64);
            }
        }
    }
}
