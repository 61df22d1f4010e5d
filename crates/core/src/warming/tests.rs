//! What is known of one conversation's cache: learnt from frames and turns, stored, and joined with what others know.

use super::*;
use dispatch_contract::{StepId, Usage};
use proptest::prelude::*;

const MINUTE: f64 = 60_000.0;

fn at(minute: f64) -> Millis {
    Millis(minute * MINUTE)
}

/// A frame that says that warming is on and warmed at this minute, and found everything.
fn frame(minute: f64) -> Told {
    Told { is_on: Some(true), rate: Some(95.0), retention: Some(100.0), last: Some(at(minute)), ..Told::default() }
}

/// A turn at this minute, whose prompt of a thousand tokens was read up to here.
fn turn(warming: &mut Warming, minute: f64, read: u64) {
    let id = TurnId::new(format!("t{minute}"));
    let usage = Usage {
        input_tokens: 1_000,
        output_tokens: 10,
        cache_read_tokens: Some(read),
        cache_write_tokens: Some(1_000 - read),
    };
    let events = [
        TurnEvent::UserMessage { text: String::new(), images: Vec::new() },
        TurnEvent::Usage { step_id: Some(StepId::from("s")), usage },
        TurnEvent::Done { reason: String::new(), duration_ms: None, usage: None, context_size: Some(1_010) },
    ];
    for event in events {
        warming.heard(&id, &event, at(minute), "m", true, true);
    }
}

fn told(warming: &mut Warming, minute: f64) {
    warming.told(&frame(minute), true, "m", at(minute));
}

fn outcomes(warming: &Warming) -> Vec<Outcome> {
    warming.history.iter().map(|warm| warm.outcome).collect()
}

fn joined(stored: &[&Warming]) -> Warming {
    let mut warming = Warming::default();
    for other in stored {
        assert!(warming.join_stored(&other.to_stored(), at(99.0)));
    }
    warming
}

/// A conversation with a turn, two warms that the next turn used, and a warm since.
fn lived() -> Warming {
    let mut warming = Warming::default();
    turn(&mut warming, 0.0, 0);
    told(&mut warming, 4.0);
    told(&mut warming, 8.0);
    turn(&mut warming, 10.0, 990);
    told(&mut warming, 14.0);
    warming
}

#[test]
fn warms_show_how_long_the_cache_is_kept_and_turns_what_they_were_good_for() {
    let warming = lived();
    let clock = warming.cache_clock(Some("m"), false, true);
    assert_eq!((clock.kept, clock.last, clock.tokens), (Some(4.0 * MINUTE), Some(at(14.0)), Some(1_010)));
    assert_eq!(outcomes(&warming), [Outcome::Open, Outcome::Saved(990), Outcome::Saved(0)]);
    assert_eq!(warming.unused.count, 1);
}

#[test]
fn a_warm_that_came_between_two_quick_turns_was_not_needed() {
    let mut warming = lived();
    turn(&mut warming, 15.0, 990);
    told(&mut warming, 16.0);
    turn(&mut warming, 17.0, 990);
    assert_eq!(outcomes(&warming)[0], Outcome::NotNeeded, "the cache was seen to be kept for longer than that");
    told(&mut warming, 21.0);
    turn(&mut warming, 22.0, 0);
    assert_eq!(outcomes(&warming)[0], Outcome::Wasted);
}

#[test]
fn a_warm_from_before_the_newest_turn_that_is_told_late_is_not_waiting_for_one() {
    let mut warming = lived();
    warming.told(&frame(9.0), false, "m", at(20.0));
    assert_eq!(outcomes(&warming)[1], Outcome::Unknown);
    assert_eq!(warming.unused.count, 1);
    assert_eq!(warming.cache_clock(Some("m"), false, true).last, Some(at(14.0)), "and moves no clock back");
}

