//! What stands in the page, and what is read, as rows come and the reader looks around.

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
fn up_to_a_number_of_rows_all_are_shown() {
    let few = rows(0..ALL as u64);
    let arrangement = Window::default().arrange(&few, true, &[]);
    assert_eq!((shown(&arrangement), arrangement.gaps.len()), (few, 0));
}

#[test]
fn of_many_the_last_are_shown_first_and_the_rest_is_room() {
    let arrangement = Window::default().arrange(&rows(0..1000), true, &[]);
    assert_eq!(shown(&arrangement), rows(940..1000));
    assert_eq!(arrangement.gaps, [Gap { first: 0, height: 940.0 * GUESS }]);
    assert_eq!(Item::of(arrangement.items[0]), Item::Gap(0));
}

#[test]
fn heights_of_rows_that_were_unloaded_are_forgotten() {
    let mut window = Window::default();
    for first in (0..100_000).step_by(64) {
        let all = rows(first..first + 300);
        window.arrange(&all, true, &[]);
        all.iter().for_each(|number| window.measure(*number, 50.0));
    }
    assert!(window.heights.len() <= 300 + 64, "{} heights", window.heights.len());
    let last = rows(99_968..100_268);
    assert_eq!((window.top_of(&last, 100_267), window.height(7)), (299.0 * 50.0, 50.0));
}

#[test]
fn a_row_with_a_lower_number_is_measured_like_any_other() {
    let mut window = Window::default();
    [(500, 30.0), (400, 40.0), (499, 50.0)].into_iter().for_each(|(number, height)| window.measure(number, height));
    assert_eq!([400, 450, 499, 500].map(|number| window.height(number)), [40.0, 40.0, 50.0, 30.0]);
}

#[test]
fn what_was_shown_stays_when_older_rows_come() {
    let mut window = Window::default();
    window.arrange(&rows(550..700), false, &[]);
    let arrangement = window.arrange(&rows(0..700), false, &[]);
    assert_eq!(shown(&arrangement), rows(550..700));
}

#[test]
fn what_was_shown_stays_when_its_first_rows_become_part_of_older_ones() {
    let (mut window, all) = (Window::default(), rows(300..900));
    window.arrange(&all, false, &[]);
    window.look_at(&all, 0.0, 900.0);
    let before = shown(&window.arrange(&all, false, &[]));
    let older: Vec<u64> = rows(100..300).into_iter().chain(rows(303..900)).collect();
    assert!(window.begins_otherwise(&older));
    assert_eq!(shown(&window.arrange(&older, false, &[])), before[3..]);
    assert!(!window.begins_otherwise(&older));
}

#[test]
fn what_is_read_stays_in_the_page_whenever_older_rows_come() {
    let mut window = Window::default();
    let mut all = rows(5000..5300);
    window.arrange(&all, false, &[]);
    for first in (3000..5000).rev().step_by(64) {
        // At the beginning of what is loaded, where older rows are asked for.
        window.look_at(&all, 0.0, 900.0);
        let read: Vec<u64> = shown(&window.arrange(&all, false, &[])).into_iter().take(12).collect();
        all = rows(first..5300);
        let arrangement = window.arrange(&all, false, &[]);
        assert!(read.iter().all(|row| shown(&arrangement).contains(row)), "{first}: {read:?} is gone");
        let top = window.top_of(&all, read[0]);
        window.look_at(&all, top, top + 900.0);
        let arrangement = window.arrange(&all, false, &[]);
        assert!(read.iter().all(|row| shown(&arrangement).contains(row)), "{first}: {read:?} is gone after a look");
    }
}

#[test]
fn what_is_read_is_where_it_was_but_for_the_readers_own_scrolling() {
    let read = Read { rows: vec![(7, -12.0), (8, 40.0)], scroll_top: 300 };
    // 2,400 pixels came in above, and the reader went 20 up, 20 down, or nowhere.
    for scrolled in [-20, 20, 0] {
        let way = f64::from(scrolled);
        for (now, scroll_top) in [(2_388.0 - way, 300 + scrolled), (-12.0 - way, 2_700 + scrolled)] {
            let mut settled = read.clone();
            settled.came_above(-12.0, now, scroll_top);
            assert_eq!(settled, Read { rows: vec![(7, -12.0 - way), (8, 40.0 - way)], scroll_top });
        }
    }
}

#[test]
fn half_a_pixel_is_not_added_to_another() {
    let read = Read { rows: vec![(7, -12.25), (8, 40.0)], scroll_top: 300 };
    let half_off = Read { rows: vec![(7, -11.75), (8, 40.5)], scroll_top: 300 };
    assert_eq!(read.clone().or_now(half_off), read);
    for other in [
        Read { rows: vec![(7, -12.25)], scroll_top: 301 },
        Read { rows: vec![(7, -10.25)], scroll_top: 300 },
        Read { rows: vec![(8, -12.25)], scroll_top: 300 },
        Read { rows: vec![], scroll_top: 300 },
    ] {
        assert_eq!(read.clone().or_now(other.clone()), other);
    }
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
    fn the_end_is_looked_at_like_any_other_place(
        heights in prop::collection::vec(10_u16..900, 1..600),
        start in 0.0..1.0_f64,
        room in 300.0..1500.0_f64,
    ) {
        let rows = rows(0..heights.len() as u64);
        let mut window = Window::default();
        heights.iter().zip(&rows).for_each(|(height, number)| window.measure(*number, f64::from(*height)));
        window.shown = rows[(start * rows.len() as f64) as usize..].to_vec();
        let mut like_any = window.clone();
        let bottom = window.height_of(&rows);
        let moved = like_any.look_at(&rows, bottom - room, bottom);
        prop_assert_eq!(window.look_at_end(&rows, room), moved);
        prop_assert_eq!(window, like_any);
    }

    #[test]
    fn what_can_be_seen_is_there_and_nothing_is_lost(
        heights in prop::collection::vec(10_u16..900, ALL + 1..900),
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
