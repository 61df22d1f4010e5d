//! Whatever happens in between, the transcript ends as the truth: any interleaving of live frames, replays, reconnects and
//! history pages, with equal prompts and equal answers among them, shows in the end what a console shows that is opened
//! for the first time. And every message the person sent is in the log exactly once.

use crate::world::{Storing, World, say};
use dispatch_contract::TurnEvent;
use dispatch_core::outbox::SendState;
use dispatch_core::{Fact, Timer};
use proptest::prelude::*;

/// One thing that may happen next.
#[derive(Clone, Copy, Debug)]
enum Happening {
    PersonSends(u8),
    OtherSends(u8),
    BackendReads,
    TurnGoesOn,
    FrameArrives,
    FramesArrive,
    HistoryIsServed,
    HistoryArrives,
    HistoryFails,
    CacheAnswers,
    MetricsArrive,
    SocketDrops,
    SocketOpens,
    TimePasses,
    PageReloads,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (0_u8..2).prop_map(Happening::PersonSends),
        1 => (0_u8..2).prop_map(Happening::OtherSends),
        6 => Just(Happening::BackendReads),
        10 => Just(Happening::TurnGoesOn),
        8 => Just(Happening::FrameArrives),
        2 => Just(Happening::FramesArrive),
        4 => Just(Happening::HistoryIsServed),
        4 => Just(Happening::HistoryArrives),
        1 => Just(Happening::HistoryFails),
        3 => Just(Happening::CacheAnswers),
        2 => Just(Happening::MetricsArrive),
        1 => Just(Happening::SocketDrops),
        4 => Just(Happening::SocketOpens),
        2 => Just(Happening::TimePasses),
        1 => Just(Happening::PageReloads),
    ]
}

/// A turn's events; ids are made unique by the number of the script.
fn script() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0_u8..7, 0..9)
}

fn play(number: usize, beats: &[u8]) -> Vec<TurnEvent> {
    let mut events = Vec::new();
    let (mut steps, mut has_calls) = (0, false);
    for (beat, kind) in beats.iter().enumerate() {
        let (call, step) = (format!("call{number}.{beat}"), format!("step{number}.{steps}"));
        has_calls |= matches!(kind, 3 | 4);
        match kind {
            0 | 1 => events.push(say::text("hello ")),
            2 => events.push(say::thinking("hmm ")),
            3 => events.extend([say::call(&call, &step), say::output(&call, "out"), say::result(&call, &step)]),
            4 => events.push(say::call(&call, &step)),
            // A step ends with its calls asked for and their results to come; only a turn's last step asks for none.
            5 => {
                let used = say::used(&step, 10 + beat as u64);
                events.extend([say::call(&call, &step), used, say::step_ends(&step), say::result(&call, &step)]);
                (steps, has_calls) = (steps + 1, false);
            }
            _ => events.push(say::usage()),
        }
    }
    // Not every backend counts what it does, but one that counts a step counts all.
    if has_calls || steps > 0 {
        let last = format!("step{number}.{steps}");
        events.extend([say::text("so"), say::used(&last, 7), say::step_took(&last, 200.0, 100.0)]);
    }
    events
}

/// What the person says, and what somebody else does. They differ because a message on its way that is also somebody
/// else's cannot be told apart by anybody; the same words from the same mouth can.
const WORDS: [&str; 2] = ["hi", "hi there"];
const OTHER_WORDS: [&str; 2] = ["go on", "hi you"];

