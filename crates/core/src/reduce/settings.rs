//! What the person chooses for every window of the console, beside how much is kept loaded.

use crate::address::{GivenAddresses, is_address};
use crate::cache::Write;
use crate::changes::Topic;
use crate::settings::Look;
use crate::shortcut::Command;
use crate::state::State;
use crate::{ConversationId, Effect, HttpFailure};

impl State {
    /// Keeps what was chosen.
    pub(super) fn store_settings(&mut self, effects: &mut Vec<Effect>) {
        self.changes.topics.mark(Topic::Settings);
        effects.push(Effect::StoreSettings(self.settings.to_stored()));
    }

    pub(super) fn look_chosen(&mut self, look: Look, chosen: &str, effects: &mut Vec<Effect>) {
        self.settings.choose_look(look, chosen);
        self.store_settings(effects);
    }

    /// The person wants to be told by the system, or no more. Whether it may is asked only now.
    pub(super) fn notifying_chosen(&mut self, notifies: bool, effects: &mut Vec<Effect>) {
        if notifies {
            effects.push(Effect::AskToNotify);
        } else {
            self.settings.notifies = false;
            self.store_settings(effects);
        }
    }

    /// The browser may tell, or may not.
    pub(super) fn notifying_answered(&mut self, may: bool, effects: &mut Vec<Effect>) {
        self.settings.notifies = may;
        if !may {
            self.problems.tell("This browser does not allow the console to notify you. Its own settings decide.");
        }
        self.store_settings(effects);
    }

    /// The person says where the backend is. What can be no address is told, and changes nothing.
    pub(super) fn addresses_submitted(&mut self, given: GivenAddresses, effects: &mut Vec<Effect>) {
        let given = GivenAddresses { http: given.http.trim().to_owned(), ws: given.ws.trim().to_owned() };
        self.changes.topics.mark(Topic::Settings);
        if let Some(problem) = problem_of(&given) {
            self.address_test = problem;
        } else if given != self.settings.addresses {
            self.settings.addresses = given;
            self.store_settings(effects);
            // A conversation must not go on in the middle with another backend.
            effects.push(Effect::Reload);
        }
    }

    /// The person wants to know whether a backend is there.
    pub(super) fn address_test_requested(&mut self, given: GivenAddresses, effects: &mut Vec<Effect>) {
        self.changes.topics.mark(Topic::Settings);
        match problem_of(&given) {
            Some(problem) => self.address_test = problem,
            None => {
                self.address_test = "Asking…".to_owned();
                effects.push(Effect::TestAddresses(given));
            }
        }
    }

    /// What was found there.
    pub(super) fn addresses_tested(&mut self, http: Result<String, HttpFailure>, ws: bool) {
        self.changes.topics.mark(Topic::Settings);
        let http = http.and_then(|body| {
            let catalogue = serde_json::from_str::<dispatch_contract::ModelsResponse>(&body);
            catalogue.map_err(|_| HttpFailure::Unreadable)
        });
        let http = match http {
            Ok(catalogue) => match catalogue.models.len() {
                1 => "HTTP: a Dispatch backend answers, with 1 model.".to_owned(),
                count => format!("HTTP: a Dispatch backend answers, with {count} models."),
            },
            Err(HttpFailure::Unreadable) => "HTTP: something answers, but it is no Dispatch backend.".to_owned(),
            Err(failure) => format!("HTTP: {}.", failure.in_words()),
        };
        let ws = if ws { "WebSocket: it opens." } else { "WebSocket: it does not open." };
        self.address_test = [http.as_str(), ws].join(" ");
    }

    /// What this device keeps of conversations until now goes; what comes in from now on is kept again.
    pub(super) fn clear_cache(&mut self, effects: &mut Vec<Effect>) {
        let kept: Vec<ConversationId> = self.listing.kept_ids().cloned().collect();
        effects.push(Effect::WriteCache(kept.into_iter().map(Write::Forget).collect()));
        effects.push(Effect::ReadCacheIndex);
        self.announce("What this device kept was removed".to_owned());
    }

    /// The person chose other keys for a command, or none.
    pub(super) fn keys_chosen(&mut self, command: Command, keys: &str, effects: &mut Vec<Effect>) {
        if keys.is_empty() || self.settings.shortcuts.refusal(command, keys).is_none() {
            self.settings.shortcuts.choose(command, keys);
            self.store_settings(effects);
        }
    }

    pub(super) fn keys_reset(&mut self, effects: &mut Vec<Effect>) {
        self.settings.shortcuts.reset();
        self.store_settings(effects);
    }
}

/// Why these can be no addresses.
fn problem_of(given: &GivenAddresses) -> Option<String> {
    if !is_address(&given.http, GivenAddresses::HTTP) {
        return Some("The HTTP address begins with http:// or https://, and names a host.".to_owned());
    }
    let is_fine = is_address(&given.ws, GivenAddresses::WS);
    (!is_fine).then(|| "The WebSocket address begins with ws:// or wss://, and names a host.".to_owned())
}
