//! The sidebar: views that fold under their headings. Where there is room it stands beside the transcript; where there is
//! none it is a drawer over the page, which takes no part while the drawer is open.

use crate::context::Console;
use crate::features::history::history;
use crate::features::settings::settings;
use crate::ui::dynamic::{aria, attribute, flag, when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::room::on_room;
use leptos::prelude::*;

/// The id of the button that shows and hides the sidebar.
const TOGGLE: &str = "sidebar-toggle";
/// The id of the button that closes the drawer.
const CLOSE: &str = "sidebar-close";
/// The id of the sidebar itself.
const SIDEBAR: &str = "sidebar";

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
const VIEWS: [View; 2] = [
    View { name: "History", at_first: true, content: history },
    View { name: "Settings", at_first: false, content: |_| settings() },
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

    fn toggle(self) {
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
#[component]
pub fn SidebarToggle(
    /// The sidebar's place.
    drawer: Drawer,
) -> impl IntoView {
    view! {
        <button
            class="icon-button sidebar-toggle"
            id=TOGGLE
            aria-label="Sidebar"
            title="Sidebar"
            aria-expanded=aria(drawer.is_visible())
            aria-controls=SIDEBAR
            on:click=move |_| drawer.toggle()
        >
            {icon(Icon::Sidebar)}
        </button>
    }
}

/// The sidebar with its views.
#[component]
pub fn Sidebar(
    /// Its place.
    drawer: Drawer,
) -> impl IntoView {
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            drawer.close();
        }
    };
    let is_drawn = Signal::from(drawer.is_open);
    let backdrop = move || {
        // For pointers; the keyboard has Escape and a button.
        view! { <div class="backdrop" on:click=move |_| drawer.close()></div> }.into_any()
    };
    let views = move || VIEWS.iter().map(|view| section(drawer, view)).collect_view().into_any();
    view! {
        {when(is_drawn, backdrop)}
        <aside
            class="sidebar"
            id=SIDEBAR
            aria-label="Sidebar"
            tabindex="-1"
            data-shown=words(move || drawer.is_visible().get().to_string())
            on:keydown=on_key
        >
            <div class="sidebar-head">
                <button class="icon-button" id=CLOSE aria-label="Close sidebar" title="Close" on:click=move |_| drawer.close()>
                    {icon(Icon::Cross)}
                </button>
            </div>
            {when(drawer.has_content(), views)}
        </aside>
    }
}

fn section(drawer: Drawer, view: &'static View) -> AnyView {
    let console = drawer.console;
    let is_open = flag(move || console.shell(|shell| shell.sidebar.is_open(view.name, view.at_first)));
    let fold = move |_| console.fold_view(view.name, !is_open.get_untracked());
    view! {
        <section class="view" aria-label=view.name>
            // Named in so many words: the stylesheet writes the heading in capitals, and that would be read out.
            <h2>
                <button class="view-heading" aria-label=view.name aria-expanded=aria(is_open) on:click=fold>
                    {view.name}
                    {icon(Icon::Chevron)}
                </button>
            </h2>
            {when(is_open, move || (view.content)(drawer))}
        </section>
    }
    .into_any()
}
