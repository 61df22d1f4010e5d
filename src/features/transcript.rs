//! The transcript of the conversation that is looked at: its rows, and whether the reader follows their end.

pub mod body;
mod figures;
mod find;
mod place;
mod rail;
pub mod row;
mod rows;
pub mod tool;

use crate::context::Console;
use crate::context::{row_key, row_number};
use crate::features::later::show_if_there;
use crate::later::later;
use crate::ui::clock::{ago, use_minutes};
use crate::ui::dynamic::{flag, per_key, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::paragraph;
use dispatch_core::ConversationId;
use dispatch_core::follow::Follow;
use dispatch_core::shortcut::Command;
use figures::explanations;
use find::Find;
use leptos::html::Div;
use leptos::prelude::*;
use place::{go_on, on_going_on, on_leaving, place_in, return_to, returned, scroll_to};
use rail::Rail;
use rows::Rows;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// The id of the scroller.
const LOG: &str = "transcript";

/// How far below the top of the view a row begins that was found, in CSS pixels: not behind the box.
const BELOW_FIND: f64 = 72.0;

/// Below every possible end: the browser stops at the real one, and no layout has to be read to know it.
const END: i32 = i32::MAX;

/// A conversation's transcript. Another conversation is another transcript.
#[component]
pub fn Transcript(
    /// Whose.
    conversation: ConversationId,
) -> impl IntoView {
    let console = Console::expect();
    let scroller = NodeRef::<Div>::new();
    let column = NodeRef::<Div>::new();
    let wanted = StoredValue::new(console.reading_place(&conversation));
    let is_following = RwSignal::new(wanted.with_value(Option::is_none));
    on_going_on();
    // The last row that was there when the reader left the end.
    let seen = RwSignal::new(None::<u64>);
    let follow = StoredValue::new(if is_following.get_untracked() { Follow::default() } else { Follow::released() });
    let rows = Rows::new(console, conversation.clone(), follow);
    let go_to_end = move || {
        wanted.set_value(None);
        go_on();
        follow.update_value(Follow::take_hold);
        is_following.set(true);
        seen.set(None);
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(END);
        }
    };
    keep_end_in_view(scroller, column, follow, rows);
    let sent = console.sent();
    Effect::new(move |before: Option<()>| {
        sent.track();
        if before.is_some() {
            go_to_end();
        }
    });
    let moved = conversation.clone();
    let left = conversation.clone();
    Effect::new(move |before: Option<bool>| {
        let at_end = is_following.get();
        if before.unwrap_or(true) != at_end {
            console.reader_moved(moved.clone(), at_end);
        }
        at_end
    });
    let leave = move || {
        // One who has not arrived yet is still on the way to where it was left.
        if wanted.with_value(Option::is_none)
            && let Some(scroller) = scroller.get_untracked()
        {
            let place = if follow.get_value().is_holding() { None } else { place_in(&scroller) };
            console.leave_place(left.clone(), place);
        }
    };
    on_leaving(leave.clone());
    on_cleanup(leave);
    let leave_end = move || {
        // Else the end would be brought back into view.
        wanted.set_value(None);
        go_on();
        follow.set_value(Follow::released());
        is_following.set(false);
        scroller.get_untracked()
    };
    let go = move |number: u64| {
        if let Some(scroller) = leave_end() {
            rows.go_and_focus(scroller.into(), number);
        }
    };
    Effect::new(move |before: Option<()>| {
        let wanted = console.wanted_row();
        if before.is_some() {
            let number = rows.all().with_untracked(|all| all.iter().copied().find(|row| row_key(*row).id == wanted));
            number.into_iter().for_each(go);
        }
    });
    // The focus stays where words are typed.
    let find = Find::new();
    let find_at = move |number: u64| {
        if let Some(scroller) = leave_end() {
            rows.go_to(scroller.into(), number, BELOW_FIND);
            rows.reveal(console, number, untrack(|| find.words()));
        }
    };
    // Marks cost something only while something is looked for.
    Effect::new(move |had: Option<bool>| {
        let words = find.words();
        let has = !words.is_empty();
        if has || had == Some(true) {
            rows.mark(console, words);
        }
        has
    });
    on_cleanup(move || rows.mark_nothing(console));
    let stepped = conversation.clone();
    console.on_command(Box::new(move |command| match command {
        Command::Find => find.open(),
        Command::NextTurn | Command::PreviousTurn => {
            let Some(scroller) = scroller.get_untracked() else { return };
            let seen = rows.place(&scroller);
            match console.turn_beside(&stepped, seen, command == Command::NextTurn) {
                Some(turn) => go(turn),
                None if command == Command::NextTurn => go_to_end(),
                None => {}
            }
        }
        Command::ToEnd => go_to_end(),
        Command::NextTab
        | Command::PreviousTab
        | Command::NewConversation
        | Command::CloseTab
        | Command::Compose
        | Command::Stop
        | Command::Reconnect
        | Command::ExportMarkdown
        | Command::ExportJson
        | Command::Sidebar
        | Command::Palette
        | Command::Shortcuts => {}
    }));
    let show_earlier = move || {
        console.show_earlier();
        if let Some(scroller) = scroller.get_untracked() {
            rows.look(&scroller);
        }
    };
    let on_scroll = move |_| {
        let Some(scroller) = scroller.get_untracked() else { return };
        let (top, height, client) = (scroller.scroll_top(), scroller.scroll_height(), scroller.client_height());
        follow.update_value(|follow| match returned() {
            Some(_) => follow.put_back(f64::from(top)),
            None => follow.scrolled(f64::from(top), f64::from(height), f64::from(client)),
        });
        let holds = follow.get_value().is_holding();
        if is_following.get_untracked() != holds {
            is_following.set(holds);
            seen.set(if holds { None } else { rows.all().with_untracked(|rows| rows.last().copied()) });
        }
        rows.scrolled(&scroller);
        // Whoever reaches the top reads on.
        let has_more = || console.shell_now(|shell| shell.stage.has_earlier && !shell.stage.is_loading_earlier);
        if top == 0 && !holds && has_more() {
            show_earlier();
        }
    };
    let whose = conversation.clone();
    Effect::new(move |was_empty: Option<bool>| {
        let is_empty = rows.all().with(Vec::is_empty);
        let Some(scroller) = scroller.get() else { return true };
        if let Some(place) = wanted.get_value() {
            if let Some((key, seq)) = console.row_near(&whose, place.seq) {
                wanted.set_value(None);
                // What is not loaded any more begins above everything else.
                let (number, below_top) =
                    (row_number(key), if seq <= place.seq { place.below_top as f64 } else { 0.0 });
                return_to(number, below_top);
                rows.go_to(scroller.into(), number, below_top);
            }
        } else if was_empty != Some(false) && !is_empty {
            // Goes to the end before the first rows are laid out: the browser draws of a long answer what is near the view,
            // and looks for that once a frame. After the layout is too late, and for one frame there would be a blank.
            request_animation_frame(move || {
                if follow.try_get_value().is_some_and(Follow::is_holding) {
                    scroller.set_scroll_top(END);
                }
            });
        }
        is_empty
    });
    let has_earlier = flag(move || console.shell(|shell| shell.stage.has_earlier));
    let earlier_word = words(move || {
        if console.shell(|shell| shell.stage.is_loading_earlier) { "Loading…" } else { "Show earlier messages" }
            .to_owned()
    });
    let earlier = move || {
        view! { <button class="button earlier" on:click=move |_| show_earlier()>{earlier_word}</button> }.into_any()
    };
    let new_rows = words(move || {
        let count = rows.all().with(|rows| {
            let seen = seen.get().and_then(|seen| rows.iter().position(|row| *row == seen));
            seen.map_or(0, |seen| rows.len() - 1 - seen)
        });
        if count == 0 { String::new() } else { format!("{count} new") }
    });
    let to_end = move || {
        view! {
            <button
                class="button to-end"
                aria-label="Scroll to bottom"
                aria-describedby="new-rows"
                on:click=move |_| go_to_end()
            >
                {icon(Icon::Down)}
                "Scroll to bottom"
                <span class="new-rows" id="new-rows">{new_rows}</span>
            </button>
        }
        .into_any()
    };
    let rail = Rail { console, conversation: conversation.clone(), rows: rows.all(), go: Arc::new(go) };
    view! {
        <div class="reading">
            <div
                class="transcript"
                id=LOG
                role="log"
                aria-label="Transcript"
                aria-live="off"
                tabindex="0"
                node_ref=scroller
                on:scroll=on_scroll
            >
                <div class="column" node_ref=column>
                    {when(has_earlier, earlier)}
                    {welcome(console)}
                    {rows.view(console, conversation.clone())}
                </div>
            </div>
            {stage_notice(console)}
            {show_if_there(console, later!(Rail::view: fn(Rail) -> AnyView), rail)}
            {explanations(console, conversation.clone())}
            {find.view(console, conversation, Arc::new(find_at))}
            {when(flag(move || !is_following.get()), to_end)}
        </div>
    }
}

