//! Joining of deltas, with the clock of the tests, and what joining a room in mid-turn replays.

use super::*;
use dispatch_contract::OutputStream;
use serde_json::Value;

const WINDOW: Duration = Duration::from_millis(16);

fn rooms() -> Rooms {
    Rooms::new(WINDOW, Arc::default())
}

struct Scene {
    rooms: Rooms,
    conversation: ConversationId,
    outbound: Arc<Outbound>,
}

impl Scene {
    fn new() -> (Self, TurnHandle) {
        let rooms = rooms();
        let conversation = ConversationId::from("c");
        let outbound = Arc::new(Outbound::new(1_000_000));
        let sender = (WatcherId::mint(), Watcher::Socket(Arc::clone(&outbound)));
        let handle = rooms.take(&conversation, "t".into(), Some(sender)).unwrap();
        (Self { rooms, conversation, outbound }, handle)
    }

    async fn heard(&self) -> Vec<String> {
        heard(&self.outbound).await
    }
}

/// Everything a watcher was told so far, in short. Waits when there is nothing yet.
async fn heard(outbound: &Outbound) -> Vec<String> {
    let taken = outbound.take().await.unwrap();
    let events = taken.iter().map(|frame| serde_json::from_str::<Value>(frame.as_str()).unwrap()["event"].clone());
    events
        .map(|event| {
            let words = event.get("delta").or(event.get("data")).and_then(Value::as_str).unwrap_or_default();
            format!("{} {words}", event["type"].as_str().unwrap())
        })
        .collect()
}

fn text(delta: &str) -> TurnEvent {
    TurnEvent::TextDelta { delta: delta.to_owned() }
}

fn thought(delta: &str) -> TurnEvent {
    TurnEvent::ReasoningDelta { delta: delta.to_owned() }
}

fn output(call: &str, stream: OutputStream, data: &str) -> TurnEvent {
    TurnEvent::ToolOutput { tool_call_id: call.into(), data: data.to_owned(), stream }
}

#[tokio::test(start_paused = true)]
async fn the_first_delta_goes_at_once_and_its_neighbours_together() {
    let (scene, turn) = Scene::new();
    turn.tell(text("a"));
    assert_eq!(scene.heard().await, ["text-delta a"]);
    turn.tell(text("b"));
    turn.tell(text("c"));
    tokio::time::advance(Duration::from_millis(10)).await;
    turn.tell(text("d"));
    let before = Instant::now();
    assert_eq!(scene.heard().await, ["text-delta bcd"]);
    assert!(before.elapsed() <= Duration::from_millis(7), "nothing waits longer than the window");
    tokio::time::advance(WINDOW).await;
    turn.tell(text("e"));
    assert_eq!(scene.heard().await, ["text-delta e"], "after a pause there is nothing to wait for");
}

