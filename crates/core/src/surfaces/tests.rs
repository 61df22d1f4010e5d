//! What one surface shows, and what its controls do. What the socket has to do with it is told in the stories.

use super::*;
use dispatch_contract::ActionId;
use serde_json::{Value, json};

const NOW: Millis = Millis(1_000.0);

fn entry(id: &str, scope: Option<SurfaceScope>) -> CatalogEntry {
    CatalogEntry { id: id.into(), region: "sidebar".to_owned(), title: id.to_uppercase(), scope }
}

fn id(text: &str) -> ConversationId {
    ConversationId::from(text)
}

/// A global surface `s` that shows these fields, and how often something was odd about them.
fn showing(fields: &Value) -> (Surfaces, Anomalies) {
    let mut surfaces = Surfaces::default();
    surfaces.listed(vec![entry("s", Some(SurfaceScope::Global))]);
    let mut anomalies = Anomalies::default();
    receive(&mut surfaces, fields, &mut anomalies);
    (surfaces, anomalies)
}

fn receive(surfaces: &mut Surfaces, fields: &Value, anomalies: &mut Anomalies) {
    let spec = SurfaceSpec {
        id: "s".into(),
        region: String::new(),
        title: String::new(),
        fields: fields.as_array().unwrap().clone(),
    };
    assert!(surfaces.received(&"s".into(), None, &spec, NOW, anomalies));
}

fn view(surfaces: &Surfaces) -> SurfaceView {
    surfaces.views(true).into_iter().next().unwrap()
}

/// What is shown, a line a block.
fn shown(surfaces: &Surfaces) -> Vec<String> {
    let mark = |control: &Control| {
        let note = control.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        format!("{}{}{note}", control.label, if control.is_pending { "…" } else { "" })
    };
    let block = |block: BlockView| match block.block {
        Block::Stats(stats) => {
            let stats: Vec<String> = stats.iter().map(|stat| format!("{} {}", stat.label, stat.value)).collect();
            format!("stats {}", stats.join(", "))
        }
        Block::Toggle { control, is_on } => format!("toggle {} {is_on}", mark(&control)),
        Block::Progress { label, words, .. } => format!("progress {label} {words}"),
        Block::Selector { control, value, options } => {
            let options: Vec<String> = options.into_iter().map(|option| option.label).collect();
            format!("selector {} {value} of {}", mark(&control), options.join("/"))
        }
        Block::Number { control, value, .. } => format!("number {} {value}", mark(&control)),
        Block::Button(control) => format!("button {}", mark(&control)),
        Block::Table(table) => format!("table {}x{} {}", table.columns.len(), table.rows.len(), table.missing),
        Block::Todo { words, .. } => format!("todo {words}"),
        Block::Queue(messages) => format!("queue of {}", messages.len()),
        Block::Countdown(countdown) => countdown.words(NOW),
    };
    view(surfaces).blocks.into_iter().map(block).collect()
}

fn stat(label: &str, value: &str) -> Value {
    json!({ "kind": "stat", "label": label, "value": value })
}

fn toggle(value: bool) -> Value {
    json!({ "kind": "toggle", "label": "Lamp", "value": value, "action": { "actionId": "lit" } })
}

fn custom(renderer: &str, payload: &Value) -> Value {
    json!({ "kind": "custom", "rendererId": renderer, "payload": payload })
}

