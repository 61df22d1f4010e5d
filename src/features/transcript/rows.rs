//! The rows that stand in the page. Which of a long transcript they are is the core's to say; this measures, and shows.

use super::END;
use super::place::{element_id, scroll_to};
use super::row::row;
use crate::context::{Console, row_key};
use crate::ui::dynamic::words;
use crate::ui::rows::still_list;
use dispatch_core::ConversationId;
use dispatch_core::follow::Follow;
use dispatch_core::window::{ALL, Arrangement, Item, Read, Window};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// How far below the top of the view a row begins that was gone to, in CSS pixels: the buttons above it have room.
const BELOW_TOP: f64 = 24.0;

/// So many of the rows that can be seen are known to be where they are, in case that the first of them go.
const READ: usize = 8;

/// The rows of a transcript, and where the reader is among them. A handle: copying it copies nothing.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    console: Console,
    all: Signal<Vec<u64>>,
    follow: StoredValue<Follow>,
    window: StoredValue<Window>,
    /// Fires when other rows have to be shown.
    moved: Trigger,
    arranged: Memo<Arrangement>,
    /// The element that holds the rows, and nothing else.
    element: NodeRef<Div>,
    /// Somebody is on the way to a row: what can be seen until then is no place to be.
    is_going: StoredValue<bool>,
    /// What is read, as of the last look. Empty, where nobody has to keep it in place.
    read: StoredValue<Read>,
    /// Rows came above the others, and the page was not laid out with them yet.
    has_grown: StoredValue<bool>,
}

impl Rows {
    pub(super) fn new(console: Console, conversation: ConversationId, follow: StoredValue<Follow>) -> Self {
        let all = Signal::derive(move || console.rows_of(&conversation));
        let (window, moved, element) = (StoredValue::new(Window::default()), Trigger::new(), NodeRef::new());
        let has_grown = StoredValue::new(false);
        let arranged = Memo::new(move |_| {
            moved.track();
            all.with(|rows| {
                let kept = if rows.len() > ALL { kept() } else { Vec::new() };
                let follows = follow.get_value().is_holding();
                let arrange = |window: &mut Window| {
                    if window.begins_otherwise(rows) {
                        has_grown.set_value(true);
                    }
                    window.arrange(rows, follows, &kept)
                };
                window.try_update_value(arrange).unwrap_or_default()
            })
        });
        Self {
            console,
            all,
            follow,
            window,
            moved,
            arranged,
            element,
            is_going: StoredValue::new(false),
            read: StoredValue::new(Read::default()),
            has_grown,
        }
    }

    /// Marks words in the rows that stand in the page, once these do. Looks again when others do.
    pub(super) fn mark(self, console: Console, words: String) {
        self.arranged.track();
        if let (Some(element), Some(writer)) = (self.element.get(), console.writer()) {
            request_animation_frame(move || writer.highlight(&element, words.trim()));
        }
    }

    /// Brings the words into view that stand in a row which was gone to. A long row may begin far above them.
    pub(super) fn reveal(self, console: Console, number: u64, words: String) {
        // After the row was gone to, which is before the next paint, and what was folded away has been laid out.
        request_animation_frame(move || {
            request_animation_frame(move || {
                let row = row_element(number);
                if let (Some(row), Some(writer)) = (row, untrack(|| console.writer())) {
                    writer.reveal(&row, words.trim());
                }
            });
        });
    }

    /// Nothing is marked any more.
    pub(super) fn mark_nothing(self, console: Console) {
        if let (Some(element), Some(writer)) = (self.element.get_untracked(), untrack(|| console.writer())) {
            writer.highlight(&element, "");
        }
    }

    /// All rows, whether they stand in the page or not.
    pub(super) fn all(self) -> Signal<Vec<u64>> {
        self.all
    }

