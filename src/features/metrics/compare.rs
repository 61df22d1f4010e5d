//! Two turns side by side. Until the person chooses, they are the last two.

use super::Metrics;
use crate::ui::dynamic::{list, words};
use dispatch_core::metrics::{Compared, MetricsView};
use leptos::html::Select;
use leptos::prelude::*;

pub(super) fn compare(metrics: Metrics) -> AnyView {
    let (first, second) = (Choice::new(metrics, 1), Choice::new(metrics, 0));
    let compared = Memo::new(move |_| metrics.view.with(|view| view.compare(first.number.get(), second.number.get())));
    let row = move |place: u64| {
        let at = move |look: fn(&Compared) -> String| {
            words(move || compared.with(|compared| compared.get(place as usize).map(look).unwrap_or_default()))
        };
        view! {
            <tr>
                <th scope="row">{at(|compared| compared.column.heading().to_owned())}</th>
                <td>{at(|compared| compared.first.clone())}</td>
                <td>{at(|compared| compared.second.clone())}</td>
                <td>{at(|compared| compared.difference.clone())}</td>
            </tr>
        }
        .into_any()
    };
    let places = Signal::derive(move || (0..compared.with(Vec::len) as u64).collect::<Vec<u64>>());
    let number = |choice: Choice| words(move || format!("turn {}", choice.number.get()));
    view! {
        <div class="choose-two">{first.view("Turn")} {second.view("With turn")}</div>
        <div class="table-box">
            <table class="compared">
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">"Figure"</span></th>
                        <th scope="col">{number(first)}</th>
                        <th scope="col">{number(second)}</th>
                        <th scope="col">"Change"</th>
                    </tr>
                </thead>
                <tbody>{list(places, row)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// One of the two turns. A handle: copying it copies nothing.
#[derive(Clone, Copy)]
struct Choice {
    metrics: Metrics,
    chosen: RwSignal<Option<usize>>,
    /// The turn that counts: the one chosen, if there is such a turn, else one counted from the newest.
    number: Memo<usize>,
}

impl Choice {
    fn new(metrics: Metrics, before_newest: usize) -> Self {
        let chosen = RwSignal::new(None::<usize>);
        let number = Memo::new(move |_| {
            let count = metrics.view.with(|view| view.turns.len());
            chosen.get().filter(|number| *number <= count).unwrap_or_else(|| count.saturating_sub(before_newest).max(1))
        });
        Self { metrics, chosen, number }
    }

    fn view(self, name: &'static str) -> AnyView {
        let select = NodeRef::<Select>::new();
        let numbers = move |view: &MetricsView| view.turns.iter().map(|turn| turn.number as u64).collect::<Vec<u64>>();
        let keys = Signal::derive(move || self.metrics.view.with(numbers));
        let option = |number: u64| view! { <option value=number.to_string()>{number.to_string()}</option> }.into_any();
        Effect::new(move |_| {
            keys.track();
            let number = self.number.get().to_string();
            if let Some(select) = select.get() {
                select.set_value(&number);
            }
        });
        let choose = move |_| {
            if let Some(select) = select.get_untracked() {
                self.chosen.set(select.value().parse().ok());
            }
        };
        view! {
            <label class="field-row">
                {name}
                <select class="field" aria-label=name node_ref=select on:change=choose>{list(keys, option)}</select>
            </label>
        }
        .into_any()
    }
}
