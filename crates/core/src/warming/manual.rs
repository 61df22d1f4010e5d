//! “Warm now”: the prompt is read once, because the person says so, over HTTP.
//!
//! The backend reads what a turn would read, so it needs what the conversation's turns have: the model, and the working
//! directory if one is set. That is asked for each time; somebody may have set it elsewhere.

use crate::time::round_half_up;
use crate::{HttpFailure, Millis};
use dispatch_contract::WarmResponse;

/// How a warm that the person asked for stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Manual {
    /// None was asked for.
    #[default]
    Idle,
    /// It is under way, since this moment.
    Working(Millis),
    /// It is done.
    Done {
        /// `100% retained`: how much of what had been cached was there.
        headline: String,
        /// `61% of the prompt cached`.
        detail: String,
    },
    /// It was not done, for this reason.
    Failed(String),
}

impl Manual {
    /// What a warm did.
    pub(crate) fn done(answer: &WarmResponse) -> Self {
        Self::Done {
            headline: format!("{} retained", percent_words(answer.expected_cache_rate)),
            detail: format!("{} of the prompt cached", percent_words(answer.cache_pct)),
        }
    }

    /// Why none was done: the server's words where it has any.
    pub(crate) fn failed(failure: &HttpFailure) -> Self {
        Self::Failed(match failure {
            HttpFailure::Refused { message: Some(message), .. } => message.clone(),
            HttpFailure::Refused { status, message: None } => format!("Warm failed (HTTP {status})"),
            HttpFailure::Unreachable | HttpFailure::Unreadable => format!("Warm failed: {}.", failure.in_words()),
        })
    }

    /// Whether one is under way.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working(_))
    }
}

/// A percentage in whole numbers.
pub(super) fn percent_words(percent: f64) -> String {
    format!("{}%", round_half_up(percent.max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_warm_did_is_told_by_what_was_retained() {
        let answer = WarmResponse {
            input_tokens: 0,
            output_tokens: 0,
            cache_read_tokens: 0,
            cache_write_tokens: 0,
            cache_pct: 60.5,
            expected_cache_rate: 100.0,
        };
        let (headline, detail) = ("100% retained".to_owned(), "61% of the prompt cached".to_owned());
        assert_eq!(Manual::done(&answer), Manual::Done { headline, detail });
    }

    #[test]
    fn a_failure_is_told_in_the_servers_words_where_it_has_any() {
        let refused =
            |status, message: Option<&str>| HttpFailure::Refused { status, message: message.map(str::to_owned) };
        let cases = [
            (refused(409, Some("generating")), "generating"),
            (refused(400, None), "Warm failed (HTTP 400)"),
            (refused(502, None), "Warm failed (HTTP 502)"),
            (HttpFailure::Unreachable, "Warm failed: the server cannot be reached."),
            (HttpFailure::Unreadable, "Warm failed: the server's answer could not be read."),
        ];
        for (failure, words) in cases {
            assert_eq!(Manual::failed(&failure), Manual::Failed(words.to_owned()));
        }
    }
}