#[test]
fn every_kind_is_shown_and_neighbouring_stats_are_one_table() {
    let action = json!({ "actionId": "a" });
    let (surfaces, anomalies) = showing(&json!([
        stat("one", "1"),
        stat("two", "2"),
        toggle(true),
        stat("three", "3"),
        { "kind": "hologram" },
        custom("of-a-later-version", &json!({})),
        { "kind": "progress", "label": "Done", "value": 0.756 },
        { "kind": "selector", "label": "Tint", "value": "w", "action": action,
          "options": [{ "value": "w", "label": "White" }, { "value": "r", "label": "Red" }] },
        { "kind": "number", "label": "Level", "value": 2.5, "action": action },
        { "kind": "button", "label": "", "action": action },
        custom("table", &json!({ "columns": ["a", "b"], "rows": [["x", 1], [true]] })),
        custom("todo", &json!({ "todos": [
            { "content": "a", "status": "completed" }, { "content": "b", "status": "waiting" },
            { "content": "c", "status": "cancelled" } ] })),
        custom("message-queue", &json!({ "messages": [{ "id": "1", "text": "t", "queuedAt": 5 }] })),
        custom("cache-warming-timer", &json!({ "nextWarmAt": 4000, "lastWarmAt": null })),
    ]));
    assert_eq!(
        shown(&surfaces),
        [
            "stats one 1, two 2",
            "toggle Lamp true",
            "stats three 3",
            "progress Done 76%",
            "selector Tint w of White/Red",
            "number Level 2.5",
            "button a",
            "table 2x2 ",
            "todo 1 of 2 done",
            "queue of 1",
            "Next warm in 3s",
        ]
    );
    assert_eq!(anomalies.iter().collect::<Vec<_>>(), [(Anomaly::UnknownField, 1)]);
    let keys: Vec<String> = view(&surfaces).blocks.into_iter().map(|block| block.key).collect();
    assert_eq!(keys[..4], ["stats:#0", "toggle:lit#0", "stats:#1", "progress:Done#0"]);
    let shown = view(&surfaces);
    let controls = shown.blocks.iter().filter_map(|block| block.block.control());
    assert_eq!(controls.map(|control| control.label.as_str()).collect::<Vec<_>>(), ["Lamp", "Tint", "Level", "a"]);
    assert_eq!(shown.conversation, None, "it is everybody's");
}

#[test]
fn a_bad_field_is_skipped_alone_and_counted() {
    let bad = [
        json!(7),
        json!({}),
        json!({ "kind": 3 }),
        json!({ "kind": "toggle", "label": "x" }),
        json!({ "kind": "toggle", "label": "x", "value": "yes", "action": { "actionId": "a" } }),
        json!({ "kind": "progress", "label": "x", "value": "NaN" }),
        json!({ "kind": "progress", "label": "x", "value": f64::INFINITY }),
        json!({ "kind": "number", "label": "x", "value": null, "action": { "actionId": "a" } }),
        json!({ "kind": "number", "label": "x", "value": 1, "min": "0", "action": { "actionId": "a" } }),
        json!({ "kind": "selector", "label": "x", "value": "a", "options": {}, "action": { "actionId": "a" } }),
        json!({ "kind": "button", "label": "x", "action": "a" }),
        custom("table", &json!({ "columns": "a", "rows": [] })),
        custom("todo", &json!([])),
        custom("cache-warming-timer", &json!("soon")),
    ];
    let count = bad.len() as u64;
    let mut fields = vec![stat("before", "1")];
    fields.extend(bad);
    fields.push(stat("after", "2"));
    let (surfaces, anomalies) = showing(&Value::Array(fields));
    assert_eq!(shown(&surfaces), ["stats before 1, after 2"]);
    assert_eq!(anomalies.iter().collect::<Vec<_>>(), [(Anomaly::BadField, count)]);
}

#[test]
fn values_outside_what_they_can_be_are_shown_as_near_as_can_be() {
    let action = json!({ "actionId": "a" });
    let (surfaces, _) = showing(&json!([
        { "kind": "progress", "label": "over", "value": 7 },
        { "kind": "progress", "label": "under", "value": -0.5 },
        { "kind": "selector", "label": "Tint", "value": "gone", "action": action, "options": [] },
        custom("table", &json!({ "columns": [], "rows": [[null, {}, 0.5, -3, "x", false]] })),
    ]));
    let blocks = view(&surfaces).blocks;
    assert_eq!(shown(&surfaces)[..3], ["progress over 100%", "progress under 0%", "selector Tint gone of gone"]);
    let Block::Table(table) = &blocks[3].block else { panic!("{blocks:?}") };
    assert_eq!(table.rows, [["—", "—", "0.5", "-3", "x", "no"]]);
}

