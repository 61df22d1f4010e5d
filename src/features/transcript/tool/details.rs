//! What the tool was asked, what it printed and what it answered. Built only while it is looked at; its code comes later.

use super::sheet::Sheet;
use crate::context::Console;
use crate::features::transcript::row::Fold;
use crate::ui::dynamic::{aria, attribute, flag, list, when, words};
use crate::ui::parts::{Button, button, div};
use dispatch_core::tool::{Body, Details};
use leptos::html::Div;
use leptos::prelude::*;

/// The parts of an opened card, by the number of each.
const NAMES: [&str; 3] = ["Input", "Output", "Result"];
const INPUT: usize = 0;
const OUTPUT: usize = 1;

/// What an opened card shows.
pub(super) fn details(fold: Fold) -> AnyView {
    let console = Console::expect();
    console.ask_for_writer();
    let touched = console.touched(fold.key.id);
    let of_card = fold.clone();
    let parts = Signal::derive(move || {
        touched.track();
        let mut there = Vec::new();
        console.with_details(&of_card.conversation, of_card.key.id, &mut |details| {
            there = (0..).zip(details.parts()).filter(|(_, is_there)| *is_there).map(|(part, _)| part).collect();
        });
        there
    });
    let of_part = fold.clone();
    div("card-details", vec![list(parts, move |part| section(&of_part, part as usize)), fold.like()])
}

fn section(fold: &Fold, part: usize) -> AnyView {
    let mut bodies = 1;
    if part == INPUT {
        let count = &mut |details: Details<'_>| bodies = details.input().len();
        Console::expect().with_details(&fold.conversation, fold.key.id, count);
    }
    let name = NAMES[part];
    let bodies: Vec<AnyView> = (0..bodies).map(|nth| body(fold, part, nth)).collect();
    // No landmark: a long conversation has hundreds of them, all with the same three names.
    view! { <div class="card-part" role="group" aria-label=name><p class="card-part-name">{name}</p>{bodies}</div> }
        .into_any()
}

/// One text. What it is too long to show at first is behind a button.
fn body(fold: &Fold, part: usize, nth: usize) -> AnyView {
    let console = Console::expect();
    let host = NodeRef::<Div>::new();
    let is_whole = RwSignal::new(false);
    // Known by who writes it: it would have to be laid out twice to be known elsewhere.
    let size = RwSignal::new(String::new());
    let mut sheet = Sheet::default();
    let touched = console.touched(fold.key.id);
    let Fold { conversation, key, .. } = fold.clone();
    Effect::new(move |_| {
        if part != INPUT {
            touched.track();
        }
        let is_whole = is_whole.get();
        let writer = console.writer();
        let Some(host) = host.get() else { return };
        let write = &mut |details: Details<'_>| {
            let found = match part {
                INPUT => details.input().get(nth).and_then(|body| sheet.write(writer.as_ref(), &host, body, is_whole)),
                OUTPUT => sheet.print(writer.as_ref(), &host, details.output, is_whole),
                _ => details.result().and_then(|body: Body<'_>| sheet.write(writer.as_ref(), &host, &body, is_whole)),
            };
            let found = found.unwrap_or_default();
            if size.with_untracked(|size| *size != found) {
                size.set(found);
            }
        };
        console.with_details(&conversation, key.id, write);
    });
    let is_long = flag(move || size.with(|size| !size.is_empty()));
    let more = move || {
        let word =
            words(move || if is_whole.get() { "Show less".to_owned() } else { format!("Show all ({})", size.get()) });
        let turn = move || is_whole.update(|is_whole| *is_whole = !*is_whole);
        button(Button { class: "quiet", ..Button::default() }, word, turn)
    };
    // What is printed is followed while its end is in view: the style sheet does that, without anything being measured.
    let class = if part == OUTPUT { "card-body tail" } else { "card-body" };
    view! {
        <div
            class=class
            role="group"
            aria-label=NAMES[part]
            tabindex=attribute(move || is_long.get().then(|| "0".to_owned()))
            data-whole=aria(is_whole.into())
        >
            <div node_ref=host></div>
        </div>
        {when(is_long, more)}
    }
    .into_any()
}
