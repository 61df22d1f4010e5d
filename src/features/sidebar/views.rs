//! What stands in the sidebar: the views, each under its heading. All of it comes later.

use super::{Drawer, heading_id};
use crate::features::diagnostics::diagnostics;
use crate::features::history::history;
use crate::features::language_servers::language_servers;
use crate::features::metrics::metrics;
use crate::features::model::model;
use crate::features::settings::settings;
use crate::features::surfaces::surfaces;
use crate::features::throughput::throughput;
use crate::features::warming::warming;
use crate::ui::dynamic::{aria, flag, list, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button};
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

/// All views.
pub fn views(drawer: Drawer) -> AnyView {
    let places = Signal::derive(|| (0..VIEWS.len() as u64).collect::<Vec<u64>>());
    list(places, move |place| section(drawer, &VIEWS[place as usize]))
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