#[test]
fn a_moment_in_the_future_is_now() {
    let mut warming = lived();
    warming.told(&frame(500.0), true, "m", at(18.0));
    assert_eq!(warming.cache_clock(Some("m"), false, true).last, Some(at(18.0)), "the backend's clock is ahead");
    warming.told(&Told { next: Some(at(-5.0)), last: None, ..frame(0.0) }, true, "m", at(19.0));
    assert_eq!(warming.history.iter().count(), 4, "no moment, no warm");
}

#[test]
fn what_is_stored_is_read_back_and_anything_else_is_set_aside() {
    let mut warming = lived();
    warming.choose_limit(Some(12), at(15.0));
    assert!(warming.take_unstored() && !warming.take_unstored());
    let restored = joined(&[&warming]);
    assert_eq!((&restored.history, &restored.clock.lines), (&warming.history, &warming.clock.lines));
    assert_eq!((restored.unused, restored.limit), (warming.unused, warming.limit));
    assert_eq!((restored.context, restored.last_turn), (warming.context, warming.last_turn));
    assert_eq!(restored.to_stored(), warming.to_stored());
    assert!(!restored.cache_clock(Some("m"), false, true).is_all, "who knows what happened meanwhile");
    let mut empty = Warming::default();
    for broken in ["", "[]", "{}", r#"{"version":2}"#] {
        assert!(!empty.join_stored(broken, at(0.0)), "{broken}");
    }
    let odd = r#"{"version":1,"warms":[7,{},{"at":"x"},{"at":5,"rate":"no","outcome":"odd"}],"lines":[{"model":3},
        {"model":"m","kept":9,"lost":4}],"unused":7,"limit":[0,9],"claim":["x","y"]}"#;
    assert!(empty.join_stored(odd, at(0.0)));
    assert_eq!(outcomes(&empty), [Outcome::Unknown]);
    assert_eq!(empty.clock.lines[0].lost, None, "what contradicts itself");
    assert_eq!(empty.limit.warms, None, "a limit that cannot be chosen is none");
}

#[test]
fn windows_that_hear_of_each_other_know_the_same() {
    let mut here = lived();
    let mut there = joined(&[&here]);
    told(&mut here, 18.0);
    turn(&mut there, 20.0, 990);
    there.choose_limit(None, at(21.0));
    let (one, other) = (joined(&[&here, &there]), joined(&[&there, &here]));
    assert_eq!(one.to_stored(), other.to_stored());
    assert_eq!(joined(&[&one, &here, &there]).to_stored(), one.to_stored(), "joining twice is joining once");
    assert_eq!(one.history.iter().map(|warm| warm.at).collect::<Vec<_>>(), [at(18.0), at(14.0), at(8.0), at(4.0)]);
    assert_eq!((one.unused.count, one.limit.warms), (0, None));
}

#[test]
fn a_warm_of_ones_own_is_told_to_others_when_it_stands_by_its_moment() {
    let answer = WarmResponse {
        input_tokens: 1_000,
        output_tokens: 1,
        cache_read_tokens: 990,
        cache_write_tokens: 10,
        cache_pct: 99.0,
        expected_cache_rate: 99.0,
    };
    let mut warming = Warming::default();
    assert!(warming.begin_manual(at(1.0)));
    assert!(!warming.begin_manual(at(1.0)), "one at a time");
    assert!(warming.manual_answered(Ok(&answer), "m", true, at(1.1)).is_some());
    assert_eq!(warming.manual_answered(Ok(&answer), "m", true, at(1.1)), None, "nobody waits for another answer");
    let mut other = Warming::default();
    assert!(other.join_stored(&warming.to_stored(), at(1.2)));
    assert_eq!(other.history.iter().count(), 0);
    warming.told(&frame(1.05), true, "m", at(1.3));
    assert!(other.join_stored(&warming.to_stored(), at(1.3)));
    assert_eq!(other.history.iter().map(|warm| warm.at).collect::<Vec<_>>(), [at(1.05)]);
    assert_eq!(warming.unused.count, 1, "counted once");
}