fn happen(world: &mut World, happening: Happening, sent: &mut [usize; 2]) {
    match happening {
        Happening::PersonSends(which) => {
            // A person waits for the one message to be taken before the next: the console would, too.
            let waiting = world.state.focused().is_some_and(|conversation| !conversation.outbox.items().is_empty());
            if !waiting && world.person_sends(WORDS[usize::from(which)]) {
                sent[usize::from(which)] += 1;
            }
        }
        Happening::OtherSends(which) => {
            let id = world.focused();
            if world.state.tabs().contains(&id) {
                world.other_sends(&id, OTHER_WORDS[usize::from(which)]);
            }
        }
        Happening::BackendReads => drop(world.backend_reads()),
        Happening::TurnGoesOn => {
            for id in world.running() {
                world.turn_goes_on(&id);
            }
        }
        Happening::FrameArrives => drop(world.frame_arrives()),
        Happening::FramesArrive => world.frames_arrive(),
        Happening::HistoryIsServed => drop(world.history_is_served()),
        Happening::HistoryArrives => drop(world.history_arrives()),
        Happening::HistoryFails => drop(world.history_fails()),
        Happening::CacheAnswers => drop(world.cache_answers()),
        Happening::MetricsArrive => drop(world.metrics_arrive()),
        Happening::SocketDrops => world.socket_drops(),
        Happening::SocketOpens => world.socket_opens(),
        Happening::TimePasses => {
            // The limit on reading the subscriptions is for backends that answer no probes; this one does. And where no
            // socket opens for long, messages go another way, on which less can be known: `over_http` tells of it.
            if world.timers.remove(&Timer::Handshake).is_some() {
                world.socket_opens();
            }
            world.timers.remove(&Timer::Subscribed);
            world.timers.remove(&Timer::OverHttp);
            world.time_passes();
        }
        Happening::PageReloads => world.load_page(),
    }
}

fn retry_what_was_refused(world: &mut World) {
    for _ in 0..20 {
        let failed = world.state.focused().and_then(|conversation| {
            let is_failed = |item: &&dispatch_core::outbox::Outgoing| matches!(item.state, SendState::Failed { .. });
            conversation.outbox.items().iter().find(is_failed).map(|item| item.row)
        });
        let Some(row) = failed else { return };
        world.tell(Fact::RetryRequested(row));
        world.settles();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn every_interleaving_ends_in_the_truth(
        steps in any::<bool>(),
        cache_is_slow in any::<bool>(),
        scripts in prop::collection::vec(script(), 1..6),
        happenings in prop::collection::vec(happening(), 0..160),
    ) {
        let storing = if steps { Storing::AtSteps } else { Storing::AtSeal };
        let mut world = World::new(storing);
        for (number, beats) in scripts.iter().enumerate() {
            world.script(play(number, beats));
        }
        let mut sent = [0; 2];
        world.cache_is_slow = cache_is_slow;
        world.metrics_are_slow = cache_is_slow;
        world.socket_opens();
        for happening in happenings {
            happen(&mut world, happening, &mut sent);
            prop_assume!(!world.state.connection().is_over_http());
        }
        world.settles();
        retry_what_was_refused(&mut world);
        let id = world.focused();
        prop_assert_eq!(world.shown_of(&id), world.truth(&id));
        for (word, count) in WORDS.iter().zip(sent) {
            prop_assert_eq!(world.times_in_log(word), count, "times {:?} is in the log", word);
        }
    }

    #[test]
    fn a_reload_at_any_moment_ends_in_the_truth(
        steps in any::<bool>(),
        beats in script(),
        before in prop::collection::vec(happening(), 0..40),
        after in prop::collection::vec(happening(), 0..40),
    ) {
        let storing = if steps { Storing::AtSteps } else { Storing::AtSeal };
        let mut world = World::new(storing);
        world.cache_is_slow = true;
        world.socket_opens();
        world.person_sends("hi");
        world.settles();
        world.script(play(1, &beats));
        let mut sent = [0; 2];
        for happening in before.into_iter().chain([Happening::PageReloads]).chain(after) {
            happen(&mut world, happening, &mut sent);
            prop_assume!(!world.state.connection().is_over_http());
        }
        world.settles();
        retry_what_was_refused(&mut world);
        let id = world.focused();
        prop_assert_eq!(world.shown_of(&id), world.truth(&id));
    }

    #[test]
    fn the_same_facts_give_the_same_state(
        scripts in prop::collection::vec(script(), 1..3),
        happenings in prop::collection::vec(happening(), 0..60),
    ) {
        let live = || {
            let mut world = World::new(Storing::AtSteps);
            for (number, beats) in scripts.iter().enumerate() {
                world.script(play(number, beats));
            }
            let mut sent = [0; 2];
            for happening in &happenings {
                happen(&mut world, *happening, &mut sent);
            }
            world.state
        };
        prop_assert_eq!(live(), live());
    }
}
