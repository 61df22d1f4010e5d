//! How the figures went from turn to turn: lines for the eye, and the newest, lowest and highest in words.

use super::Metrics;
use crate::ui::dynamic::{list, per_key};
use dispatch_core::metrics::Series;
use leptos::prelude::*;
use std::fmt::Write;

/// How wide the drawing is, in its own units. It is as high as its points say, 0…100.
const WIDTH: usize = 1000;

pub(super) fn series(metrics: Metrics) -> AnyView {
    let item = move |place: u64| {
        let at =
            move |look: fn(&Series) -> String| metrics.words(move |view| view.series.get(place as usize).map(look));
        let words = at(|series| series.words.clone());
        view! {
            <li>
                {per_key(at(drawn), line)}
                <span class="series-words">{words}</span>
            </li>
        }
        .into_any()
    };
    let places = metrics.places(|view| view.series.len());
    view! { <ul class="series" role="list" aria-label="From turn to turn">{list(places, item)}</ul> }.into_any()
}

/// The path through the points. Where one is not known there is a gap; one alone is a dash.
fn drawn(series: &Series) -> String {
    let mut path = String::new();
    let last = series.points.len().saturating_sub(1).max(1);
    let mut before = None;
    for (at, point) in series.points.iter().enumerate() {
        if let Some(value) = point {
            let (x, y) = (at * WIDTH / last, 100_u64.saturating_sub(*value));
            // To write to a text cannot fail.
            if before.is_none() {
                write!(path, "M{x} {y}h0").ok();
            } else {
                write!(path, "L{x} {y}").ok();
            }
        }
        before = *point;
    }
    path
}

fn line(path: String) -> AnyView {
    view! {
        <svg class="series-line" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
