//! How fast the models were, in a day, a week or a month. The person leafs through it; while the next answer is on its way,
//! the last one stays, so that nothing jumps.

use crate::context::Console;
use crate::ui::clock::east;
use crate::ui::dynamic::{aria, flag, per_key, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button, choice, div, paragraph};
use dispatch_core::Fact;
use dispatch_core::changes::Topic;
use dispatch_core::throughput::{Bar, Leaf, Period, ThroughputState, ThroughputView};
use leptos::prelude::*;

/// The last answer: what was measured, or why that could not be had.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    bars: Vec<Bar>,
    failure: String,
}

/// The view's content. It looks when it comes, and again when a turn is over.
pub fn throughput() -> AnyView {
    let console = Console::expect();
    let leaf = move |leaf| console.tell(Fact::ThroughputLeafed { leaf, east: east() });
    Effect::new(move |_| {
        console.topic(Topic::Metrics, |_| ());
        if !console.shell_now(|shell| shell.stage.is_generating) {
            leaf(Leaf::Look);
        }
    });
    let view = Memo::new(move |_| console.topic(Topic::Throughput, |state| state.throughput().view()));
    let shown = Memo::new(move |before: Option<&Shown>| match view.get().state {
        ThroughputState::Loading => before.cloned().unwrap_or_default(),
        ThroughputState::Ready(bars) => Shown { bars, ..Shown::default() },
        ThroughputState::Failed(failure) => Shown { failure, ..Shown::default() },
    });
    let is_loading = flag(move || view.with(|view| view.state == ThroughputState::Loading));
    let failure = words(move || shown.with(|shown| shown.failure.clone()));
    let note = words(move || {
        let is_empty = shown.with(|shown| *shown == Shown::default());
        match (is_empty, is_loading.get()) {
            (true, true) => "Loading…",
            (true, false) => "Nothing was measured in this time.",
            (false, _) => "",
        }
        .to_owned()
    });
    let has_failed = flag(move || shown.with(|shown| !shown.failure.is_empty()));
    let again = move || button(Button { class: "quiet", ..Button::default() }, "Try again", move || leaf(Leaf::Look));
    let key = words(move || {
        let told = |bar: &Bar| [bar.model.as_str(), &bar.rate, &bar.detail].join(" ");
        shown.with(|shown| shown.bars.iter().map(told).collect::<Vec<_>>().join("\n"))
    });
    let models = move |_| {
        let bars: Vec<AnyView> = shown.get_untracked().bars.into_iter().map(bar).collect();
        view! { <ul class="models" role="list" aria-label="Models" aria-busy=aria(is_loading)>{bars}</ul> }.into_any()
    };
    let periods = Period::ALL.map(|period| (period.word().to_owned(), period.word().to_owned())).into();
    let choose = move |word: String| {
        let period = Period::ALL.into_iter().find(|period| period.word() == word);
        period.into_iter().for_each(|period| leaf(Leaf::Choose(period)));
    };
    let parts = vec![
        choice("Period", periods, words(move || view.with(|view| view.period.word().to_owned())), choose),
        leafing(view, Box::new(leaf)),
        per_key(key, models),
        paragraph("note", None, note),
        view! { <div aria-live="polite">{paragraph("problem-note", None, failure)}</div> }.into_any(),
        when(has_failed, again),
    ];
    div("throughput", parts)
}

/// Which window it is, and the ways out of it.
fn leafing(view: Memo<ThroughputView>, leaf: Box<dyn Fn(Leaf) + Send + Sync>) -> AnyView {
    let leaf = StoredValue::new(leaf);
    let go = move |to: Leaf| leaf.with_value(|leaf| leaf(to));
    let is_current = flag(move || view.with(|view| view.is_current));
    let title = words(move || view.with(|view| view.title.clone()));
    let today = Button { class: "quiet", ..Button::default() };
    view! {
        <div class="leaf">
            {turn("Previous", Signal::derive(|| false), Box::new(move || go(Leaf::Previous)))}
            <span class="leaf-title">{title}</span>
            {turn("Next", is_current, Box::new(move || go(Leaf::Next)))}
            {button(today, "Today", move || go(Leaf::Today))}
        </div>
    }
    .into_any()
}

/// A button that keeps its place, and the focus, where there is nothing to leaf to.
fn turn(name: &'static str, is_end: Signal<bool>, go: Box<dyn Fn()>) -> AnyView {
    view! {
        <button class="icon-button" aria-label=name title=name aria-disabled=aria(is_end) on:click=move |_| go()>
            {icon(Icon::Chevron)}
        </button>
    }
    .into_any()
}

fn bar(bar: Bar) -> AnyView {
    let width = format!("{}%", bar.length);
    view! {
        <li>
            <div class="model-head">
                <span class="model-name">{bar.model}</span>
                <span class="model-rate">{bar.rate}</span>
            </div>
            <svg class="model-bar" aria-hidden="true" focusable="false"><rect width=width height="100%"></rect></svg>
            <div class="model-detail">{bar.detail}</div>
        </li>
    }
    .into_any()
}
