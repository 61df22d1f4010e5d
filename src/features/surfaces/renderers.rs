//! What draws a block. Every kind there is, those with a renderer of their own as well, is a line of the one table here;
//! what the core could not read is not among the blocks, and so is skipped. A new renderer is a line and a function here.

use super::Drawn;
use super::controls::{number, press, selector, toggle};
use super::readings::{progress, stats};
use crate::ui::dynamic::{flag, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button, div, paragraph};
use dispatch_core::surfaces::{Block, TABLE_FIRST_ROWS, TodoView};
use leptos::prelude::*;

/// Draws a block. Its kind never changes while it is shown.
pub(super) fn draw(drawn: Drawn) -> AnyView {
    let renderer: fn(Drawn) -> AnyView = drawn.block.with_untracked(|block| match block {
        Some(Block::Stats(_)) => stats,
        Some(Block::Toggle { .. }) => toggle,
        Some(Block::Progress { .. }) => progress,
        Some(Block::Selector { .. }) => selector,
        Some(Block::Number { .. }) => number,
        Some(Block::Button(_)) => press,
        // The custom ones.
        Some(Block::Table(_)) => table,
        Some(Block::Todo { .. }) => todo,
        Some(Block::Queue(_)) => queue,
        Some(Block::Countdown(_)) => countdown,
        None => |_| ().into_any(),
    });
    renderer(drawn)
}

/// Rows under headings: the first of them, and all that were handed over when they are asked for.
fn table(drawn: Drawn) -> AnyView {
    let shows_all = RwSignal::new(false);
    let more =
        words(move || {
            drawn.look(|block| {
                if let Block::Table(table) = block { table.more_words().unwrap_or_default() } else { String::new() }
            })
        });
    let missing = words(move || {
        drawn.look(|block| if let Block::Table(table) = block { table.missing.clone() } else { String::new() })
    });
    let has_more = flag(move || !shows_all.get() && !more.get().is_empty());
    let all = move || {
        let looks = Button { class: "quiet", ..Button::default() };
        button(looks, more, move || shows_all.set(true))
    };
    let title = drawn.surface.title();
    let cells = drawn.anew(Box::new(move |block| {
        let most = if shows_all.get() { usize::MAX } else { TABLE_FIRST_ROWS };
        let Block::Table(table) = block else { return ().into_any() };
        let heading = |words: &String| view! { <th scope="col">{words.clone()}</th> }.into_any();
        let cell = |words: &String| view! { <td>{words.clone()}</td> }.into_any();
        let row = |row: &Vec<String>| view! { <tr>{row.iter().map(cell).collect::<Vec<_>>()}</tr> }.into_any();
        let headings = table.columns.iter().map(heading).collect::<Vec<_>>();
        let rows = table.rows.iter().take(most).map(row).collect::<Vec<_>>();
        view! { <thead><tr>{headings}</tr></thead><tbody>{rows}</tbody> }.into_any()
    }));
    view! {
        <div class="table-scroll"><table class="cells" aria-label=title>{cells}</table></div>
        {when(has_more, all)}
        {paragraph("help", None, missing)}
    }
    .into_any()
}

/// What the model means to do.
fn todo(drawn: Drawn) -> AnyView {
    let total = words(move || {
        drawn.look(|block| if let Block::Todo { words, .. } = block { words.clone() } else { String::new() })
    });
    let entries = drawn.anew(Box::new(|block| {
        let Block::Todo { entries, .. } = block else { return ().into_any() };
        div("", entries.iter().map(todo_line).collect())
    }));
    div("todo", vec![paragraph("help", None, total), named_list(drawn, entries)])
}

fn todo_line(entry: &TodoView) -> AnyView {
    let sign = match entry.words.as_str() {
        "done" => Icon::Check,
        "in progress" => Icon::Running,
        "cancelled" => Icon::Cross,
        _ => Icon::Dash,
    };
    let about = [Some(&entry.words), entry.priority.as_ref()];
    let about = about.into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    view! {
        <div class="todo-line" role="listitem" data-state=entry.words.clone()>
            {icon(sign)} <span>{entry.content.clone()}</span> <span class="todo-about">{about}</span>
        </div>
    }
    .into_any()
}

/// Messages that wait.
fn queue(drawn: Drawn) -> AnyView {
    let messages = drawn.anew(Box::new(|block| {
        let Block::Queue(messages) = block else { return ().into_any() };
        let line = |text: &String| view! { <p class="clipped" role="listitem">{text.clone()}</p> }.into_any();
        div("", messages.iter().map(|message| line(&message.text)).collect())
    }));
    named_list(drawn, messages)
}

/// A clock that runs down.
fn countdown(drawn: Drawn) -> AnyView {
    let now = drawn.surface.all.now;
    let said = words(move || {
        let now = now.get();
        drawn.look(|block| if let Block::Countdown(countdown) = block { countdown.words(now) } else { String::new() })
    });
    view! { <p class="countdown" role="timer" aria-label=drawn.surface.title()>{said}</p> }.into_any()
}

fn named_list(drawn: Drawn, lines: AnyView) -> AnyView {
    view! { <div role="list" aria-label=drawn.surface.title()>{lines}</div> }.into_any()
}
