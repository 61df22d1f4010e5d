//! Cache warming as a person meets it.

use crate::world::extensions::entry;
use crate::world::{Storing, World, say};
use dispatch_contract::{StepId, SurfaceScope, TurnEvent, Usage, WarmResponse};
use dispatch_core::surfaces::{Standing, Use};
use dispatch_core::warming::{CLAIM_PAUSE, CacheState, Manual};
use dispatch_core::{Fact, HttpFailure, Millis};
use say::id;
use serde_json::{Value, json};

const MINUTE: f64 = 60_000.0;

/// Two tabs, `a` and `b`, the second in view, and a backend that warms caches. The switch is on.
fn world() -> World {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.settles();
    world.surface_shows("cache-warming", fields(true, None));
    world.extensions_are(vec![entry("cache-warming", SurfaceScope::Conversation)]);
    world.settles();
    world.orders();
    world
}

fn fields(is_on: bool, warmed: Option<f64>) -> Value {
    let rate = if warmed.is_some() { "61%" } else { "—" };
    json!([
        { "kind": "toggle", "label": "Warming", "value": is_on, "action": { "actionId": "cache-warming/toggle" } },
        { "kind": "number", "label": "Interval", "value": 240, "min": 10, "max": 3600, "unit": "s",
          "action": { "actionId": "cache-warming/set-interval" } },
        { "kind": "stat", "label": "Last cache rate", "value": rate },
        { "kind": "stat", "label": "Cache retention", "value": if warmed.is_some() { "100%" } else { "—" } },
        { "kind": "custom", "rendererId": "cache-warming-timer", "payload": {
            "nextWarmAt": warmed.map(|at| at + 4.0 * MINUTE), "lastWarmAt": warmed } },
    ])
}

/// Four minutes pass, the backend warms the cache, and the console hears of it.
fn warms(world: &mut World) {
    world.waits(4.0 * MINUTE);
    let fields = fields(true, Some(world.now));
    world.surface_shows("cache-warming", fields);
    world.goes_quiet();
}

fn usage(read: u64) -> TurnEvent {
    let usage = Usage {
        input_tokens: 184_321,
        output_tokens: 100,
        cache_read_tokens: Some(read),
        cache_write_tokens: Some(184_321 - read),
    };
    TurnEvent::Usage { step_id: Some(StepId::from("s")), usage }
}

/// A whole turn, that reads this much from the cache.
fn turn(world: &mut World, read: u64) {
    world.script(vec![usage(read), say::step_ends("s"), say::text("so")]);
    world.person_asks("go on");
    world.turn_goes_on_by(5);
    world.goes_quiet();
}

fn history(world: &World) -> Vec<String> {
    let view = world.state.warming_view().unwrap();
    view.history.iter().map(|warm| format!("{} {}", warm.words, warm.outcome).trim().to_owned()).collect()
}

fn answer() -> WarmResponse {
    WarmResponse {
        input_tokens: 1_000,
        output_tokens: 5,
        cache_read_tokens: 610,
        cache_write_tokens: 0,
        cache_pct: 61.0,
        expected_cache_rate: 100.0,
    }
}

fn now(world: &World) -> Millis {
    Millis(world.now)
}

#[test]
fn the_view_shows_what_the_surface_tells() {
    let mut world = world();
    let view = world.state.warming_view().unwrap();
    assert!(view.switch.is_some_and(|switch| switch.is_on && switch.control.label == "Warming"));
    assert_eq!(view.interval.map(|interval| (interval.minutes, interval.seconds)), Some((4, 0)));
    assert_eq!(view.countdown.words(now(&world)), "Next warm: waiting…");
    assert_eq!((view.rate, view.standing), (None, Standing::Current));
    warms(&mut world);
    let view = world.state.warming_view().unwrap();
    assert_eq!(view.countdown.words(now(&world)), "Next warm in 4:00");
    assert_eq!(view.rate.map(|rate| rate.words).as_deref(), Some("61%"));
    assert_eq!(history(&world), ["Warmed — 61% cache hit"]);
    let mut jumped = fields(true, Some(world.now));
    jumped[4]["payload"]["nextWarmAt"] = json!(world.now - 60_000.0);
    world.surface_shows("cache-warming", jumped);
    world.goes_quiet();
    let view = world.state.warming_view().unwrap();
    assert_eq!(view.countdown.words(now(&world)), "Next warm: waiting…", "a next warm that is long past");
    world.surface_shows("cache-warming", fields(false, Some(world.now)));
    world.goes_quiet();
    assert_eq!(world.state.warming_view().unwrap().countdown.words(now(&world)), "Warming paused.");
    assert_eq!(world.state.surface_views(), [], "it is shown in its own view only");
}

