//! What follows from what was seen, and what does not.

use super::*;

const MINUTE: f64 = 60_000.0;

/// A use that reads so many tokens, at a minute, of a console that hears everything.
fn used(minute: f64, read: u64) -> CacheUse {
    let at = Millis(minute * MINUTE);
    CacheUse {
        began: at,
        last: Some(at),
        read: Some(read),
        retained: None,
        held: Some(1_000),
        is_next: true,
        is_live: true,
    }
}

fn after(uses: &[CacheUse]) -> Clock {
    let mut clock = Clock::default();
    for used in uses {
        clock.used("m", used);
    }
    clock
}

fn bounds(clock: &Clock) -> (Option<f64>, Option<f64>) {
    let line = clock.line(Some("m")).unwrap();
    (line.kept.map(|span| span / MINUTE), line.lost.map(|span| span / MINUTE))
}

fn seen(clock: &Clock) -> CacheClock {
    let line = clock.line(None).unwrap();
    CacheClock {
        is_running: false,
        last: line.last,
        kept: line.kept,
        lost: line.lost,
        is_all: clock.hears(),
        tokens: Some(184_321),
    }
}

fn words(clock: &Clock, minute: f64) -> (CacheState, String) {
    let now = Millis(minute * MINUTE);
    (seen(clock).state(now), seen(clock).words(now))
}

#[test]
fn what_was_found_and_what_was_lost_are_the_bounds() {
    assert_eq!(bounds(&after(&[used(0.0, 0)])), (None, None), "the first use tells nothing");
    assert_eq!(bounds(&after(&[used(0.0, 0), used(3.0, 900)])), (Some(3.0), None));
    assert_eq!(bounds(&after(&[used(0.0, 0), used(3.0, 900), used(5.0, 900)])), (Some(3.0), None), "the longest span");
    assert_eq!(bounds(&after(&[used(0.0, 0), used(3.0, 900), used(13.0, 10)])), (Some(3.0), Some(10.0)));
    assert_eq!(bounds(&after(&[used(0.0, 0), used(3.0, 500)])), (None, None), "half of it tells nothing");
    assert_eq!(
        bounds(&after(&[used(0.0, 0), used(2.0, 0), used(6.0, 990)])),
        (Some(4.0), None),
        "lost for other reasons"
    );
}

#[test]
fn a_span_in_which_something_may_have_been_missed_is_no_evidence() {
    let unheard = CacheUse { is_next: false, ..used(9.0, 990) };
    assert_eq!(bounds(&after(&[used(0.0, 0), unheard])), (None, None), "a warm may have come between");
    let mut clock = after(&[used(0.0, 0)]);
    clock.misses();
    clock.used("m", &used(9.0, 990));
    assert_eq!(bounds(&clock), (None, None), "a turn may have come between");
    clock.used("m", &used(11.0, 990));
    assert_eq!(bounds(&clock), (Some(2.0), None), "and from then on everything is heard again");
    let unknown = CacheUse { last: None, ..used(13.0, 990) };
    clock.used("m", &unknown);
    clock.used("m", &used(14.0, 990));
    assert_eq!(bounds(&clock), (Some(2.0), None), "nor one that begins nobody knows when");
}

#[test]
fn a_use_that_is_heard_of_later_moves_nothing_back_and_proves_nothing_of_what_came_after() {
    let mut clock = after(&[used(0.0, 0), used(5.0, 990)]);
    let later = |minute| CacheUse { is_next: false, is_live: false, ..used(minute, 0) };
    clock.used("m", &later(3.0));
    assert_eq!(clock.line(None).unwrap().last, Some(Millis(5.0 * MINUTE)));
    clock.misses();
    clock.used("m", &later(9.0));
    assert_eq!((clock.line(None).unwrap().last, clock.hears()), (Some(Millis(9.0 * MINUTE)), false));
}

#[test]
fn what_a_provider_does_not_tell_is_unknown() {
    let silent = |minute| CacheUse { read: None, ..used(minute, 0) };
    assert_eq!(bounds(&after(&[silent(0.0), silent(3.0)])), (None, None));
    let uncached = |minute| CacheUse { held: Some(0), ..used(minute, 0) };
    assert_eq!(bounds(&after(&[uncached(0.0), uncached(3.0)])), (None, None), "a prompt too short to be cached");
    let warm = CacheUse { read: None, retained: Some(100), held: None, ..used(4.0, 0) };
    assert_eq!(bounds(&after(&[used(0.0, 0), warm])), (Some(4.0), None), "a warm tells percent");
}

