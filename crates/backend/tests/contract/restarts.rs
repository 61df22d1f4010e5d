//! The program itself: its one line, its exit codes, signals, and what a new one finds after an old one.

use crate::support::{Backend, Socket, instant, joined, natural, stored_in};
use dispatch_backend::{Config, StartError, StoreError, start};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

struct Program {
    child: Child,
    http: String,
    ws: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dispatch-backend"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

impl Program {
    async fn start(database: &Path) -> Self {
        let mut child = command(&["--http", "0", "--ws", "0", "--db", database.to_str().unwrap()]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words.len(), 3, "{line}");
        assert_eq!(words[0], "listening");
        let http = words[1].strip_prefix("http=").unwrap().to_owned();
        let ws = words[2].strip_prefix("ws=").unwrap().to_owned();
        Self { child, http, ws }
    }

    async fn socket(&self) -> Socket {
        Socket::open(&format!("ws://{}/", self.ws)).await
    }

    async fn get(&self, path: &str) -> Value {
        reqwest::get(format!("http://{}{path}", self.http)).await.unwrap().json().await.unwrap()
    }
}

async fn failed(arguments: &[&str]) -> ExitStatus {
    tokio::time::timeout(Duration::from_secs(20), command(arguments).status()).await.unwrap().unwrap()
}

#[tokio::test]
async fn everything_that_was_stored_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: stored_in(folder.path()), ..instant() };
    let paths = [
        "/conversations/c",
        "/conversations/c/metrics",
        "/conversations/c/cwd",
        "/conversations/c/reasoning-effort",
        "/conversations/c/title",
        "/conversations/named/title",
        "/conversations",
    ];
    let mut before = Vec::new();
    let backend = Backend::with(config.clone()).await;
    backend.put("/conversations/c/cwd", json!({ "cwd": folder.path() })).await;
    backend.put("/conversations/c/reasoning-effort", json!({ "reasoningEffort": "low" })).await;
    backend.put("/conversations/named/title", json!({ "title": "Mine" })).await;
    backend.chat(json!({ "conversationId": "c", "message": "tour" })).await;
    backend.chat(json!({ "conversationId": "c", "message": "edit" })).await;
    for path in paths {
        before.push(backend.get(path).await);
    }
    backend.server.shutdown().await;

    let backend = Backend::with(config).await;
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(backend.get(path).await, before, "{path}");
    }
}

#[tokio::test]
async fn a_turn_that_a_killed_backend_left_is_explained_and_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("dispatch.sqlite");
    let mut program = Program::start(&database).await;
    let mut socket = program.socket().await;
    socket.say("c", "quiet 600").await;
    let events = socket.events_until("step-complete").await;
    let history = program.get("/conversations/c").await;
    assert_eq!(history["chunks"].as_array().unwrap().len(), 1, "a step is stored when its tools have answered");
    program.child.kill().await.unwrap();

    let mut program = Program::start(&database).await;
    let history = program.get("/conversations/c").await;
    let chunks = history["chunks"].as_array().unwrap();
    assert_eq!(chunks[0]["chunk"]["text"], "quiet 600", "the person's message was stored before anything was told");
    assert_eq!(chunks[1]["chunk"]["text"], joined(&events, "text-delta"), "and what was told is kept");
    assert_eq!(chunks[2]["chunk"]["type"], "tool-call");
    let last = chunks.last().unwrap();
    assert_eq!(last["chunk"]["type"], "error");
    assert_eq!(last["chunk"]["code"], "backend-restart");
    assert_eq!(last["chunk"]["message"], "The backend stopped during this turn");
    assert_eq!(last["seq"].as_u64().unwrap(), chunks.len() as u64);
    let metrics = program.get("/conversations/c/metrics").await;
    assert_eq!(metrics["turns"][0]["turnId"], events[0]["turnId"]);

    let mut socket = program.socket().await;
    socket.watch("c").await;
    assert!(socket.probe().await.is_empty(), "nothing runs any more");
    socket.say("c", "echo again").await;
    socket.events_until("turn-sealed").await;
    program.child.kill().await.unwrap();

    let program = Program::start(&database).await;
    let again = program.get("/conversations/c").await;
    assert_eq!(again["chunks"].as_array().unwrap().len(), chunks.len() + 2, "explained once");
}

