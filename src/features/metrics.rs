//! What the turns of this conversation took: all in all, one by one, how it went, and which of them stand out. Every turn
//! leads to where it stands in the transcript.

mod compare;
pub mod context;
mod series;
mod turns;

use crate::context::Console;
use crate::features::sidebar::Drawer;
use crate::ui::dynamic::{attribute, either, flag, list, per_key, when, words};
use crate::ui::parts::{Button, button, div, facts, paragraph};
use dispatch_core::Fact;
use dispatch_core::metrics::MetricsView;
use dispatch_core::transcript::RowId;
use leptos::prelude::*;

/// What the parts of the view have in common. A handle: copying it copies nothing.
#[derive(Clone, Copy)]
struct Metrics {
    console: Console,
    drawer: Drawer,
    view: Memo<MetricsView>,
}

/// The view's content.
pub fn metrics(drawer: Drawer) -> AnyView {
    let console = Console::expect();
    let metrics = Metrics { console, drawer, view: Memo::new(move |_| console.metrics()) };
    let focused = words(move || console.shell(|shell| shell.focused.to_string()));
    // What was chosen is for the conversation that was looked at.
    let content = move || per_key(focused, move |_| metrics.content());
    let has_turns = flag(move || metrics.view.with(|view| !view.turns.is_empty()));
    let none = || paragraph("note", None, words(|| "No turn has ended in this conversation.".to_owned()));
    either(has_turns, Box::new(content), Box::new(none))
}

impl Metrics {
    fn content(self) -> AnyView {
        let has_lost = flag(move || self.view.with(|view| !view.lost.is_empty()));
        // One turn alone stands out from nothing.
        let has_several = flag(move || self.view.with(|view| view.turns.len() > 1));
        let parts = vec![
            self.totals(),
            when(has_several, move || series::series(self)),
            when(has_several, move || part("Standing out", self.standing_out())),
            when(has_lost, move || part("Lost from the cache", self.lost())),
            part("Turns", turns::turns(self)),
            when(has_several, move || part("Compare", compare::compare(self))),
            self.copies(),
        ];
        div("metrics", parts)
    }

    fn totals(self) -> AnyView {
        let names: Vec<&'static str> =
            self.view.with_untracked(|view| view.totals.iter().map(|(name, _)| *name).collect());
        let total = |(place, name): (usize, &'static str)| {
            let value = self.words(move |view| view.totals.get(place).map(|(_, words)| words.clone()));
            (name.to_owned(), value.into_any())
        };
        facts(names.into_iter().enumerate().map(total).collect())
    }

    fn standing_out(self) -> AnyView {
        let line = move |place: u64| {
            let at = move |view: &MetricsView| view.standing_out.get(place as usize).cloned();
            let why = self.words(move |view| at(view).map(|(why, ..)| why.to_owned()));
            let value = self.words(move |view| at(view).map(|(.., words)| words));
            let number = move |view: &MetricsView| at(view).map(|(_, number, _)| number);
            view! {
                <li class="line"><span>{why}</span>{self.turn_link(number)}<span class="line-words">{value}</span></li>
            }
            .into_any()
        };
        let places = self.places(|view| view.standing_out.len());
        view! { <ul class="lines" role="list" aria-label="Turns that stand out">{list(places, line)}</ul> }.into_any()
    }

    fn lost(self) -> AnyView {
        let line = move |place: u64| {
            let at = move |view: &MetricsView| view.lost.get(place as usize).cloned();
            let name = self.words(move |view| at(view).map(|(number, ..)| format!("turn {number}")));
            let what = self.words(move |view| at(view).map(|(.., words)| words));
            let link = self.link(name, move |view| at(view).and_then(|(_, row, _)| row));
            view! { <li class="line">{link}<span class="line-words">{what}</span></li> }.into_any()
        };
        let places = self.places(|view| view.lost.len());
        view! { <ul class="lines losses" role="list" aria-label="Lost from the cache">{list(places, line)}</ul> }
            .into_any()
    }

    fn copies(self) -> AnyView {
        let copy = |name: &'static str, text: fn(&MetricsView) -> String| {
            button(Button { class: "quiet", ..Button::default() }, name, move || {
                self.console.tell(Fact::CopyRequested(self.view.with_untracked(text)));
            })
        };
        div(
            "actions",
            vec![copy("Copy as CSV", MetricsView::to_csv), copy("Copy as Markdown", MetricsView::to_markdown)],
        )
    }

    /// Words of the view, brought up to date with it.
    fn words(self, look: impl Fn(&MetricsView) -> Option<String> + Send + Sync + 'static) -> Signal<String> {
        words(move || self.view.with(&look).unwrap_or_default())
    }

    /// The places of a list in the view.
    fn places(self, len: fn(&MetricsView) -> usize) -> Signal<Vec<u64>> {
        Signal::derive(move || (0..self.view.with(len) as u64).collect::<Vec<u64>>())
    }

    /// What leads to a turn.
    fn turn_link(self, number: impl Fn(&MetricsView) -> Option<usize> + Copy + Send + Sync + 'static) -> AnyView {
        let name = self.words(move |view| number(view).map(|number| format!("turn {number}")));
        let row = move |view: &MetricsView| {
            let number = number(view)?;
            view.turns.iter().find(|turn| turn.number == number)?.row
        };
        self.link(name, row)
    }

    /// What leads to a row. It cannot be gone to while it is not loaded.
    fn link(
        self,
        name: Signal<String>,
        row: impl Fn(&MetricsView) -> Option<RowId> + Copy + Send + Sync + 'static,
    ) -> AnyView {
        self.link_boxed(
            name,
            Box::new(move |metrics| metrics.view.with(row)),
            Box::new(move |metrics| metrics.view.with_untracked(row)),
        )
    }

    fn link_boxed(
        self,
        name: Signal<String>,
        row: Box<dyn Fn(Self) -> Option<RowId> + Send + Sync>,
        row_now: Box<dyn Fn(Self) -> Option<RowId>>,
    ) -> AnyView {
        let is_gone = Memo::new(move |_| row(self).is_none());
        let disabled = attribute(move || is_gone.get().then(|| "true".to_owned()));
        let title = attribute(move || is_gone.get().then(|| "Show earlier messages to go there".to_owned()));
        let go = move |_| {
            if let Some(row) = row_now(self) {
                self.drawer.close();
                self.console.go_to(row);
            }
        };
        view! { <button class="goes" aria-disabled=disabled title=title on:click=go>{name}</button> }.into_any()
    }
}

fn part(heading: &'static str, content: AnyView) -> AnyView {
    view! { <div><h3 class="label">{heading}</h3>{content}</div> }.into_any()
}
