//! The pause that a backend makes before it asks a busy provider again: shown while it lasts, and no longer.

use crate::Millis;
use dispatch_contract::TurnEvent;

/// A pause before the provider is asked again.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// Which retry, from 0.
    attempt: u32,
    /// When it is made.
    until: Millis,
    /// Why, in the provider's words, with its code.
    pub reason: String,
}

impl Retry {
    /// What an event makes of the pause: another one, or none with the next sign of life. Figures are no sign of life.
    pub(crate) fn after(held: Option<Self>, event: &TurnEvent, at: Millis) -> Option<Self> {
        match event {
            TurnEvent::ProviderRetry { attempt, delay_ms, message, code } => {
                let code = code.as_ref().map(|code| [" (", code, ")"].concat()).unwrap_or_default();
                let until = at.plus(delay_ms.max(0.0));
                Some(Self { attempt: *attempt, until, reason: [message.as_str(), &code].concat() })
            }
            TurnEvent::Usage { .. } | TurnEvent::StepComplete { .. } => held,
            TurnEvent::UserMessage { .. }
            | TurnEvent::TurnStart {}
            | TurnEvent::TextDelta { .. }
            | TurnEvent::ReasoningDelta { .. }
            | TurnEvent::ToolCall { .. }
            | TurnEvent::ToolOutput { .. }
            | TurnEvent::ToolResult { .. }
            | TurnEvent::Steering { .. }
            | TurnEvent::Error { .. }
            | TurnEvent::Done { .. }
            | TurnEvent::TurnSealed {} => None,
        }
    }

    /// What is said of it now: `Retry 3 in 28s`.
    pub fn words(&self, now: Millis) -> String {
        let number = u64::from(self.attempt) + 1;
        match (self.until.since(now) / 1000.0).ceil().max(0.0) as u64 {
            0 => format!("Retry {number} now"),
            seconds => format!("Retry {number} in {seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(attempt: u32) -> TurnEvent {
        let (message, code) = ("busy".to_owned(), Some("429".to_owned()));
        TurnEvent::ProviderRetry { attempt, delay_ms: 28_000.0, message, code }
    }

    /// Vectors T21 to T23.
    #[test]
    fn the_newest_pause_is_shown_until_the_next_sign_of_life() {
        let at = Millis(1000.0);
        let first = Retry::after(None, &pause(0), at);
        let second = Retry::after(first.clone(), &pause(2), at);
        assert_eq!(second.as_ref().map(|retry| retry.words(at)).as_deref(), Some("Retry 3 in 28s"));
        assert_eq!(second.map(|retry| retry.reason).as_deref(), Some("busy (429)"));
        let usage = TurnEvent::StepComplete { step_id: "s".into(), ttft_ms: None, decode_ms: None, gen_total_ms: None };
        assert_eq!(Retry::after(first.clone(), &usage, at), first);
        let text = TurnEvent::TextDelta { delta: "a".to_owned() };
        assert_eq!(Retry::after(first.clone(), &text, at), None);
        assert_eq!(first.map(|retry| retry.words(Millis(60_000.0))).as_deref(), Some("Retry 1 now"));
    }
}
