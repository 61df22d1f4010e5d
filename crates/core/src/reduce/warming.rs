//! Cache warming: what the surface, the turns and the person say about a conversation's cache.

use crate::anomaly::Anomaly;
use crate::call::{Call, Purpose, path_of};
use crate::changes::Topic;
use crate::state::State;
use crate::surfaces::{Block, Control, Use, WARMING};
use crate::warming::{CLAIM_PAUSE, CacheClock, Told, WarmingView, join_interval};
use crate::{ConversationId, Effect, HttpFailure, Timer};
use dispatch_contract::{AgentEvent, CwdResponse, Field, SurfaceId, TurnEvent, WarmRequest, WarmResponse};

impl State {
    /// Cache warming of the conversation that is looked at; a draft has none.
    pub fn warming_view(&self) -> Option<WarmingView> {
        let id = self.tabs.active()?;
        let conversation = self.conversations.get(id)?;
        let is_connected = self.connection.open_socket().is_some();
        Some(conversation.warming.view(&self.surfaces, is_connected, self.cache_clock(id)))
    }

    /// How warm a conversation's cache is, for the model that a message is sent with now.
    pub fn cache_clock(&self, id: &ConversationId) -> CacheClock {
        let Some(conversation) = self.conversations.get(id) else { return CacheClock::default() };
        let is_running = conversation.transcript.is_generating();
        conversation.warming.cache_clock(self.model_of(id), is_running, self.knows_warms(id))
    }

    /// Whether the backend cannot have warmed a conversation's cache unseen.
    fn knows_warms(&self, id: &ConversationId) -> bool {
        !self.surfaces.may_have(WARMING) || self.surfaces.is_current(WARMING, id)
    }

    /// An event of a turn may say something about the cache.
    pub(super) fn hear_of_cache(&mut self, event: &AgentEvent) {
        let AgentEvent::Turn { conversation_id: id, turn_id, event } = event else { return };
        if matches!(event, TurnEvent::TextDelta { .. } | TurnEvent::ReasoningDelta { .. }) {
            return;
        }
        // While a socket opens, running turns are replayed: what is told then happened before.
        let is_live = self.connection.is_listened_to() || self.connection.is_over_http();
        let knows_warms = self.knows_warms(id);
        let model = self.model_of(id).unwrap_or_default().to_owned();
        let at = self.now;
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        if conversation.warming.heard(turn_id, event, at, &model, is_live, knows_warms) {
            self.changes.topics.mark(Topic::Surfaces);
        }
    }

    /// The surface of the conversation that is looked at told its state.
    pub(super) fn warming_told(&mut self, was_current: bool, effects: &mut Vec<Effect>) {
        let Some(id) = self.surfaces.scope().cloned() else { return };
        let Some((fields, _)) = self.surfaces.fields_of(WARMING) else { return };
        let told = Told::read(fields);
        let model = self.model_of(&id).unwrap_or_default().to_owned();
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.warming.told(&told, was_current, &model, self.now);
        if told.is_on == Some(true) && conversation.warming.claims(&self.window, self.now) {
            effects.push(Effect::StartTimer(Timer::WarmLimit(id), CLAIM_PAUSE));
        }
    }

    /// Every window has heard who is going to turn warming off by now. It is turned off if it is this one, and the newest
    /// that is known of the surface still says that it is on.
    pub(super) fn end_warming(&mut self, id: &ConversationId, effects: &mut Vec<Effect>) {
        let Some(conversation) = self.conversations.get(id) else { return };
        let Some(warms) = conversation.warming.acts(&self.window, self.now) else { return };
        let title = conversation.title();
        if !self.surfaces.is_current(WARMING, id) {
            return;
        }
        let switch = self.surfaces.first_block(WARMING, |field| matches!(field, Field::Toggle { .. }));
        let Some(Block::Toggle { control: Control { action, is_pending: false, .. }, is_on: true }) = switch else {
            return;
        };
        self.use_control(&SurfaceId::from(WARMING), &action, Use::Switch(false), effects);
        let words = format!("Cache warming of “{title}” was turned off: no turn used the last {warms} warms.");
        self.announce(words.clone());
        self.problems.tell(words);
    }