/// Whenever the rows or the room for them change their size, brings the end back into view while the reader follows it, or
/// the place where the reader has come back to. An
/// observer is told after layout and before paint: nothing is measured twice, and nothing is seen to jump.
fn keep_end_in_view(scroller: NodeRef<Div>, column: NodeRef<Div>, follow: StoredValue<Follow>, rows: Rows) {
    let observing = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    Effect::new(move |_| {
        let (Some(scroller), Some(column)) = (scroller.get(), column.get()) else { return };
        let watched = scroller.clone();
        let on_resize = Closure::<dyn FnMut()>::new(move || {
            if follow.try_get_value().is_some_and(Follow::is_holding) {
                watched.set_scroll_top(END);
            } else if let Some((number, below_top)) = returned() {
                scroll_to(&watched, number, below_top);
            }
            rows.laid_out(&watched);
        });
        // A browser without one lets the reader scroll by hand.
        let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else { return };
        observer.observe(&scroller);
        observer.observe(&column);
        observing.set_value(Some((observer, on_resize)));
    });
    on_cleanup(move || {
        observing.try_update_value(|observing| {
            if let Some((observer, _)) = observing.take() {
                observer.disconnect();
            }
        });
    });
}

/// What is shown comes from this device, while the backend has not confirmed it. It lies over the rows, so that nothing
/// moves when it goes.
fn stage_notice(console: Console) -> AnyView {
    let is_unconfirmed = flag(move || console.shell(|shell| shell.stage.as_of.is_some()));
    let notice = move || {
        let now = use_minutes();
        let said = words(move || {
            let (as_of, is_failing) = console.shell(|shell| (shell.stage.as_of, shell.stage.is_failing));
            let ago = ago(now.get(), as_of.unwrap_or_default());
            let rest = if is_failing { ". What came since could not be loaded yet." } else { ", checking…" };
            format!("As of {ago}{rest}")
        });
        paragraph("as-of", None, said)
    };
    when(is_unconfirmed, notice)
}

