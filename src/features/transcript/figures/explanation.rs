//! What stands behind a figure: shown to whoever points at one, or asks it by a click or a key. It is the one bubble on the
//! page, filled anew for each figure, and it goes when anything else is wanted.

use crate::context::{Console, row_key};
use crate::ui::dynamic::{list, words};
use dispatch_core::ConversationId;
use leptos::ev::{self, KeyboardEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, FocusOptions, HtmlElement};

/// The room between the bubble and what it is about, and the edge of the page, in CSS pixels.
const APART: f64 = 6.0;

/// The bubble, and whom it answers. A handle: copying it copies nothing.
#[derive(Clone, Copy)]
struct Bubble {
    console: Console,
    conversation: StoredValue<ConversationId>,
    element: NodeRef<Div>,
    /// The figure as it is shown, how it is made, of what, and who says so.
    lines: RwSignal<Vec<String>>,
    /// The figure that is explained.
    asked: StoredValue<Option<HtmlElement>, LocalStorage>,
}

/// Answers for every figure on the page, as long as the calling view lives.
pub(super) fn explanations(conversation: ConversationId) -> AnyView {
    let bubble = Bubble {
        console: Console::expect(),
        conversation: StoredValue::new(conversation),
        element: NodeRef::new(),
        lines: RwSignal::default(),
        asked: StoredValue::new_local(None),
    };
    let clicks = window_event_listener(ev::click, move |event| bubble.click(event.target()));
    let keys = window_event_listener(ev::keydown, move |event| bubble.key(&event));
    let points = window_event_listener(ev::pointerover, move |event| bubble.point(event.target()));
    // It stands still while the page moves below it.
    let scrolls = window_event_listener(ev::wheel, move |_| bubble.hide());
    let drags = window_event_listener(ev::touchmove, move |_| bubble.hide());
    let resizes = window_event_listener(ev::resize, move |_| bubble.hide());
    on_cleanup(move || {
        clicks.remove();
        keys.remove();
        points.remove();
        scrolls.remove();
        drags.remove();
        resizes.remove();
    });
    let name = words(move || bubble.lines.with(|lines| ["About ", lines.first().map_or("", String::as_str)].concat()));
    let places = Signal::derive(move || (0..bubble.lines.with(Vec::len) as u64).collect::<Vec<u64>>());
    let line = move |place: u64| {
        let text = move || bubble.lines.with(|lines| lines.get(place as usize).cloned().unwrap_or_default());
        view! { <p>{words(text)}</p> }.into_any()
    };
    let leave = move |event: ev::FocusEvent| {
        let goes_to = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
        if goes_to.is_some_and(|to| !bubble.holds(&to)) {
            bubble.hide();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            // It means this, and nothing else that it could.
            event.stop_propagation();
            bubble.hide();
        }
    };
    view! {
        <div
            class="explanation"
            popover="manual"
            role="dialog"
            aria-label=name
            tabindex="-1"
            node_ref=bubble.element
            on:focusout=leave
            on:keydown=on_key
        >
            {list(places, line)}
        </div>
    }
    .into_any()
}

/// The figure that an event happened to.
fn figure_at(target: Option<EventTarget>) -> Option<HtmlElement> {
    let element = target?.dyn_into::<Element>().ok()?;
    element.closest("[data-figure]").ok()??.dyn_into().ok()
}