#[test]
fn a_huge_table_is_cut_and_says_so() {
    let table = |rows: usize, columns: usize| {
        let row = vec![json!(1); columns];
        let (surfaces, _) = showing(&json!([custom("table", &json!({ "columns": ["a"], "rows": vec![row; rows] }))]));
        let Block::Table(table) = view(&surfaces).blocks.remove(0).block else { panic!() };
        table
    };
    assert_eq!((table(50, 3).more_words(), table(51, 3).more_words()), (None, Some("Show all 51 rows".to_owned())));
    let huge = table(20_000, 40);
    assert_eq!((huge.rows.len(), huge.rows[0].len()), (1_000, 30));
    assert_eq!(huge.missing, "1000 of 20000 rows, 30 of 40 columns");
    assert_eq!(huge.more_words().as_deref(), Some("Show 1000 rows"));
}

#[test]
fn a_stat_that_is_a_number_and_moves_has_a_line() {
    let (mut surfaces, mut anomalies) = showing(&json!([stat("speed", "10 tok/s"), stat("day", "2026-11-21")]));
    let spark = |surfaces: &Surfaces| {
        let Block::Stats(stats) = view(surfaces).blocks.remove(0).block else { panic!() };
        stats.into_iter().map(|stat| stat.spark).collect::<Vec<_>>()
    };
    receive(&mut surfaces, &json!([stat("speed", "20 tok/s"), stat("day", "2026-11-22")]), &mut anomalies);
    assert_eq!(spark(&surfaces), [const { Vec::<u8>::new() }; 2], "two values are no line");
    receive(&mut surfaces, &json!([stat("speed", "15 tok/s"), stat("day", "2026-11-23")]), &mut anomalies);
    assert_eq!(spark(&surfaces), [vec![0_u8, 100, 50], vec![]]);
    for _ in 0..100 {
        receive(&mut surfaces, &json!([stat("speed", "15")]), &mut anomalies);
    }
    assert_eq!(spark(&surfaces), [const { Vec::<u8>::new() }; 1], "what does not move any more is flat, and not drawn");
    receive(&mut surfaces, &json!([stat("speed", "—")]), &mut anomalies);
    receive(&mut surfaces, &json!([stat("speed", "1")]), &mut anomalies);
    assert_eq!(surfaces.known[0].series.heights("speed"), Vec::<u8>::new(), "and begins anew after no number");
}

#[test]
fn a_control_shows_what_was_asked_until_the_next_frame() {
    let (mut surfaces, mut anomalies) = showing(&json!([toggle(false)]));
    let invoked = surfaces.used(&"s".into(), &"lit".into(), Use::Switch(true), true).unwrap().unwrap();
    let frame = serde_json::to_value(dispatch_contract::Open::Known(invoked.frame)).unwrap();
    assert_eq!(frame, json!({ "type": "invoke", "surfaceId": "s", "actionId": "lit", "payload": true }));
    assert_eq!(shown(&surfaces), ["toggle Lamp… true"]);
    receive(&mut surfaces, &json!([toggle(false)]), &mut anomalies);
    assert_eq!(shown(&surfaces), ["toggle Lamp false"], "whatever the backend says is so");
    assert_eq!(surfaces.gave_up(invoked.number), None, "it was answered");
}

#[test]
fn a_control_that_is_not_answered_returns_and_says_so() {
    let (mut surfaces, mut anomalies) = showing(&json!([toggle(false)]));
    let invoked = surfaces.used(&"s".into(), &"lit".into(), Use::Switch(true), true).unwrap().unwrap();
    assert!(surfaces.gave_up(invoked.number).is_some());
    assert_eq!(shown(&surfaces), ["toggle Lamp (The backend did not answer within 5 seconds.) false"]);
    receive(&mut surfaces, &json!([toggle(true)]), &mut anomalies);
    assert_eq!(shown(&surfaces), ["toggle Lamp true"], "it was late, and is no longer true");
}

