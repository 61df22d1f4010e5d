//! What a store of the cache promises, told through the port alone: each case gets an empty store. The last one is a
//! property: whatever is written, a store answers as the core's memory does.

use dispatch_cache::Cache;
use dispatch_core::cache::{Kept, Memory, Note, Page, Record, Run, Write};
use dispatch_core::{ConversationId, Millis};

/// Gives the names of all cases to a macro that makes tests of them.
macro_rules! for_each_case {
    ($each:ident) => {
        $each! {
            nothing_is_kept_at_first
            the_tail_is_read_back
            earlier_records_are_read_from_where_one_is
            there_are_never_more_than_are_held
            a_run_grows_at_both_ends
            what_is_written_again_is_written_over
            a_run_after_a_gap_takes_the_place
            a_run_before_a_gap_is_refused
            what_is_no_run_is_not_kept
            blocks_have_borders_that_nobody_sees
            any_text_comes_back_as_it_was
            large_records_are_kept
            ids_that_begin_alike_are_different
            a_note_keeps_what_it_does_not_say
            a_note_alone_is_kept
            what_turns_took_is_kept_beside_a_conversation
            what_is_forgotten_is_gone
            the_index_has_every_conversation
            many_conversations_in_one_step
            orders_are_carried_out_in_their_order
            whatever_is_written_it_answers_as_the_memory_does
        }
    };
}
pub(crate) use for_each_case;

/// A conversation.
pub(crate) fn id(name: &str) -> ConversationId {
    ConversationId::from(name)
}

/// Records of these seqs, that say which they are.
pub(crate) fn records(first: u64, last: u64) -> Vec<Record> {
    said(first, last, "")
}