#[tokio::test(start_paused = true)]
async fn only_neighbours_of_one_run_are_joined_and_nothing_overtakes() {
    let (scene, turn) = Scene::new();
    for event in [
        text("a"),
        text("b"),
        thought("c"),
        thought("d"),
        output("1", OutputStream::Stdout, "e"),
        output("1", OutputStream::Stdout, "f"),
        output("1", OutputStream::Stderr, "g"),
        output("2", OutputStream::Stderr, "h"),
        TurnEvent::TurnStart {},
        text("i"),
    ] {
        turn.tell(event);
    }
    let mut told = scene.heard().await;
    told.extend(scene.heard().await);
    assert_eq!(
        told,
        [
            "text-delta a",
            "text-delta b",
            "reasoning-delta cd",
            "tool-output ef",
            "tool-output g",
            "tool-output h",
            "turn-start ",
            "text-delta i"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn who_joins_while_a_delta_waits_gets_it_once() {
    let (scene, turn) = Scene::new();
    turn.tell(text("a"));
    turn.tell(text("b"));
    let late = Arc::new(Outbound::new(1_000_000));
    scene.rooms.join(&scene.conversation, WatcherId::mint(), Watcher::Socket(Arc::clone(&late)));
    turn.tell(text("c"));
    turn.seal();
    assert_eq!(scene.heard().await, ["text-delta a", "text-delta b", "text-delta c", "turn-sealed "]);
    assert_eq!(heard(&late).await, ["text-delta ab", "text-delta c", "turn-sealed "]);
}

#[tokio::test]
async fn a_room_is_free_again_however_its_turn_ends() {
    let (scene, turn) = Scene::new();
    assert!(scene.rooms.take(&scene.conversation, "u".into(), None).is_none());
    let sealed = scene.rooms.abort(&scene.conversation).unwrap();
    assert!(turn.aborted().is_cancelled());
    drop(turn);
    sealed.cancelled().await;
    assert!(scene.rooms.abort(&scene.conversation).is_none());
    let next = scene.rooms.take(&scene.conversation, "u".into(), None).unwrap();
    next.seal();
    assert!(!scene.rooms.is_running(&scene.conversation));
}

#[tokio::test]
async fn rooms_that_nobody_needs_are_forgotten() {
    let rooms = rooms();
    let watcher = WatcherId::mint();
    let outbound = Arc::new(Outbound::new(1_000));
    for name in ["a", "b"] {
        rooms.join(&name.into(), watcher, Watcher::Socket(Arc::clone(&outbound)));
    }
    let turn = rooms.take(&"b".into(), "t".into(), None).unwrap();
    rooms.leave_all(watcher);
    assert_eq!(rooms.rooms.lock().len(), 1);
    drop(turn);
    rooms.sweep();
    assert!(rooms.rooms.lock().is_empty());
}

#[tokio::test]
async fn a_streamed_response_ends_with_its_turn() {
    let rooms = rooms();
    let outbound = Arc::new(Outbound::new(1_000));
    let sender = (WatcherId::mint(), Watcher::Lines(Arc::clone(&outbound)));
    let turn = rooms.take(&"c".into(), "t".into(), Some(sender)).unwrap();
    turn.seal();
    let lines = outbound.take().await.unwrap();
    assert!(lines[0].as_str().ends_with("}\n"));
    assert_eq!(outbound.take().await, Err(crate::outbound::Closed::Finished));
}

/// What is told to the watchers of a conversation and to everyone, in the order in which one connection hears it.
struct Hall {
    rooms: Arc<Rooms>,
    conversation: ConversationId,
    outbound: Arc<Outbound>,
    _presence: crate::everyone::Presence,
}

impl Hall {
    fn new() -> Self {
        let everyone = Arc::new(Everyone::default());
        let outbound = Arc::new(Outbound::new(1_000_000));
        let presence = everyone.enter(WatcherId::mint(), Arc::clone(&outbound));
        let rooms = Arc::new(Rooms::new(WINDOW, everyone));
        let conversation = ConversationId::from("c");
        rooms.join(&conversation, WatcherId::mint(), Watcher::Socket(Arc::clone(&outbound)));
        Self { rooms, conversation, outbound, _presence: presence }
    }

    fn take(&self) -> TurnHandle {
        self.rooms.take(&self.conversation, "t".into(), None).unwrap()
    }

    async fn heard(&self) -> Vec<String> {
        let messages = self.outbound.take().await.unwrap();
        let messages = messages.iter().map(|frame| serde_json::from_str::<Value>(frame.as_str()).unwrap());
        let word =
            |message: Value| message.get("status").unwrap_or(&message["event"]["type"]).as_str().unwrap().to_owned();
        messages.map(word).collect()
    }
}

fn stored<T>(answer: T) -> impl Future<Output = Result<T, ()>> {
    std::future::ready(Ok(answer))
}

#[tokio::test]
async fn everyone_hears_of_a_turn_around_its_events() {
    let hall = Hall::new();
    let turn = hall.take();
    assert!(!hall.rooms.is_running(&hall.conversation), "nothing is stored yet");
    turn.begin(stored(())).await.unwrap();
    assert!(hall.rooms.is_running(&hall.conversation));
    turn.tell(TurnEvent::TurnStart {});
    turn.seal();
    assert!(!hall.rooms.is_running(&hall.conversation));
    assert_eq!(hall.heard().await, ["active", "turn-start", "turn-sealed", "idle"]);
}

#[tokio::test]
async fn a_turn_that_did_not_begin_is_no_news_and_one_that_died_is() {
    let hall = Hall::new();
    let turn = hall.take();
    assert_eq!(turn.begin(async { Err::<(), _>("full") }).await, Err("full"));
    drop(turn);
    drop(hall.take());
    let turn = hall.take();
    turn.begin(stored(())).await.unwrap();
    drop(turn);
    assert_eq!(hall.heard().await, ["active", "idle"]);
}

#[tokio::test]
async fn closing_is_told_when_it_changes_something() {
    let hall = Hall::new();
    hall.rooms.close(&hall.conversation, stored(false)).await.unwrap();
    hall.rooms.close(&hall.conversation, stored(true)).await.unwrap();
    assert!(hall.rooms.close(&hall.conversation, async { Err::<bool, _>(()) }).await.is_err());
    assert_eq!(hall.heard().await, ["closed"]);
}

/// A turn that takes long to abort, or that came in between: the last word must be that the conversation is closed.
#[tokio::test]
async fn a_turn_in_a_closed_conversation_is_stopped_and_leaves_it_closed() {
    let hall = Hall::new();
    let turn = hall.take();
    turn.begin(stored(())).await.unwrap();
    hall.rooms.close(&hall.conversation, stored(true)).await.unwrap();
    assert!(turn.aborted().is_cancelled());
    turn.seal();
    assert_eq!(hall.heard().await, ["active", "closed", "turn-sealed", "closed"]);
}

/// The store hears of the closing, then of the next turn. Were the second told before the first, every console would drop
/// a conversation that runs.
#[tokio::test]
async fn what_opens_and_closes_is_told_in_the_order_of_the_store() {
    let hall = Hall::new();
    let (store, stored_it) = tokio::sync::oneshot::channel();
    let closing = tokio::spawn({
        let (rooms, conversation) = (Arc::clone(&hall.rooms), hall.conversation.clone());
        async move { rooms.close(&conversation, stored_it).await }
    });
    tokio::task::yield_now().await;
    let turn = hall.take();
    let beginning = tokio::spawn(async move {
        turn.begin(stored(())).await.unwrap();
        turn
    });
    tokio::task::yield_now().await;
    assert!(!beginning.is_finished());
    store.send(true).unwrap();
    closing.await.unwrap().unwrap();
    let turn = beginning.await.unwrap();
    assert!(!turn.aborted().is_cancelled(), "it came after the closing");
    turn.seal();
    assert_eq!(hall.heard().await, ["closed", "active", "turn-sealed", "idle"]);
}