#[test]
fn what_cannot_be_sent_says_why_beside_its_control() {
    let number = json!({ "kind": "number", "label": "Level", "value": 5, "min": 1, "max": 9,
                         "action": { "actionId": "level" } });
    let (mut surfaces, mut anomalies) = showing(&json!([number]));
    let set = |surfaces: &mut Surfaces, typed: &str, is_connected| {
        surfaces.used(&"s".into(), &"level".into(), Use::Set(typed.to_owned()), is_connected).unwrap().map(drop)
    };
    assert_eq!(set(&mut surfaces, "10", true), Err("From 1 to 9.".to_owned()));
    assert_eq!(shown(&surfaces), ["number Level (From 1 to 9.) 5"]);
    receive(&mut surfaces, &json!([number]), &mut anomalies);
    assert_eq!(shown(&surfaces), ["number Level (From 1 to 9.) 5"], "a frame does not take the explanation away");
    assert_eq!(set(&mut surfaces, "7", false), Err("Not connected: nothing was sent.".to_owned()));
    assert_eq!(set(&mut surfaces, "7", true), Ok(()));
    assert_eq!(shown(&surfaces), ["number Level… 7"]);
    surfaces.socket_lost();
    assert_eq!(shown(&surfaces), ["number Level (The connection was lost before the backend answered.) 5"]);
    assert_eq!(set(&mut surfaces, "7", true), Err("Its state is still on its way: nothing was sent.".to_owned()));
}

#[test]
fn a_control_that_is_gone_or_of_another_kind_is_not_used() {
    let (mut surfaces, _) = showing(&json!([toggle(false)]));
    let gone: ActionId = "gone".into();
    assert!(surfaces.used(&"other".into(), &gone, Use::Press, true).is_none());
    assert!(surfaces.used(&"s".into(), &gone, Use::Press, true).is_none());
    assert!(surfaces.used(&"s".into(), &"lit".into(), Use::Press, true).is_none());
    assert_eq!(shown(&surfaces), ["toggle Lamp false"]);
}

#[test]
fn a_refusal_stands_beside_the_control_that_was_used_first() {
    let buttons =
        ["a", "b"].map(|action| json!({ "kind": "button", "label": action, "action": { "actionId": action } }));
    let (mut surfaces, mut anomalies) = showing(&json!(buttons));
    for action in ["a", "b"] {
        assert!(surfaces.used(&"s".into(), &action.into(), Use::Press, true).unwrap().is_ok());
    }
    assert!(surfaces.refused(&"s".into(), "no"));
    assert_eq!(shown(&surfaces), ["button a (no)", "button b…"]);
    receive(&mut surfaces, &json!(buttons), &mut anomalies);
    assert_eq!(shown(&surfaces), ["button a (no)", "button b"]);
    assert!(surfaces.refused(&"s".into(), "gone"));
    assert_eq!(
        view(&surfaces).refusal.as_deref(),
        Some("gone"),
        "with nothing asked, it is the surface that is refused"
    );
    assert!(!surfaces.refused(&"other".into(), "x"));
}

