//! What turns took and how fast the models were: when the backend is asked for it, and what becomes of its answers.
//!
//! Nothing depends on them: a failure disturbs nothing, and is made good by the next answer.

use crate::anomaly::Anomaly;
use crate::cache::Write;
use crate::calendar::day_of;
use crate::changes::Topic;
use crate::conversation::{Context, Conversation};
use crate::metrics::read_kept;
use crate::state::State;
use crate::throughput::Leaf;
use crate::{ConversationId, Effect, HttpFailure, RequestId};
use dispatch_contract::{MetricsResponse, ThroughputResponse};

impl State {
    pub(super) fn metrics_answered(
        &mut self,
        request: RequestId,
        id: &ConversationId,
        answer: Result<MetricsResponse, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        let was_waited_for =
            self.with(id, effects, |conversation, context| conversation.metrics_answered(request, answer, context));
        if was_waited_for != Some(true) {
            self.anomalies.count(Anomaly::LateAnswer);
        }
    }

    /// The person leafs through how fast the models were.
    pub(super) fn leaf_throughput(&mut self, leaf: Leaf, east: f64, effects: &mut Vec<Effect>) {
        self.next_request += 1;
        let request = RequestId(self.next_request);
        let today = day_of(self.now, east);
        if let Some((period, date)) = self.throughput.leaf(leaf, today, request) {
            effects.push(Effect::LoadThroughput { request, period, date });
            self.changes.topics.mark(Topic::Throughput);
        }
    }

    pub(super) fn throughput_answered(&mut self, request: RequestId, answer: Result<ThroughputResponse, HttpFailure>) {
        if self.throughput.answered(request, answer) {
            self.changes.topics.mark(Topic::Throughput);
        } else {
            self.anomalies.count(Anomaly::LateAnswer);
        }
    }
}

impl Conversation {
    /// Asks for the stored figures now, or once more after the request under way.
    pub(crate) fn ask_metrics(&mut self, context: &mut Context<'_>) {
        if let Some(request) = self.metrics.ask(|| context.mint_request()) {
            context.effects.push(Effect::LoadMetrics { request, conversation: self.id().clone() });
        }
    }

    /// The backend has answered. `false`: nobody waits for it.
    fn metrics_answered(
        &mut self,
        request: RequestId,
        answer: Result<MetricsResponse, HttpFailure>,
        context: &mut Context<'_>,
    ) -> bool {
        let Some(asks_again) = self.metrics.answered(request) else { return false };
        match answer {
            Ok(told) => self.metrics.take_stored(told.turns),
            // There are none.
            Err(HttpFailure::Refused { status: 404, .. }) => self.metrics.take_stored(Vec::new()),
            Err(_) => {}
        }
        if let Some(text) = self.metrics.take_unsaved() {
            context.effects.push(Effect::WriteCache(vec![Write::Metrics(self.id().clone(), text)]));
        }
        if asks_again {
            self.ask_metrics(context);
        }
        true
    }

    /// This device has told what it keeps of the figures.
    pub(crate) fn metrics_read(&mut self, kept: Option<&str>, context: &mut Context<'_>) {
        let Some(text) = kept else { return };
        match read_kept(text) {
            Some(turns) => self.metrics.take_kept(turns),
            None => {
                context.anomalies.count(Anomaly::CorruptStorage);
                self.metrics.kept_is_broken();
            }
        }
    }

    /// The history is another one now.
    pub(crate) fn forget_metrics(&mut self, compacted: bool) {
        let transcript = &self.transcript;
        self.metrics.forget(compacted, |turn| transcript.is_live_turn(turn));
    }
}
