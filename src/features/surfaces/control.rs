//! What every control of a surface has, wherever it stands: it is used through the core, shows that an answer is waited for,
//! says why nothing was sent or what became of it, and cannot be used while its surface is not known to be as it looks.

use crate::context::Console;
use crate::ui::dynamic::{attribute, flag, words};
use crate::ui::edit::Edit;
use dispatch_core::surfaces::{Control, Use};
use dispatch_core::{Fact, SurfaceId};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// A control as the core tells it. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    console: Console,
    surface: StoredValue<SurfaceId>,
    /// What the ids of its parts begin with.
    id: StoredValue<String>,
    control: Signal<Option<Control>>,
    is_operable: Signal<bool>,
    /// Why what was typed last is refused: of no interest to whoever gives it up.
    refused: RwSignal<String>,
}

impl Handle {
    /// That of a surface's control; its id is its own on the page.
    pub fn new(surface: SurfaceId, id: String, control: Signal<Option<Control>>, is_operable: Signal<bool>) -> Self {
        let (surface, id) = (StoredValue::new(surface), StoredValue::new(id));
        let refused = RwSignal::new(String::new());
        Self { console: Console::expect(), surface, id, control, is_operable, refused }
    }

    fn look<T: Default>(self, look: impl FnOnce(&Control) -> T) -> T {
        self.control.with(|control| control.as_ref().map(look).unwrap_or_default())
    }

    /// Its name.
    pub fn label(self) -> Signal<String> {
        words(move || self.look(|control| control.label.clone()))
    }

    fn is_pending(self) -> Signal<bool> {
        flag(move || self.look(|control| control.is_pending))
    }

    /// Uses it.
    pub fn act(self, used: Use) {
        if let Some(action) = untrack(|| self.control.with(|control| Some(control.as_ref()?.action.clone()))) {
            self.console.tell(Fact::ControlUsed { surface: self.surface.get_value(), action, used });
        }
    }

    /// Sends what was typed into boxes, if `send` sends it: then they show what was asked for, else they keep what was
    /// typed, and it is said why.
    pub fn submit(self, boxes: &[Edit], send: impl FnOnce()) {
        send();
        if self.is_pending().get_untracked() {
            boxes.iter().for_each(|edit| edit.finish());
        } else {
            self.refused.set(self.note().get_untracked());
            boxes.iter().for_each(|edit| edit.refuse(self.refused.get_untracked()));
        }
    }

    fn note(self) -> Signal<String> {
        words(move || self.look(|control| control.note.clone().unwrap_or_default()))
    }

    /// The control with what is said about it. `boxes` are those of it that are typed into.
    pub fn frame(self, boxes: Vec<Edit>, content: AnyView) -> AnyView {
        let host = NodeRef::<Div>::new();
        let is_pending = self.is_pending();
        let note = words(move || {
            let note = self.note().get();
            let is_given_up = !boxes.is_empty() && boxes.iter().all(|edit| edit.problem().with(String::is_empty));
            if is_given_up && self.refused.with(|refused| *refused == note) { String::new() } else { note }
        });
        let wait = words(move || if is_pending.get() { "Waiting…" } else { "" }.to_owned());
        let [note_id, wait_id] = ["note", "wait"].map(|part| self.id.with_value(|id| [id, "-", part].concat()));
        let described_by = [wait_id.as_str(), &note_id].join(" ");
        Effect::new(move |_| {
            let busy = if is_pending.get() { "true" } else { "false" };
            for control in host.get().into_iter().flat_map(|host| controls_in(&host)) {
                // Names and values are our own: it never fails.
                control.set_attribute("aria-busy", busy).ok();
                control.set_attribute("aria-describedby", &described_by).ok();
            }
        });
        // What has the focus keeps it: its use is refused, with words.
        let inert = attribute(move || {
            let is_locked = !self.is_operable.get();
            let active = document().active_element();
            let has_focus = host.get_untracked().is_some_and(|host| host.contains(active.as_deref()));
            (is_locked && !has_focus).then(String::new)
        });
        view! {
            <div class="control" node_ref=host inert=inert>
                {content}
                <span class="control-wait" id=wait_id>{wait}</span>
                <p class="problem-note" id=note_id>{note}</p>
            </div>
        }
        .into_any()
    }
}

fn controls_in(host: &Element) -> Vec<Element> {
    let Ok(found) = host.query_selector_all("button, input, select") else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.item(place)?.dyn_into().ok()).collect()
}