#[tokio::test]
async fn a_killed_backend_takes_only_the_last_words_of_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("dispatch.sqlite");
    let mut program = Program::start(&database).await;
    let mut socket = program.socket().await;
    socket.say("c", "slow").await;
    let mut heard = String::new();
    let began = Instant::now();
    while heard.is_empty() || began.elapsed() < Duration::from_secs(2) {
        let event = socket.event().await;
        heard += event["delta"].as_str().filter(|_| event["type"] == "text-delta").unwrap_or_default();
    }
    // Answered after all that the store was given before.
    program.get("/conversations/c").await;
    program.child.kill().await.unwrap();

    let program = Program::start(&database).await;
    let history = program.get("/conversations/c").await;
    let chunks = history["chunks"].as_array().unwrap();
    let kept = chunks.iter().rev().find_map(|chunk| chunk["chunk"]["text"].as_str()).unwrap();
    assert!(kept.starts_with(&heard) || heard.starts_with(kept), "{kept} is nothing of {heard}");
    assert!(kept.len() * 2 > heard.len(), "{kept} is all that is kept of {heard}");
    assert_eq!(chunks.last().unwrap()["chunk"]["code"], "backend-restart");
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("dispatch.sqlite");
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&database).await;
        let mut socket = program.socket().await;
        socket.say(signal, "quiet 600").await;
        socket.events_until("step-complete").await;
        let pid = program.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.unwrap().success());
        let events = socket.events_until("turn-sealed").await;
        assert_eq!(events[0]["reason"], "aborted");
        let status = tokio::time::timeout(Duration::from_secs(20), program.child.wait()).await.unwrap().unwrap();
        assert!(status.success());
    }
    let program = Program::start(&database).await;
    let history = program.get("/conversations/-TERM").await;
    let kinds: Vec<_> = history["chunks"].as_array().unwrap().iter().map(|chunk| &chunk["chunk"]["type"]).collect();
    assert_eq!(kinds, ["text", "text", "tool-call"]);
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said() {
    let backend = Backend::with(natural()).await;
    let taken = backend.server.http_addr().port();
    let config = Config { ws_port: taken, ..instant() };
    let refused = start(config).await;
    assert!(matches!(refused, Err(StartError::Listen { .. })));
    assert!(!failed(&["--http", &taken.to_string(), "--ws", "0", "--db", ":memory:"]).await.success());

    let folder = tempfile::tempdir().unwrap();
    let not_a_folder = folder.path().join("file");
    std::fs::write(&not_a_folder, "x").unwrap();
    let inside = not_a_folder.join("dispatch.sqlite");
    assert!(!failed(&["--http", "0", "--ws", "0", "--db", inside.to_str().unwrap()]).await.success());
    let garbage = folder.path().join("garbage.sqlite");
    std::fs::write(&garbage, "this is no database, and long enough to be looked at as one".repeat(100)).unwrap();
    assert!(!failed(&["--http", "0", "--ws", "0", "--db", garbage.to_str().unwrap()]).await.success());
    assert!(!failed(&["--speed", "-1"]).await.success());
    let nowhere = ["--http", "0", "--ws", "0", "--db", ":memory:", "--openai-url"];
    assert!(!failed(&[&nowhere[..], &["http://127.0.0.1:1/v1"]].concat()).await.success(), "no model is named");
    for arguments in [["localhost:1", "--openai-model", "m"], ["http://127.0.0.1:1/v1", "--openai-model", ","]] {
        assert!(!failed(&[&nowhere[..], &arguments[..]].concat()).await.success(), "{arguments:?}");
    }
}

/// Two backends on one file would each seal the other's running turns as lost.
#[tokio::test]
async fn a_second_backend_does_not_get_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: stored_in(folder.path()), ..instant() };
    let first = Backend::with(config.clone()).await;
    assert!(matches!(start(config.clone()).await, Err(StartError::Store(StoreError::InUse))));
    first.server.shutdown().await;
    start(config).await.unwrap().shutdown().await;
}
