//! The controls: a switch, a choice, a number, and something to do.

use super::Drawn;
use crate::ui::dynamic::{flag, per_key, words};
use crate::ui::edit::Edit;
use crate::ui::parts::{Button, Field, button, switch};
use dispatch_core::surfaces::{Block, OptionView, Use};
use leptos::html::Select;
use leptos::prelude::*;

pub(super) fn toggle(drawn: Drawn) -> AnyView {
    let handle = drawn.handle();
    let is_on = flag(move || drawn.look(|block| matches!(block, Block::Toggle { is_on: true, .. })));
    handle.frame(Vec::new(), switch(handle.label(), is_on, move |on| handle.act(Use::Switch(on))))
}

pub(super) fn press(drawn: Drawn) -> AnyView {
    let handle = drawn.handle();
    let looks = Button { class: "button", ..Button::default() };
    handle.frame(Vec::new(), button(looks, handle.label(), move || handle.act(Use::Press)))
}

pub(super) fn selector(drawn: Drawn) -> AnyView {
    let handle = drawn.handle();
    let select = NodeRef::<Select>::new();
    let chosen = words(move || {
        drawn.look(|block| if let Block::Selector { value, .. } = block { value.clone() } else { String::new() })
    });
    let options = move || {
        drawn.look(|block| if let Block::Selector { options, .. } = block { options.clone() } else { Vec::new() })
    };
    // Made anew when others are offered; the list itself stays, and with it the focus.
    let offered = words(move || {
        let told = |option: OptionView| [option.value, option.label].join("\u{1f}");
        options().into_iter().map(told).collect::<Vec<_>>().join("\u{1e}")
    });
    let offers = move |_| {
        let chosen = chosen.get_untracked();
        let option = |option: OptionView| {
            let is_chosen = option.value == chosen;
            view! { <option value=option.value selected=is_chosen>{option.label}</option> }.into_any()
        };
        untrack(options).into_iter().map(option).collect::<Vec<_>>().into_any()
    };
    let show = move || {
        if let Some(select) = select.get_untracked() {
            select.set_value(&chosen.get_untracked());
        }
    };
    Effect::new(move |_| {
        chosen.track();
        show();
    });
    let change = move |_| {
        if let Some(select) = select.get_untracked() {
            handle.act(Use::Choose(select.value()));
            // What was not taken is not chosen.
            show();
        }
    };
    let label = handle.label();
    let list = view! {
        <label class="field-row">
            <span>{label}</span>
            <select class="field" aria-label=label node_ref=select on:change=change>{per_key(offered, offers)}</select>
        </label>
    };
    handle.frame(Vec::new(), list.into_any())
}

pub(super) fn number(drawn: Drawn) -> AnyView {
    let handle = drawn.handle();
    let value = words(move || {
        drawn.look(|block| if let Block::Number { value, .. } = block { value.clone() } else { String::new() })
    });
    let unit = words(move || {
        let unit = drawn.look(|block| if let Block::Number { unit, .. } = block { unit.clone() } else { None });
        unit.unwrap_or_default()
    });
    let label = handle.label();
    let edit = Edit::new(value);
    Effect::new(move |_| {
        let Some(input) = edit.input().get() else { return };
        let limits = drawn.look(|block| {
            let Block::Number { min, max, step, .. } = block else { return Default::default() };
            [min.clone(), max.clone(), step.clone()].map(Option::unwrap_or_default)
        });
        let [min, max, step]: [String; 3] = limits;
        input.set_min(&min);
        input.set_max(&max);
        input.set_step(&step);
        // The name is our own: it never fails.
        input.set_attribute("aria-label", &label.get()).ok();
    });
    let submit = move || match edit.changed() {
        Some(typed) => handle.submit(&[edit], || handle.act(Use::Set(typed))),
        None => edit.finish(),
    };
    let looks = Field { class: "field number", kind: "number", ..Field::default() };
    let boxed = view! {
        <label class="field-row">
            <span>{label}</span>
            <span class="with-unit">{edit.view(looks, true, submit)}<span class="unit">{unit}</span></span>
        </label>
    };
    handle.frame(vec![edit], boxed.into_any())
}
