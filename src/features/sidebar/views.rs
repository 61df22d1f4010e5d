//! What stands in the sidebar: the views, each under its heading. All of it comes later.

use super::{Drawer, heading_id};
use crate::context::Console;
use crate::features::diagnostics::diagnostics;
use crate::features::history::history;
use crate::features::language_servers::language_servers;
use crate::features::metrics::metrics;
use crate::features::model::model;
use crate::features::settings::settings;
use crate::features::surfaces::surfaces;
use crate::features::throughput::throughput;
use crate::features::warming::warming;
use crate::ui::dynamic::{aria, flag, when, words};
use crate::ui::focus::focus_on;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button, switch};
use crate::ui::rows::still_named;
use dispatch_core::Fact;
use leptos::prelude::*;

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
const VIEWS: [View; 9] = [
    View { name: "Model", at_first: true, content: |_| model() },
    View { name: "Cache warming", at_first: true, content: |_| warming() },
    View { name: "Language servers", at_first: false, content: |_| language_servers() },
    View { name: "Metrics", at_first: false, content: metrics },
    View { name: "Throughput", at_first: false, content: |_| throughput() },
    View { name: "Extensions", at_first: true, content: |_| surfaces() },
    View { name: "History", at_first: true, content: history },
    View { name: "Settings", at_first: false, content: |_| settings() },
    View { name: "Diagnostics", at_first: false, content: |_| diagnostics() },
];

/// The names of the views, in their order.
pub fn view_names() -> Vec<&'static str> {
    VIEWS.iter().map(|view| view.name).collect()
}

/// All views, in the person's order, and below them the way to choose and arrange them.
pub fn views(drawer: Drawer) -> AnyView {
    let console = drawer.console;
    let shown = Signal::derive(move || {
        console.shell(|shell| {
            let order = shell.sidebar.order(&view_names()).into_iter().map(|at| VIEWS[at].name);
            order.filter(|name| !shell.sidebar.is_closed(name)).map(str::to_owned).collect::<Vec<String>>()
        })
    });
    let one = move |name: String| view_of(&name).map(|view| section(drawer, view)).into_any();
    vec![still_named("views", shown, one), arranging(console)].into_any()
}

fn view_of(name: &str) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.name == name)
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

/// Which views are there, and in which order.
fn arranging(console: Console) -> AnyView {
    let is_open = RwSignal::new(false);
    let looks = Button { class: "quiet", expanded: Some(aria(is_open.into())), ..Button::default() };
    let toggle = button(looks, "Choose and arrange views", move || is_open.update(|open| *open = !*open));
    let lines = move || {
        let names = Signal::derive(move || {
            let order = console.shell(|shell| shell.sidebar.order(&view_names()));
            order.into_iter().map(|at| VIEWS[at].name.to_owned()).collect::<Vec<String>>()
        });
        still_named("choices", names, move |name| view_of(&name).map(|view| choice(console, view.name)).into_any())
    };
    view! { <div class="arranging">{toggle} {when(is_open.into(), lines)}</div> }.into_any()
}

fn choice(console: Console, name: &'static str) -> AnyView {
    let is_shown = flag(move || console.shell(|shell| !shell.sidebar.is_closed(name)));
    let show = move |shown: bool| console.tell(Fact::ViewClosed { view: name.to_owned(), closed: !shown });
    let to = |up: bool| {
        let word = if up { "up" } else { "down" };
        let id = [heading_id(name).as_str(), word].join("-");
        let looks = Button {
            class: "icon-button",
            id: Some(id.clone()),
            name: Some(words(move || ["Move", name, word].join(" "))),
            ..Button::default()
        };
        button(looks, icon(if up { Icon::Up } else { Icon::Down }), move || {
            let order = console.shell_now(|shell| shell.sidebar.moved(&view_names(), name, up));
            console.tell(Fact::ViewsArranged(order));
            let id = id.clone();
            // The line stands elsewhere now, and is another element.
            request_animation_frame(move || focus_on(&id));
        })
    };
    let shown = switch(words(move || ["Show ", name].concat()), is_shown, show);
    view! { <div class="arranged">{shown} {to(true)} {to(false)}</div> }.into_any()
}
