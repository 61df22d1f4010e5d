//! A box that shows what counts until somebody types into it. From then on what stands in it is theirs, whatever becomes of
//! the value meanwhile, until they are done with it.

use crate::ui::dynamic::flag;
use crate::ui::parts::{Field, Typing, field, typed};
use leptos::html::Input;
use leptos::prelude::*;

/// Such a box. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    input: NodeRef<Input>,
    is_edited: StoredValue<bool>,
    value: Signal<String>,
    problem: RwSignal<String>,
}

impl Edit {
    /// One for this value.
    pub fn new(value: Signal<String>) -> Self {
        let edit =
            Self { input: NodeRef::new(), is_edited: StoredValue::new(false), value, problem: RwSignal::default() };
        Effect::new(move |_| {
            let value = value.get();
            if let Some(input) = edit.input.get()
                && !edit.is_edited.get_value()
            {
                input.set_value(&value);
            }
        });
        edit
    }

    /// Whether the box is not there any more. Browsers tell a box that it is left when it goes away, too late for anything.
    pub fn is_gone(self) -> bool {
        self.is_edited.try_get_value().is_none()
    }

    /// What was typed, if anything was.
    pub fn edited(self) -> Option<String> {
        self.is_edited.get_value().then(|| typed(self.input))
    }

    /// What was typed, if it is something else than what counts.
    pub fn changed(self) -> Option<String> {
        self.edited().filter(|typed| typed.trim() != self.value.get_untracked())
    }

    /// What stands in the box.
    pub fn typed(self) -> String {
        self.edited().unwrap_or_else(|| self.value.get_untracked())
    }

    /// What was typed is done with: the box shows what counts.
    pub fn finish(self) {
        self.problem.set(String::new());
        self.is_edited.set_value(false);
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&self.value.get_untracked());
        }
    }

    /// What was typed before is given back to be changed, unless something else is being typed by now.
    pub fn bring_back(self, typed: &str) {
        if let Some(input) = self.input.get_untracked()
            && !self.is_edited.get_value()
        {
            self.is_edited.set_value(true);
            input.set_value(typed);
        }
    }

    /// What was typed is refused, for this reason. It stays.
    pub fn refuse(self, reason: String) {
        self.problem.set(reason);
    }

    /// Why what was typed is refused; nothing if it is not.
    pub fn problem(self) -> Signal<String> {
        self.problem.into()
    }

    /// The box. `submit` is called by Enter, and when it is left if `on_leave`; Escape brings back what counts.
    pub fn view(self, looks: Field, on_leave: bool, submit: impl Fn() + Clone + 'static) -> AnyView {
        let leave = submit.clone();
        let typing = Typing {
            on_input: Box::new(move || self.is_edited.set_value(true)),
            on_key: Box::new(move |event| {
                // 229 is what browsers report that end the composition before they tell of the key.
                let is_composing = event.is_composing() || event.key_code() == 229;
                if event.key() == "Enter" && !is_composing {
                    event.prevent_default();
                    submit();
                } else if event.key() == "Escape" && self.is_edited.get_value() {
                    event.stop_propagation();
                    self.finish();
                }
            }),
            on_leave: Box::new(move || {
                if on_leave && !self.is_gone() {
                    leave();
                }
            }),
        };
        let is_refused = Some(flag(move || !self.problem.with(String::is_empty)));
        field(Field { is_refused, ..looks }, self.input, typing)
    }

    /// The element, for what only it can be told.
    pub fn input(self) -> NodeRef<Input> {
        self.input
    }
}
