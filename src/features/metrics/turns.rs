//! The table of turns, sorted by any of its columns.

use super::Metrics;
use crate::ui::dynamic::{attribute, list, per_key, words};
use dispatch_core::metrics::{Column, TurnLine};
use leptos::prelude::*;

/// By what the table is sorted, and whether the highest comes first.
type Sorting = RwSignal<(Column, bool)>;

pub(super) fn turns(metrics: Metrics) -> AnyView {
    let sorting: Sorting = RwSignal::new((Column::Number, true));
    let headings: Vec<AnyView> = Column::ALL.iter().map(|column| heading(sorting, *column)).collect();
    let sorted = Memo::new(move |_| {
        let (column, descending) = sorting.get();
        metrics.view.with(|view| view.sorted(column, descending))
    });
    let keys =
        Signal::derive(move || sorted.with(|turns| turns.iter().map(|turn| turn.number as u64).collect::<Vec<u64>>()));
    let row = move |number: u64| {
        let number = number as usize;
        let shown = words(move || {
            sorted.with(|turns| turns.iter().find(|turn| turn.number == number).map(all_words).unwrap_or_default())
        });
        let cells = move |_| {
            sorted.with_untracked(|turns| turns.iter().find(|turn| turn.number == number).map(cells)).into_any()
        };
        view! { <tr><th scope="row">{metrics.turn_link(move |_| Some(number))}</th>{per_key(shown, cells)}</tr> }
            .into_any()
    };
    view! {
        <div class="table-box" role="group" aria-label="Turns" tabindex="0">
            <table>
                <thead><tr>{headings}</tr></thead>
                <tbody>{list(keys, row)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn heading(sorting: Sorting, column: Column) -> AnyView {
    let word = move || {
        let (by, descending) = sorting.get();
        (by == column).then_some(if descending { "descending" } else { "ascending" })
    };
    let sorted = attribute(move || word().map(str::to_owned));
    let mark = words(move || {
        match word() {
            Some("descending") => "↓",
            Some(_) => "↑",
            None => "",
        }
        .to_owned()
    });
    let sort = move |_| {
        let (by, descending) = sorting.get_untracked();
        // What stands out is the highest, mostly.
        sorting.set((column, by != column || !descending));
    };
    view! {
        <th scope="col" aria-sort=sorted>
            <button class="sort" on:click=sort>
                {column.heading()} <span class="sort-mark" aria-hidden="true">{mark}</span>
            </button>
        </th>
    }
    .into_any()
}

fn all_words(turn: &TurnLine) -> String {
    figures().map(|column| turn.words(column)).collect::<Vec<_>>().join("\n")
}

fn cells(turn: &TurnLine) -> AnyView {
    let cell = |column| {
        let level = turn.level(column).map(|level| level.as_str());
        view! { <td data-level=level title=level>{turn.words(column)}</td> }.into_any()
    };
    figures().map(cell).collect::<Vec<AnyView>>().into_any()
}

/// All columns but the turn itself.
fn figures() -> impl Iterator<Item = Column> {
    Column::ALL.into_iter().filter(|column| *column != Column::Number)
}