/// What stands where no rows are: that they are on their way, why not, or how to begin.
fn welcome(console: Console) -> AnyView {
    let case = words(move || {
        let case = console.shell(|shell| match () {
            () if !shell.stage.is_empty => "",
            () if !shell.was_connected => "searching",
            () if shell.stage.is_failing => "failing",
            () if shell.stage.is_loading => "loading",
            () => "new",
        });
        case.to_owned()
    });
    let said = move |case: String| {
        let (heading, text) = match case.as_str() {
            "" => return ().into_any(),
            "searching" => return searching(console),
            "failing" => ("The history could not be loaded", "The next try follows by itself."),
            "loading" => ("", "Loading…"),
            _ => ("New conversation", "Say what the agent should do. It thinks, uses its tools and answers here."),
        };
        let class = if heading.is_empty() { "welcome awaited" } else { "welcome" };
        view! { <div class=class><h2>{heading}</h2><p>{text}</p></div> }.into_any()
    };
    per_key(case, said)
}

fn searching(console: Console) -> AnyView {
    view! {
        <div class="welcome awaited">
            <h2>"Looking for a Dispatch backend"</h2>
            <p>"None has answered yet at " <code>{console.backend_address()}</code> "."</p>
            <p>"To run the one that comes with this console: " <code>"cargo xtask serve"</code></p>
        </div>
    }
    .into_any()
}
