//! Surfaces as a person meets them: over a socket that is slow and breaks, while looking from one tab to the next.

use crate::world::extensions::{Held, entry};
use crate::world::{Storing, World, say};
use dispatch_contract::{ServerMessage, SurfaceScope, SurfaceUpdate};
use dispatch_core::surfaces::{Block, Standing, SurfaceView, Use};
use dispatch_core::{Fact, Timer};
use proptest::prelude::*;
use say::id;
use serde_json::json;

/// Two tabs, `a` and `b`, the second in view; a global surface, and one of each conversation.
fn world() -> World {
    let mut world = World::with_tabs(Storing::AtSeal, &["a", "b"]);
    world.settles();
    world.extensions_are(vec![entry("g", SurfaceScope::Global), entry("c", SurfaceScope::Conversation)]);
    world.settles();
    world.orders();
    world
}

fn look_at(world: &mut World, tab: &str) {
    world.tell(Fact::TabSelected(id(tab)));
}

/// The surfaces, each with whose it says that it is.
fn shown(world: &World) -> String {
    let surface = |view: SurfaceView| {
        let whose = view.blocks.into_iter().find_map(|block| {
            let Block::Stats(stats) = block.block else { return None };
            Some(stats.into_iter().next()?.value)
        });
        let standing = match view.standing {
            Standing::Awaited => " awaited",
            Standing::Stale => " stale",
            Standing::Current => "",
        };
        format!("{}: {}{standing}", view.id, whose.unwrap_or_default())
    };
    world.state.surface_views().into_iter().map(surface).collect::<Vec<_>>().join(", ")
}

fn subscriptions(world: &mut World) -> Vec<String> {
    let about = |frame: &String| frame.contains("subscribe") && !frame.contains("probe");
    let mut short = Vec::new();
    for frame in world.frames_sent().into_iter().filter(about) {
        let frame: serde_json::Value = serde_json::from_str(&frame).unwrap();
        let of = |name: &str| frame.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        short.push(format!("{} {}@{}", of("type"), of("surfaceId"), of("conversationId")));
    }
    short
}

#[test]
fn the_surfaces_of_the_conversation_in_view_are_held_and_no_others() {
    let mut world = world();
    assert_eq!(shown(&world), "g: everybody, c: b");
    look_at(&mut world, "a");
    assert_eq!(shown(&world), "g: everybody, c:  awaited", "nothing of b stays");
    assert_eq!(subscriptions(&mut world), ["unsubscribe c@b", "subscribe c@a"]);
    world.settles();
    assert_eq!(shown(&world), "g: everybody, c: a");
    look_at(&mut world, "b");
    assert_eq!(shown(&world), "g: everybody, c: b stale", "what it was last, marked");
    world.settles();
    assert_eq!(shown(&world), "g: everybody, c: b");
    subscriptions(&mut world);
    world.tell(Fact::DraftSelected);
    assert_eq!(subscriptions(&mut world), ["unsubscribe c@b"], "a draft has none");
    assert_eq!(shown(&world), "g: everybody");
    world.person_sends("hi");
    assert_eq!(subscriptions(&mut world), ["subscribe c@c2"], "until its first message made it a conversation");
}

#[test]
fn closing_a_tab_moves_its_surfaces_and_forgets_them() {
    let mut world = world();
    world.tell(Fact::TabCloseRequested(id("b")));
    world.settles();
    assert_eq!(shown(&world), "g: everybody, c: a");
    world.tell(Fact::ConversationChosen(id("b")));
    assert_eq!(shown(&world), "g: everybody, c:  awaited");
}

#[test]
fn every_socket_begins_with_all_that_is_held_then_the_tabs_then_the_probe() {
    let mut world = world();
    world.socket_drops();
    assert_eq!(shown(&world), "g: everybody stale, c: b stale");
    world.orders();
    world.waits(500.0);
    world.socket_opens();
    let sent: Vec<String> = world.frames_sent().into_iter().map(|frame| frame.replace("dispatch-web.", "")).collect();
    assert_eq!(
        sent[..5],
        [
            r#"{"surfaceId":"g","type":"subscribe"}"#,
            r#"{"surfaceId":"c","conversationId":"b","type":"subscribe"}"#,
            r#"{"conversationId":"b","type":"chat.subscribe"}"#,
            r#"{"conversationId":"a","type":"chat.subscribe"}"#,
            r#"{"surfaceId":"probe","type":"subscribe"}"#,
        ]
    );
    world.settles();
    assert_eq!(shown(&world), "g: everybody, c: b");
    assert_eq!(subscriptions(&mut world), Vec::<String>::new(), "each once");
}

#[test]
fn what_is_chosen_while_nothing_is_connected_is_asked_for_on_open() {
    let mut world = world();
    world.socket_drops();
    look_at(&mut world, "a");
    world.orders();
    world.settles();
    assert_eq!(subscriptions(&mut world)[..2], ["subscribe g@", "subscribe c@a"]);
    assert_eq!(shown(&world), "g: everybody, c: a");
}

