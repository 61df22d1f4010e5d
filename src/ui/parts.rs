//! Buttons, boxes to type into and lines of words, each made in one place.
//!
//! The framework makes new code for every element that is written down with other attributes. Where attributes may be
//! missing instead, that code is paid for once.

use crate::ui::dynamic::{aria, attribute};
use leptos::ev::KeyboardEvent;
use leptos::html::{Input, Select};
use leptos::prelude::*;

/// How a button looks, and what assistive tools are told of it.
#[derive(Clone, Debug, Default)]
pub struct Button {
    /// Its class.
    pub class: &'static str,
    /// By which the focus finds it.
    pub id: Option<String>,
    /// Its name, where its content does not say it; also shown to a pointer that rests on it.
    pub name: Option<Signal<String>>,
    /// Whether what it folds is open.
    pub expanded: Option<Signal<String>>,
    /// Whether what it leads to is looked at.
    pub current: Option<Signal<Option<String>>>,
}

/// A button that does something.
pub fn button(looks: Button, content: impl IntoAny, act: impl Fn() + 'static) -> AnyView {
    button_boxed(looks, content.into_any(), Box::new(act))
}

fn button_boxed(looks: Button, content: AnyView, act: Box<dyn Fn()>) -> AnyView {
    let Button { class, id, name, expanded, current } = looks;
    view! {
        <button
            class=class
            id=id
            aria-label=name
            title=name
            aria-expanded=expanded
            aria-current=current
            on:click=move |_| act()
        >
            {content}
        </button>
    }
    .into_any()
}

/// Words on a line of their own.
pub fn paragraph(class: &'static str, id: Option<&'static str>, words: Signal<String>) -> AnyView {
    view! { <p class=class id=id>{words}</p> }.into_any()
}

/// Something in a line.
pub fn span(class: &'static str, content: AnyView) -> AnyView {
    view! { <span class=class>{content}</span> }.into_any()
}

/// Things below each other.
pub fn div(class: &'static str, content: Vec<AnyView>) -> AnyView {
    view! { <div class=class>{content}</div> }.into_any()
}

/// A list to choose one of: values, each with the words that stand for it. `chosen` is the one that counts, whoever chose it; `choose` hears of another.
pub fn choice(
    name: &'static str,
    options: Vec<(String, String)>,
    chosen: Signal<String>,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    let select = NodeRef::<Select>::new();
    let options = options
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> }.into_any())
        .collect::<Vec<_>>();
    Effect::new(move |_| {
        if let Some(select) = select.get() {
            select.set_value(&chosen.get());
        }
    });
    let change = move |_| {
        if let Some(select) = select.get_untracked() {
            choose(select.value());
        }
    };
    view! {
        <label class="field-row">
            {name}
            <select class="field" aria-label=name node_ref=select on:change=change>{options}</select>
        </label>
    }
    .into_any()
}

/// A switch that is on or off.
pub fn switch(name: Signal<String>, is_on: Signal<bool>, turn: impl Fn(bool) + 'static) -> AnyView {
    switch_boxed(name, is_on, Box::new(turn))
}

fn switch_boxed(name: Signal<String>, is_on: Signal<bool>, turn: Box<dyn Fn(bool)>) -> AnyView {
    view! {
        <button class="switch" role="switch" aria-checked=aria(is_on) on:click=move |_| turn(!is_on.get_untracked())>
            <span class="switch-name">{name}</span>
            <span class="switch-track" aria-hidden="true"></span>
        </button>
    }
    .into_any()
}

/// A table of names and values.
pub fn facts(lines: Vec<(String, AnyView)>) -> AnyView {
    let lines: Vec<AnyView> = lines
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect();
    view! { <dl class="facts">{lines}</dl> }.into_any()
}

/// How a box to type into looks, and what assistive tools are told of it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Its class.
    pub class: &'static str,
    /// What is typed into it, as the browser calls it: `text`, `search`, `number`.
    pub kind: &'static str,
    /// By which a label or the focus finds it.
    pub id: Option<&'static str>,
    /// Its name, where no label says it.
    pub name: Option<&'static str>,
    /// What it says while it is empty.
    pub placeholder: Option<&'static str>,
    /// The ids of what explains it.
    pub described_by: Option<&'static str>,
    /// Whether what stands in it is refused.
    pub is_refused: Option<Signal<bool>>,
}

/// What a box to type into does. All of it is told of the element itself through the reference it was given.
pub struct Typing {
    /// Something was typed.
    pub on_input: Box<dyn Fn()>,
    /// A key was pressed.
    pub on_key: Box<dyn Fn(KeyboardEvent)>,
    /// It was left.
    pub on_leave: Box<dyn Fn()>,
}

impl std::fmt::Debug for Typing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Typing").finish_non_exhaustive()
    }
}

/// A box to type into.
pub fn field(looks: Field, input: NodeRef<Input>, typing: Typing) -> AnyView {
    let Field { class, kind, id, name, placeholder, described_by, is_refused } = looks;
    let Typing { on_input, on_key, on_leave } = typing;
    let invalid = is_refused.map(|is_refused| attribute(move || is_refused.get().then(|| "true".to_owned())));
    view! {
        <input
            class=class
            type=kind
            id=id
            aria-label=name
            placeholder=placeholder
            aria-describedby=described_by
            aria-invalid=invalid
            autocomplete="off"
            spellcheck="false"
            node_ref=input
            on:input=move |_| on_input()
            on:keydown=on_key
            on:focusout=move |_| on_leave()
        />
    }
    .into_any()
}

/// What stands in a box.
pub fn typed(input: NodeRef<Input>) -> String {
    input.get_untracked().map(|input| input.value()).unwrap_or_default()
}
