//! What was said before, brought back with the arrow keys: to be said again, or changed.

use crate::context::Console;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

/// How far back the words in the box are: 0 while they are new. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recall(StoredValue<usize>);

impl Recall {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(0))
    }

    /// The words in the box are the person's own now.
    pub(super) fn forget(self) {
        self.0.set_value(0);
    }

    /// Shows what was said before, or after. Only in an empty box, or from what was brought back: else the keys move the
    /// caret. Tells whether they were used.
    pub(super) fn step(self, console: Console, input: &HtmlTextAreaElement, older: bool) -> bool {
        let at = self.0.get_value();
        if at == 0 && (!older || input.text_length() > 0) {
            return false;
        }
        let at = if older { at + 1 } else { at - 1 };
        let Some(words) = console.said_before(at) else { return true };
        input.set_value(&words);
        self.0.set_value(at);
        true
    }
}
