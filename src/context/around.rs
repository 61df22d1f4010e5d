//! What views may know beside the rows: what can be done at all, what goes with the next message, and what surrounds the
//! console.

use super::{Console, small_letters};
use crate::adapters::device;
use dispatch_core::ConversationId;
use dispatch_core::conversation::Conversation;
use dispatch_core::diagnostics::Surroundings;
use dispatch_core::palette::Item;
use leptos::prelude::*;

impl Console {
    /// What only the page knows; `frames` says how long they take.
    pub fn surroundings(self, frames: String) -> Surroundings {
        Surroundings {
            now: device::now(),
            version: env!("CARGO_PKG_VERSION"),
            http: self.backend_address(),
            ws: self.socket_address(),
            browser: device::browser(),
            memory: device::memory(),
            elements: document().get_elements_by_tag_name("*").length().into(),
            frames,
        }
    }

    /// What can be done and fits what was typed, best first. `views` are those of the sidebar.
    pub fn palette(self, typed: &str, views: &[&'static str]) -> Vec<Item> {
        self.runtime.with_value(|runtime| runtime.read(|state| state.palette(typed, views, &small_letters)))
    }

    /// Where the backend's socket is looked for, for a person to read.
    pub fn socket_address(self) -> String {
        self.runtime.with_value(|runtime| runtime.addresses().ws.clone())
    }

    /// What was said in the conversation that is looked at, from 1 for the newest; nothing for 0, `None` before the first.
    pub fn said_before(self, back: usize) -> Option<String> {
        let focused = self.shell_now(|shell| shell.focused.clone());
        let said = |conversation: &Conversation| conversation.prompts().get(back - 1).map(|words| (*words).to_owned());
        if back == 0 { Some(String::new()) } else { self.look(&focused, said).flatten() }
    }

    /// A picture that goes with the next message, by its place.
    pub fn attached(self, place: usize) -> String {
        let focused = self.shell_now(|shell| shell.focused.clone());
        let address = |conversation: &Conversation| {
            conversation.left.attached.get(place).map(|attached| attached.image.url.clone())
        };
        self.look(&focused, address).flatten().unwrap_or_default()
    }

    /// Reads a picture that goes with the next message.
    pub fn read_picture(self, conversation: ConversationId, file: web_sys::File, name: String, kind: String) {
        self.runtime.with_value(|runtime| runtime.read_picture(conversation, file, name, kind));
    }

    /// Fetches a picture from the backend. `came` is told an address under which the page can show it, or that there is none.
    pub fn fetch_picture(self, path: &str, came: impl FnOnce(Option<String>) + 'static) {
        self.runtime.with_value(|runtime| runtime.fetch_picture(path, came));
    }
}
