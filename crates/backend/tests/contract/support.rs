//! A backend of one's own per test, and the two ways to talk to it. Nothing here sleeps: every wait is for something, with
//! a deadline that only a broken backend reaches.

use dispatch_backend::{Config, Database, Server, start};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

const DEADLINE: Duration = Duration::from_secs(30);

/// A backend without any waiting in its scenes, and deltas sent one by one.
pub(crate) fn instant() -> Config {
    Config { speed: 0.0, join_window: Duration::ZERO, ..Config::default() }
}

/// A backend at natural speed, for turns that have to be still running when something happens.
pub(crate) fn natural() -> Config {
    Config { speed: 1.0, ..Config::default() }
}

pub(crate) fn stored_in(folder: &Path) -> Database {
    Database::File(folder.join("dispatch.sqlite"))
}

pub(crate) struct Backend {
    pub(crate) server: Server,
    client: reqwest::Client,
}

impl Backend {
    pub(crate) async fn instant() -> Self {
        Self::with(instant()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self { server: start(config).await.unwrap(), client: reqwest::Client::new() }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.http_addr())
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Asks, and reads the answer as JSON.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Asks, and reads the answer to its end, whatever it is.
    pub(crate) async fn ask_raw(&self, method: Method, path: &str, body: Option<Value>) -> String {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = async { request.send().await.unwrap().text().await.unwrap() };
        tokio::time::timeout(DEADLINE, answer).await.unwrap()
    }

    /// Asks for something that is there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::POST, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.ask(Method::PUT, path, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// The stored chunks, without their wrapping.
    pub(crate) async fn chunks(&self, conversation: &str) -> Vec<Value> {
        let history = self.get(&format!("/conversations/{conversation}")).await;
        history["chunks"].as_array().unwrap().clone()
    }

    /// Streams a turn over HTTP to its end.
    pub(crate) async fn chat(&self, request: Value) -> Vec<Value> {
        let response = self.request(Method::POST, "/chat").json(&request).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let text = tokio::time::timeout(DEADLINE, response.text()).await.unwrap().unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A socket for which the system keeps next to nothing that was not read.
    pub(crate) async fn narrow_socket(&self) -> Socket {
        let tcp = TcpSocket::new_v4().unwrap();
        tcp.set_recv_buffer_size(16 * 1024).unwrap();
        let tcp = MaybeTlsStream::Plain(tcp.connect(self.server.ws_addr()).await.unwrap());
        let (stream, _) = client_async(format!("ws://{}/", self.server.ws_addr()), tcp).await.unwrap();
        Socket::welcomed(stream).await
    }

    pub(crate) async fn socket(&self) -> Socket {
        Socket::open(&format!("ws://{}/", self.server.ws_addr())).await
    }
}

pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the backend said first.
    pub(crate) catalog: Value,
    /// What it told every socket, in order, as far as this one has read. It comes in between everything else, so it is
    /// kept apart.
    pub(crate) announced: Vec<Value>,
}

impl Socket {
    pub(crate) async fn open(url: &str) -> Self {
        let (stream, _) = connect_async(url).await.unwrap();
        Self::welcomed(stream).await
    }

    async fn welcomed(stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        let mut socket = Self { stream, catalog: Value::Null, announced: Vec::new() };
        socket.catalog = socket.next().await;
        assert_eq!(socket.catalog["type"], "catalog");
        socket
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_raw(Message::text(message.to_string())).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    pub(crate) async fn say(&mut self, conversation: &str, message: &str) {
        self.send(json!({ "type": "chat.send", "conversationId": conversation, "message": message })).await;
    }

    pub(crate) async fn watch(&mut self, conversation: &str) {
        self.send(json!({ "type": "chat.subscribe", "conversationId": conversation })).await;
    }

    /// The next message that is not told to every socket; none when the backend closed this one.
    pub(crate) async fn try_next(&mut self) -> Option<Value> {
        loop {
            let message = self.any().await?;
            if !message["type"].as_str().unwrap().starts_with("conversation.") {
                return Some(message);
            }
            self.announced.push(message);
        }
    }

    /// The next message, whatever it is; none when the backend closed the socket.
    pub(crate) async fn any(&mut self) -> Option<Value> {
        loop {
            match tokio::time::timeout(DEADLINE, self.stream.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("unexpected {other:?}"),
            }
        }
    }

    pub(crate) async fn next(&mut self) -> Value {
        self.try_next().await.expect("the backend closed the socket")
    }

    /// The next event of a conversation, which must be the next message.
    pub(crate) async fn event(&mut self) -> Value {
        let message = self.next().await;
        assert_eq!(message["type"], "chat.delta", "{message}");
        message["event"].clone()
    }

    /// Events up to and including the first of this type.
    pub(crate) async fn events_until(&mut self, kind: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.event().await;
            let ends = event["type"] == kind;
            events.push(event);
            if ends {
                return events;
            }
        }
    }

    /// Asks for something that must be answered, so that everything said before has been answered too.
    pub(crate) async fn probe(&mut self) -> Vec<Value> {
        self.send(json!({ "type": "subscribe", "surfaceId": "probe" })).await;
        let mut before = Vec::new();
        loop {
            let message = self.next().await;
            if message["type"] == "error" && message["surfaceId"] == "probe" {
                return before;
            }
            before.push(message);
        }
    }
}

/// How everyone is told that a conversation's status changed.
pub(crate) fn changed(conversation: &str, status: &str) -> Value {
    json!({ "type": "conversation.statusChanged", "conversationId": conversation, "status": status })
}

/// The types of events in order, neighbours of the same type as one.
pub(crate) fn kinds(events: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    kinds.dedup();
    kinds
}

/// All deltas of a type, put together.
pub(crate) fn joined(events: &[Value], kind: &str) -> String {
    events.iter().filter(|event| event["type"] == kind).map(|event| event["delta"].as_str().unwrap()).collect()
}
