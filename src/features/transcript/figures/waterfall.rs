//! Where the time of a turn went: a bar below its figures, and unfolded a lane for each step, with a table that says the same
//! in words. Whoever presses a part is taken to what it is about.

use crate::context::Console;
use crate::features::transcript::row::RowSignal;
use crate::ui::dynamic::{list, per_key, words};
use crate::ui::parts::{div, paragraph, span};
use dispatch_core::ConversationId;
use dispatch_core::metrics::{Lane, Segment, SegmentKind, Waterfall};
use dispatch_core::transcript::RowId;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::svg;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The turn whose row this stands in.
#[derive(Clone)]
pub(super) struct OfTurn {
    pub(super) conversation: ConversationId,
    pub(super) id: RowId,
    pub(super) row: RowSignal,
}

impl OfTurn {
    /// Its time; looked at again when its figures change, and when more of it may have been loaded.
    fn time(self) -> Memo<Waterfall> {
        let console = Console::expect();
        let is_loading = Memo::new(move |_| console.shell(|shell| shell.stage.is_loading_earlier));
        Memo::new(move |_| {
            is_loading.track();
            self.row.with(|_| ());
            console.waterfall(&self.conversation, self.id)
        })
    }
}

/// All of a turn in one bar.
pub(super) fn bar(turn: OfTurn) -> AnyView {
    let time = turn.time();
    let shown = words(move || time.with(|time| told(time.lanes.iter())));
    per_key(shown, move |_| time.with_untracked(|time| strip(time.lanes.iter().flat_map(|lane| &lane.segments), false)))
}

/// Everything that is drawn of some lanes: while this is the same, so is the drawing.
fn told<'a>(lanes: impl Iterator<Item = &'a Lane>) -> String {
    let mut told = String::new();
    for segment in lanes.flat_map(|lane| &lane.segments) {
        let row = segment.row.map_or(0, |row| row.0);
        told.push_str(&format!("{} {} {} {row}\n", segment.words, segment.start, segment.length));
    }
    told
}

/// A lane for each step, and the table.
pub(super) fn lanes(turn: OfTurn) -> AnyView {
    let console = Console::expect();
    let time = turn.time();
    let go = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let part = target.and_then(|target| target.closest("[data-goes]").ok().flatten());
        if let Some(row) = part.and_then(|part| part.get_attribute("data-goes")?.parse().ok()) {
            console.go_to(RowId(row));
        }
    };
    let places = Signal::derive(move || (0..time.with(|time| time.lanes.len()) as u64).collect::<Vec<u64>>());
    let lane = move |place: u64| {
        let shown = words(move || time.with(|time| told(time.lanes.get(place as usize).into_iter())));
        let name = words(move || {
            time.with(|time| time.lanes.get(place as usize).map(|lane| lane.name.clone())).unwrap_or_default()
        });
        let drawn = move |_| {
            time.with_untracked(|time| {
                strip(time.lanes.get(place as usize).into_iter().flat_map(|lane| &lane.segments), true)
            })
        };
        view! { <span class="lane-name" aria-hidden="true">{name}</span> {per_key(shown, drawn)} }.into_any()
    };
    let all = words(move || time.with(|time| told(time.lanes.iter())));
    let notes = words(move || time.with(|time| time.notes.join("\n")));
    view! {
        <div class="waterfall" on:click=go>
            <div class="lanes" role="img" aria-label="Where the time of the turn went. The table says the same in words.">
                {list(places, lane)}
            </div>
            {div("table-box", vec![per_key(all, move |_| time.with_untracked(table))])}
            {paragraph("note", None, notes)}
        </div>
    }
    .into_any()
}

/// Parts of the time beside each other, each where it was and as long as it took. `leads`: each tells what it is, and leads
/// to what it is about.
fn strip<'a>(segments: impl Iterator<Item = &'a Segment>, leads: bool) -> AnyView {
    let mut is_hatched = false;
    let part = |segment: &Segment| {
        is_hatched |= segment.kind == SegmentKind::Unexplained;
        let goes = segment.row.filter(|_| leads).map(|row| row.0.to_string());
        let title = leads.then(|| svg::title().child(segment.words.clone()));
        let (kind, start, length) = (segment.kind.as_str(), share(segment.start), share(segment.length));
        view! {
            <rect class="part" data-kind=kind data-goes=goes x=start width=length height="100%">
                {title}
            </rect>
        }
        .into_any()
    };
    let parts: Vec<AnyView> = segments.map(part).collect();
    let hatch = is_hatched.then(hatch);
    view! { <svg class="spans" aria-hidden="true" focusable="false">{hatch} {parts}</svg> }.into_any()
}

/// What fills a part of which nobody knows what it was. The first on the page serves all.
fn hatch() -> AnyView {
    view! {
        <defs>
            <pattern id="unexplained" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hatch" width="2.5" height="6"></rect>
            </pattern>
        </defs>
    }
    .into_any()
}

/// Ten-thousandths as a percentage.
fn share(of_whole: u64) -> String {
    format!("{}.{:02}%", of_whole / 100, of_whole % 100)
}

fn table(time: &Waterfall) -> AnyView {
    let sums = time.sums();
    let kinds: Vec<SegmentKind> = sums.iter().map(|(kind, ..)| *kind).collect();
    let heading = |kind: &SegmentKind| {
        let name = kind.as_str();
        view! { <th scope="col"><span class="swatch" data-kind=name aria-hidden="true"></span>{name}</th> }.into_any()
    };
    let headings: Vec<AnyView> = kinds.iter().map(heading).collect();
    let row = |lane: &Lane| {
        let cells: Vec<AnyView> = kinds.iter().map(|kind| cell(lane, *kind)).collect();
        view! { <tr><th scope="row">{lane.name.clone()}</th>{cells}<td>{lane.time()}</td></tr> }.into_any()
    };
    let rows: Vec<AnyView> = time.lanes.iter().map(row).collect();
    let sum = |(_, time, share): (SegmentKind, String, String)| {
        view! { <td>{time}" "{span("share", share.into_any())}</td> }.into_any()
    };
    let sums: Vec<AnyView> = sums.into_iter().map(sum).collect();
    view! {
        <table class="waterfall-table">
            <caption class="visually-hidden">"Where the time of the turn went"</caption>
            <thead><tr><th scope="col">"Step"</th>{headings}<th scope="col">"Together"</th></tr></thead>
            <tbody>{rows}</tbody>
            <tfoot><tr><th scope="row">"All"</th>{sums}<td>{time.time()}</td></tr></tfoot>
        </table>
    }
    .into_any()
}

fn cell(lane: &Lane, kind: SegmentKind) -> AnyView {
    let content = match lane.part(kind) {
        Some((time, Some(row))) => {
            let name = ["Go to ", &lane.name, ", ", kind.as_str(), " ", &time].concat();
            view! { <button class="goes" data-goes=row.0.to_string() aria-label=name>{time}</button> }.into_any()
        }
        Some((time, None)) => time.into_any(),
        None => ().into_any(),
    };
    view! { <td>{content}</td> }.into_any()
}