    pub(super) fn view(self, console: Console, conversation: ConversationId) -> AnyView {
        let whose = conversation.clone();
        // One listener for the buttons of all rows, and of the cards in them.
        let act = move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let button = target.and_then(|target| target.closest("[data-copy], [data-fold]").ok().flatten());
            let row = button.as_ref().and_then(|button| button.closest(".row").ok().flatten());
            let (Some(button), Some(number)) = (button, row.as_ref().and_then(number_of)) else { return };
            let key = row_key(number);
            if let Some(what) = button.get_attribute("data-copy") {
                return console.copy(&whose, key, what == "turn");
            }
            let open = !console.is_unfolded(&whose, key).unwrap_or_default();
            // With Shift everything that is like it.
            if event.shift_key() {
                console.fold_like(&whose, key, open);
            } else {
                console.fold(&whose, key, open);
            }
        };
        let items = Signal::derive(move || self.arranged.with(|arranged| arranged.items.clone()));
        let item = move |item| match Item::of(item) {
            Item::Row(number) => row(&conversation, row_key(number)),
            Item::Gap(first) => self.gap(first),
        };
        // From row to row, where a row itself has the focus.
        let step = move |event: KeyboardEvent| {
            let forward = match event.key().as_str() {
                "j" => true,
                "k" => false,
                _ => return,
            };
            let row = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(number) = row.as_ref().and_then(number_of) {
                self.focus_beside(number, forward);
            }
        };
        still_list(self.element, items, item);
        view! { <div class="rows" node_ref=self.element on:click=act on:keydown=step></div> }.into_any()
    }

    fn gap(self, first: u64) -> AnyView {
        let height = words(move || {
            // Whole pixels: nobody needs more, and writing fractions is code for every visitor.
            format!("{}px", self.arranged.with(|arranged| arranged.gap_height(first)) as u64)
        });
        view! { <div class="gap" aria-hidden="true" style:height=height></div> }.into_any()
    }

    /// The reader has scrolled.
    pub(super) fn scrolled(self, scroller: &HtmlElement) {
        // Until the page was laid out with what came in above, rows are not where they will be.
        if !self.has_grown.get_value() {
            self.look(scroller);
        }
    }

    /// The page has been laid out, because what is shown, or the room for it, has another size; nothing is painted yet.
    pub(super) fn laid_out(self, scroller: &HtmlElement) {
        if self.has_grown.try_update_value(std::mem::take) == Some(true) && !self.is_going.get_value() {
            self.put_back(scroller, true);
        }
        self.look(scroller);
    }

    /// Sees to it that what can be seen is shown, and that what is read will stay where it is. To be called when the layout
    /// is known.
    pub(super) fn look(self, scroller: &HtmlElement) {
        let Some(element) = self.element.get_untracked() else { return };
        let is_long = self.all.with_untracked(Vec::len) > ALL;
        let awaits_earlier = self.console.shell_now(|shell| shell.stage.is_loading_earlier);
        if self.is_going.get_value() || !(is_long || awaits_earlier) {
            self.read.set_value(Read::default());
            return;
        }
        let room = f64::from(scroller.client_height());
        let seen = self.measure(&element, scroller.get_bounding_client_rect().top());
        let holds = self.follow.get_value().is_holding();
        let rows = if holds { Vec::new() } else { seen.rows };
        let now = Read { rows, scroll_top: scroller.scroll_top() };
        self.read.update_value(|read| *read = std::mem::take(read).or_now(now));
        let has_moved = self.all.with_untracked(|rows| {
            self.window.try_update_value(|window| match seen.first {
                _ if holds => window.look_at_end(rows, room),
                Some((number, above)) => {
                    let top = window.top_of(rows, number) + above;
                    window.look_at(rows, top, top + room)
                }
                None => false,
            })
        });
        if has_moved == Some(true) {
            self.moved.notify();
            // Rows are seldom as high as they were taken for: what is read must stay where it is, and the end in view. The
            // list is brought up to date in tasks that come before this one, and the browser paints after it.
            let scroller = scroller.clone();
            let settle = move || if holds { scroller.set_scroll_top(END) } else { self.put_back(&scroller, false) };
            queue_microtask(move || queue_microtask(settle));
        }
    }

    /// Scrolls so that what is read is where it was: the first of it that still stands in the page. Since the look that saw
    /// it there, the reader may have scrolled if something `came_above`.
    fn put_back(self, scroller: &HtmlElement, came_above: bool) {
        let Some(mut read) = self.read.try_get_value() else { return };
        let standing = (0..read.rows.len()).find_map(|at| Some((at, row_element(read.rows[at].0)?)));
        let Some((at, row)) = standing else { return };
        if came_above {
            let now = row.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top();
            read.came_above(read.rows[at].1, now, scroller.scroll_top());
        }
        let (number, below_top) = read.rows[at];
        scroll_to(scroller, number, below_top);
        read.scroll_top = scroller.scroll_top();
        self.read.set_value(read);
    }

    /// Where the reader is: at the row that has the focus, if it can be seen, since one near the end cannot come to the top;
    /// else at the first that can be seen.
    pub(super) fn place(self, scroller: &HtmlElement) -> Option<u64> {
        let view = scroller.get_bounding_client_rect();
        let focused = document().active_element().and_then(|element| row_around(&element));
        let is_seen = |number: &u64| {
            let place = row_element(*number).map(|row| row.get_bounding_client_rect());
            place.is_some_and(|place| place.bottom() > view.top() && place.top() < view.bottom())
        };
        let element = self.element.get_untracked()?;
        focused.filter(is_seen).or_else(|| Some(self.measure(&element, view.top()).rows.first()?.0))
    }

    /// Gives the focus to the row after another, or before it. The browser brings it into view; what stands next to a row
    /// that has the focus stands in the page.
    fn focus_beside(self, number: u64, forward: bool) {
        let beside = self.all.with_untracked(|rows| {
            let at = rows.iter().position(|row| *row == number)?;
            rows.get(if forward { at + 1 } else { at.checked_sub(1)? }).copied()
        });
        beside.into_iter().for_each(focus_on_row);
    }

    /// Goes to a row and gives it the focus.
    pub(super) fn go_and_focus(self, scroller: HtmlElement, number: u64) {
        self.go_to(scroller, number, BELOW_TOP);
        request_animation_frame(move || {
            focus_on_row(number);
        });
    }

    /// Goes to a row, whether it stands in the page or not: it will begin so far below the top of the view.
    pub(super) fn go_to(self, scroller: HtmlElement, number: u64, below_top: f64) {
        let room = f64::from(scroller.client_height());
        let has_moved = self.all.with_untracked(|rows| {
            self.window.try_update_value(|window| window.look_at_row(rows, number, room)).unwrap_or_default()
        });
        if has_moved {
            self.moved.notify();
        }
        self.is_going.set_value(true);
        // When the row stands in the document, and before it is painted.
        request_animation_frame(move || {
            self.is_going.try_set_value(false);
            scroll_to(&scroller, number, below_top);
        });
    }

    /// Tells the window how high the rows are that stand in the page, and finds what is seen at the top of the view. To be
    /// called when the layout is known: then nothing has to be computed for it.
    fn measure(self, element: &Element, view_top: f64) -> Seen {
        let children = element.children();
        let mut seen = Seen::default();
        let mut before: Option<(u64, f64)> = None;
        let mut gaps = 0;
        let mut heights = Vec::new();
        for at in 0..children.length() {
            let Some(child) = children.item(at) else { break };
            let place = child.get_bounding_client_rect();
            if let Some((number, top)) = before.take() {
                heights.push((number, place.top() - top));
            }
            let is_seen = place.bottom() > view_top;
            let number = match number_of(&child) {
                Some(number) => {
                    before = Some((number, place.top()));
                    if is_seen && seen.rows.len() < READ {
                        seen.rows.push((number, place.top() - view_top));
                    }
                    Some(number)
                }
                None => {
                    gaps += 1;
                    self.arranged.with_untracked(|arranged| arranged.gaps.get(gaps - 1).map(|gap| gap.first))
                }
            };
            if is_seen && seen.first.is_none() {
                seen.first = number.map(|number| (number, view_top - place.top()));
            }
        }
        self.window.update_value(|window| {
            for (number, height) in heights.into_iter().filter(|(_, height)| *height > 0.0) {
                window.measure(number, height);
            }
        });
        seen
    }
}

