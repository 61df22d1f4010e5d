//! What a turn's events say about the cache: when its requests were made, and what the first of them found there.
//!
//! No event says when a request is made. It follows what it answers: the prompt, or the results of the step before. Events
//! that are replayed come later than what they tell, so that no moment is taken from them.

use super::clock::CacheUse;
use crate::{Millis, TurnId};
use dispatch_contract::{StepId, TurnEvent, Usage};

/// The turn that is listened to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hearing(Option<Running>);

#[derive(Clone, Debug, PartialEq)]
struct Running {
    turn: TurnId,
    /// When its prompt came; unknown if that was replayed.
    began: Option<Millis>,
    /// Whether the uses before it were all heard of, as far as warms are concerned.
    is_next: bool,
    /// When the request that runs now was made.
    asked: Option<Millis>,
    /// A request ended, and when the last one that did was made, where that is known.
    ended: Option<Option<Millis>>,
    first_step: Option<StepId>,
    first: Option<Usage>,
    newest: Option<Usage>,
}

/// How a turn used the cache.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TurnUse {
    pub(crate) cache: CacheUse,
    /// What the conversation occupies after it, in tokens.
    pub(crate) context: u64,
}

impl Hearing {
    /// Takes an event in. `is_live`: it was told when it happened. `is_next`: no warm can have gone unheard since the use
    /// before. Gives back how the turn used the cache when it is over.
    pub(crate) fn heard(
        &mut self,
        turn: &TurnId,
        event: &TurnEvent,
        at: Millis,
        is_live: bool,
        is_next: bool,
    ) -> Option<TurnUse> {
        let live = is_live.then_some(at);
        match event {
            TurnEvent::UserMessage { .. } | TurnEvent::TurnStart {} => {
                match self.0.as_mut().filter(|running| running.turn == *turn) {
                    // Told again: nobody knows any more when what is asked now was asked.
                    Some(running) => running.asked = running.asked.filter(|_| is_live),
                    None => self.0 = Some(Running::new(turn, live, is_next)),
                }
                None
            }
            TurnEvent::Usage { step_id, usage } => {
                let running = self.of(turn)?;
                if running.first.is_none() || (step_id.is_some() && running.first_step == *step_id) {
                    running.first = Some(usage.clone());
                    running.first_step.clone_from(step_id);
                }
                running.newest = Some(usage.clone());
                None
            }
            TurnEvent::StepComplete { .. } => {
                let running = self.of(turn)?;
                running.ended = Some(running.asked);
                running.asked = live;
                None
            }
            TurnEvent::ToolResult { .. } => {
                self.of(turn)?.asked = live;
                None
            }
            TurnEvent::Done { context_size, .. } => {
                self.of(turn)?;
                self.0.take()?.ended(*context_size)
            }
            TurnEvent::Error { .. } | TurnEvent::TurnSealed {} => {
                self.of(turn)?;
                self.0.take()?.ended(None)
            }
            TurnEvent::TextDelta { .. }
            | TurnEvent::ReasoningDelta { .. }
            | TurnEvent::ToolCall { .. }
            | TurnEvent::ToolOutput { .. }
            | TurnEvent::Steering { .. }
            | TurnEvent::ProviderRetry { .. } => None,
        }
    }

    fn of(&mut self, turn: &TurnId) -> Option<&mut Running> {
        self.0.as_mut().filter(|running| running.turn == *turn)
    }
}

impl Running {
    fn new(turn: &TurnId, began: Option<Millis>, is_next: bool) -> Self {
        let (turn, asked) = (turn.clone(), began);
        Self { turn, began, is_next, asked, ended: None, first_step: None, first: None, newest: None }
    }

    /// The turn is over. One that never heard from its provider used nothing.
    fn ended(self, context: Option<u64>) -> Option<TurnUse> {
        let (first, newest) = (self.first?, self.newest?);
        let last = self.ended.unwrap_or(self.asked);
        // Where only reads are told, the provider keeps what it is sent.
        let written =
            |read: u64| newest.cache_write_tokens.map_or(newest.input_tokens, |write| read.saturating_add(write));
        let context = context.unwrap_or(newest.input_tokens.saturating_add(newest.output_tokens));
        let cache = CacheUse {
            began: self.began.or(last).unwrap_or_default(),
            last,
            read: first.cache_read_tokens,
            retained: None,
            held: newest.cache_read_tokens.map(written),
            is_next: self.is_next && self.began.is_some(),
            is_live: last.is_some(),
        };
        Some(TurnUse { cache, context })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(step: &str, input: u64, read: Option<u64>, write: Option<u64>) -> TurnEvent {
        let usage =
            Usage { input_tokens: input, output_tokens: 10, cache_read_tokens: read, cache_write_tokens: write };
        TurnEvent::Usage { step_id: Some(StepId::from(step)), usage }
    }

    fn step_ends(step: &str) -> TurnEvent {
        TurnEvent::StepComplete { step_id: StepId::from(step), ttft_ms: None, decode_ms: None, gen_total_ms: None }
    }

    fn done(context_size: Option<u64>) -> TurnEvent {
        TurnEvent::Done { reason: String::new(), duration_ms: None, usage: None, context_size }
    }

    fn prompt() -> TurnEvent {
        TurnEvent::UserMessage { text: String::new(), images: Vec::new() }
    }

    /// A second passes before each event; those before `live` are replayed.
    fn told(live: usize, events: Vec<TurnEvent>) -> Option<TurnUse> {
        let (mut hearing, turn) = (Hearing::default(), TurnId::from("t"));
        let heard = events
            .into_iter()
            .enumerate()
            .filter_map(|(place, event)| hearing.heard(&turn, &event, Millis(place as f64), place >= live, true));
        heard.last()
    }

    #[test]
    fn a_turn_asks_at_its_prompt_and_after_each_step() {
        let used = told(
            0,
            vec![
                prompt(),
                usage("s1", 100, Some(90), Some(10)),
                step_ends("s1"),
                usage("s1", 100, Some(91), Some(9)),
                usage("s2", 300, Some(100), Some(200)),
                step_ends("s2"),
                done(Some(310)),
            ],
        )
        .unwrap();
        assert_eq!((used.cache.began, used.cache.last), (Millis(0.0), Some(Millis(2.0))));
        assert_eq!((used.cache.read, used.cache.held, used.context), (Some(91), Some(300), 310));
        assert!(used.cache.is_next && used.cache.is_live);
    }

    #[test]
    fn no_moment_is_taken_from_what_is_replayed() {
        let events = || vec![prompt(), usage("s1", 100, Some(90), None), step_ends("s1"), done(None)];
        let used = told(9, events()).unwrap();
        assert_eq!((used.cache.last, used.cache.is_next, used.cache.is_live), (None, false, false));
        assert_eq!((used.cache.held, used.context), (Some(100), 110), "where only reads are told, all of it is kept");
        let mut longer = events();
        longer.insert(3, usage("s2", 200, Some(100), Some(100)));
        longer.insert(4, step_ends("s2"));
        let used = told(2, longer).unwrap();
        assert_eq!(
            (used.cache.last, used.cache.is_next),
            (Some(Millis(2.0)), false),
            "but of what was heard live after it"
        );
    }

    #[test]
    fn a_turn_that_never_heard_from_its_provider_used_nothing() {
        assert_eq!(told(0, vec![prompt(), TurnEvent::Error { message: String::new(), code: None }]), None);
        assert_eq!(told(0, vec![usage("s1", 100, None, None), done(None)]), None, "nor one that was not begun");
    }
}
