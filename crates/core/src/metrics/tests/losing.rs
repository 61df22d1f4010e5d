//! Cache that was lost, and why.

use super::super::*;
use super::{cached, turn};
use crate::StepId;
use dispatch_contract::StepMetrics;

pub(super) fn wire_step(name: &str, read: u64, write: u64) -> StepMetrics {
    let usage = cached(read + write, Some(read), Some(write));
    StepMetrics { step_id: StepId::from(name), usage, ttft_ms: None, decode_ms: None, gen_total_ms: Some(1000.0) }
}

/// A turn of one step, which read and wrote so much of the cache and ended at this second.
fn cached_turn(name: &str, read: u64, write: u64, ended: f64) -> Turn {
    let mut turn = turn(name, read + write, 0);
    turn.steps = vec![Step { ended: Some(Millis(ended * 1000.0)), ..Step::from_wire(wire_step(name, read, write)) }];
    turn
}

fn lost(turns: &[Turn]) -> Vec<String> {
    lost::find(turns).iter().map(|lost| format!("{}: {}", turns[lost.turn].id, lost.in_words())).collect()
}

#[test]
fn a_step_that_reads_less_than_the_one_before_left_has_lost_cache() {
    let kept = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 1000, 10, 10.0), cached_turn("c", 1010, 5, 20.0)];
    assert_eq!(lost(&kept), [""; 0]);
    let gone = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 200, 2000, 10.0)];
    assert_eq!(lost(&gone), ["b: 800 tok of cache lost: unexplained"]);
    let shorter = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 300, 10.0)];
    assert_eq!(lost(&shorter), ["b: 300 tok of cache lost: unexplained"], "no more than there was to pay");
}

#[test]
fn what_was_seen_live_names_the_cause() {
    let idle = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 2000, 361.0)];
    assert_eq!(lost(&idle), ["b: 1,000 tok of cache lost: idle for 6m 00s"]);

    let seen_longer =
        [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 1000, 10, 601.0), cached_turn("c", 0, 2000, 962.0)];
    assert_eq!(lost(&seen_longer), ["c: 1,010 tok of cache lost: unexplained"], "ten minutes were no matter before");

    let short = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 2000, 30.0)];
    assert_eq!(lost(&short), ["b: 1,000 tok of cache lost: unexplained"]);

    let mut other_effort = idle.clone();
    other_effort[0].effort = Some("high".to_owned());
    assert_eq!(lost(&other_effort), ["b: 1,000 tok of cache lost: idle for 6m 00s"], "one of them is not known");
    other_effort[1].effort = Some("max".to_owned());
    assert_eq!(lost(&other_effort), ["b: 1,000 tok of cache lost: another effort"]);

    let mut other_model = idle.clone();
    other_model[0].model = Some("a/b".to_owned());
    other_model[1].model = Some("a/c".to_owned());
    assert_eq!(lost(&other_model), ["b: 1,000 tok of cache lost: another model"]);

    other_model[1].follows_compaction = true;
    assert_eq!(lost(&other_model), ["b: 1,000 tok of cache lost: compacted"]);
}

#[test]
fn where_a_step_does_not_tell_its_tokens_nothing_is_said_of_its_cache() {
    let mut turns = [cached_turn("a", 0, 1000, 0.0), cached_turn("b", 0, 1000, 10.0), cached_turn("c", 0, 1000, 20.0)];
    turns[1].steps[0].usage = None;
    assert_eq!(lost(&turns), [""; 0]);
}
