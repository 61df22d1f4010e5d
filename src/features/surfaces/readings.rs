//! What is only to be read: runs of values, and how far something is.

use super::Drawn;
use crate::ui::dynamic::{flag, per_key, when, words};
use dispatch_core::surfaces::{Block, StatView};
use leptos::prelude::*;

/// How wide a line is drawn, in units of its own; it is 100 high.
const SPARK_WIDTH: usize = 590;

/// Stands between labels, and in none.
const SEPARATOR: char = '\u{1e}';

/// Neighbouring values are one table, in which each keeps its place while it changes.
pub(super) fn stats(drawn: Drawn) -> AnyView {
    let labels = words(move || {
        drawn.look(|block| {
            let Block::Stats(stats) = block else { return String::new() };
            stats.iter().map(|stat| stat.label.as_str()).collect::<Vec<_>>().join(&SEPARATOR.to_string())
        })
    });
    let rows = move |labels: String| {
        let rows = labels.split(SEPARATOR).enumerate().map(|(place, label)| stat(drawn, place, label.to_owned()));
        view! { <tbody>{rows.collect::<Vec<_>>()}</tbody> }.into_any()
    };
    view! { <table class="stats" aria-label=drawn.surface.title()>{per_key(labels, rows)}</table> }.into_any()
}

fn stat(drawn: Drawn, place: usize, label: String) -> AnyView {
    let look = move |look: fn(&StatView) -> String| {
        words(move || {
            drawn.look(|block| {
                let Block::Stats(stats) = block else { return String::new() };
                stats.get(place).map(look).unwrap_or_default()
            })
        })
    };
    let points = look(|stat| points(&stat.spark));
    let spark = move || {
        view! {
            <svg class="spark" viewBox="0 0 590 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <polyline points=points></polyline>
            </svg>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td>{when(flag(move || !points.get().is_empty()), spark)}<span>{look(|stat| stat.value.clone())}</span></td>
        </tr>
    }
    .into_any()
}

/// A line through heights from 0 to 100.
fn points(heights: &[u8]) -> String {
    let gaps = heights.len().saturating_sub(1).max(1);
    let point = |(place, height): (usize, &u8)| {
        [(place * SPARK_WIDTH / gaps).to_string(), (100 - height.min(&100)).to_string()].join(",")
    };
    heights.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
}

/// How far something is.
pub(super) fn progress(drawn: Drawn) -> AnyView {
    let look = move |look: fn(&str, u64, &str) -> String| {
        words(move || {
            drawn.look(|block| {
                let Block::Progress { label, percent, words } = block else { return String::new() };
                look(label, *percent, words)
            })
        })
    };
    let (label, said) = (look(|label, _, _| label.to_owned()), look(|_, _, words| words.to_owned()));
    let percent = look(|_, percent, _| percent.to_string());
    view! {
        <div class="progress">
            <span>{label}</span>
            <span class="progress-words">{said}</span>
            <progress role="progressbar" max="100" value=percent aria-label=label aria-valuetext=said></progress>
        </div>
    }
    .into_any()
}