#[test]
fn a_draft_has_none() {
    let mut world = world();
    world.tell(Fact::DraftSelected);
    assert_eq!(world.state.warming_view(), None);
    world.tell(Fact::WarmRequested);
    world.tell(Fact::WarmIntervalSet { minutes: "1".to_owned(), seconds: "0".to_owned() });
    assert!(world.caches.warms.is_empty());
    assert!(world.frames_sent().iter().all(|frame| !frame.contains("invoke")));
}

#[test]
fn the_history_belongs_to_its_conversation_and_outlives_the_page() {
    let mut world = world();
    warms(&mut world);
    warms(&mut world);
    world.tell(Fact::TabSelected(id("a")));
    assert_eq!(history(&world), Vec::<String>::new());
    world.tell(Fact::TabSelected(id("b")));
    assert_eq!(history(&world).len(), 2);
    world.load_page();
    assert_eq!(history(&world).len(), 2);
    world.settles();
    assert_eq!(history(&world).len(), 2, "a known warm is no new one");
    world.tell(Fact::TabCloseRequested(id("b")));
    world.settles();
    assert!(!world.caches.stored.contains_key("b"), "nothing of it stays");
}

#[test]
fn what_is_left_of_conversations_without_a_tab_goes_and_what_is_broken_is_counted() {
    let mut world = world();
    world.caches.stored.insert("gone".to_owned(), "{}".to_owned());
    world.caches.stored.insert("b".to_owned(), "broken".to_owned());
    world.load_page();
    assert_eq!(world.caches.stored.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(world.anomalies(), "CorruptStorage 1");
}

#[test]
fn an_interval_is_typed_in_minutes_and_seconds_and_sent_in_seconds() {
    let mut world = world();
    let mut set = |minutes: &str, seconds: &str| {
        world.tell(Fact::WarmIntervalSet { minutes: minutes.to_owned(), seconds: seconds.to_owned() });
        let interval = world.state.warming_view().unwrap().interval.unwrap();
        (world.frames_sent().len(), interval.control.note, (interval.minutes, interval.seconds))
    };
    let refused = |words: &str| (0, Some(words.to_owned()), (4, 0));
    assert_eq!(set("0", "5"), refused("From 10 to 3600 s."));
    assert_eq!(set("90", ""), refused("From 10 to 3600 s."));
    assert_eq!(set("x", "5"), refused("Type a number."));
    assert_eq!(set("1.5", ""), refused("Type a number."));
    assert_eq!(set("2", "5"), (1, None, (2, 5)), "shown at once");
    world.goes_quiet();
    world.waits(5_000.0);
    let interval = world.state.warming_view().unwrap().interval.unwrap();
    assert_eq!((interval.minutes, interval.seconds), (4, 0), "and taken back without an answer");
    assert_eq!(interval.control.note.as_deref(), Some("The backend did not answer within 5 seconds."));
}

#[test]
fn a_warm_of_the_persons_own_has_what_a_turn_would_have() {
    let mut world = world();
    world.tell(Fact::ModelChosen("x/y".to_owned()));
    world.caches.cwd = Ok(Some("/work".to_owned()));
    world.orders();
    world.tell(Fact::WarmRequested);
    world.tell(Fact::WarmRequested);
    assert_eq!(world.orders(), r#"Post /chat/warm {"conversationId":"b","model":"x/y","cwd":"/work"}"#, "once");
    assert!(world.state.warming_view().unwrap().manual.is_working());
    world.warm_ends(Ok(answer()));
    let (headline, detail) = ("100% retained".to_owned(), "61% of the prompt cached".to_owned());
    assert_eq!(world.state.warming_view().unwrap().manual, Manual::Done { headline, detail });
    assert_eq!(world.state.announcement().text, "Cache warmed: 100% retained");
    assert_eq!(history(&world), ["Warmed — 61% cache hit"]);
    let ledger = world.state.warming_view().unwrap().ledger;
    assert_eq!(ledger.net, "Net: 395 tokens spent; 610 tokens read from the cache for it");
    world.surface_shows("cache-warming", fields(true, Some(world.now - 5.0)));
    world.goes_quiet();
    assert_eq!(history(&world), ["Warmed — 61% cache hit"], "the frame is about the same one");
}

#[test]
fn a_warm_that_fails_says_why() {
    let mut world = world();
    let mut fails = |cwd: Result<Option<String>, HttpFailure>, failure: HttpFailure| {
        world.caches.cwd = cwd;
        world.tell(Fact::WarmRequested);
        if !world.caches.warms.is_empty() {
            world.warm_ends(Err(failure));
        }
        let Manual::Failed(words) = world.state.warming_view().unwrap().manual else { panic!("it did not fail") };
        words
    };
    let refused = |status, message: Option<&str>| HttpFailure::Refused { status, message: message.map(str::to_owned) };
    assert_eq!(fails(Ok(None), refused(409, Some("generating"))), "generating");
    assert_eq!(fails(Ok(None), refused(400, None)), "Warm failed (HTTP 400)");
    assert_eq!(fails(Ok(None), HttpFailure::Unreachable), "Warm failed: the server cannot be reached.");
    let unreachable = Err(HttpFailure::Unreachable);
    assert_eq!(fails(unreachable, refused(500, None)), "Warm failed: the server cannot be reached.");
    assert_eq!(fails(Err(refused(404, None)), refused(400, None)), "Warm failed (HTTP 400)", "a backend without cwds");
    assert_eq!(history(&world), Vec::<String>::new());
}

#[test]
fn an_answer_after_the_focus_moved_belongs_to_its_own_conversation() {
    let mut world = world();
    world.tell(Fact::WarmRequested);
    world.tell(Fact::TabSelected(id("a")));
    world.warm_ends(Ok(answer()));
    assert_eq!(world.state.warming_view().unwrap().manual, Manual::Idle);
    assert_eq!(history(&world), Vec::<String>::new());
    world.tell(Fact::TabSelected(id("b")));
    assert_eq!(history(&world).len(), 1);
    world.tell(Fact::WarmRequested);
    world.tell(Fact::TabCloseRequested(id("b")));
    world.warm_ends(Ok(answer()));
    assert_eq!(world.anomalies(), "LateAnswer 1", "nobody waits for it");
}

#[test]
fn the_clock_says_how_warm_the_cache_is_and_what_a_message_costs() {
    let mut world = world();
    let clock = |world: &World| world.state.cache_clock(&id("b"));
    let state = |world: &World| clock(world).state(now(world));
    assert_eq!((state(&world), clock(&world).cost_words(now(&world))), (CacheState::Unknown, None));
    turn(&mut world, 0);
    assert_eq!(state(&world), CacheState::Unknown, "one turn says nothing");
    world.waits(4.0 * MINUTE);
    turn(&mut world, 184_000);
    assert_eq!(state(&world), CacheState::Warm);
    world.waits(15.0 * MINUTE);
    assert_eq!(state(&world), CacheState::Unknown, "it was never seen to be lost");
    turn(&mut world, 0);
    world.waits(16.0 * MINUTE);
    assert_eq!(state(&world), CacheState::Cold);
    let cost = clock(&world).cost_words(now(&world));
    assert_eq!(cost.as_deref(), Some("cold: about 184k tokens read again"));
    world.tell(Fact::ModelChosen("another/model".to_owned()));
    assert_eq!(state(&world), CacheState::Unknown, "another model has a cache of its own");
    world.script(vec![say::text("so")]);
    world.person_asks("go on");
    assert_eq!(clock(&world).words(now(&world)), "Warm: in use");
}

#[test]
fn a_turn_in_a_tab_that_is_not_in_view_proves_nothing_where_the_backend_may_have_warmed() {
    let mut world = world();
    turn(&mut world, 0);
    world.tell(Fact::TabSelected(id("a")));
    world.settles();
    world.waits(60.0 * MINUTE);
    for event in [say::prompt("hi"), usage(184_000), say::step_ends("s"), say::done(), say::sealed()] {
        let event = dispatch_contract::AgentEvent::Turn {
            conversation_id: id("b"),
            turn_id: dispatch_contract::TurnId::from("other"),
            event,
        };
        world.hears_message(dispatch_contract::ServerMessage::ChatDelta { event });
    }
    assert_eq!(world.state.cache_clock(&id("b")).kept, None, "an hour, or four minutes since the last warm");
}

#[test]
fn what_happened_while_nothing_was_connected_is_not_guessed() {
    let mut world = world();
    turn(&mut world, 0);
    world.waits(4.0 * MINUTE);
    turn(&mut world, 184_000);
    world.waits(10.0 * MINUTE);
    turn(&mut world, 0);
    world.reconnects();
    world.waits(30.0 * MINUTE);
    assert_eq!(world.state.cache_clock(&id("b")).state(now(&world)), CacheState::Unknown);
    world.load_page();
    world.settles();
    let clock = world.state.cache_clock(&id("b"));
    assert_eq!(clock.kept, Some(4.0 * MINUTE), "what was learnt is kept");
    assert_eq!(clock.state(now(&world)), CacheState::Unknown);
}

#[test]
fn the_ledger_tells_what_warming_brought() {
    let mut world = world();
    turn(&mut world, 0);
    warms(&mut world);
    warms(&mut world);
    turn(&mut world, 184_000);
    warms(&mut world);
    assert_eq!(
        history(&world),
        [
            "Warmed — 61% cache hit",
            "Warmed — 61% cache hit saved 184k tokens",
            "Warmed — 61% cache hit kept the cache for a later warm",
        ]
    );
    let ledger = world.state.warming_view().unwrap().ledger;
    assert_eq!(ledger.total, "3 warms: 2 helped, 1 waits for a turn");
    assert_eq!(ledger.net, "Net: about 31.8k tokens spent; about 337k tokens read from the cache for it");
}

/// How many times the switch was used.
fn flips(world: &mut World) -> usize {
    world.frames_sent().iter().filter(|frame| frame.contains("cache-warming/toggle")).count()
}

#[test]
fn warming_that_nobody_uses_is_turned_off_and_the_person_is_told() {
    let mut world = world();
    world.tell(Fact::WarmLimitSet(Some(3)));
    assert_eq!(world.state.warming_view().unwrap().limit, Some(3));
    (0..2).for_each(|_| warms(&mut world));
    world.waits(CLAIM_PAUSE);
    assert_eq!(flips(&mut world), 0);
    warms(&mut world);
    assert_eq!(flips(&mut world), 0, "other windows must hear of it first");
    world.waits(CLAIM_PAUSE);
    assert_eq!(flips(&mut world), 1);
    let told = "Cache warming of “New chat” was turned off: no turn used the last 3 warms.";
    assert_eq!((world.problems(), world.state.announcement().text.as_str()), (vec![told], told));
    world.surface_shows("cache-warming", fields(false, Some(world.now)));
    world.settles();
    assert_eq!(flips(&mut world), 0);
}

#[test]
fn a_turn_begins_the_counting_anew() {
    let mut world = world();
    world.tell(Fact::WarmLimitSet(Some(3)));
    (0..2).for_each(|_| warms(&mut world));
    turn(&mut world, 184_000);
    (0..2).for_each(|_| warms(&mut world));
    world.waits(CLAIM_PAUSE);
    assert_eq!(flips(&mut world), 0);
}

#[test]
fn nothing_flips_what_is_off_already_or_what_another_window_flips() {
    for what in ["off", "other window", "lost", "elsewhere", "by the person"] {
        let mut world = world();
        world.tell(Fact::WarmLimitSet(Some(1)));
        warms(&mut world);
        match what {
            "off" => {
                world.surface_shows("cache-warming", fields(false, Some(world.now)));
                world.goes_quiet();
            }
            "other window" => {
                let stored = world.caches.stored["b"].clone();
                let claim = format!("\"claim\":[{},\"", world.now - 1.0);
                let (before, after) = stored.split_once("\"claim\":[").unwrap();
                let (_, name) = after.split_once("\"").unwrap();
                let stored = [before, &claim, "another ", name].concat();
                world.tell(Fact::WarmingStored { conversation: id("b"), stored });
            }
            "lost" => world.socket_drops(),
            "elsewhere" => world.tell(Fact::TabSelected(id("a"))),
            _ => {
                let (surface, action) = ("cache-warming".into(), "cache-warming/toggle".into());
                world.tell(Fact::ControlUsed { surface, action, used: Use::Switch(false) });
                assert_eq!(flips(&mut world), 1);
            }
        }
        world.waits(CLAIM_PAUSE);
        assert_eq!((flips(&mut world), world.problems()), (0, vec![]), "{what}");
    }
}