#[test]
fn late_frames_of_another_conversation_or_of_nothing_that_is_held_are_dropped_and_counted() {
    let mut world = world();
    world.surface_changes("c");
    look_at(&mut world, "a");
    world.frame_arrives();
    assert_eq!(shown(&world), "g: everybody, c:  awaited");
    assert_eq!(world.anomalies(), "LateSurface 1");
    world.settles();
    let spec = |whose: &str| {
        json!({ "id": "x", "region": "r", "title": "t",
                "fields": [{ "kind": "stat", "label": "of", "value": whose }] })
    };
    world.hears_text(&json!({ "type": "surface", "spec": spec("x"), "conversationId": "a" }).to_string());
    let update = json!({ "surfaceId": "g", "spec": spec("somebody"), "conversationId": "a" });
    world.hears_text(&json!({ "type": "update", "update": update }).to_string());
    assert_eq!((shown(&world).as_str(), world.anomalies().as_str()), ("g: everybody, c: a", "LateSurface 3"));
    let update = json!({ "surfaceId": "c", "spec": spec("whoever") });
    world.hears_text(&json!({ "type": "update", "update": update }).to_string());
    assert_eq!(shown(&world), "g: everybody, c: whoever", "a frame that names no conversation counts");
}

#[test]
fn an_update_after_its_surface_was_given_up_is_dropped() {
    let mut world = world();
    world.surface_changes("c");
    world.tell(Fact::DraftSelected);
    world.settles();
    assert_eq!((shown(&world).as_str(), world.anomalies().as_str()), ("g: everybody", "LateSurface 1"));
}

#[test]
fn an_entry_that_vanishes_while_its_control_waits_takes_everything_of_it_along() {
    let mut world = world();
    world.surface_shows("c", json!([{ "kind": "button", "label": "Go", "action": { "actionId": "go" } }]));
    world.settles();
    world.tell(Fact::ControlUsed { surface: "c".into(), action: "go".into(), used: Use::Press });
    world.orders();
    world.extensions_are(vec![entry("g", SurfaceScope::Global)]);
    world.frame_arrives();
    assert_eq!(subscriptions(&mut world), ["unsubscribe c@b"]);
    assert_eq!(shown(&world), "g: everybody");
    world.waits(5_000.0);
    assert_eq!(world.state.announcement().text, "", "nobody waits for it any more");
    world.tell(Fact::ControlUsed { surface: "c".into(), action: "go".into(), used: Use::Press });
    assert_eq!(world.frames_sent(), Vec::<String>::new());
}

#[test]
fn a_control_is_sent_now_or_never() {
    let mut world = world();
    let fields = json!([{ "kind": "toggle", "label": "Lamp", "value": false, "action": { "actionId": "lit" } }]);
    world.surface_shows("c", fields);
    world.settles();
    let switch = || Fact::ControlUsed { surface: "c".into(), action: "lit".into(), used: Use::Switch(true) };
    world.orders();
    world.tell(switch());
    let expected = r#"{"surfaceId":"c","actionId":"lit","payload":true,"conversationId":"b","type":"invoke"}"#;
    assert_eq!(world.frames_sent(), [expected]);
    world.goes_quiet();
    world.waits(5_000.0);
    assert_eq!(world.state.announcement().text, "The backend did not answer within 5 seconds.");
    world.socket_drops();
    world.orders();
    world.tell(switch());
    assert_eq!(world.state.announcement().text, "Not connected: nothing was sent.");
    world.settles();
    assert!(world.frames_sent().iter().all(|frame| !frame.contains("invoke")), "and it is not sent later");
}

#[test]
fn a_refusal_is_told_where_it_belongs() {
    let mut world = world();
    let button = json!([{ "kind": "button", "label": "Go", "action": { "actionId": "go" } }]);
    world.surface_shows("c", button);
    world.settles();
    world.tell(Fact::ControlUsed { surface: "c".into(), action: "go".into(), used: Use::Press });
    let error = |surface: Option<&str>, message: &str| ServerMessage::Error {
        surface_id: surface.map(Into::into),
        message: message.to_owned(),
    };
    world.hears_message(error(Some("c"), "not today"));
    let Block::Button(control) = world.state.surface_views().pop().unwrap().blocks.remove(0).block else { panic!() };
    assert_eq!((control.is_pending, control.note.as_deref()), (false, Some("not today")));
    world.hears_message(error(Some("never held"), "who?"));
    assert_eq!((world.problems(), world.anomalies().as_str()), (vec![], "LateSurface 1"));
    world.hears_message(error(None, "bad frame"));
    assert_eq!(world.problems(), ["bad frame"]);
}

#[test]
fn the_probe_of_a_silent_socket_is_still_answered_by_a_refusal() {
    let mut world = world();
    world.script(vec![say::text("a")]);
    world.person_asks("hi");
    world.waits(45_000.0);
    assert!(world.frames_sent().iter().any(|frame| frame.contains("dispatch-web.probe")));
    world.goes_quiet();
    assert_eq!(world.left(&Timer::Probe), None, "it is alive");
    assert_eq!((world.problems(), world.anomalies().as_str()), (vec![], ""));
}

