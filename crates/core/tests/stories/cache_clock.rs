//! The clock of the cache never says what is not so. A provider keeps a prompt for a while that nobody tells; turns and
//! warms come and go, some of them while nothing is connected, another tab is looked at, or the page is loaded anew.
//! Whenever the console says “warm”, the prompt is there, and whenever it says “cold”, it is not.

use crate::world::extensions::entry;
use crate::world::{Storing, World, say};
use dispatch_contract::{StepId, SurfaceScope, TurnEvent, Usage};
use dispatch_core::warming::CacheState;
use dispatch_core::{Fact, Millis};
use proptest::prelude::*;
use say::id;
use serde_json::json;

const MINUTE: f64 = 60_000.0;
const TOKENS: u64 = 50_000;

/// What keeps the prompt.
#[derive(Debug)]
struct Provider {
    /// For so many milliseconds after its last use.
    keeps: f64,
    used: Option<f64>,
    warmed: Option<f64>,
    found: bool,
}

impl Provider {
    fn holds(&self, now: f64) -> bool {
        self.used.is_some_and(|used| now - used < self.keeps)
    }

    fn is_asked(&mut self, now: f64) {
        self.found = self.holds(now);
        self.used = Some(now);
    }
}

/// One thing that may happen next.
#[derive(Clone, Copy, Debug)]
enum Happening {
    MinutesPass(u8),
    TurnBegins,
    TurnGoesOn,
    TurnEnds,
    Warm,
    LooksAtOther,
    LooksBack,
    SocketDrops,
    SocketOpens,
    PageReloads,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        5 => (1_u8..8).prop_map(Happening::MinutesPass),
        5 => Just(Happening::TurnBegins),
        2 => Just(Happening::TurnGoesOn),
        7 => Just(Happening::TurnEnds),
        4 => Just(Happening::Warm),
        1 => Just(Happening::LooksAtOther),
        2 => Just(Happening::LooksBack),
        1 => Just(Happening::SocketDrops),
        3 => Just(Happening::SocketOpens),
        1 => Just(Happening::PageReloads),
    ]
}

fn turn_of_one_step(read: u64) -> Vec<TurnEvent> {
    let usage = Usage {
        input_tokens: TOKENS,
        output_tokens: 10,
        cache_read_tokens: Some(read),
        cache_write_tokens: Some(TOKENS - read),
    };
    vec![TurnEvent::Usage { step_id: Some(StepId::from("s")), usage }, say::step_ends("s"), say::text("so")]
}

fn tell_warming(world: &mut World, provider: &Provider) {
    let found = if provider.found { "100%" } else { "0%" };
    let rate = if provider.warmed.is_some() { found } else { "—" };
    world.surface_shows(
        "cache-warming",
        json!([
            { "kind": "toggle", "label": "Warming", "value": true, "action": { "actionId": "t" } },
            { "kind": "stat", "label": "Last cache rate", "value": rate },
            { "kind": "custom", "rendererId": "cache-warming-timer",
              "payload": { "nextWarmAt": null, "lastWarmAt": provider.warmed } },
        ]),
    );
}

fn happen(world: &mut World, provider: &mut Provider, happening: Happening) {
    let watched = id("b");
    let runs = world.running().contains(&watched);
    match happening {
        Happening::MinutesPass(minutes) => world.waits(f64::from(minutes) * MINUTE),
        Happening::TurnBegins if !runs => {
            provider.is_asked(world.now);
            world.script(turn_of_one_step(if provider.found { TOKENS } else { 0 }));
            world.other_sends(&watched, "go on");
            world.turn_goes_on(&watched);
        }
        Happening::TurnGoesOn => drop(world.turn_goes_on(&watched)),
        Happening::TurnEnds => while world.turn_goes_on(&watched) {},
        Happening::Warm if !runs => {
            provider.is_asked(world.now);
            provider.warmed = Some(world.now);
            tell_warming(world, provider);
        }
        Happening::TurnBegins | Happening::Warm => {}
        Happening::LooksAtOther => world.tell(Fact::TabSelected(id("a"))),
        Happening::LooksBack => world.tell(Fact::TabSelected(watched)),
        Happening::SocketDrops => world.socket_drops(),
        Happening::SocketOpens => world.socket_opens(),
        Happening::PageReloads => world.load_page(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_clock_says_only_what_is_so(
        keeps in 2_u8..12,
        warms_itself in any::<bool>(),
        happenings in prop::collection::vec(happening(), 0..60),
    ) {
        let keeps = f64::from(keeps) * MINUTE;
        let mut provider = Provider { keeps, used: None, warmed: None, found: false };
        let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
        world.settles();
        if warms_itself {
            tell_warming(&mut world, &provider);
            world.extensions_are(vec![entry("cache-warming", SurfaceScope::Conversation)]);
        } else {
            world.extensions_are(Vec::new());
        }
        world.settles();
        for happening in happenings {
            if matches!(happening, Happening::Warm) && !warms_itself {
                continue;
            }
            happen(&mut world, &mut provider, happening);
            // Events say when they happen by coming then: what is on its way arrives before anything else happens.
            world.goes_quiet();
            let clock = world.state.cache_clock(&id("b"));
            match clock.state(Millis(world.now)) {
                _ if clock.is_running => {}
                CacheState::Warm | CacheState::Expiring => {
                    prop_assert!(provider.holds(world.now), "it is cold: {clock:?}, {provider:?}");
                }
                CacheState::Cold => prop_assert!(!provider.holds(world.now), "it is warm: {clock:?}, {provider:?}"),
                CacheState::Unknown => {}
            }
        }
    }
}
