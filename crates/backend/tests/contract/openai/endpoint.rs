//! An OpenAI-compatible server of a few lines: it answers each request with the next reply of a script, and keeps what it
//! was asked.

use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How one request is answered.
#[derive(Clone)]
pub(super) enum Reply {
    /// A stream of chunks, with `[DONE]` at its end.
    Stream(Vec<Value>),
    /// A stream that goes away in the middle.
    CutOff(Vec<Value>),
    /// A stream that goes on until the client leaves.
    Endless(Vec<Value>),
    /// A status, headers and a body.
    Refusal(u16, &'static str, Value),
    /// The connection is closed without a word.
    Nothing,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The first line and the headers, lower case.
    pub(super) head: String,
    pub(super) body: Value,
}

#[derive(Clone)]
pub(super) struct Endpoint {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    left: Arc<tokio::sync::Notify>,
}

impl Endpoint {
    pub(super) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            address: listener.local_addr().unwrap(),
            asked: Arc::default(),
            left: Arc::new(tokio::sync::Notify::new()),
        };
        let server = endpoint.clone();
        tokio::spawn(async move {
            for reply in replies {
                let (connection, _) = listener.accept().await.unwrap();
                let mut connection = BufReader::new(connection);
                let asked = read(&mut connection).await;
                server.asked.lock().unwrap().push(asked);
                server.answer(connection.into_inner(), reply).await;
            }
        });
        endpoint
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/v1/", self.address)
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Waits until a client has left an endless stream.
    pub(super) async fn left(&self) {
        self.left.notified().await;
    }

    async fn answer(&self, mut connection: TcpStream, reply: Reply) {
        const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
        let stream = async |connection: &mut TcpStream, chunks: Vec<Value>| {
            connection.write_all(HEAD.as_bytes()).await.unwrap();
            for chunk in chunks {
                send(connection, &format!("data: {chunk}\n\n")).await;
            }
        };
        match reply {
            Reply::Stream(chunks) => {
                stream(&mut connection, chunks).await;
                send(&mut connection, "data: [DONE]\n\n").await;
                connection.write_all(b"0\r\n\r\n").await.unwrap();
            }
            Reply::CutOff(chunks) => stream(&mut connection, chunks).await,
            Reply::Endless(chunks) => {
                stream(&mut connection, chunks).await;
                // Nothing more is said by either side: reading ends when the client leaves.
                drop(connection.read(&mut [0]).await);
                self.left.notify_one();
            }
            Reply::Refusal(status, headers, body) => {
                let body = body.to_string();
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
                );
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
            Reply::Nothing => {}
        }
        drop(connection.shutdown().await);
    }
}

/// Sends text in pieces that are cut where nobody would cut them.
async fn send(connection: &mut TcpStream, text: &str) {
    for piece in text.as_bytes().chunks(7) {
        connection.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await.unwrap();
        connection.write_all(piece).await.unwrap();
        connection.write_all(b"\r\n").await.unwrap();
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> Asked {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(connection.read_line(&mut head).await.unwrap(), 0);
    }
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.unwrap();
    Asked { head, body: serde_json::from_slice(&body).unwrap() }
}

/// A chunk with this delta.
pub(super) fn delta(delta: Value) -> Value {
    json!({ "id": "x", "object": "chat.completion.chunk", "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })
}

pub(super) fn text(text: &str) -> Value {
    delta(json!({ "content": text }))
}

pub(super) fn finish(reason: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })
}

pub(super) fn usage(input: u64, output: u64, cached: u64) -> Value {
    let details = json!({ "cached_tokens": cached });
    json!({ "choices": [], "usage": { "prompt_tokens": input, "completion_tokens": output, "prompt_tokens_details": details } })
}

/// An answer of words, complete, with its usage.
pub(super) fn says(words: &str) -> Reply {
    Reply::Stream(vec![text(words), finish("stop"), usage(1_000, 10, 600)])
}

/// A piece of a tool call.
pub(super) fn call(index: u64, id: Option<&str>, name: Option<&str>, arguments: &str) -> Value {
    let function = json!({ "name": name, "arguments": arguments });
    delta(json!({ "tool_calls": [{ "index": index, "id": id, "type": "function", "function": function }] }))
}
