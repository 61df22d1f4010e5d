//! Cache warming of the conversation that is looked at: whether it is on, when it warms next, what it did and what that
//! brought. How warm the cache is stands elsewhere too: on the tabs ([`ring`]) and beside the composer ([`cost`]).

pub mod cost;
pub mod ring;

use crate::context::Console;
use crate::features::surfaces::control::Handle;
use crate::features::surfaces::standing_word;
use crate::ui::clock::{ago, clock_time, use_minutes, use_seconds};
use crate::ui::dynamic::{aria, either, flag, list, per_key, when, words};
use crate::ui::edit::Edit;
use crate::ui::parts::{Button, Field, button, choice, div, paragraph, switch};
use dispatch_core::changes::Topic;
use dispatch_core::surfaces::{Control, Use, WARMING};
use dispatch_core::warming::{DEFAULT_LIMIT, IntervalView, Manual, RateView, WarmView, WarmingView};
use dispatch_core::{Fact, Millis, State, SurfaceId};
use leptos::ev::FocusEvent;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Node;

/// After how many unused warms warming may be turned off.
const LIMITS: [u64; 5] = [5, 20, 50, DEFAULT_LIMIT, 500];

/// What stands where a value is not known.
const UNKNOWN: &str = "—";

/// What the parts of the view have in common.
#[derive(Clone, Copy)]
struct Warmer {
    console: Console,
    view: Memo<Option<WarmingView>>,
    now: Signal<Millis>,
    minute: Signal<Millis>,
}

/// The view's content.
pub fn warming() -> AnyView {
    let console = Console::expect();
    let view = Memo::new(move |_| console.topic(Topic::Surfaces, State::warming_view));
    let warmer = Warmer { console, view, now: use_seconds(), minute: use_minutes() };
    // What is typed for one conversation is not for another. A draft has no cache.
    let whose = words(move || {
        let is_there = view.with(Option::is_some);
        if is_there { console.shell(|shell| shell.focused.to_string()) } else { String::new() }
    });
    per_key(whose, move |whose| if whose.is_empty() { draft() } else { content(warmer) })
}

fn draft() -> AnyView {
    paragraph("note", None, words(|| "There is nothing to keep warm before the first message.".to_owned()))
}

fn content(warmer: Warmer) -> AnyView {
    let standing = words(move || standing_word(warmer.look(|view| view.standing)).to_owned());
    let is_offered = flag(move || warmer.look(|view| view.is_offered));
    let missing = || paragraph("note", None, words(|| "This backend does not warm caches by itself.".to_owned()));
    let looks = Button { class: "button", ..Button::default() };
    let ask = button(looks, "Warm now", move || warmer.console.tell(Fact::WarmRequested));
    let parts = vec![
        either(is_offered, Box::new(move || turn(warmer)), Box::new(missing)),
        div("warming-next", vec![when(is_offered, move || countdown(warmer)), ask]),
        asked(warmer),
        when(is_offered, move || interval(warmer)),
        rates(warmer),
        clock(warmer),
        history(warmer),
        ledger(warmer),
    ];
    view! { <div class="warming" data-standing=standing>{parts}</div> }.into_any()
}

impl Warmer {
    /// Looks at what is known; looks again when that changed.
    fn look<T: Default>(self, look: impl FnOnce(&WarmingView) -> T) -> T {
        self.view.with(|view| view.as_ref().map(look).unwrap_or_default())
    }

    fn handle(self, id: &str, control: fn(&WarmingView) -> Option<Control>) -> Handle {
        let control = Signal::derive(move || self.look(control));
        let is_operable = flag(move || self.look(|view| view.is_operable && control.with(Option::is_some)));
        Handle::new(SurfaceId::from(WARMING), id.to_owned(), control, is_operable)
    }
}

/// The switch.
fn turn(warmer: Warmer) -> AnyView {
    let handle = warmer.handle("warming-switch", |view| Some(view.switch.as_ref()?.control.clone()));
    let is_on = flag(move || warmer.look(|view| view.switch.as_ref().is_some_and(|switch| switch.is_on)));
    handle.frame(Vec::new(), switch(words(|| "Warming".to_owned()), is_on, move |on| handle.act(Use::Switch(on))))
}