#[test]
fn each_model_has_a_cache_of_its_own() {
    let mut clock = after(&[used(0.0, 0), used(4.0, 990)]);
    clock.used("other", &used(5.0, 0));
    assert_eq!(bounds(&clock), (Some(4.0), None), "that the other one found nothing says nothing");
    assert_eq!(clock.line(None).map(|line| line.model.as_str()), Some("other"));
    assert_eq!(clock.line(Some("never used")), None);
    for model in ["a", "b", "c", "d"] {
        clock.used(model, &used(6.0, 0));
    }
    assert_eq!((clock.line(Some("m")), clock.lines.len()), (None, 4), "the ones used longest ago are forgotten");
}

#[test]
fn warm_and_cold_are_said_only_of_what_was_seen() {
    let only_kept = after(&[used(0.0, 0), used(5.0, 990)]);
    let cases = [
        (6.0, CacheState::Warm, "Warm for 4m 00s at least"),
        (9.5, CacheState::Expiring, "May expire in 30s"),
        (10.0, CacheState::Unknown, "Not known: not used for 5m 00s, seen kept for 5m 00s"),
        (99.0, CacheState::Unknown, "Not known: not used for 94m 00s, seen kept for 5m 00s"),
    ];
    for (minute, state, expected) in cases {
        assert_eq!(words(&only_kept, minute), (state, expected.to_owned()), "minute {minute}");
    }
    let both = after(&[used(0.0, 0), used(5.0, 990), used(15.0, 0)]);
    assert_eq!(words(&both, 21.0).0, CacheState::Unknown);
    assert_eq!(words(&both, 25.0), (CacheState::Cold, "Cold: not used for 10m 00s".to_owned()));
    let only_lost = after(&[used(0.0, 0), used(10.0, 0)]);
    assert_eq!(words(&only_lost, 11.0), (CacheState::Unknown, "Not known: not used for 1m 00s".to_owned()));
    let mut missed = both;
    missed.misses();
    assert_eq!(words(&missed, 25.0).0, CacheState::Unknown, "somebody may have used it meanwhile");
    assert_eq!(words(&missed, 16.0).0, CacheState::Warm, "which would only make it warmer");
}

#[test]
fn what_sending_costs_now_is_said_only_when_it_is_known() {
    let clock = seen(&after(&[used(0.0, 0), used(5.0, 990), used(15.0, 0)]));
    let at = |minute: f64| clock.cost_words(Millis(minute * MINUTE));
    assert_eq!(at(16.0).as_deref(), Some("warm"));
    assert_eq!(at(22.0), None);
    assert_eq!(at(30.0).as_deref(), Some("cold: about 184k tokens read again"));
    let untold = CacheClock { tokens: None, ..clock };
    assert_eq!(untold.cost_words(Millis(30.0 * MINUTE)).as_deref(), Some("cold"));
    let running = CacheClock { is_running: true, ..clock };
    assert_eq!((running.state(Millis(1e12)), running.drained(Millis(1e12))), (CacheState::Warm, Some(0)));
    assert_eq!(CacheClock::default().words(Millis(0.0)), "Not known");
}

#[test]
fn it_drains_towards_the_longest_span_that_was_seen() {
    let clock = seen(&after(&[used(0.0, 0), used(5.0, 990), used(15.0, 0)]));
    let at = |minute: f64| clock.drained(Millis(minute * MINUTE));
    assert_eq!((at(15.0), at(17.5), at(19.9)), (Some(0), Some(50), Some(98)));
    assert_eq!((at(22.0), at(25.0)), (None, Some(100)));
    assert_eq!(at(0.0), Some(0), "a clock that went backwards");
}

#[test]
fn a_changed_prompt_is_cached_nowhere_and_what_was_learnt_stays() {
    let mut clock = after(&[used(0.0, 0), used(5.0, 990)]);
    clock.prompt_changed();
    assert_eq!(words(&clock, 6.0), (CacheState::Unknown, "Not known".to_owned()));
    assert_eq!(bounds(&clock), (Some(5.0), None));
}

#[test]
fn two_accounts_of_one_conversation_are_joined() {
    let mut here = after(&[used(0.0, 0), used(5.0, 990)]);
    let there = after(&[used(0.0, 0), used(7.0, 990), used(27.0, 0)]);
    here.complete(there.clone());
    assert_eq!(bounds(&here), (Some(7.0), Some(20.0)));
    assert_eq!(here.line(Some("m")).unwrap().last, Some(Millis(27.0 * MINUTE)));
    let once = here.clone();
    here.complete(there.clone());
    assert_eq!(here, once, "and joining again changes nothing");
    let mut newer = Clock::default();
    for (minute, model) in ["a", "b", "m", "c"].iter().enumerate() {
        newer.used(model, &used(100.0 + minute as f64, 0));
    }
    let mut fresh = Clock::default();
    fresh.complete(newer.clone());
    assert_eq!(fresh.lines, newer.lines, "the one that was used last stays the last");
    newer.used("d", &used(200.0, 0));
    here.complete(newer);
    let models: Vec<&str> = here.lines.iter().map(|line| line.model.as_str()).collect();
    assert_eq!(models, ["b", "m", "c", "d"]);
}
