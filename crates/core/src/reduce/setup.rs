//! What turns are run with, beside the model: asked of the backend when a conversation is looked at, changed by the person.

use crate::call::{Call, Purpose, path_of};
use crate::changes::Topic;
use crate::pictures::{Attached, MOST_TOGETHER};
use crate::setup::Setup;
use crate::state::State;
use crate::{ConversationId, Effect, HttpFailure, RequestId};
use dispatch_contract::{
    CwdResponse, ImageRef, LanguageServersResponse, ReasoningEffort, ReasoningEffortResponse, SetCwdRequest,
    SetReasoningEffortRequest,
};

impl State {
    /// Asks for what is not known of the conversation that is looked at.
    pub(super) fn ask_setup(&mut self, effects: &mut Vec<Effect>) {
        if self.connection.open_socket().is_none() && !self.connection.is_over_http() {
            return;
        }
        let focused = self.tabs.focused().clone();
        let Some(setup) = self.setup_of(&focused) else { return };
        let (asks_effort, asks_cwd) = (setup.effort.ask(), setup.cwd.ask());
        if asks_effort {
            let call = Call::get(path_of(&focused, "/reasoning-effort"));
            self.call(Purpose::Effort(focused.clone()), call, effects);
        }
        if asks_cwd {
            let call = Call::get(path_of(&focused, "/cwd"));
            self.call(Purpose::Cwd(focused.clone()), call, effects);
        }
        self.ask_servers(&focused, false, effects);
    }

    /// Nothing that the backend keeps is certain any more.
    pub(super) fn doubt_setups(&mut self) {
        self.changes.topics.mark(Topic::Setup);
        self.conversations.values_mut().for_each(|conversation| conversation.setup.doubt());
    }

    /// The person looks at the language servers, or no more.
    pub(super) fn servers_watched(&mut self, watched: bool, effects: &mut Vec<Effect>) {
        self.watches_servers = watched;
        let focused = self.tabs.focused().clone();
        self.ask_servers(&focused, false, effects);
    }

    /// Asks for the language servers while somebody looks at them.
    pub(super) fn ask_servers(&mut self, id: &ConversationId, anew: bool, effects: &mut Vec<Effect>) {
        let is_watched = self.watches_servers && self.tabs.focused() == id;
        if is_watched && self.setup_of(id).is_some_and(|setup| setup.servers.ask(anew)) {
            self.call(Purpose::LanguageServers(id.clone()), Call::get(path_of(id, "/lsp")), effects);
        }
    }

    /// The person chose how much is thought in the conversation that is looked at.
    pub(super) fn effort_chosen(&mut self, level: String, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        let wish = self.setup_of(&focused).and_then(|setup| setup.effort.wish(level));
        self.set_effort(focused, wish, effects);
    }

    fn set_effort(&mut self, id: ConversationId, wish: Option<String>, effects: &mut Vec<Effect>) {
        let Some(level) = wish else { return };
        let request = SetReasoningEffortRequest { reasoning_effort: ReasoningEffort::from(level.as_str()) };
        let body = serde_json::to_string(&request).unwrap_or_default();
        let call = Call::put(path_of(&id, "/reasoning-effort"), body);
        self.call(Purpose::SetEffort(id), call, effects);
    }

    /// The person wants the next message of the conversation that is looked at to be thought about as much, or as always.
    pub(super) fn effort_once_chosen(&mut self, level: Option<&str>) {
        let focused = self.tabs.focused().clone();
        if let Some(setup) = self.setup_of(&focused) {
            setup.effort_once = level.map(ReasoningEffort::from);
        }
    }

    /// The person typed the folder in which the conversation that is looked at shall work.
    pub(super) fn cwd_submitted(&mut self, typed: &str, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        let Some(setup) = self.setup_of(&focused) else { return };
        let wish = setup.new_cwd(typed).and_then(|cwd| setup.cwd.wish(cwd));
        self.set_cwd(focused, wish, effects);
    }

    fn set_cwd(&mut self, id: ConversationId, wish: Option<String>, effects: &mut Vec<Effect>) {
        let Some(cwd) = wish else { return };
        let body = serde_json::to_string(&SetCwdRequest { cwd, workspace_id: None }).unwrap_or_default();
        let call = Call::put(path_of(&id, "/cwd"), body);
        self.call(Purpose::SetCwd(id), call, effects);
    }

