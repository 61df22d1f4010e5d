//! What becomes of the console's orders.

use super::{Request, World};
use dispatch_contract::{AbortResponse, ConversationsResponse, ModelsResponse, TitleResponse};
use dispatch_core::{Effect, Fact, HttpFailure};

impl World {
    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::OpenSocket(socket) => self.opening = Some(socket),
            Effect::CloseSocket(socket) => {
                if self.opening == Some(socket) {
                    self.opening = None;
                }
                if self.socket == Some(socket) {
                    self.disconnect_backend();
                }
            }
            Effect::SendFrame(socket, message) => {
                if self.socket == Some(socket) {
                    self.to_backend.push_back(message);
                }
            }
            Effect::LoadHistory { request, conversation, query } => {
                self.requests.push_back(Request::Asked(request, conversation, query));
            }
            Effect::LoadMetrics { request, conversation } => {
                self.metrics_asked.push_back((request, conversation));
                if !self.metrics_are_slow {
                    self.metrics_arrive();
                }
            }
            Effect::LoadThroughput { request, period, date } => {
                self.throughput_asked.push_back((request, format!("{} {date}", period.to_wire())));
            }
            Effect::ReadCache { request, conversation, before, count } => {
                self.cache_reads.push_back((request, conversation, before, count));
                // What asks the device comes later, too.
                if !self.cache_is_slow && (self.state.is_whole() || self.is_cut_short) {
                    self.cache_answers();
                }
            }
            Effect::WriteCache(writes) => self.cache.write(writes),
            Effect::ReadCacheIndex => self.tell(Fact::CacheIndexRead(self.cache.index())),
            Effect::AskToPersist => {}
            Effect::PostChat(request, chat) => self.posts.push_back((request, chat)),
            Effect::Call(request, call) => self.is_called(request, call),
            Effect::LoadConversations(request) => {
                let missing = HttpFailure::Refused { status: 404, message: None };
                let answer = self.backend.list.clone().ok_or(missing);
                let answer = answer.map(|conversations| ConversationsResponse { conversations });
                self.list_answers.push_back((request, answer));
                if !self.list_is_slow {
                    self.list_arrives();
                }
            }
            Effect::SetTitle(conversation, title) => {
                let answer = TitleResponse { conversation_id: conversation.clone(), title };
                self.tell(Fact::TitleAnswered { conversation, answer: Ok(answer) });
            }
            Effect::LoadModels(request) => {
                let models = self.models.iter().map(|name| (*name).to_owned()).collect();
                let catalogue = ModelsResponse { models, model_info: self.model_info.clone() };
                let answer = if self.has_models { Ok(catalogue) } else { Err(HttpFailure::Unreachable) };
                self.tell(Fact::ModelsAnswered { request, answer });
            }
            Effect::StopTurn(conversation) => {
                let answer = AbortResponse { conversation_id: conversation.clone(), aborted_turn: true };
                self.tell(Fact::StopAnswered { conversation, answer: Ok(answer) });
            }
            Effect::StartTimer(timer, after) => {
                self.timers.insert(timer, self.now + after);
            }
            Effect::CancelTimer(timer) => {
                self.timers.remove(&timer);
            }
            Effect::StoreTabs(stored) => self.stored_tabs = Some(stored),
            Effect::StoreOutbox { window, stored: Some(stored) } => drop(self.stored_outboxes.insert(window, stored)),
            Effect::StoreOutbox { window, stored: None } => drop(self.stored_outboxes.remove(&window)),
            Effect::LoadOutboxes => {
                self.tell(Fact::OutboxesLoaded(self.stored_outboxes.clone().into_iter().collect()));
            }
            Effect::StoreSettings(stored) => self.stored_settings = Some(stored),
            Effect::StoreSidebar(stored) => self.stored_sidebar = Some(stored),
            Effect::StoreFolding(stored) => self.stored_folding = Some(stored),
            Effect::StoreWarming { conversation, stored } => self.caches.store(&conversation, stored),
            Effect::StoreWindow(stored) => self.stored_window = Some(stored),
            Effect::Save { name, text, .. } => self.saved.push((name, text)),
            Effect::AskToNotify | Effect::Notify { .. } | Effect::TestAddresses(_) | Effect::Reload => {}
            Effect::CloseConversation(_) | Effect::ReloadUpdated | Effect::Copy(_) => {}
        }
    }
}
