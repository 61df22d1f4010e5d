//! Records are stored in blocks of 64: one by one, ten thousand take the browser forty times as long to write. A block is
//! one text: the seq of its first record, then the records, a line each, which they can be because a record has no line
//! break.
//!
//! A block holds exactly what the run of its conversation has in it. So whether it is what was written shows without
//! looking into the records, and what does not fit is refused as a whole.

use dispatch_core::cache::{Record, Run};

/// How many seqs share a block.
const SIZE: u64 = 64;

/// The block in which a seq has its place. Seqs begin with 1.
pub(crate) fn index_of(seq: u64) -> u64 {
    seq.saturating_sub(1) / SIZE
}

/// What of this run has its place in the block. Only for blocks that the run touches.
pub(crate) fn part_in(index: u64, run: Run) -> Run {
    let before = index.saturating_mul(SIZE);
    Run { first: run.first.max(before.saturating_add(1)), last: run.last.min(before.saturating_add(SIZE)) }
}

/// The seqs of the newest `count` records of this run before `before`, if there are any.
pub(crate) fn newest(run: Run, before: Option<u64>, count: u64) -> Option<Run> {
    let last = before.map_or(run.last, |before| run.last.min(before.saturating_sub(1)));
    let first = run.first.max(last.saturating_sub(count).saturating_add(1));
    (first <= last).then_some(Run { first, last })
}

/// The text of a block: these records, neighbours all.
pub(crate) fn write<'a>(records: impl IntoIterator<Item = &'a Record>) -> String {
    let mut text = String::new();
    for record in records {
        if text.is_empty() {
            text.push_str(&record.seq.to_string());
        }
        text.push('\n');
        text.push_str(&record.text);
    }
    text
}

/// The records of a block that should hold this part of a run. `None`: it does not.
pub(crate) fn read(text: &str, part: Run) -> Option<Vec<Record>> {
    let (first, lines) = text.split_once('\n')?;
    if first.parse() != Ok(part.first) {
        return None;
    }
    let records: Vec<Record> =
        (part.first..).zip(lines.split('\n')).map(|(seq, line)| Record { seq, text: line.to_owned() }).collect();
    (records.last()?.seq == part.last).then_some(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(first: u64, last: u64) -> Run {
        Run { first, last }
    }

    #[test]
    fn a_block_has_sixty_four_places() {
        let places: Vec<u64> = [1, 63, 64, 65, 128, 129].into_iter().map(index_of).collect();
        assert_eq!(places, [0, 0, 0, 1, 1, 2]);
        assert_eq!(part_in(0, run(1, 200)), run(1, 64));
        assert_eq!(part_in(1, run(70, 200)), run(70, 128));
        assert_eq!(part_in(3, run(70, 200)), run(193, 200));
        assert_eq!(part_in(0, run(5, 5)), run(5, 5));
    }

    #[test]
    fn the_newest_are_those_before_the_end_or_before_a_seq() {
        let cases = [
            ((None, 3), Some(run(18, 20))),
            ((None, u64::MAX), Some(run(5, 20))),
            ((None, 0), None),
            ((Some(10), 3), Some(run(7, 9))),
            ((Some(21), 1), Some(run(20, 20))),
            ((Some(1000), 1), Some(run(20, 20))),
            ((Some(6), 9), Some(run(5, 5))),
            ((Some(5), 9), None),
            ((Some(0), u64::MAX), None),
        ];
        for ((before, count), expected) in cases {
            assert_eq!(newest(run(5, 20), before, count), expected, "{count} before {before:?}");
        }
    }

    #[test]
    fn a_block_comes_back_as_it_was_and_only_as_a_whole() {
        let records: Vec<Record> = ["{}", "", "ä 🎈", ""]
            .into_iter()
            .zip(9..)
            .map(|(text, seq)| Record { seq, text: text.to_owned() })
            .collect();
        let text = write(&records);
        assert_eq!(text, "9\n{}\n\nä 🎈\n");
        assert_eq!(read(&text, run(9, 12)), Some(records));
        for part in [run(8, 12), run(10, 12), run(9, 11), run(9, 13)] {
            assert_eq!(read(&text, part), None, "{part:?}");
        }
        for text in ["", "9", "x\n", "-9\n{}", "9 \n{}"] {
            assert_eq!(read(text, run(9, 9)), None, "{text:?}");
        }
    }
}