    /// The person sets how long warming waits between two warms.
    pub(super) fn set_warm_interval(&mut self, minutes: &str, seconds: &str, effects: &mut Vec<Effect>) {
        let interval = self.surfaces.first_block(WARMING, |field| matches!(field, Field::Number { .. }));
        let Some(Block::Number { control: Control { action, .. }, .. }) = interval else { return };
        let total = whole(minutes).zip(whole(seconds)).map(|(minutes, seconds)| join_interval(minutes, seconds));
        // What is no number is refused with the words that any number field has for it.
        let typed = total.map_or_else(String::new, |total| total.to_string());
        self.use_control(&SurfaceId::from(WARMING), &action, Use::Set(typed), effects);
    }

    /// The person chooses after how many unused warms warming is turned off.
    pub(super) fn set_warm_limit(&mut self, warms: Option<u64>) {
        let at = self.now;
        let focused = self.tabs.focused().clone();
        if let Some(conversation) = self.conversations.get_mut(&focused) {
            conversation.warming.choose_limit(warms, at);
            self.changes.topics.mark(Topic::Surfaces);
        }
    }

    /// The person wants the cache warmed. A draft has none.
    pub(super) fn warm_now(&mut self, effects: &mut Vec<Effect>) {
        let Some(id) = self.tabs.active().cloned() else { return };
        let at = self.now;
        if self.conversations.get_mut(&id).is_some_and(|conversation| conversation.warming.begin_manual(at)) {
            self.changes.topics.mark(Topic::Surfaces);
            let call = Call::get(path_of(&id, "/cwd"));
            self.call(Purpose::WarmCwd(id), call, effects);
        }
    }

    /// With the working directory known, a warm reads what a turn would read. A backend that keeps none needs none.
    pub(super) fn warm_cwd_answered(
        &mut self,
        id: ConversationId,
        answer: Result<String, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.conversations.get(&id).is_some_and(|conversation| conversation.warming.is_working()) {
            return self.anomalies.count(Anomaly::LateAnswer);
        }
        let cwd = match self.read::<CwdResponse>(answer) {
            Ok(response) => response.cwd,
            Err(failure) if failure.is_unsupported() => None,
            Err(failure) => return self.warm_answered(&id, Err(failure)),
        };
        let model = self.model_of(&id).map(str::to_owned);
        let request = WarmRequest { conversation_id: id.clone(), model, cwd };
        let body = serde_json::to_string(&request).unwrap_or_default();
        let call = Call { is_slow: true, ..Call::post("/chat/warm".to_owned(), body) };
        self.call(Purpose::Warm(id), call, effects);
    }

    pub(super) fn warm_answered(&mut self, id: &ConversationId, answer: Result<String, HttpFailure>) {
        let answer = self.read::<WarmResponse>(answer);
        let (model, knows_warms) = (self.model_of(id).unwrap_or_default().to_owned(), self.knows_warms(id));
        let at = self.now;
        let words = self
            .conversations
            .get_mut(id)
            .and_then(|conversation| conversation.warming.manual_answered(answer.as_ref(), &model, knows_warms, at));
        self.changes.topics.mark(Topic::Surfaces);
        match words {
            Some(words) => self.announce(words),
            None => self.anomalies.count(Anomaly::LateAnswer),
        }
    }

    /// What was stored before the page was loaded. What is stored of conversations that have no tab any more goes.
    pub(super) fn restore_warmings(&mut self, warmings: Vec<(String, String)>, effects: &mut Vec<Effect>) {
        for (id, stored) in warmings {
            let id = ConversationId::from(id.as_str());
            if self.tabs.contains(&id) {
                self.join_warming(&id, &stored);
            } else {
                effects.push(Effect::StoreWarming { conversation: id, stored: None });
            }
        }
    }

    /// Takes in what was stored of a conversation's cache.
    pub(super) fn join_warming(&mut self, id: &ConversationId, stored: &str) {
        let at = self.now;
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        if !conversation.warming.join_stored(stored, at) {
            self.anomalies.count(Anomaly::CorruptStorage);
        }
        self.changes.topics.mark(Topic::Surfaces);
    }

    /// Stores what is known of conversations' caches when anything about it changed.
    pub(super) fn watch_warmings(&mut self, effects: &mut Vec<Effect>) {
        for (id, conversation) in self.conversations.iter_mut() {
            if conversation.warming.take_unstored() {
                let stored = Some(conversation.warming.to_stored());
                effects.push(Effect::StoreWarming { conversation: id.clone(), stored });
            }
        }
    }
}

/// A whole number as it was typed; nothing typed is 0.
fn whole(typed: &str) -> Option<i64> {
    match typed.trim() {
        "" => Some(0),
        typed => typed.parse().ok(),
    }
}