impl Bubble {
    fn click(self, target: Option<EventTarget>) {
        let is_inside = target.as_ref().and_then(|target| target.dyn_ref()).is_some_and(|element| self.holds(element));
        let figure = figure_at(target);
        let is_same = figure.is_some() && self.asked.with_value(|asked| *asked == figure);
        match figure {
            Some(figure) if !is_same => self.show(figure),
            _ if is_inside => {}
            _ => self.hide(),
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let Some(figure) = figure_at(event.target()) else { return };
        match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                self.show(figure);
            }
            "ArrowLeft" => step(event, &figure, false),
            "ArrowRight" => step(event, &figure, true),
            _ => {}
        }
    }

    /// Whoever rests on a figure is told without asking.
    fn point(self, target: Option<EventTarget>) {
        if let Some(figure) = figure_at(target) {
            figure.set_title(&self.explain(&figure).join("\n"));
        }
    }

    fn explain(self, figure: &HtmlElement) -> Vec<String> {
        let level = figure.get_attribute("data-level").unwrap_or_default();
        let row = figure.closest(".row").ok().flatten().and_then(|row| row.id().strip_prefix("row-")?.parse().ok());
        let Some(number) = row else {
            // The only figure that stands in no row.
            let lines = self.console.shell_now(|shell| shell.stage.context.explain());
            return lines.into_iter().chain([level]).filter(|line| !line.is_empty()).collect();
        };
        let asked = figure.get_attribute("data-figure");
        let explained = self.conversation.with_value(|id| self.console.explain(id, row_key(number).id));
        let found = explained.into_iter().find(|explained| Some((explained.figure as u64).to_string()) == asked);
        let mut lines = found.map(|found| found.lines()).unwrap_or_default();
        if let Some(value) = lines.first_mut().filter(|_| !level.is_empty()) {
            value.push_str(": ");
            value.push_str(&level);
        }
        lines
    }

    fn holds(self, element: &Element) -> bool {
        self.element.get_untracked().is_some_and(|bubble| bubble.contains(Some(element)))
    }

    fn show(self, figure: HtmlElement) {
        let Some(bubble) = self.element.get_untracked() else { return };
        let lines = self.explain(&figure);
        if lines.is_empty() {
            return;
        }
        self.lines.set(lines);
        figure.set_attribute("aria-expanded", "true").ok();
        if let Some(before) = self.asked.try_update_value(|asked| asked.replace(figure.clone())).flatten() {
            before.remove_attribute("aria-expanded").ok();
        }
        // When the words stand in it, and before it is painted.
        request_animation_frame(move || {
            // Browsers that have no popovers show it where it stands.
            bubble.show_popover().ok();
            place_beside(&bubble, &figure);
            bubble.focus().ok();
        });
    }

    fn hide(self) {
        let Some(figure) = self.asked.try_update_value(Option::take).flatten() else { return };
        figure.remove_attribute("aria-expanded").ok();
        let Some(bubble) = self.element.get_untracked() else { return };
        let has_focus = document().active_element().is_some_and(|active| self.holds(&active));
        if has_focus {
            // Whoever scrolled away from it stays there.
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            figure.focus_with_options(&options).ok();
        }
        bubble.hide_popover().ok();
    }
}

/// To the figure beside another one.
fn step(event: &KeyboardEvent, figure: &HtmlElement, forward: bool) {
    let sibling =
        |element: &Element| if forward { element.next_element_sibling() } else { element.previous_element_sibling() };
    let mut next = sibling(figure);
    while let Some(element) = next {
        if element.has_attribute("data-figure") {
            event.prevent_default();
            if let Ok(element) = element.dyn_into::<HtmlElement>() {
                element.focus().ok();
            }
            return;
        }
        next = sibling(&element);
    }
}

/// Below the figure, or above it where there is no room; and never over the edge.
fn place_beside(bubble: &HtmlElement, figure: &HtmlElement) {
    let length = |length: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        length.ok().and_then(|length| length.as_f64()).unwrap_or_default()
    };
    let (width, height) = (length(window().inner_width()), length(window().inner_height()));
    let (about, own) = (figure.get_bounding_client_rect(), bubble.get_bounding_client_rect());
    let left = about.left().min(width - own.width() - APART).max(APART);
    let below = about.bottom() + APART;
    let top = if below + own.height() > height { about.top() - APART - own.height() } else { below }.max(APART);
    for (property, value) in [("left", left), ("top", top)] {
        bubble.style().set_property(property, &format!("{}px", value as i64)).ok();
    }
}