fn said(first: u64, last: u64, words: &str) -> Vec<Record> {
    (first..=last).map(|seq| Record { seq, text: format!(r#"{{"seq":{seq},"said":"{words}"}}"#) }).collect()
}

/// The order to keep these in the conversation that most cases are about.
pub(crate) fn keep(first: u64, last: u64) -> Write {
    Write::Records(id("c"), records(first, last))
}

/// All that is held of that conversation.
pub(crate) async fn all(cache: &impl Cache) -> Page {
    cache.read(&id("c"), None, u64::MAX).await.unwrap().unwrap()
}

/// Asserts that these are held of that conversation, and no others.
pub(crate) async fn assert_held(cache: &impl Cache, first: u64, last: u64) {
    let page = all(cache).await;
    assert_eq!(page.kept.run, Some(Run { first, last }));
    assert_eq!(page.records, records(first, last));
}

async fn seqs(cache: &impl Cache, before: Option<u64>, count: u64) -> Vec<u64> {
    let page = cache.read(&id("c"), before, count).await.unwrap().unwrap();
    page.records.iter().map(|record| record.seq).collect()
}

pub(crate) async fn nothing_is_kept_at_first(cache: &impl Cache) {
    assert_eq!(cache.read(&id("c"), None, 10).await, Ok(None));
    assert_eq!(cache.index().await, Ok(Vec::new()));
    assert_eq!(cache.write(Vec::new()).await, Ok(()));
    assert_eq!(cache.index().await, Ok(Vec::new()));
}

pub(crate) async fn the_tail_is_read_back(cache: &impl Cache) {
    cache.write(vec![keep(301, 500)]).await.unwrap();
    let page = cache.read(&id("c"), None, 100).await.unwrap().unwrap();
    assert_eq!(page.records, records(401, 500));
    assert_eq!(page.kept.run, Some(Run { first: 301, last: 500 }), "what is kept is told as a whole");
}

pub(crate) async fn earlier_records_are_read_from_where_one_is(cache: &impl Cache) {
    cache.write(vec![keep(10, 300)]).await.unwrap();
    assert_eq!(seqs(cache, Some(200), 3).await, [197, 198, 199]);
    assert_eq!(seqs(cache, Some(12), 64).await, [10, 11]);
    assert_eq!(seqs(cache, Some(10), 64).await, [0; 0]);
    assert_eq!(seqs(cache, Some(1), 64).await, [0; 0]);
    assert_eq!(seqs(cache, Some(0), 64).await, [0; 0]);
    assert_eq!(seqs(cache, Some(301), 1).await, [300]);
    assert_eq!(seqs(cache, Some(9_999), 2).await, [299, 300]);
}

pub(crate) async fn there_are_never_more_than_are_held(cache: &impl Cache) {
    cache.write(vec![keep(5, 7)]).await.unwrap();
    for count in [3, 4, 1_000_000, u64::MAX] {
        assert_eq!(seqs(cache, None, count).await, [5, 6, 7]);
        assert_eq!(seqs(cache, Some(7), count).await, [5, 6]);
    }
    assert_eq!(seqs(cache, None, 0).await, [0; 0]);
}

pub(crate) async fn a_run_grows_at_both_ends(cache: &impl Cache) {
    let steps = [(100, 110, 100, 110), (111, 111, 100, 111), (112, 300, 100, 300), (90, 99, 90, 300), (1, 95, 1, 300)];
    for (first, last, from, to) in steps {
        cache.write(vec![keep(first, last)]).await.unwrap();
        assert_held(cache, from, to).await;
    }
}

pub(crate) async fn what_is_written_again_is_written_over(cache: &impl Cache) {
    cache.write(vec![keep(1, 200)]).await.unwrap();
    cache.write(vec![Write::Records(id("c"), said(60, 70, "again"))]).await.unwrap();
    let page = all(cache).await;
    let expected: Vec<Record> = [records(1, 59), said(60, 70, "again"), records(71, 200)].concat();
    assert_eq!(page.records, expected);
    cache.write(vec![keep(50, 210)]).await.unwrap();
    assert_held(cache, 1, 210).await;
}

pub(crate) async fn a_run_after_a_gap_takes_the_place(cache: &impl Cache) {
    let note = Note { title: Some("kept".to_owned()), ..Note::default() };
    cache.write(vec![keep(1, 150), Write::Note(id("c"), note)]).await.unwrap();
    cache.write(vec![keep(152, 160)]).await.unwrap();
    assert_held(cache, 152, 160).await;
    assert_eq!(all(cache).await.kept.title.as_deref(), Some("kept"));
    cache.write(vec![keep(130, 151)]).await.unwrap();
    assert_held(cache, 130, 160).await;
}

pub(crate) async fn a_run_before_a_gap_is_refused(cache: &impl Cache) {
    cache.write(vec![keep(100, 150)]).await.unwrap();
    cache.write(vec![keep(1, 98)]).await.unwrap();
    assert_held(cache, 100, 150).await;
}

pub(crate) async fn what_is_no_run_is_not_kept(cache: &impl Cache) {
    let broken = |seqs: &[u64]| {
        let records = seqs.iter().map(|seq| Record { seq: *seq, text: String::new() }).collect();
        Write::Records(id("c"), records)
    };
    cache.write(vec![broken(&[]), broken(&[1, 3]), broken(&[2, 1]), broken(&[0, 1])]).await.unwrap();
    assert_eq!(cache.read(&id("c"), None, 1).await, Ok(None));
}

pub(crate) async fn blocks_have_borders_that_nobody_sees(cache: &impl Cache) {
    let edges = [1, 2, 63, 64, 65, 66, 127, 128, 129, 130];
    for (place, first) in edges.iter().enumerate() {
        for last in &edges[place..] {
            cache.write(vec![Write::Forget(id("c")), keep(*first, *last)]).await.unwrap();
            assert_held(cache, *first, *last).await;
            assert_eq!(
                seqs(cache, Some(65), 1).await,
                if (*first..=*last).contains(&64) {
                    vec![64]
                } else {
                    (*first..=*last).filter(|seq| *seq < 65).max().into_iter().collect()
                }
            );
            // One before and one after, in the same block or in a neighbour.
            let before = first.saturating_sub(1).max(1);
            cache.write(vec![keep(last + 1, last + 1), keep(before, before)]).await.unwrap();
            assert_held(cache, before, last + 1).await;
        }
    }
}

pub(crate) async fn any_text_comes_back_as_it_was(cache: &impl Cache) {
    let texts = ["", " ", "{}", "ä 🎈 \u{10FFFF}", "\u{0}", "\u{FEFF}", "\u{2028}\u{2029}\r", "\\n", "7", "1\t", ""];
    let run: Vec<Record> = (62..).zip(texts).map(|(seq, text)| Record { seq, text: text.to_owned() }).collect();
    cache.write(vec![Write::Records(id("c"), run.clone())]).await.unwrap();
    assert_eq!(all(cache).await.records, run);
    let one = vec![Record { seq: 1_000, text: String::new() }];
    cache.write(vec![Write::Records(id("c"), one.clone())]).await.unwrap();
    assert_eq!(all(cache).await.records, one);
}

pub(crate) async fn large_records_are_kept(cache: &impl Cache) {
    let large = |seq: u64| Record { seq, text: format!("{seq}{}", "é".repeat(1 << 19)) };
    let run: Vec<Record> = (63..=66).map(large).collect();
    cache.write(vec![Write::Records(id("c"), run.clone())]).await.unwrap();
    cache.write(vec![Write::Records(id("c"), vec![large(67)])]).await.unwrap();
    let page = all(cache).await;
    assert!(page.records[..4] == run && page.records[4..] == [large(67)], "{:?}", page.kept.run);
}

pub(crate) async fn ids_that_begin_alike_are_different(cache: &impl Cache) {
    let names = ["", "c", "c1", "c\u{0}", "c\u{FFFF}", "C", "ç"];
    for (last, name) in (1..).zip(names) {
        cache.write(vec![Write::Records(id(name), said(1, 64 + last, name))]).await.unwrap();
    }
    cache.write(vec![Write::Forget(id("c"))]).await.unwrap();
    for (last, name) in (1..).zip(names) {
        let page = cache.read(&id(name), None, u64::MAX).await.unwrap();
        let expected = (name != "c").then(|| said(1, 64 + last, name));
        assert_eq!(page.map(|page| page.records), expected, "{name:?}");
    }
}

pub(crate) async fn a_note_keeps_what_it_does_not_say(cache: &impl Cache) {
    let first = Note { title: Some("A".to_owned()), read_at: Some(Millis(5.0)), checked_at: Some(Millis(6.0)) };
    cache.write(vec![keep(3, 4), Write::Note(id("c"), first)]).await.unwrap();
    cache.write(vec![Write::Note(id("c"), Note { read_at: Some(Millis(7.0)), ..Note::default() })]).await.unwrap();
    cache.write(vec![keep(5, 5), Write::Note(id("c"), Note::default())]).await.unwrap();
    let expected = Kept {
        run: Some(Run { first: 3, last: 5 }),
        title: Some("A".to_owned()),
        read_at: Millis(7.0),
        checked_at: Millis(6.0),
    };
    assert_eq!(all(cache).await, Page { kept: expected, records: records(3, 5), metrics: None });
}

pub(crate) async fn a_note_alone_is_kept(cache: &impl Cache) {
    let note = Note { title: Some("alone".to_owned()), ..Note::default() };
    cache.write(vec![Write::Note(id("c"), note)]).await.unwrap();
    let kept = Kept { title: Some("alone".to_owned()), ..Kept::default() };
    assert_eq!(all(cache).await, Page { kept: kept.clone(), ..Page::default() });
    assert_eq!(cache.index().await, Ok(vec![(id("c"), kept)]));
    cache.write(vec![keep(9, 9)]).await.unwrap();
    assert_held(cache, 9, 9).await;
    assert_eq!(all(cache).await.kept.title.as_deref(), Some("alone"));
}

pub(crate) async fn what_turns_took_is_kept_beside_a_conversation(cache: &impl Cache) {
    let metrics = |text: &str| Write::Metrics(id("c"), text.to_owned());
    cache.write(vec![metrics("nobody's")]).await.unwrap();
    assert_eq!(cache.read(&id("c"), None, 1).await, Ok(None), "alone it is not kept");
    assert_eq!(cache.index().await, Ok(Vec::new()));

    cache.write(vec![keep(1, 70), metrics("first"), metrics("second ä 🎈")]).await.unwrap();
    cache.write(vec![keep(71, 71), Write::Records(id("d"), records(1, 2))]).await.unwrap();
    assert_eq!(all(cache).await.metrics.as_deref(), Some("second ä 🎈"));
    assert_eq!(cache.read(&id("c"), Some(70), 5).await.unwrap().unwrap().metrics, None, "it comes with the end");
    assert_eq!(cache.read(&id("d"), None, 5).await.unwrap().unwrap().metrics, None);

    cache.write(vec![metrics("")]).await.unwrap();
    assert_eq!(all(cache).await.metrics, None);
    cache.write(vec![metrics("third"), Write::Forget(id("c")), keep(1, 3)]).await.unwrap();
    assert_eq!(all(cache).await.metrics, None, "it goes with its conversation");
}

pub(crate) async fn what_is_forgotten_is_gone(cache: &impl Cache) {
    cache.write(vec![Write::Forget(id("c"))]).await.unwrap();
    cache.write(vec![keep(1, 200)]).await.unwrap();
    cache.write(vec![Write::Forget(id("c"))]).await.unwrap();
    assert_eq!(cache.read(&id("c"), None, u64::MAX).await, Ok(None));
    assert_eq!(cache.index().await, Ok(Vec::new()));
    // And does not shine through what is written later.
    cache.write(vec![keep(150, 151)]).await.unwrap();
    assert_held(cache, 150, 151).await;
}

pub(crate) async fn the_index_has_every_conversation(cache: &impl Cache) {
    for name in ["b", "a", "\u{FFFD}", "🎈"] {
        let note = Note { title: Some(name.to_owned()), ..Note::default() };
        cache.write(vec![Write::Records(id(name), records(1, 70)), Write::Note(id(name), note)]).await.unwrap();
    }
    let mut index = cache.index().await.unwrap();
    index.sort_by(|one, other| one.0.cmp(&other.0));
    let titles: Vec<Option<String>> = index.iter().map(|(_, kept)| kept.title.clone()).collect();
    assert_eq!(titles, ["a", "b", "\u{FFFD}", "🎈"].map(|name| Some(name.to_owned())));
    assert!(index.iter().all(|(id, kept)| kept.title.as_deref() == Some(id.as_str()) && kept.count() == 70));
}

pub(crate) async fn many_conversations_in_one_step(cache: &impl Cache) {
    let names: Vec<String> = (0..100).map(|number| format!("c{number}")).collect();
    cache.write(names.iter().map(|name| Write::Records(id(name), said(60, 70, name))).collect()).await.unwrap();
    for name in &names {
        let page = cache.read(&id(name), None, u64::MAX).await.unwrap().unwrap();
        assert_eq!(page.records, said(60, 70, name));
    }
    cache.write(names[1..].iter().map(|name| Write::Forget(id(name))).collect()).await.unwrap();
    assert_eq!(cache.index().await.unwrap().len(), 1);
}

pub(crate) async fn orders_are_carried_out_in_their_order(cache: &impl Cache) {
    let titled = |title: &str| Write::Note(id("c"), Note { title: Some(title.to_owned()), ..Note::default() });
    let other = Write::Records(id("d"), said(1, 3, "d"));
    cache
        .write(vec![
            titled("first"),
            keep(1, 65),
            other,
            Write::Forget(id("c")),
            keep(64, 66),
            titled("second"),
            keep(67, 130),
        ])
        .await
        .unwrap();
    assert_held(cache, 64, 130).await;
    assert_eq!(all(cache).await.kept.title.as_deref(), Some("second"));
    cache.write(vec![keep(131, 131), Write::Forget(id("c"))]).await.unwrap();
    assert_eq!(cache.read(&id("c"), None, 1).await, Ok(None));
    assert_eq!(cache.read(&id("d"), None, 9).await.unwrap().unwrap().records, said(1, 3, "d"));
}

pub(crate) async fn whatever_is_written_it_answers_as_the_memory_does(cache: &impl Cache) {
    const NAMES: [&str; 3] = ["m", "m\u{0}", "mm"];
    let mut model = Memory::default();
    for seed in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233] {
        let mut dice = Dice(seed);
        let forget: Vec<Write> = NAMES.iter().map(|name| Write::Forget(id(name))).collect();
        model.write(forget.clone());
        cache.write(forget).await.unwrap();
        for step in 0..25 {
            let writes: Vec<Write> = (0..dice.roll(4)).map(|_| dice.write(&model, &NAMES, step)).collect();
            model.write(writes.clone());
            cache.write(writes.clone()).await.unwrap();
            for name in NAMES {
                let before = (dice.roll(2) == 1).then(|| 1 + dice.roll(400));
                let count = [1, 7, 64, 1_000, u64::MAX][dice.roll(5) as usize];
                let expected = model.read(&id(name), before, count);
                let found = cache.read(&id(name), before, count).await.unwrap();
                assert_eq!(
                    found, expected,
                    "seed {seed}, step {step}, {name:?}, {count} before {before:?}: {writes:?}"
                );
            }
            let mut index = cache.index().await.unwrap();
            index.sort_by(|one, other| one.0.cmp(&other.0));
            assert_eq!(index, model.index(), "seed {seed}, step {step}: {writes:?}");
        }
    }
}

/// Chance that is the same each time: splitmix64.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn write(&mut self, model: &Memory, names: &[&str], step: u64) -> Write {
        let id = id(names[self.roll(names.len() as u64) as usize]);
        match self.roll(13) {
            0 => Write::Forget(id),
            12 => Write::Metrics(id, if self.roll(4) == 0 { String::new() } else { format!("metrics {step}") }),
            1 | 2 => {
                let read_at = (self.roll(2) == 1).then_some(Millis(step as f64));
                let title = (self.roll(2) == 1).then(|| format!("title {step}"));
                Write::Note(id, Note { title, read_at, checked_at: None })
            }
            _ => {
                // Near the ends of what is held, where it matters.
                let held = model.read(&id, None, 0).and_then(|page| page.kept.run);
                let end = match held {
                    None => 1 + self.roll(200),
                    Some(run) if self.roll(3) == 0 => run.first,
                    Some(run) => run.last,
                };
                let size = 1 + [3, 20, 64, 150][self.roll(4) as usize].min(self.roll(150));
                let first =
                    (end + self.roll(8)).saturating_sub(3 + [0, size, self.roll(70)][self.roll(3) as usize]).max(1);
                Write::Records(id, said(first, first + size - 1, &format!("step {step}")))
            }
        }
    }
}
