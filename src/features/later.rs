//! The places of views whose code comes later (see [`crate::later`]). Until it is there a place is empty; where it cannot be
//! had, the person is told so there, and can try again.

use crate::context::Console;
use crate::ui::dynamic::{Content, either, flag, when, words};
use crate::ui::parts::{Button, button, paragraph};
use dispatch_core::view::Later;
use leptos::prelude::*;

/// Shows a view that was marked with `later!` as soon as its code is there.
pub fn show_later<Of: Clone + Send + Sync + 'static>(console: Console, view: fn(Of) -> AnyView, of: Of) -> AnyView {
    show(console, Box::new(move || view(of.clone())))
}

/// The same for what nobody misses: where it cannot be had, nothing is said of it here.
pub fn show_if_there<Of: Clone + Send + Sync + 'static>(console: Console, view: fn(Of) -> AnyView, of: Of) -> AnyView {
    either(is(console, Later::Here), Box::new(move || view(of.clone())), Box::new(|| ().into_any()))
}

fn show(console: Console, view: Content) -> AnyView {
    let missing = move || when(is(console, Later::Missing), move || apology(console));
    either(is(console, Later::Here), view, Box::new(missing))
}

fn is(console: Console, later: Later) -> Signal<bool> {
    flag(move || console.shell(|shell| shell.later == later))
}

fn apology(console: Console) -> AnyView {
    let looks = Button { class: "quiet", ..Button::default() };
    view! {
        <div class="missing" role="alert">
            {paragraph("note", None, words(|| "This part of the console could not be loaded.".to_owned()))}
            {button(looks, "Try again", move || console.load_later())}
        </div>
    }
    .into_any()
}