#[test]
fn the_catalogue_and_the_focus_say_what_is_held() {
    let mut surfaces = Surfaces::default();
    let line = |held: &Holding| match &held.conversation {
        Some(conversation) => format!("{}@{conversation}", held.surface),
        None => held.surface.to_string(),
    };
    let lines = |held: &[Holding]| held.iter().map(line).collect::<Vec<_>>();
    let unknown = SurfaceScope::Unknown("galaxy".to_owned());
    let catalogue = vec![
        entry("g", Some(SurfaceScope::Global)),
        entry("c", Some(SurfaceScope::Conversation)),
        entry("o", None),
        entry("c", Some(SurfaceScope::Global)),
        entry("u", Some(unknown)),
    ];
    assert_eq!(lines(&surfaces.listed(catalogue.clone()).entered), ["g"], "a draft has none of its own");
    assert_eq!(lines(&surfaces.focus(Some(&id("x"))).entered), ["c@x", "o@x", "u@x"]);
    assert_eq!(surfaces.focus(Some(&id("x"))), Moved::default());
    assert_eq!(surfaces.listed(catalogue.clone()), Moved::default());
    let moved = surfaces.focus(Some(&id("y")));
    assert_eq!(lines(&moved.left), ["c@x", "o@x", "u@x"]);
    assert_eq!(lines(&moved.entered), ["c@y", "o@y", "u@y"]);
    let moved = surfaces.listed(catalogue[..2].to_vec());
    assert_eq!((lines(&moved.left), lines(&moved.entered)), (vec!["o@y".to_owned(), "u@y".to_owned()], vec![]));
    assert_eq!(lines(surfaces.held()), ["g", "c@y"]);
}

#[test]
fn the_last_known_state_of_a_conversation_is_shown_marked_until_its_frame_comes() {
    let mut surfaces = Surfaces::default();
    surfaces.listed(vec![entry("s", None)]);
    surfaces.focus(Some(&id("a")));
    assert_eq!((view(&surfaces).standing, view(&surfaces).placeholders), (Standing::Awaited, 3));
    receive(&mut surfaces, &json!([toggle(true), stat("of", "a")]), &mut Anomalies::default());
    assert!(view(&surfaces).is_operable);
    assert_eq!(view(&surfaces).conversation, Some(id("a")));
    surfaces.focus(Some(&id("b")));
    assert_eq!(
        (view(&surfaces).standing, view(&surfaces).placeholders),
        (Standing::Awaited, 2),
        "as large as that of a"
    );
    assert_eq!(view(&surfaces).blocks, []);
    surfaces.focus(Some(&id("a")));
    assert_eq!((view(&surfaces).standing, view(&surfaces).is_operable), (Standing::Stale, false));
    assert_eq!(shown(&surfaces), ["toggle Lamp true", "stats of a"]);
    receive(&mut surfaces, &json!([stat("of", "a")]), &mut Anomalies::default());
    assert_eq!((view(&surfaces).standing, view(&surfaces).is_operable), (Standing::Current, true));
    surfaces.forget(&id("a"));
    assert_eq!(view(&surfaces).blocks, []);
}

#[test]
fn a_surface_is_called_what_its_state_says_else_what_the_catalogue_says() {
    let mut surfaces = Surfaces::default();
    let nameless = CatalogEntry { title: " ".to_owned(), ..entry("n", Some(SurfaceScope::Global)) };
    surfaces.listed(vec![entry("s", Some(SurfaceScope::Global)), nameless]);
    let titles = |surfaces: &Surfaces| surfaces.views(true).into_iter().map(|view| view.title).collect::<Vec<_>>();
    assert_eq!(titles(&surfaces), ["S", "n"]);
    let spec = |title: &str| SurfaceSpec {
        id: "s".into(),
        region: String::new(),
        title: title.to_owned(),
        fields: Vec::new(),
    };
    for (title, expected) in [("Todos (3)", "Todos (3)"), ("", "S")] {
        surfaces.received(&"s".into(), None, &spec(title), NOW, &mut Anomalies::default());
        assert_eq!(titles(&surfaces)[0], expected);
    }
}

#[test]
fn how_long_ago_something_was_told_is_said_for_a_glance() {
    let cases = [
        (0.0, "updated just now"),
        (3_900.0, "updated 3 s ago"),
        (60_000.0, "updated 1 min ago"),
        (7_200_000.0, "updated 2 h ago"),
        (-5_000.0, "updated just now"),
    ];
    for (span, expected) in cases {
        assert_eq!(updated_words(NOW.plus(span), NOW), expected);
    }
}