/// One thing that may happen next.
#[derive(Clone, Copy, Debug)]
enum Happening {
    LookAt(u8),
    LookAtDraft,
    CatalogueIs(u8),
    BackendReads,
    FrameArrives,
    Changes(u8),
    FrameOfAnother(u8, u8),
    SocketDrops,
    SocketOpens,
    Closes(u8),
    Chooses(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0_u8..3).prop_map(Happening::LookAt),
        1 => Just(Happening::LookAtDraft),
        2 => (0_u8..8).prop_map(Happening::CatalogueIs),
        6 => Just(Happening::BackendReads),
        6 => Just(Happening::FrameArrives),
        3 => (0_u8..3).prop_map(Happening::Changes),
        2 => (0_u8..3, 0_u8..3).prop_map(|(surface, tab)| Happening::FrameOfAnother(surface, tab)),
        1 => Just(Happening::SocketDrops),
        3 => Just(Happening::SocketOpens),
        1 => (0_u8..3).prop_map(Happening::Closes),
        1 => (0_u8..3).prop_map(Happening::Chooses),
    ]
}

const TABS: [&str; 3] = ["a", "b", "c"];
const SURFACES: [(&str, SurfaceScope); 3] =
    [("g", SurfaceScope::Global), ("x", SurfaceScope::Conversation), ("y", SurfaceScope::Conversation)];

fn happen(world: &mut World, happening: Happening) {
    match happening {
        Happening::LookAt(tab) => look_at(world, TABS[usize::from(tab)]),
        Happening::LookAtDraft => world.tell(Fact::DraftSelected),
        Happening::CatalogueIs(which) => {
            let listed = SURFACES.iter().enumerate().filter(|(place, _)| which >> place & 1 == 1);
            world.extensions_are(listed.map(|(_, (id, scope))| entry(id, scope.clone())).collect());
        }
        Happening::BackendReads => drop(world.backend_reads()),
        Happening::FrameArrives => drop(world.frame_arrives()),
        Happening::Changes(surface) => world.surface_changes(SURFACES[usize::from(surface)].0),
        Happening::FrameOfAnother(surface, tab) if world.socket.is_some() => {
            let (surface, _) = &SURFACES[usize::from(surface)];
            let whose = TABS[usize::from(tab)];
            let spec = json!({ "id": surface, "region": "", "title": "",
                               "fields": [{ "kind": "stat", "label": "of", "value": whose }] });
            let update = SurfaceUpdate {
                surface_id: (*surface).into(),
                spec: serde_json::from_value(spec).unwrap(),
                // A global surface is nobody's: that it names a conversation makes the frame wrong.
                conversation_id: Some(id(whose)),
            };
            world.hears_message(ServerMessage::Update { update });
        }
        Happening::FrameOfAnother(..) => {}
        Happening::SocketDrops => world.socket_drops(),
        Happening::SocketOpens => world.socket_opens(),
        Happening::Closes(tab) => world.tell(Fact::TabCloseRequested(id(TABS[usize::from(tab)]))),
        Happening::Chooses(tab) => world.tell(Fact::ConversationChosen(id(TABS[usize::from(tab)]))),
    }
}

/// Everything that is shown belongs to the conversation in view, or to everybody.
fn assert_belongs(world: &World) {
    let focused = world.state.tabs().active().map(ToString::to_string);
    for view in world.state.surface_views() {
        for block in view.blocks {
            let Block::Stats(stats) = block.block else { continue };
            let expected = if view.id.as_str() == "g" { Some("everybody".to_owned()) } else { focused.clone() };
            assert_eq!(Some(stats[0].value.clone()), expected, "{} in {focused:?}", view.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_of_frames_and_looks_what_is_shown_belongs_to_the_conversation_in_view(
        happenings in prop::collection::vec(happening(), 0..80),
    ) {
        let mut world = World::with_tabs(Storing::AtSeal, &TABS);
        world.socket_opens();
        for happening in happenings {
            happen(&mut world, happening);
            assert_belongs(&world);
        }
        world.settles();
        assert_belongs(&world);
        let focused = world.state.tabs().active().cloned();
        let mut wanted: Vec<Held> = Vec::new();
        for entry in &world.backend.extensions.catalog {
            match entry.scope {
                Some(SurfaceScope::Global) => wanted.push((entry.id.clone(), None)),
                _ => wanted.extend(focused.clone().map(|focused| (entry.id.clone(), Some(focused)))),
            }
        }
        let mut held = world.backend.extensions.held.clone();
        held.sort();
        wanted.sort();
        prop_assert_eq!(held, wanted, "each is held once, and nothing else");
        for view in world.state.surface_views() {
            prop_assert_eq!(view.standing, Standing::Current);
        }
    }
}
