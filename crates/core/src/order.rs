//! Sorting, once for everything. The standard library's sort is written out anew for every type and every comparison, two
//! to four kilobytes each time; what is sorted here are lists of conversations and tabs.

use std::cmp::Ordering;

/// Sorts `items`; equal ones keep their order. Takes time in proportion to n log n, and moves each item once.
pub(crate) fn sort<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = places(items.len(), &|a, b| compare(&items[a], &items[b]) == Ordering::Greater);
    let mut held: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| held[place].take()));
}

/// The places of `len` things in the order in which they are to stand: merges ever longer runs.
fn places(len: usize, is_after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..len).collect();
    let mut merged = Vec::with_capacity(len);
    let mut width = 1;
    while width < len {
        merged.clear();
        let mut start = 0;
        while start < len {
            let middle = len.min(start + width);
            let end = len.min(middle + width);
            let (mut left, mut right) = (start, middle);
            while left < middle || right < end {
                let takes_right = left == middle || (right < end && is_after(sorted[left], sorted[right]));
                let next = if takes_right { &mut right } else { &mut left };
                merged.push(sorted[*next]);
                *next += 1;
            }
            start = end;
        }
        std::mem::swap(&mut sorted, &mut merged);
        width *= 2;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::sort;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(mut items in prop::collection::vec((0..20_u8, any::<u8>()), 0..200)) {
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort(&mut items, |(a, _), (b, _)| a.cmp(b));
            prop_assert_eq!(items, expected);
        }
    }
}
