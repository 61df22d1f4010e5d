//! Any OpenAI-compatible chat-completions endpoint: a local Ollama or llama.cpp server, or a hosted one.
//!
//! "Compatible" is a wide word. What is relied on is what all of them have: messages, tools, a stream of chunks. The rest
//! is taken where it comes: usage, cached tokens, thinking under either of its names. Servers differ most in how they fail,
//! so this is where care goes: what may pass is asked again (and said so), what was half said is never asked again, and a
//! stream that ends without saying that it is done is a failure.

mod messages;
mod refusal;
mod reply;
mod sse;

use super::{Provider, ProviderEvent, Purpose, StepRequest};
use dispatch_contract::{ModelInfo, ReasoningEffort};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use refusal::Refusal;
use reply::Reply;
use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use sse::Decoder;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Where such an endpoint is, and what is asked of it.
#[derive(Clone)]
pub struct OpenAi {
    /// What `/chat/completions` is put behind, such as `http://127.0.0.1:11434/v1`.
    pub base_url: String,
    /// The key, for servers that want one. It is sent to that address only and never logged.
    pub key: Option<String>,
    /// The models to offer, by the server's names.
    pub models: Vec<String>,
    /// How many tokens they hold, if that is known.
    pub context_window: Option<u64>,
    /// Whether the models see pictures. A model that sees none gets words in their place: it would refuse every later
    /// message of a conversation that holds one.
    pub sees_pictures: bool,
    /// Whether the reasoning effort is sent. Models that know none refuse it.
    pub sends_effort: bool,
    /// The wait before the first retry; each further one is twice as long. A server that names a time is obeyed instead.
    pub first_retry: Duration,
}

impl Default for OpenAi {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            key: None,
            models: Vec::new(),
            context_window: None,
            sees_pictures: false,
            sends_effort: false,
            first_retry: Duration::from_secs(1),
        }
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenAi")
            .field("base_url", &self.base_url)
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

/// Why an endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenAiError {
    /// The address is none.
    #[error("`{0}` is not an http(s) address")]
    BadUrl(String),
    /// Nothing to offer.
    #[error("no model is named for {0}")]
    NoModel(String),
    /// The client could not be made.
    #[error("cannot speak HTTP: {0}")]
    Client(#[from] reqwest::Error),
}

/// The part of a model's name that says where it comes from.
const CREDENTIAL: &str = "openai";

/// A server that says nothing for so long is gone. Local ones read a long prompt for minutes before the first word.
const SILENCE: Duration = Duration::from_secs(300);

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// So often it is asked again before it is given up.
const RETRIES: u32 = 5;

/// The provider.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    client: reqwest::Client,
    url: Url,
    settings: Arc<OpenAi>,
}