/// Only its words change, once a second.
fn countdown(warmer: Warmer) -> AnyView {
    let said = move || {
        let now = warmer.now.get();
        warmer.look(|view| view.countdown.words(now))
    };
    // The time is what is looked for: it stands out from the words before it.
    let time = move || said().strip_prefix(BEFORE_TIME).map(str::to_owned);
    let before = words(move || if time().is_some() { BEFORE_TIME.to_owned() } else { said() });
    view! {
        <p class="countdown" role="timer" aria-label="Next warm">
            <span>{before}</span><span class="countdown-time">{words(move || time().unwrap_or_default())}</span>
        </p>
    }
    .into_any()
}

/// What stands before the time, where there is one.
const BEFORE_TIME: &str = "Next warm in ";

/// Two boxes that are one value: it is sent by Enter, or when both are left.
fn interval(warmer: Warmer) -> AnyView {
    let handle = warmer.handle("warming-interval", |view| Some(view.interval.as_ref()?.control.clone()));
    let part = move |part: fn(&IntervalView) -> u64| {
        Edit::new(words(move || {
            warmer.look(|view| view.interval.as_ref().map(|all| part(all).to_string())).unwrap_or_default()
        }))
    };
    let (minutes, seconds) = (part(|interval| interval.minutes), part(|interval| interval.seconds));
    let submit = move || {
        let both = [minutes, seconds];
        if both.iter().all(|edit| edit.changed().is_none()) {
            return both.iter().for_each(|edit| edit.finish());
        }
        let fact = Fact::WarmIntervalSet { minutes: minutes.typed(), seconds: seconds.typed() };
        handle.submit(&both, || warmer.console.tell(fact));
    };
    let host = NodeRef::<Div>::new();
    let leave = move |event: FocusEvent| {
        if minutes.is_gone() {
            return;
        }
        let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        if !host.get_untracked().is_some_and(|host| host.contains(to.as_ref())) {
            submit();
        }
    };
    let boxed = move |edit: Edit, name: &'static str, most: &'static str| {
        Effect::new(move |_| {
            if let Some(input) = edit.input().get() {
                input.set_min("0");
                input.set_max(most);
            }
        });
        edit.view(Field { class: "field number", kind: "number", name: Some(name), ..Field::default() }, false, submit)
    };
    let boxes = view! {
        <div class="interval" node_ref=host on:focusout=leave>
            <span>"Every"</span>
            {boxed(minutes, "Minutes", "1440")}<span class="unit" aria-hidden="true">"min"</span>
            {boxed(seconds, "Seconds", "59")}<span class="unit" aria-hidden="true">"s"</span>
        </div>
    };
    handle.frame(vec![minutes, seconds], boxes.into_any())
}

/// What became of the warm that the person asked for. The core announces the same words.
fn asked(warmer: Warmer) -> AnyView {
    let is_working = flag(move || warmer.look(|view| view.manual.is_working()));
    let said = move |look: fn(&Manual) -> &str| words(move || warmer.look(|view| look(&view.manual).to_owned()));
    let headline = said(|manual| match manual {
        Manual::Idle => "",
        Manual::Working(_) => "Warming…",
        Manual::Done { headline, .. } => headline,
        Manual::Failed(words) => words,
    });
    let detail = said(|manual| if let Manual::Done { detail, .. } = manual { detail } else { "" });
    let level = said(|manual| if let Manual::Failed(_) = manual { "poor" } else { "" });
    view! {
        <p class="asked" role="status" aria-label="Warm now" aria-live="off" aria-busy=aria(is_working) data-level=level>
            <span>{headline}</span>" "<span class="asked-detail">{detail}</span>
        </p>
    }
    .into_any()
}