/// What is seen at the top of the view.
#[derive(Default)]
struct Seen {
    /// The row or the first of a gap, of which something is seen first, and how much of it is above the view, in CSS pixels.
    first: Option<(u64, f64)>,
    /// The first rows that stand there, and how far below the top of the view they begin, in CSS pixels.
    rows: Vec<(u64, f64)>,
}

/// The element of a row, if it stands in the page.
fn row_element(number: u64) -> Option<HtmlElement> {
    document().get_element_by_id(&element_id(number))?.dyn_into().ok()
}

/// Gives a row the focus, if it stands in the page; the browser brings it into view.
fn focus_on_row(number: u64) {
    if let Some(row) = row_element(number) {
        row.set_tab_index(-1);
        // A row with a tab index can have the focus.
        row.focus().ok();
    }
}

/// The rows that must not leave the page: the one that has the focus, and those where a selection begins and ends.
fn kept() -> Vec<u64> {
    let selection = window().get_selection().ok().flatten();
    let ends = selection.as_ref().filter(|selection| !selection.is_collapsed());
    let anchor = ends.and_then(|selection| selection.anchor_node());
    let focus = ends.and_then(|selection| selection.focus_node());
    let nodes = [document().active_element().map(Into::into), anchor, focus];
    nodes.into_iter().flatten().filter_map(|node| row_around(&node)).collect()
}

/// The number of a row, by its element.
fn number_of(row: &Element) -> Option<u64> {
    row.id().strip_prefix("row-")?.parse().ok()
}

/// The row of the transcript that a node is in.
fn row_around(node: &web_sys::Node) -> Option<u64> {
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    // A card in a group is a row as well; the group is what stands in the list.
    let row = element.closest(".rows > .row").ok()??;
    let number = number_of(&row)?;
    debug_assert_eq!(row.id(), element_id(number));
    Some(number)
}
