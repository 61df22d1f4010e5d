//! Cache warming: the backend reads a conversation's prompt again now and then, so that the provider keeps it cached.
//!
//! The `cache-warming` surface says whether it is on, when it warms next, and how well the last warm did; nothing says
//! what it is good for. So what is seen is kept with the conversation, across reloads: the warms ([`history`]), what they
//! brought ([`ledger`]), and how warm the cache is ([`clock`]). And since a forgotten warming costs somebody money every
//! few minutes, it is turned off after so many warms that no turn used, by one window, and the person is told.

mod clock;
mod countdown;
mod hearing;
mod history;
mod ledger;
mod limit;
mod manual;
mod stored;
mod told;
mod view;
mod words;

pub use clock::{CacheClock, CacheState, CacheUse};
pub use countdown::Countdown;
pub use history::HISTORY_LENGTH;
pub use ledger::{LedgerView, Outcome};
pub(crate) use limit::Claim;
pub use limit::{CLAIM_PAUSE, DEFAULT_LIMIT, LIMITS};
pub use manual::Manual;
pub(crate) use told::Told;
pub use told::{join_interval, split_interval};
pub use view::{IntervalView, RateView, SwitchView, WarmView, WarmingView};

use crate::time::round_half_up;
use crate::{HttpFailure, Millis, TurnId};
use clock::Clock;
use dispatch_contract::{TurnEvent, WarmResponse};
use hearing::Hearing;
use history::{History, Warm};
use ledger::Found;
use limit::{Limit, Unused};

/// What is known of one conversation's cache, and of what was done to keep it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Warming {
    history: History,
    clock: Clock,
    hearing: Hearing,
    manual: Manual,
    /// When a frame last told of a new warm, by this device's clock.
    told_at: Option<Millis>,
    /// What the newest frame said about the switch.
    was_on: Option<bool>,
    /// What the conversation occupied when its newest turn was over, in tokens.
    context: Option<u64>,
    /// When the last request of the newest turn was made.
    last_turn: Option<Millis>,
    unused: Unused,
    limit: Limit,
    claim: Option<Claim>,
    /// Something changed that is kept across reloads.
    is_unstored: bool,
}

impl Warming {
    /// Takes a turn's event in. Gives back whether the turn is over and its use of the cache is known.
    pub(crate) fn heard(
        &mut self,
        turn: &TurnId,
        event: &TurnEvent,
        at: Millis,
        model: &str,
        is_live: bool,
        knows_warms: bool,
    ) -> bool {
        let Some(used) = self.hearing.heard(turn, event, at, is_live, knows_warms) else { return false };
        self.context = Some(used.context);
        self.turn_used(model, &used.cache, at);
        true
    }

    /// A turn used the cache.
    fn turn_used(&mut self, model: &str, used: &CacheUse, at: Millis) {
        let kept = self.clock.line(Some(model)).and_then(|line| line.kept);
        let idle = self.last_turn.map(|last| used.began.since(last));
        let was_there_anyway = idle.zip(kept).is_some_and(|(idle, kept)| idle <= kept);
        let retained = self.clock.used(model, used);
        ledger::settle(&mut self.history, Found { read: used.read, retained, was_there_anyway });
        self.last_turn = used.last;
        self.unused = Unused { count: 0, since: at };
        self.is_unstored = true;
    }

    /// The surface told its state; `was_current`: it was known before, so that nothing is told late.
    pub(crate) fn told(&mut self, told: &Told, was_current: bool, model: &str, now: Millis) {
        if told.is_on == Some(true) && self.was_on == Some(false) {
            // Somebody wants it on, and knows what it did until now.
            self.unused.restart(now);
            self.is_unstored = true;
        }
        self.was_on = told.is_on;
        let Some(at) = told.last else { return };
        let moment = Millis(at.0.min(now.0));
        let is_before_turn = self.last_turn.is_some_and(|turn| moment.0 < turn.0);
        let outcome = if is_before_turn { Outcome::Unknown } else { Outcome::Open };
        let (rate, retention) = (told.rate, told.retention);
        let before = self.history.clone();
        let seen = Warm { rate, retention, context: self.context, outcome, ..Warm::new(at) };
        if self.history.observe(seen, now) {
            self.told_at = Some(now);
            let retained = retention.or(rate).map(round_half_up);
            let used = CacheUse {
                began: moment,
                last: Some(moment),
                read: None,
                retained,
                held: None,
                is_next: was_current,
                is_live: was_current,
            };
            // The backend warms for the model of the last turn, whatever was chosen since.
            let model = self.clock.line(None).map_or_else(|| model.to_owned(), |line| line.model.clone());
            self.clock.used(&model, &used);
            self.unused.count += u64::from(!is_before_turn);
        }
        self.is_unstored |= self.history != before;
    }

    /// The person asks for a warm. Tells whether none was under way.
    pub(crate) fn begin_manual(&mut self, now: Millis) -> bool {
        let begins = !self.manual.is_working();
        if begins {
            self.manual = Manual::Working(now);
        }
        begins
    }

    /// Whether the answer to a warm is waited for.
    pub(crate) fn is_working(&self) -> bool {
        self.manual.is_working()
    }

    /// The answer to it. Gives back what is announced.
    pub(crate) fn manual_answered(
        &mut self,
        answer: Result<&WarmResponse, &HttpFailure>,
        model: &str,
        knows_warms: bool,
        now: Millis,
    ) -> Option<String> {
        let Manual::Working(asked) = self.manual else { return None };
        match answer {
            Ok(answer) => {
                self.manual = Manual::done(answer);
                if self.history.answered(answer, asked, self.told_at, now, self.context) {
                    let used = CacheUse {
                        began: asked,
                        last: Some(asked),
                        read: None,
                        retained: Some(round_half_up(answer.expected_cache_rate)),
                        held: Some(answer.cache_read_tokens.saturating_add(answer.cache_write_tokens)),
                        is_next: knows_warms,
                        is_live: true,
                    };
                    self.clock.used(model, &used);
                    self.unused.count += 1;
                }
                self.is_unstored = true;
            }
            Err(failure) => self.manual = Manual::failed(failure),
        }
        match &self.manual {
            Manual::Done { headline, .. } => Some(["Cache warmed: ", headline].concat()),
            Manual::Failed(words) => Some(words.clone()),
            Manual::Idle | Manual::Working(_) => None,
        }
    }

    /// The socket is gone: turns and warms may be missed.
    pub(crate) fn misses(&mut self) {
        self.clock.misses();
    }

    /// The conversation was compacted: its prompt is another one.
    pub(crate) fn prompt_changed(&mut self) {
        self.clock.prompt_changed();
        self.context = None;
        self.is_unstored = true;
    }

    /// Whether something must be stored; asked once for each change.
    pub(crate) fn take_unstored(&mut self) -> bool {
        std::mem::take(&mut self.is_unstored)
    }
}

#[cfg(test)]
mod tests;