#[test]
fn after_too_many_unused_warms_one_window_claims_to_end_it() {
    let mut warming = lived();
    warming.choose_limit(Some(2), at(14.0));
    assert!(!warming.claims("w1", at(14.0)), "one warm went unused");
    told(&mut warming, 18.0);
    assert!(warming.claims("w1", at(18.0)));
    assert!(!warming.claims("w1", at(18.1)), "once");
    let mut other = joined(&[]);
    assert!(other.join_stored(&warming.to_stored(), at(18.0)));
    assert_eq!((warming.acts("w1", at(18.0)), other.acts("w2", at(18.0))), (Some(2), None));
    assert!(!other.claims("w2", at(18.1)), "somebody is at it");
    assert_eq!(warming.acts("w1", at(21.0)), None, "too late");
    assert!(other.claims("w2", at(21.0)), "unless that window is gone");
    warming.told(&Told { is_on: Some(false), ..frame(18.0) }, true, "m", at(18.2));
    told(&mut warming, 18.0);
    assert_eq!(warming.unused.count, 0, "who turns it on again means it");
    assert!(!warming.claims("w1", at(30.0)));
    warming.choose_limit(None, at(30.0));
    warming.unused.count = 1_000_000;
    assert!(!warming.claims("w1", at(30.0)), "no limit");
    warming.choose_limit(Some(0), at(31.0));
    assert_eq!(warming.limit.warms, Some(1));
}

#[test]
fn of_claims_at_the_same_time_the_first_one_counts_in_every_window() {
    let claim = |window: &str, minute| Claim { at: at(minute), window: window.to_owned() };
    let after = |claims: &[Claim]| {
        let mut warming = Warming::default();
        claims.iter().for_each(|claim| warming.hear_claim(claim.clone(), at(5.0)));
        warming.claim
    };
    let (a, b, earlier, old) = (claim("a", 5.0), claim("b", 5.0), claim("c", 4.99), claim("d", 2.0));
    assert_eq!(after(&[b.clone(), a.clone()]), Some(a.clone()));
    assert_eq!(after(&[a.clone(), b.clone()]), Some(a.clone()));
    assert_eq!(after(&[a.clone(), earlier.clone(), b]), Some(earlier));
    assert_eq!(after(&[a.clone(), old.clone()]), Some(a));
    assert_eq!(after(&[old]), None);
}

proptest! {
    /// Each window hears of what another one stores a little later, and sooner than it acts.
    #[test]
    fn of_all_windows_that_see_that_nobody_uses_it_one_acts(
        seen in prop::collection::vec((0_u16..3_000, 0_u16..900), 1..5),
    ) {
        let windows = seen.len();
        let name = |window: usize| format!("w{window}");
        // Claims that are on their way: when they are heard, by whom, and what.
        let mut told: Vec<(u16, usize, Claim)> = Vec::new();
        let mut warmings = vec![Warming { unused: Unused { count: DEFAULT_LIMIT, since: at(0.0) }, ..Warming::default() }; windows];
        let mut acts: Vec<(u16, usize)> = Vec::new();
        let mut acted = 0;
        for now in 0..5_000_u16 {
            let moment = Millis(1e12 + f64::from(now));
            for (_, window, claim) in told.iter().filter(|(heard, ..)| *heard == now) {
                warmings[*window].hear_claim(claim.clone(), moment);
            }
            for (window, (sees, delay)) in seen.iter().enumerate().filter(|(_, (sees, _))| *sees == now) {
                if warmings[window].claims(&name(window), moment) {
                    acts.push((sees + CLAIM_PAUSE as u16, window));
                    let claim = Claim { at: moment, window: name(window) };
                    told.extend((0..windows).filter(|other| *other != window).map(|other| (sees + delay + 1, other, claim.clone())));
                }
            }
            let due = acts.iter().filter(|(when, window)| *when == now && warmings[*window].acts(&name(*window), moment).is_some());
            acted += due.count();
        }
        prop_assert_eq!(acted, 1);
    }
}