    /// A picture is to go with the next message, or was refused.
    pub(super) fn picture_given(
        &mut self,
        id: &ConversationId,
        name: String,
        kind: String,
        picture: Result<String, String>,
    ) {
        match picture {
            Ok(url) => {
                let held = self.conversations.get(id).map_or(0, |open| {
                    open.left.attached.iter().map(|attached| attached.image.url.len()).sum::<usize>()
                });
                if held + url.len() > MOST_TOGETHER {
                    self.problems
                        .tell(format!("{name} is too much: the pictures of a message may have 10 MB together."));
                    return;
                }
                if let Some(conversation) = self.conversations.get_mut(id) {
                    let image = ImageRef { url, mime_type: Some(kind) };
                    conversation.left.attached.push(Attached { name, image });
                }
                let model = self.model_of(id).unwrap_or_default();
                if !self.models.sees(model) {
                    self.problems.tell(format!("{model} does not see pictures, as far as the backend knows."));
                }
            }
            Err(words) => self.problems.tell(words),
        }
    }

    /// The person took a picture away again.
    pub(super) fn picture_removed(&mut self, place: usize) {
        let focused = self.tabs.focused().clone();
        if let Some(focused) = self.conversations.get_mut(&focused)
            && place < focused.left.attached.len()
        {
            focused.left.attached.remove(place);
        }
    }

    /// A call was answered. What it is told of a conversation is for that one, wherever the person looks by now.
    pub(super) fn call_answered(
        &mut self,
        request: RequestId,
        answer: Result<String, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(purpose) = self.called_for(request) else { return };
        match purpose {
            Purpose::Effort(id) => {
                let told = self.read::<ReasoningEffortResponse>(answer).map(|answer| answer.reasoning_effort);
                let told = told.map(|level| level.map(|level| level.as_str().to_owned()));
                if let Some(setup) = self.setup_of(&id) {
                    setup.effort.told(told);
                }
            }
            Purpose::SetEffort(id) => {
                let level = self.read::<ReasoningEffortResponse>(answer).map(|answer| answer.reasoning_effort);
                let level = level.map(|level| level.map(|level| level.as_str().to_owned()));
                if level.is_ok() {
                    self.announce("Reasoning effort applies from the next turn".to_owned());
                }
                let level = level.map_err(|failure| failure.in_words());
                let next = self.setup_of(&id).and_then(|setup| setup.effort.settled(level));
                self.set_effort(id, next, effects);
            }
            Purpose::Cwd(id) => {
                let told = self.read::<CwdResponse>(answer).map(|answer| answer.cwd);
                if let Some(setup) = self.setup_of(&id) {
                    setup.cwd.told(told);
                }
            }
            Purpose::SetCwd(id) => {
                let cwd = self.read::<CwdResponse>(answer).map(|answer| answer.cwd);
                let is_set = cwd.is_ok();
                let cwd = cwd.map_err(|failure| failure.in_words());
                let next = self.setup_of(&id).and_then(|setup| setup.cwd.settled(cwd));
                self.set_cwd(id.clone(), next, effects);
                if is_set {
                    self.announce("Working directory set".to_owned());
                    self.ask_servers(&id, true, effects);
                }
            }
            Purpose::WarmCwd(id) => self.warm_cwd_answered(id, answer, effects),
            Purpose::Warm(id) => self.warm_answered(&id, answer),
            Purpose::Export(id, format) => self.export_answered(id, format, answer, effects),
            Purpose::LanguageServers(id) => {
                let told = self.read::<LanguageServersResponse>(answer).map(|answer| (answer.cwd, answer.servers));
                let told = told.map_err(|failure| match failure.is_unsupported() {
                    true => "This backend knows no language servers.".to_owned(),
                    false => format!("They could not be asked for: {}.", failure.in_words()),
                });
                let again = self.setup_of(&id).is_some_and(|setup| setup.servers.told(told));
                if again {
                    self.ask_servers(&id, true, effects);
                }
            }
        }
    }

    /// What a conversation's turns are run with, to be changed.
    fn setup_of(&mut self, id: &ConversationId) -> Option<&mut Setup> {
        self.changes.topics.mark(Topic::Setup);
        self.conversations.get_mut(id).map(|conversation| &mut conversation.setup)
    }
}
