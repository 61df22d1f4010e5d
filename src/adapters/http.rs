//! HTTP: calls of the backend, whose addresses and bodies the core writes, messages whose answers are streams, and pictures.

use crate::adapters::files;
use dispatch_contract::{ChatRequest, ErrorBody};
use dispatch_core::{Call, HttpFailure, Method};
use gloo_net::http::{Request, RequestBuilder, Response};
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

/// A request that is given up when nobody can be waiting for it any more.
fn limited(request: RequestBuilder) -> RequestBuilder {
    limited_to(LONGEST, request)
}

fn limited_to(milliseconds: u32, request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&web_sys::AbortSignal::timeout_with_u32(milliseconds)))
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
