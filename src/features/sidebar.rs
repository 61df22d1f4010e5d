//! The sidebar: views that fold under their headings. Where there is room it stands beside the transcript; where there is
//! none it is a drawer over the page, which takes no part while the drawer is open. What stands in it ([`views`]) comes later.

pub mod views;

use crate::context::Console;
use crate::features::later::show_later;
use crate::later::later;
use crate::ui::dynamic::{aria, attribute, flag, when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button};
use crate::ui::room::on_room;
use dispatch_core::Fact;
use leptos::prelude::*;

/// The id of the button that shows and hides the sidebar.
const TOGGLE: &str = "sidebar-toggle";
/// The id of the button that closes the drawer.
const CLOSE: &str = "sidebar-close";

/// A page this wide has room for the sidebar beside the transcript. The same width stands in the stylesheet.
const WIDE: &str = "(min-width: 1024px)";

/// Whether the sidebar stands beside the page or lies over it, and whether it is open. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Drawer {
    console: Console,
    is_wide: RwSignal<bool>,
    is_open: RwSignal<bool>,
    /// The drawer's content is there a moment longer than it is open: until the focus has left it.
    is_built: RwSignal<bool>,
}

/// The id of the button that folds a view.
fn heading_id(name: &str) -> String {
    ["view-", &name.to_lowercase().replace(' ', "-")].concat()
}

impl Drawer {
    /// A closed one, for this page.
    pub fn new(console: Console) -> Self {
        let drawer = Self {
            console,
            is_wide: RwSignal::new(true),
            is_open: RwSignal::new(false),
            is_built: RwSignal::new(false),
        };
        on_room(WIDE, move |is_wide| {
            drawer.is_open.set(false);
            drawer.is_built.set(false);
            drawer.is_wide.set(is_wide);
        });
        drawer
    }

    /// Marks a part of the page that takes no part while the drawer is open.
    pub fn inert(self) -> Signal<Option<String>> {
        attribute(move || self.is_open.get().then(String::new))
    }

    /// Closes the drawer, if it is one, and gives the focus back.
    pub fn close(self) {
        if self.is_open.get_untracked() {
            self.is_open.set(false);
            // When the page takes part again, and before what has the focus goes away.
            request_animation_frame(move || {
                focus_on(TOGGLE);
                self.is_built.set(false);
            });
        }
    }

    /// Shows a view, and puts the focus on its heading.
    pub fn reveal(self, name: &'static str) {
        if !self.is_visible().get_untracked() {
            self.toggle();
        }
        self.console.tell(Fact::ViewClosed { view: name.to_owned(), closed: false });
        self.console.fold_view(name, true);
        // After what was folded away is there.
        request_animation_frame(move || {
            let id = heading_id(name);
            if let Some(heading) = document().get_element_by_id(&id) {
                heading.scroll_into_view();
            }
            focus_on(&id);
        });
    }

    /// Shows the sidebar, or puts it away.
    pub fn toggle(self) {
        if self.is_wide.get_untracked() {
            self.console.show_sidebar(!self.console.shell_now(|shell| shell.sidebar.is_shown()));
        } else {
            self.is_built.set(true);
            self.is_open.set(true);
            request_animation_frame(|| focus_on(CLOSE));
        }
    }

    fn is_visible(self) -> Signal<bool> {
        flag(move || self.choose(self.is_open))
    }

    fn has_content(self) -> Signal<bool> {
        flag(move || self.choose(self.is_built))
    }

    fn choose(self, of_drawer: RwSignal<bool>) -> bool {
        if self.is_wide.get() { self.console.shell(|shell| shell.sidebar.is_shown()) } else { of_drawer.get() }
    }
}

/// The button that shows and hides the sidebar.
pub fn sidebar_toggle(drawer: Drawer) -> AnyView {
    let looks = Button {
        class: "icon-button sidebar-toggle",
        id: Some(TOGGLE.to_owned()),
        name: Some(words(|| "Sidebar".to_owned())),
        expanded: Some(aria(drawer.is_visible())),
        ..Button::default()
    };
    button(looks, icon(Icon::Sidebar), move || drawer.toggle())
}

/// The sidebar with its views.
pub fn sidebar(drawer: Drawer) -> AnyView {
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            drawer.close();
        }
    };
    let looks = Button {
        class: "icon-button",
        id: Some(CLOSE.to_owned()),
        name: Some(words(|| "Close sidebar".to_owned())),
        ..Button::default()
    };
    let close = button(looks, icon(Icon::Cross), move || drawer.close());
    let content = move || show_later(drawer.console, later!(views::views: fn(Drawer) -> AnyView), drawer);
    let is_shown = aria(drawer.is_visible());
    view! {
        // For pointers; the keyboard has Escape and a button.
        <div class="backdrop" data-shown=is_shown on:click=move |_| drawer.close()></div>
        <aside class="sidebar" aria-label="Sidebar" tabindex="-1" data-shown=is_shown on:keydown=on_key>
            <div class="sidebar-head">{close}</div>
            {when(drawer.has_content(), content)}
        </aside>
    }
    .into_any()
}
