//! The HTTP endpoints.

use crate::adapters::files;
use dispatch_contract::{
    AbortResponse, ChatRequest, ConversationsResponse, ErrorBody, HistoryResponse, MetricsResponse, ModelsResponse,
    SetTitleRequest, ThroughputResponse, TitleResponse,
};
use dispatch_core::throughput::Period;
use dispatch_core::{Call, ConversationId, HistoryQuery, HttpFailure, Method};
use gloo_net::http::{Request, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ReadableStreamDefaultReader};

/// A request that takes longer has failed, in milliseconds: nobody waits for it any more.
const LONGEST: u32 = 30_000;

/// A warm reads a whole prompt, and takes as long as the first words of an answer may, in milliseconds.
const LONGEST_OF_MODEL: u32 = 120_000;

/// The backend's HTTP side.
#[derive(Clone, Debug)]
pub struct HttpClient {
    base: String,
}

impl HttpClient {
    /// A client of the backend at this address, which has no slash at its end.
    pub fn new(base: String) -> Self {
        Self { base }
    }

    /// Makes a call, and gives back the body of its answer.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn call(&self, call: Call) -> Result<String, HttpFailure> {
        let address = format!("{}{}", self.base, call.path);
        let request = match call.method {
            Method::Get => Request::get(&address),
            Method::Put => Request::put(&address),
            Method::Post => Request::post(&address),
            Method::Delete => Request::delete(&address),
        };
        let request = limited_to(if call.is_slow { LONGEST_OF_MODEL } else { LONGEST }, request);
        let request = match call.body {
            Some(body) => request.header("Content-Type", "application/json").body(body),
            None => request.build(),
        };
        send(request).await
    }

    /// `GET /models`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn models(&self) -> Result<ModelsResponse, HttpFailure> {
        ask(Request::get(&format!("{}/models", self.base))).await
    }

    /// `GET /conversations`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn conversations(&self) -> Result<ConversationsResponse, HttpFailure> {
        ask(Request::get(&format!("{}/conversations", self.base))).await
    }

    /// `PUT /conversations/:id/title`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn set_title(&self, id: &ConversationId, title: String) -> Result<TitleResponse, HttpFailure> {
        let body = serde_json::to_string(&SetTitleRequest { title }).unwrap_or_default();
        let request = Request::put(&self.conversation(id, "/title")).header("Content-Type", "application/json");
        read(&send(limited(request).body(body)).await?)
    }

    /// `GET /conversations/:id`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn history(&self, id: &ConversationId, query: HistoryQuery) -> Result<HistoryResponse, HttpFailure> {
        let mut address = format!("{}?sinceSeq={}", self.conversation(id, ""), query.since_seq);
        if let Some(before) = query.before_seq {
            address.push_str(&format!("&beforeSeq={before}"));
        }
        if let Some(limit) = query.limit {
            address.push_str(&format!("&limit={limit}"));
        }
        ask(Request::get(&address)).await
    }

    /// `GET /conversations/:id/metrics`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn metrics(&self, id: &ConversationId) -> Result<MetricsResponse, HttpFailure> {
        ask(Request::get(&self.conversation(id, "/metrics"))).await
    }

    /// `GET /metrics/throughput`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn throughput(&self, period: Period, date: &str) -> Result<ThroughputResponse, HttpFailure> {
        let period = period.to_wire();
        ask(Request::get(&format!("{}/metrics/throughput?period={}&date={date}", self.base, period.as_str()))).await
    }

    /// `POST /conversations/:id/stop`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn stop(&self, id: &ConversationId) -> Result<AbortResponse, HttpFailure> {
        ask(Request::post(&self.conversation(id, "/stop"))).await
    }

    /// `POST /conversations/:id/close`.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that cannot be read.
    pub async fn close(&self, id: &ConversationId) -> Result<AbortResponse, HttpFailure> {
        ask(Request::post(&self.conversation(id, "/close"))).await
    }

    /// `POST /chat`: every line of the answer is told as it comes. The stream is as long as the turn.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that was cut off.
    pub async fn chat(&self, request: &ChatRequest, tell: impl Fn(&str)) -> Result<(), HttpFailure> {
        let body = serde_json::to_string(request).unwrap_or_default();
        let post = Request::post(&format!("{}/chat", self.base)).header("Content-Type", "application/json");
        let response = answer(post.body(body)).await?;
        let reader = response.body().map(|body| body.get_reader().unchecked_into::<ReadableStreamDefaultReader>());
        let Some(reader) = reader else { return Err(HttpFailure::Unreadable) };
        let mut rest: Vec<u8> = Vec::new();
        loop {
            let piece = JsFuture::from(reader.read()).await.map_err(|_| HttpFailure::Unreachable)?;
            let value = js_sys::Reflect::get(&piece, &"value".into()).unwrap_or_default();
            let Ok(bytes) = value.dyn_into::<js_sys::Uint8Array>() else { break };
            rest.extend(bytes.to_vec());
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = rest.drain(..=end).collect();
                tell(String::from_utf8_lossy(&line).trim());
            }
        }
        tell(String::from_utf8_lossy(&rest).trim());
        Ok(())
    }

    fn conversation(&self, id: &ConversationId, rest: &str) -> String {
        // Ids are UUIDs of our own, but a stored one may be anything.
        let id = js_sys::encode_uri_component(id.as_str());
        format!("{}/conversations/{id}{rest}", self.base)
    }
}

/// Fetches a picture: an address under which the page can show it, if it is one.
pub async fn picture(address: &str) -> Option<String> {
    let response = answer(limited(Request::get(address)).build()).await.ok()?;
    let kind = response.headers().get("content-type").unwrap_or_default();
    if !kind.starts_with("image/") {
        return None;
    }
    let bytes = js_sys::Uint8Array::from(response.binary().await.ok()?.as_slice());
    let properties = BlobPropertyBag::new();
    properties.set_type(&kind);
    let blob = Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(&bytes), &properties).ok()?;
    files::address_of(&blob)
}

async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, HttpFailure> {
    read(&send(limited(request).build()).await?)
}

/// A request that is given up when nobody can be waiting for it any more.
fn limited(request: RequestBuilder) -> RequestBuilder {
    limited_to(LONGEST, request)
}

fn limited_to(milliseconds: u32, request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&web_sys::AbortSignal::timeout_with_u32(milliseconds)))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, HttpFailure> {
    serde_json::from_str(text).map_err(|_| HttpFailure::Unreadable)
}

/// The body of a successful answer.
async fn send(request: Result<Request, gloo_net::Error>) -> Result<String, HttpFailure> {
    answer(request).await?.text().await.map_err(|_| HttpFailure::Unreachable)
}

/// A successful answer, its body still on its way.
async fn answer(request: Result<Request, gloo_net::Error>) -> Result<Response, HttpFailure> {
    let response = request.map_err(|_| HttpFailure::Unreachable)?.send().await.map_err(|_| HttpFailure::Unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    let text = response.text().await.map_err(|_| HttpFailure::Unreachable)?;
    let message = serde_json::from_str::<ErrorBody>(&text).ok().map(|body| body.error);
    Err(HttpFailure::Refused { status, message })
}
