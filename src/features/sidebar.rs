//! The sidebar: views that fold under their headings. Where there is room it stands beside the transcript; where there is
//! none it is a drawer over the page, which takes no part while the drawer is open.

use crate::context::Console;
use crate::features::diagnostics::diagnostics;
use crate::features::history::history;
use crate::features::language_servers::language_servers;
use crate::features::model::model;
use crate::features::settings::settings;
use crate::ui::dynamic::{aria, attribute, flag, list, when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button};
use crate::ui::room::on_room;
use leptos::prelude::*;

/// The id of the button that shows and hides the sidebar.
const TOGGLE: &str = "sidebar-toggle";
/// The id of the button that closes the drawer.
const CLOSE: &str = "sidebar-close";

/// A page this wide has room for the sidebar beside the transcript. The same width stands in the stylesheet.
const WIDE: &str = "(min-width: 1024px)";

/// A view of the sidebar.
struct View {
    /// Its heading, which is also what it is remembered by.
    name: &'static str,
    /// Whether it is unfolded until the person folds it.
    at_first: bool,
    /// Makes what stands under the heading, while that is looked at.
    content: fn(Drawer) -> AnyView,
}

/// The views, in their order. A new one is a new line here.
const VIEWS: [View; 5] = [
    View { name: "Model", at_first: true, content: |_| model() },
    View { name: "Language servers", at_first: false, content: |_| language_servers() },
    View { name: "History", at_first: true, content: history },
    View { name: "Settings", at_first: false, content: |_| settings() },
    View { name: "Diagnostics", at_first: false, content: |_| diagnostics() },
];

/// Whether the sidebar stands beside the page or lies over it, and whether it is open. A handle: copying it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Drawer {
    console: Console,
    is_wide: RwSignal<bool>,
    is_open: RwSignal<bool>,
    /// The drawer's content is there a moment longer than it is open: until the focus has left it.
    is_built: RwSignal<bool>,
}

/// The names of the views, in their order.
pub fn view_names() -> Vec<&'static str> {
    VIEWS.iter().map(|view| view.name).collect()
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
    let places = Signal::derive(|| (0..VIEWS.len() as u64).collect::<Vec<u64>>());
    let views = move || list(places, move |place| section(drawer, &VIEWS[place as usize]));
    let is_shown = aria(drawer.is_visible());
    view! {
        // For pointers; the keyboard has Escape and a button.
        <div class="backdrop" data-shown=is_shown on:click=move |_| drawer.close()></div>
        <aside class="sidebar" aria-label="Sidebar" tabindex="-1" data-shown=is_shown on:keydown=on_key>
            <div class="sidebar-head">{close}</div>
            {when(drawer.has_content(), views)}
        </aside>
    }
    .into_any()
}

fn section(drawer: Drawer, view: &'static View) -> AnyView {
    let console = drawer.console;
    let is_open = flag(move || console.shell(|shell| shell.sidebar.is_open(view.name, view.at_first)));
    let looks = Button {
        class: "view-heading",
        id: Some(heading_id(view.name)),
        // In so many words: the stylesheet writes the heading in capitals, and that would be read out.
        name: Some(words(|| view.name.to_owned())),
        expanded: Some(aria(is_open)),
        ..Button::default()
    };
    let content = (view.name, icon(Icon::Chevron));
    let fold = move || console.fold_view(view.name, !is_open.get_untracked());
    view! {
        <section class="view" aria-label=view.name>
            <h2>{button(looks, content, fold)}</h2>
            {when(is_open, move || (view.content)(drawer))}
        </section>
    }
    .into_any()
}