impl Endpoint {
    /// Checks the address; nothing is sent yet.
    pub(crate) fn new(settings: OpenAi) -> Result<Self, OpenAiError> {
        let bad_url = || OpenAiError::BadUrl(settings.base_url.clone());
        let mut url = Url::parse(settings.base_url.trim_end_matches('/')).map_err(|_| bad_url())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad_url());
        }
        url.path_segments_mut().map_err(|()| bad_url())?.extend(["chat", "completions"]);
        if settings.models.is_empty() {
            return Err(OpenAiError::NoModel(settings.base_url));
        }
        let mut client = reqwest::Client::builder()
            .connect_timeout(CONNECT_PATIENCE)
            .read_timeout(SILENCE)
            // A key goes to the address that it was given for, and nowhere else.
            .redirect(Policy::none());
        if is_this_machine(&url) {
            // A proxy that the environment names for the rest of the world does not reach what runs here.
            client = client.no_proxy();
        }
        Ok(Self { client: client.build()?, url, settings: Arc::new(settings) })
    }

    /// Asks until it is answered, and hands on what is said.
    async fn converse(&self, request: &StepRequest, events: &mpsc::Sender<ProviderEvent>) {
        let body = self.body(request);
        for attempt in 0.. {
            let mut reply = Reply::new(&request.prompt);
            let Err(refusal) = self.ask(&body, &mut reply, events).await else {
                return;
            };
            let Refusal { message, code, may_pass, retry_after } = refusal;
            // What was told cannot be taken back: asked again, the model would say it twice.
            if !may_pass || reply.has_begun() || attempt == RETRIES {
                tell(events, ProviderEvent::Failed { message, code }).await;
                return;
            }
            let doubled = self.settings.first_retry.saturating_mul(2_u32.saturating_pow(attempt));
            let delay = retry_after.unwrap_or(doubled);
            tell(events, ProviderEvent::Retrying { attempt, delay, message, code }).await;
            tokio::time::sleep(delay).await;
            tell(events, ProviderEvent::AskedAgain).await;
        }
    }

    /// Asks once.
    async fn ask(&self, body: &Value, reply: &mut Reply, events: &mpsc::Sender<ProviderEvent>) -> Result<(), Refusal> {
        let mut request = self.client.post(self.url.clone()).json(body);
        if let Some(key) = &self.settings.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.map_err(|error| Refusal::unreachable(&error))?;
        if !response.status().is_success() {
            return Err(Refusal::read(response).await);
        }
        let mut decoder = Decoder::default();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| Refusal::broken_off(&error))?;
            decoder.push(&piece).map_err(Refusal::nonsense)?;
            while let Some(data) = decoder.next_event() {
                for event in reply.take(&data)? {
                    tell(events, event).await;
                }
            }
        }
        for event in reply.finish()? {
            tell(events, event).await;
        }
        Ok(())
    }

    fn body(&self, request: &StepRequest) -> Value {
        let model = request.model.strip_prefix(CREDENTIAL).and_then(|rest| rest.strip_prefix('/'));
        let mut body = json!({
            "model": model.unwrap_or(&request.model),
            "messages": messages::of(&request.prompt, self.settings.sees_pictures),
            "tools": messages::tools(&request.prompt.tools),
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        match request.purpose {
            Purpose::Answer => {}
            Purpose::Warm => body["max_tokens"] = json!(1),
            Purpose::Summary => body["tool_choice"] = json!("none"),
        }
        if self.settings.sends_effort {
            body["reasoning_effort"] = json!(effort(&request.effort));
        }
        body
    }
}

impl Provider for Endpoint {
    fn models(&self) -> Vec<(String, ModelInfo)> {
        let (context_window, vision) = (self.settings.context_window, Some(self.settings.sees_pictures));
        let info = ModelInfo { context_window, vision };
        self.settings.models.iter().map(|model| (format!("{CREDENTIAL}/{model}"), info.clone())).collect()
    }

    fn stream(&self, request: StepRequest) -> BoxStream<'static, ProviderEvent> {
        let (events, told) = mpsc::channel(64);
        let endpoint = self.clone();
        tokio::spawn(async move {
            // Dropping the conversation closes the connection, which is how a server is told to stop.
            tokio::select! {
                () = events.closed() => {}
                () = request.abort.cancelled() => {}
                () = endpoint.converse(&request, &events) => {}
            }
        });
        stream::unfold(told, |mut told| async move { told.recv().await.map(|event| (event, told)) }).boxed()
    }
}

/// Whether an address is one that only this machine has.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Hands an event on. Nobody listens any more when the turn is over, and then this is about to be dropped.
async fn tell(events: &mpsc::Sender<ProviderEvent>, event: ProviderEvent) {
    drop(events.send(event).await);
}

/// The levels that all who know levels have.
fn effort(effort: &ReasoningEffort) -> &str {
    match effort {
        ReasoningEffort::ExtraHigh | ReasoningEffort::Max => ReasoningEffort::High.as_str(),
        ReasoningEffort::Low | ReasoningEffort::Medium | ReasoningEffort::High | ReasoningEffort::Unknown(_) => {
            effort.as_str()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_the_rest() {
        let is_here = |url: &str| is_this_machine(&Url::parse(url).unwrap());
        for url in ["http://localhost:11434/v1", "http://127.0.0.1/v1", "http://127.9.9.9", "https://[::1]:8080/v1"] {
            assert!(is_here(url), "{url}");
        }
        for url in ["http://192.168.0.7/v1", "https://example.org", "http://localhost.example.org", "http://[::2]/"] {
            assert!(!is_here(url), "{url}");
        }
    }

    #[test]
    fn the_path_is_put_behind_what_was_named() {
        let url = |base_url: &str| {
            let settings = OpenAi { base_url: base_url.to_owned(), models: vec!["m".to_owned()], ..OpenAi::default() };
            Endpoint::new(settings).unwrap().url.to_string()
        };
        for base in ["https://example.org/api/v1", "https://example.org/api/v1/"] {
            assert_eq!(url(base), "https://example.org/api/v1/chat/completions");
        }
        assert_eq!(url("http://127.0.0.1:8080"), "http://127.0.0.1:8080/chat/completions");
    }

    #[test]
    fn levels_that_not_all_know_become_the_highest_that_they_do() {
        let sent = |level: ReasoningEffort| effort(&level).to_owned();
        assert_eq!(sent(ReasoningEffort::Low), "low");
        assert_eq!(
            (sent(ReasoningEffort::ExtraHigh), sent(ReasoningEffort::Max)),
            ("high".to_owned(), "high".to_owned())
        );
    }
}