fn rates(warmer: Warmer) -> AnyView {
    let rate = move |name: &'static str, look: fn(&WarmingView) -> Option<&RateView>| {
        let told = move |told: fn(&RateView) -> &str| {
            words(move || warmer.look(|view| look(view).map(|rate| told(rate).to_owned())).unwrap_or_default())
        };
        let (percent, level) = (told(|rate| &rate.words), told(|rate| rate.level.as_str()));
        let shown =
            words(move || Some(percent.get()).filter(|words| !words.is_empty()).unwrap_or_else(|| UNKNOWN.to_owned()));
        view! { <div><dt>{name}</dt><dd data-level=level>{shown}" "<span class="level">{level}</span></dd></div> }
            .into_any()
    };
    let rates = vec![
        rate("Cache retention", |view| view.retention.as_ref()),
        rate("Last cache rate", |view| view.rate.as_ref()),
    ];
    view! { <dl class="rates">{rates}</dl> }.into_any()
}

/// How warm the cache is, in words that tick.
fn clock(warmer: Warmer) -> AnyView {
    let said = words(move || {
        let now = warmer.now.get();
        warmer.look(|view| view.clock.words(now))
    });
    let state = words(move || {
        let now = warmer.now.get();
        warmer.look(|view| ring::word(view.clock.state(now)).to_owned())
    });
    view! { <p class="cache-line"><span>"Cache"</span><span class="cache-state" data-cache=state>{said}</span></p> }
        .into_any()
}

fn history(warmer: Warmer) -> AnyView {
    let keys = Signal::derive(move || warmer.look(|view| view.history.iter().map(key_of).collect::<Vec<_>>()));
    let has_none = flag(move || keys.with(Vec::is_empty));
    let none = || paragraph("help", None, words(|| "No warm was seen yet.".to_owned()));
    view! {
        <ol class="warms" role="list" aria-label="Warming history">{list(keys, move |key| warm(warmer, key))}</ol>
        {when(has_none, none)}
    }
    .into_any()
}

/// Each warm has a moment of its own.
fn key_of(warm: &WarmView) -> u64 {
    warm.at.0 as u64
}

fn warm(warmer: Warmer, key: u64) -> AnyView {
    let look = move |look: fn(&WarmView) -> String| {
        words(move || {
            warmer.look(|view| view.history.iter().find(|warm| key_of(warm) == key).map(look).unwrap_or_default())
        })
    };
    let (said, level) =
        (look(|warm| warm.words.clone()), look(|warm| warm.level.map_or("", |level| level.as_str()).to_owned()));
    let became = look(|warm| {
        let parts = [&warm.retention, &warm.outcome].into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join(" · ")
    });
    let at = Millis(key as f64);
    let when = words(move || ago(warmer.minute.get(), at));
    view! {
        <li class="warm">
            <time title=when>{clock_time(at)}</time>
            <span class="warm-said">{said}</span>
            <span class="level" data-level=level>{level}</span>
            <span class="warm-became">{became}</span>
        </li>
    }
    .into_any()
}

/// What warming brought, and when it ends by itself.
fn ledger(warmer: Warmer) -> AnyView {
    let said = move |look: fn(&WarmingView) -> &str| words(move || warmer.look(|view| look(view).to_owned()));
    let chosen = words(move || warmer.look(|view| view.limit).map(|limit| limit.to_string()).unwrap_or_default());
    // Another window may have chosen what is not offered here.
    let other =
        words(
            move || {
                if LIMITS.iter().any(|limit| limit.to_string() == chosen.get()) { String::new() } else { chosen.get() }
            },
        );
    let choices = move |other: String| {
        let told = LIMITS.iter().map(u64::to_string).chain(Some(other).filter(|other| !other.is_empty()));
        let options = told.map(|limit| (limit.clone(), [&limit, " unused"].concat()));
        let options = options.chain([(String::new(), "never".to_owned())]).collect();
        choice("Turn off after", options, chosen, move |limit| {
            warmer.console.tell(Fact::WarmLimitSet(limit.parse().ok()));
        })
    };
    let is_offered = flag(move || warmer.look(|view| view.is_offered));
    div(
        "ledger",
        vec![
            paragraph("help", None, said(|view| &view.ledger.total)),
            paragraph("help", None, said(|view| &view.ledger.net)),
            when(is_offered, move || per_key(other, choices)),
        ],
    )
}
