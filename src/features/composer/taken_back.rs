//! What can be done about a message that was not sent yet, or not at all, beside sending it again: it goes back into the
//! box, or away.

use super::{focus_composer, input};
use crate::context::Console;
use crate::ui::parts::{Button, button};
use dispatch_core::Fact;
use dispatch_core::transcript::RowId;
use leptos::prelude::*;
use web_sys::{Event, EventInit};

/// The buttons for it.
pub fn take_back(of: (Console, RowId)) -> AnyView {
    let (console, row) = of;
    let one = |name: &'static str, edits: bool| {
        let looks = Button { class: "quiet", ..Button::default() };
        button(looks, name, move || take(console, row, edits))
    };
    vec![one("Edit", true), one("Remove", false)].into_any()
}

fn take(console: Console, row: RowId, edits: bool) {
    let Some(input) = input() else { return };
    let focused = console.shell_now(|shell| shell.focused.clone());
    // What stands in the box is the core's to join with what comes back.
    console.leave_words(focused.clone(), input.value());
    console.tell(Fact::TakenBack { row, edits });
    if edits {
        input.set_value(&console.unsent(&focused));
        // A box that is filled by its page says nothing of it by itself, and is heard from above, as ever.
        let bubbles = EventInit::new();
        bubbles.set_bubbles(true);
        if let Ok(typed) = Event::new_with_event_init_dict("input", &bubbles) {
            input.dispatch_event(&typed).ok();
        }
    }
    focus_composer();
}
