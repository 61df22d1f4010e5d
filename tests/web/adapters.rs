//! The adapters against the real backend: the browser's own WebSocket and `fetch`, with everything that goes wrong on them.

use super::support::{NOWHERE, backend, until};
use dispatch_contract::{AbortResponse, HistoryResponse, ModelsResponse};
use dispatch_core::call::read;
use dispatch_core::{Call, ConversationId, HistoryQuery, HttpFailure};
use dispatch_web::adapters::device;
use dispatch_web::adapters::http::HttpClient;
use dispatch_web::adapters::socket::{Signal, Socket, SocketError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A socket and all that it told.
struct Told {
    socket: Socket,
    signals: Rc<RefCell<Vec<Signal>>>,
}

impl Told {
    fn open(address: &str) -> Self {
        let signals = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&signals);
        let socket = Socket::open(address, move |signal| heard.borrow_mut().push(signal)).unwrap();
        Self { socket, signals }
    }

    async fn wait_for(&self, signal: &Signal) {
        until(&format!("{signal:?}"), || self.signals.borrow().contains(signal).then_some(())).await;
    }

    /// The first message of this type, among those that came and those that will.
    async fn message(&self, kind: &str) -> Value {
        until(&format!("a message {kind}"), || {
            let signals = self.signals.borrow();
            let texts = signals.iter().filter_map(|signal| match signal {
                Signal::Received(text) => Some(text),
                Signal::Opened | Signal::ReceivedBinary | Signal::Closed => None,
            });
            texts.filter_map(|text| serde_json::from_str::<Value>(text).ok()).find(|message| {
                message["type"] == kind || (message["type"] == "chat.delta" && message["event"]["type"] == kind)
            })
        })
        .await
    }
}

/// What the backend answers to a call.
async fn ask<T: DeserializeOwned>(call: Call) -> Result<T, HttpFailure> {
    read(HttpClient::new(backend().http).call(call).await)
}

async fn history(conversation: &ConversationId, query: HistoryQuery) -> HistoryResponse {
    ask(Call::history(conversation, query)).await.unwrap()
}

#[wasm_bindgen_test]
async fn a_socket_opens_and_is_answered() {
    let told = Told::open(&backend().ws);
    assert_eq!(told.socket.send("{}"), Err(SocketError::NotOpen), "it cannot be open yet");
    told.wait_for(&Signal::Opened).await;
    assert_eq!(told.signals.borrow().first(), Some(&Signal::Opened), "nothing comes before that");
    told.socket.send("this is not JSON").unwrap();
    let answer = told.message("chat.error").await;
    assert!(!answer["message"].as_str().unwrap().is_empty());
    assert!(!told.signals.borrow().contains(&Signal::Closed), "a bad message closes nothing");
}

#[wasm_bindgen_test]
async fn a_dropped_socket_is_silent() {
    let told = Told::open(&backend().ws);
    told.wait_for(&Signal::Opened).await;
    let Told { socket, signals } = told;
    drop(socket);
    let heard = signals.borrow().len();
    // Another one's whole life is long enough for anything that would still come.
    let other = Told::open(&backend().ws);
    other.wait_for(&Signal::Opened).await;
    other.socket.send("{}").unwrap();
    other.message("chat.error").await;
    assert_eq!(signals.borrow().len(), heard);
}

#[wasm_bindgen_test]
async fn nobody_there_is_a_socket_that_closes() {
    let told = Told::open(&format!("ws://{NOWHERE}"));
    told.wait_for(&Signal::Closed).await;
    assert_eq!(*told.signals.borrow(), [Signal::Closed], "it was never open");
}

#[wasm_bindgen_test]
fn an_address_that_is_none_is_refused() {
    for address in ["ws://", "ftp://example.org", "ws://example.org/#part"] {
        assert_eq!(Socket::open(address, |_| ()).err(), Some(SocketError::Refused), "{address}");
    }
}

#[wasm_bindgen_test]
async fn a_turn_over_both_wires() {
    let conversation = device::fresh_conversation();
    let told = Told::open(&backend().ws);
    told.wait_for(&Signal::Opened).await;
    let message = json!({ "type": "chat.send", "conversationId": conversation.as_str(), "message": "echo a b" });
    told.socket.send(&message.to_string()).unwrap();
    told.message("turn-sealed").await;

    let all = history(&conversation, HistoryQuery::default()).await;
    let seqs: Vec<u64> = all.chunks.iter().map(|chunk| chunk.seq).collect();
    assert!(seqs.len() >= 2 && seqs.is_sorted(), "{seqs:?}");
    assert_eq!(all.latest_seq, seqs[seqs.len() - 1]);

    let newest = HistoryQuery { limit: Some(1), ..HistoryQuery::default() };
    let newest = history(&conversation, newest).await;
    assert_eq!(newest.chunks.len(), 1);
    assert_eq!(newest.chunks[0].seq, all.latest_seq);
    let earlier = HistoryQuery { before_seq: Some(all.latest_seq), limit: Some(10), ..HistoryQuery::default() };
    let earlier = history(&conversation, earlier).await;
    assert_eq!(earlier.chunks.len(), seqs.len() - 1);
    let since = HistoryQuery { since_seq: all.latest_seq, ..HistoryQuery::default() };
    let since = history(&conversation, since).await;
    assert_eq!((since.chunks.len(), since.latest_seq), (0, all.latest_seq));

    let stopped: AbortResponse = ask(Call::stop(&conversation)).await.unwrap();
    assert_eq!((stopped.conversation_id, stopped.aborted_turn), (conversation.clone(), false));
    let closed: AbortResponse = ask(Call::close(&conversation)).await.unwrap();
    assert!(!closed.aborted_turn);
}

#[wasm_bindgen_test]
async fn the_catalogue_of_models() {
    let catalogue: ModelsResponse = ask(Call::models()).await.unwrap();
    assert!(!catalogue.models.is_empty());
    assert!(catalogue.models.iter().all(|name| name.contains('/')), "{:?}", catalogue.models);
}

#[wasm_bindgen_test]
async fn an_unknown_conversation_has_an_empty_history() {
    let empty = history(&device::fresh_conversation(), HistoryQuery::default()).await;
    assert_eq!((empty.chunks.len(), empty.latest_seq), (0, 0));
    // An id is one part of a path, whatever is in it.
    let strange = ConversationId::new("a/b?c#d é");
    assert!(history(&strange, HistoryQuery::default()).await.chunks.is_empty());
}

#[wasm_bindgen_test]
async fn a_refusal_comes_with_the_servers_words() {
    let call = Call::history(&ConversationId::new("x".repeat(300)), HistoryQuery::default());
    let refused = ask::<HistoryResponse>(call).await.unwrap_err();
    let HttpFailure::Refused { status: 400, message: Some(words) } = &refused else { panic!("{refused:?}") };
    assert!(!words.is_empty());
    assert_eq!(refused.in_words(), *words);

    let elsewhere = HttpClient::new(format!("{}/nothing", backend().http)).call(Call::models()).await.unwrap_err();
    assert!(elsewhere.is_unsupported(), "{elsewhere:?}");
}

#[wasm_bindgen_test]
async fn nobody_there_is_unreachable() {
    let nobody = HttpClient::new(format!("http://{NOWHERE}"));
    assert_eq!(nobody.call(Call::models()).await, Err(HttpFailure::Unreachable));
    assert!(HttpClient::new("no address".to_owned()).call(Call::models()).await.is_err());
}
