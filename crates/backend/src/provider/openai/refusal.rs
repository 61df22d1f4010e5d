//! How an endpoint fails, and whether asking again may help.

use super::sse::EndlessLine;
use crate::clock::Clock;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use std::error::Error;
use std::time::Duration;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    /// In the server's words, where it has some.
    pub(super) message: String,
    /// The server's code, else the status.
    pub(super) code: Option<String>,
    /// Whether it may be over soon.
    pub(super) may_pass: bool,
    /// When, if the server said so.
    pub(super) retry_after: Option<Duration>,
}

/// Nobody waits longer for a retry, whatever the server says: it is given up instead.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// A refusal has no more to say than this, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// So much of a refusal's words is kept, in characters.
const MESSAGE_LIMIT: usize = 2_000;

/// Codes that come with a status that would pass, and do not pass.
const FINAL_CODES: &[&str] = &["insufficient_quota", "billing_hard_limit_reached"];

impl Refusal {
    /// It could not be reached, or went away before it answered.
    pub(super) fn unreachable(error: &reqwest::Error) -> Self {
        let message = format!("The provider cannot be reached: {}", cause(error));
        Self { message, code: Some("unreachable".to_owned()), may_pass: true, retry_after: None }
    }

    /// It broke off in the middle.
    pub(super) fn broken_off(error: &reqwest::Error) -> Self {
        Self::cut_off(&format!(": {}", cause(error)))
    }

    /// It ended without saying that it was done.
    pub(super) fn unfinished() -> Self {
        Self::cut_off(" before the answer was complete")
    }

    fn cut_off(how: &str) -> Self {
        let message = format!("The provider broke off{how}");
        Self { message, code: Some("cut-off".to_owned()), may_pass: true, retry_after: None }
    }

    /// It said what nobody understands.
    pub(super) fn nonsense(what: EndlessLine) -> Self {
        Self::not_understood(&what.to_string())
    }

    /// It said what nobody understands.
    pub(super) fn not_understood(what: &str) -> Self {
        let message = format!("The provider's answer is not understood: {what}");
        Self { message, code: Some("bad-answer".to_owned()), may_pass: false, retry_after: None }
    }

    /// It failed in the middle, and said so.
    pub(super) fn told(error: &Value) -> Self {
        let (message, code) = words(error);
        let message = message.unwrap_or_else(|| "The provider failed and did not say why".to_owned());
        Self { message, code, may_pass: false, retry_after: None }
    }

    /// It refused.
    pub(super) async fn read(response: Response) -> Self {
        let status = response.status();
        let named = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = named.and_then(|value| wait(value, &Clock::system()));
        let body: Value = serde_json::from_slice(&beginning(response).await).unwrap_or_default();
        Self::of(status, &body["error"], retry_after)
    }

    fn of(status: StatusCode, error: &Value, retry_after: Option<Duration>) -> Self {
        let (message, code) = words(error);
        let is_final = code.as_deref().is_some_and(|code| FINAL_CODES.contains(&code));
        let passes = matches!(status.as_u16(), 408 | 409 | 429 | 500 | 502 | 503 | 504 | 529);
        let may_pass = passes && !is_final && retry_after.is_none_or(|wait| wait <= LONGEST_WAIT);
        let message = match message {
            Some(message) => message,
            None => format!("The provider answered {status}"),
        };
        Self { message, code: code.or_else(|| Some(status.as_str().to_owned())), may_pass, retry_after }
    }
}

/// A refusal's body, as much of it as is looked at.
async fn beginning(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < BODY_LIMIT
        && let Ok(Some(piece)) = response.chunk().await
    {
        body.extend_from_slice(&piece);
    }
    body
}

/// The message and the code of an error object; some servers send a bare string.
fn words(error: &Value) -> (Option<String>, Option<String>) {
    let message = error.as_str().or_else(|| error["message"].as_str()).map(str::trim).filter(|words| !words.is_empty());
    let code = match &error["code"] {
        Value::String(code) => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => error["type"].as_str().map(str::to_owned),
    };
    (message.map(|message| message.chars().take(MESSAGE_LIMIT).collect()), code)
}

/// The innermost reason: what wraps it repeats the address.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// What `Retry-After` says: seconds, or a date.
fn wait(text: &str, clock: &Clock) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp().as_millisecond();
    Some(Duration::from_millis(u64::try_from(date.saturating_sub(clock.epoch_ms())).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_may_pass_is_told_from_what_does_not() {
        let passes = |status: u16, error: Value, wait: Option<u64>| {
            Refusal::of(StatusCode::from_u16(status).unwrap(), &error, wait.map(Duration::from_secs)).may_pass
        };
        for status in [408, 429, 500, 502, 503, 504, 529] {
            assert!(passes(status, Value::Null, None), "{status}");
        }
        for status in [301, 400, 401, 403, 404, 413, 422, 501] {
            assert!(!passes(status, Value::Null, None), "{status}");
        }
        assert!(!passes(429, json!({ "message": "Pay", "code": "insufficient_quota" }), None));
        assert!(passes(429, json!({}), Some(120)));
        assert!(!passes(429, json!({}), Some(121)), "nobody waits that long");
    }

    #[test]
    fn the_words_are_the_servers_where_it_has_some() {
        let read = |error: Value| {
            let refusal = Refusal::of(StatusCode::UNAUTHORIZED, &error, None);
            (refusal.message, refusal.code.unwrap())
        };
        let own = |message: &str, code: &str| (message.to_owned(), code.to_owned());
        assert_eq!(read(json!({ "message": " No key. ", "code": "no_key" })), own("No key.", "no_key"));
        assert_eq!(read(json!({ "message": "No key.", "type": "auth", "code": null })), own("No key.", "auth"));
        assert_eq!(read(json!("bare words")), own("bare words", "401"));
        assert_eq!(read(Value::Null), own("The provider answered 401 Unauthorized", "401"));
        assert_eq!(read(json!({ "message": "x".repeat(9_999), "code": 7 })).0.len(), MESSAGE_LIMIT);
    }

    #[test]
    fn a_named_time_is_seconds_or_a_date() {
        let clock = Clock::by_hand(1_773_144_000_000);
        let named = |text: &str| wait(text, &clock).map(|wait| wait.as_millis());
        assert_eq!((named("7"), named(" 0.5 "), named("0")), (Some(7_000), Some(500), Some(0)));
        assert_eq!(named("Tue, 10 Mar 2026 12:00:30 GMT"), Some(30_000));
        assert_eq!(named("Tue, 10 Mar 2026 11:00:00 GMT"), Some(0), "a date that is past");
        assert_eq!((named("-1"), named("soon"), named("NaN")), (None, None, None));
    }
}
