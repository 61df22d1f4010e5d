//! A warm: the prompt of the next turn, sent for the sake of the cache alone. It is not stored, not told and not counted.

use super::engine::{system_text, to_prompt};
use super::{Refusal, Turns, is_conversation_id};
use crate::provider::{Prompt, ProviderEvent, Purpose, StepRequest};
use crate::store::Window;
use dispatch_contract::{ReasoningEffort, Usage, WarmRequest, WarmResponse};
use futures_util::StreamExt;

impl Turns {
    /// Warms a conversation: what its next turn would send, as far as it is known.
    ///
    /// # Errors
    /// A turn runs, nothing was said yet, or the provider failed.
    pub(crate) async fn warm(&self, request: WarmRequest) -> Result<WarmResponse, Refusal> {
        let WarmRequest { conversation_id: conversation, model, cwd } = request;
        if !is_conversation_id(conversation.as_str()) {
            return Err(Refusal::BadConversationId);
        }
        if self.rooms.is_running(&conversation) {
            return Err(Refusal::TurnRunning);
        }
        let settings = self.store.settings(&conversation).await?;
        let (model, provider) = self.resolve_model(model, settings.model)?;
        let history = self.store.history(&conversation, Window::default()).await?;
        if history.is_empty() {
            return Err(Refusal::NothingSaid);
        }
        let cwd = cwd.or(settings.cwd);
        let messages: Vec<_> = history.into_iter().filter_map(to_prompt).collect();
        let stream = provider.stream(StepRequest {
            purpose: Purpose::Warm,
            model,
            effort: settings.effort.unwrap_or(ReasoningEffort::High),
            prompt: Prompt {
                system: system_text(cwd.as_deref()),
                cwd,
                tools: self.tools.descriptions(),
                opening: messages.len(),
                messages,
            },
            abort: self.closing.child_token(),
        });
        let response = answer(&used(stream).await?);
        self.warming.warmed(&conversation, &response);
        Ok(response)
    }
}

/// What a warm used.
async fn used(mut stream: futures_util::stream::BoxStream<'static, ProviderEvent>) -> Result<Usage, Refusal> {
    let mut used = Usage::default();
    while let Some(event) = stream.next().await {
        match event {
            ProviderEvent::Usage(usage) => used = usage,
            ProviderEvent::Failed { message, code: _ } => return Err(Refusal::Provider(message)),
            ProviderEvent::Reasoning(_)
            | ProviderEvent::Text(_)
            | ProviderEvent::Token
            | ProviderEvent::ToolCall { .. }
            | ProviderEvent::Retrying { .. }
            | ProviderEvent::AskedAgain => {}
        }
    }
    Ok(used)
}

/// The usage with the two percentages that a person reads.
fn answer(used: &Usage) -> WarmResponse {
    let (read, written) = (used.cache_read_tokens.unwrap_or_default(), used.cache_write_tokens.unwrap_or_default());
    WarmResponse {
        input_tokens: used.input_tokens,
        output_tokens: used.output_tokens,
        cache_read_tokens: read,
        cache_write_tokens: written,
        cache_pct: percent(read, used.input_tokens),
        expected_cache_rate: percent(read, read.saturating_add(written)),
    }
}

/// A part of a whole, rounded; of nothing it is 0.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 100.0).round() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_the_contracts() {
        let usage = |input_tokens, read, written| Usage {
            input_tokens,
            output_tokens: 1,
            cache_read_tokens: Some(read),
            cache_write_tokens: Some(written),
        };
        let percentages = |usage| {
            let response = answer(&usage);
            (response.cache_pct, response.expected_cache_rate)
        };
        assert_eq!(percentages(usage(1_000, 614, 0)), (61.0, 100.0));
        assert_eq!(percentages(usage(1_000, 500, 500)), (50.0, 50.0));
        assert_eq!(percentages(usage(1_000, 0, 1_000)), (0.0, 0.0));
        assert_eq!(percentages(usage(0, 0, 0)), (0.0, 0.0));
        assert_eq!(
            percentages(Usage { input_tokens: 9, ..Usage::default() }),
            (0.0, 0.0),
            "a provider that tells nothing"
        );
    }
}
