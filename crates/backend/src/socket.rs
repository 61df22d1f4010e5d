//! The one WebSocket: reads what a client asks, writes what it watches.
//!
//! Two halves that do not wait for each other's peer: the writer empties a bounded queue, the reader handles one message
//! at a time and puts answers into the same queue. Whatever comes in is answered or refused, and nothing that comes in can
//! hurt anybody else. The end of a socket ends its subscriptions and no turn.

mod messages;

use crate::everyone::Presence;
use crate::outbound::{Closed, Counting, Outbound};
use crate::server::Parts;
use crate::turns::WatcherId;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseCode, CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dispatch_contract::{ErrorBody, Open, ServerMessage};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;

/// A larger message is refused: pictures are the largest thing that is ever sent.
const MESSAGE_LIMIT: usize = 16 * 1024 * 1024;

/// A message that is larger still is not even read to its end, and ends the socket.
const TRANSPORT_LIMIT: usize = 64 * 1024 * 1024;

/// A peer that does not take a message for so long is gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// A socket on which nothing was said for so long is pinged: proxies close what is silent, and a dead peer shows.
const PING_EVERY: Duration = Duration::from_secs(25);

/// How long an ending socket tries to say its last words.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(1);

/// The router of the socket's port: every path is the socket.
pub(crate) fn router(parts: Arc<Parts>) -> Router {
    Router::new().fallback(upgrade).with_state(parts)
}

async fn upgrade(
    State(parts): State<Arc<Parts>>,
    request: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match request {
        Ok(request) => {
            let sockets = parts.sockets.clone();
            // Made before the client is told that the socket is open: what it asks after that, it asks as one of everyone.
            let connection = Connection::new(parts);
            request
                .max_message_size(TRANSPORT_LIMIT)
                .max_frame_size(TRANSPORT_LIMIT)
                .on_upgrade(move |socket| sockets.track_future(connection.serve(socket)))
        }
        Err(rejection) => {
            let error = format!("this port speaks WebSocket only: {rejection}");
            (StatusCode::UPGRADE_REQUIRED, axum::Json(ErrorBody { error })).into_response()
        }
    }
}

/// One client's socket.
#[derive(Debug)]
struct Connection {
    parts: Arc<Parts>,
    id: WatcherId,
    outbound: Arc<Outbound>,
    /// Held for what its end does.
    _presence: Presence,
}

/// Why a socket ends, as its close frame says it.
#[derive(Debug)]
struct Ending {
    code: CloseCode,
    reason: &'static str,
}

const LEFT: Ending = Ending { code: close_code::NORMAL, reason: "" };
const BROKEN: Ending = Ending { code: close_code::PROTOCOL, reason: "the message could not be read" };
const TOO_SLOW: Ending = Ending { code: close_code::AGAIN, reason: "too slow to keep up; connect again" };
const GOING_AWAY: Ending = Ending { code: close_code::AWAY, reason: "the backend is ending" };

impl Connection {
    fn new(parts: Arc<Parts>) -> Self {
        let id = WatcherId::mint();
        let outbound = Arc::new(Outbound::new(parts.watcher_limit));
        // The catalogue is what a client hears first.
        push(&outbound, ServerMessage::Catalog { catalog: parts.surfaces.catalog() });
        let presence = parts.everyone.enter(id, Arc::clone(&outbound));
        Self { parts, id, outbound, _presence: presence }
    }

    async fn serve(self, socket: WebSocket) {
        let (mut sink, mut stream) = socket.split();
        let ending = tokio::select! {
            ending = write(&mut sink, &self.outbound) => ending,
            ending = self.read(&mut stream) => ending,
            () = self.parts.closing.cancelled() => GOING_AWAY,
        };
        self.parts.turns.rooms().leave_all(self.id);
        self.parts.surfaces.leave_all(self.id);
        self.outbound.finish();
        // What was said before the end is still delivered: the seal of an aborted turn, the answer to a broken message.
        let farewell = async {
            write(&mut sink, &self.outbound).await;
            let close = CloseFrame { code: ending.code, reason: Utf8Bytes::from_static(ending.reason) };
            sink.send(Message::Close(Some(close))).await
        };
        match tokio::time::timeout(FAREWELL_PATIENCE, farewell).await {
            Ok(Ok(())) => tracing::debug!(?ending, "a socket ended"),
            Ok(Err(_)) | Err(_) => tracing::debug!(?ending, "a socket was gone before it ended"),
        }
    }

    /// Puts a message for this client alone into its queue.
    fn answer(&self, message: ServerMessage) {
        push(&self.outbound, message);
    }

    /// Handles what comes in until the peer leaves.
    async fn read(&self, stream: &mut SplitStream<WebSocket>) -> Ending {
        loop {
            // No new request before the answers to the last one are on their way: replays must not pile up.
            self.outbound.short().await;
            match stream.next().await {
                None | Some(Ok(Message::Close(_))) => return LEFT,
                Some(Ok(Message::Text(text))) if text.len() > MESSAGE_LIMIT => {
                    self.refuse(None, format!("the message is larger than {MESSAGE_LIMIT} bytes"));
                }
                Some(Ok(Message::Text(text))) => self.handle(&text).await,
                Some(Ok(Message::Binary(_))) => self.refuse(None, "binary messages are not understood".to_owned()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(error)) => {
                    tracing::debug!(%error, "a socket broke");
                    self.refuse(None, format!("the message could not be read: {error}"));
                    return BROKEN;
                }
            }
        }
    }
}

/// Puts a message into a client's queue.
pub(crate) fn push(outbound: &Outbound, message: ServerMessage) {
    if let Some(frame) = frame(message) {
        outbound.push(Counting::Live, frame);
    }
}

/// A message as text.
pub(crate) fn frame(message: ServerMessage) -> Option<Utf8Bytes> {
    match serde_json::to_string(&Open::Known(message)) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            // Every message is strings, numbers and JSON values: serde_json has no reason to refuse one.
            tracing::error!(%error, "a message cannot be written as JSON");
            None
        }
    }
}

/// Empties the queue into the socket until either ends. What has piled up goes out with one flush.
async fn write(sink: &mut SplitSink<WebSocket, Message>, outbound: &Outbound) -> Ending {
    loop {
        let messages = match tokio::time::timeout(PING_EVERY, outbound.take()).await {
            Ok(Ok(messages)) => messages.into_iter().map(Message::Text).collect(),
            Ok(Err(Closed::Finished)) => return LEFT,
            Ok(Err(Closed::TooSlow)) => return TOO_SLOW,
            Err(_) => vec![Message::Ping(Bytes::new())],
        };
        for message in messages {
            if !matches!(tokio::time::timeout(WRITE_PATIENCE, sink.feed(message)).await, Ok(Ok(()))) {
                return LEFT;
            }
        }
        if !matches!(tokio::time::timeout(WRITE_PATIENCE, sink.flush()).await, Ok(Ok(()))) {
            return LEFT;
        }
    }
}
