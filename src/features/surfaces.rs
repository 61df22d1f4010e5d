//! The extensions: what the backend's extensions show and let a person set, each under its title.
//!
//! What is known comes and goes with every frame and every tab. Elements stay for as long as they are about the same thing,
//! so that the focus, and half a number that is being typed, survive. What is not known to be true now looks so, says so,
//! and cannot be used.

pub mod control;
mod controls;
mod readings;
mod renderers;

use crate::context::Console;
use crate::ui::clock::use_seconds;
use crate::ui::dynamic::{aria, flag, when, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button, div, paragraph};
use crate::ui::rows::still_named;
use control::Handle;
use dispatch_core::changes::Topic;
use dispatch_core::surfaces::{Block, Standing, SurfaceView, updated_words};
use dispatch_core::view::ConnectionView;
use dispatch_core::{Millis, State, SurfaceId};
use leptos::prelude::*;

/// What all surfaces have in common.
#[derive(Clone, Copy)]
struct Extensions {
    console: Console,
    surfaces: Memo<Vec<SurfaceView>>,
    now: Signal<Millis>,
}

/// A surface.
#[derive(Clone, Copy)]
struct Surface {
    all: Extensions,
    key: StoredValue<String>,
}

/// A block of a surface, for what draws it.
#[derive(Clone, Copy)]
struct Drawn {
    surface: Surface,
    key: StoredValue<String>,
    block: Memo<Option<Block>>,
}

/// The view's content.
pub fn surfaces() -> AnyView {
    let console = Console::expect();
    let surfaces = Memo::new(move |_| console.topic(Topic::Surfaces, State::surface_views));
    let all = Extensions { console, surfaces, now: use_seconds() };
    let keys = Signal::derive(move || surfaces.with(|surfaces| surfaces.iter().map(key_of).collect::<Vec<_>>()));
    let none = words(move || {
        let is_connected = console.shell(|shell| shell.connection == ConnectionView::Connected);
        match (surfaces.with(Vec::is_empty), is_connected) {
            (false, _) => "",
            (true, true) => "This backend has no extensions to show.",
            (true, false) => "What extensions show comes from the backend.",
        }
        .to_owned()
    });
    let surface = move |key| surface(Surface { all, key: StoredValue::new(key) });
    div("surfaces", vec![paragraph("note", None, none), still_named("surfaces", keys, surface)])
}

/// The same as long as it is the same surface of the same conversation: what is typed for one is not for another.
fn key_of(surface: &SurfaceView) -> String {
    let of = surface.conversation.as_ref().map(ToString::to_string).unwrap_or_default();
    [surface.id.as_str(), &of].join("/")
}

impl Surface {
    /// Looks at it; looks again when any changed.
    fn look<T: Default>(self, look: impl FnOnce(&SurfaceView) -> T) -> T {
        self.key.with_value(|key| {
            self.all
                .surfaces
                .with(|all| all.iter().find(|surface| key_of(surface) == *key).map(look).unwrap_or_default())
        })
    }

    fn title(self) -> Signal<String> {
        words(move || self.look(|surface| surface.title.clone()))
    }

    /// How far what is shown can be trusted.
    fn about(self) -> String {
        let now = self.all.now.get();
        self.look(|surface| {
            let updated = surface.updated_at.map(|at| updated_words(now, at)).unwrap_or_default();
            match surface.standing {
                Standing::Current => updated,
                Standing::Stale => updated.replacen("updated", "last known", 1),
                Standing::Awaited if surface.refusal.is_some() => String::new(),
                Standing::Awaited => "waiting for the backend…".to_owned(),
            }
        })
    }
}

fn surface(surface: Surface) -> AnyView {
    let console = surface.all.console;
    let title = surface.title();
    let remembered = surface.look(|surface| ["surface ", surface.id.as_str()].concat());
    let folded = StoredValue::new(remembered);
    let is_open = flag(move || console.shell(|shell| folded.with_value(|name| shell.sidebar.is_open(name, true))));
    let fold = move || folded.with_value(|name| console.fold_view(name, !is_open.get_untracked()));
    let looks = Button { class: "surface-title", expanded: Some(aria(is_open)), ..Button::default() };
    let standing = words(move || standing_word(surface.look(|surface| surface.standing)).to_owned());
    let about = words(move || surface.about());
    view! {
        <div class="surface" role="group" aria-label=title data-standing=standing>
            <div class="surface-head">
                <h3>{button(looks, (icon(Icon::Chevron), title), fold)}</h3>
                <span class="surface-about">{about}</span>
            </div>
            {when(is_open, move || content(surface))}
        </div>
    }
    .into_any()
}

/// What the stylesheet knows it by.
pub(super) fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Awaited => "awaited",
        Standing::Stale => "stale",
        Standing::Current => "current",
    }
}

fn content(surface: Surface) -> AnyView {
    let refusal = words(move || surface.look(|surface| surface.refusal.clone().unwrap_or_default()));
    let missing = move || surface.look(|surface| if surface.blocks.is_empty() { surface.placeholders } else { 0 });
    let is_awaited =
        flag(move || surface.look(|surface| surface.standing == Standing::Awaited && surface.refusal.is_none()));
    let places = move || {
        let places = (0..untrack(missing)).map(|_| view! { <div class="placeholder"></div> }.into_any());
        div("surface-blocks", places.collect())
    };
    let keys = Signal::derive(move || {
        surface.look(|surface| surface.blocks.iter().map(|block| block.key.clone()).collect::<Vec<_>>())
    });
    let block = move |key: String| {
        let own = key.clone();
        let block = Memo::new(move |_| {
            surface.look(|surface| {
                let found = surface.blocks.iter().find(|block| block.key == own);
                found.map(|found| found.block.clone())
            })
        });
        renderers::draw(Drawn { surface, key: StoredValue::new(key), block })
    };
    let parts = vec![
        paragraph("problem-note", None, refusal),
        when(is_awaited, places),
        still_named("surface-blocks", keys, block),
    ];
    div("surface-content", parts)
}

impl Drawn {
    /// Looks at the block; looks again when it changed.
    fn look<T: Default>(self, look: impl FnOnce(&Block) -> T) -> T {
        self.block.with(|block| block.as_ref().map(look).unwrap_or_default())
    }

    /// What has nothing that a person could be at: made anew whenever the block changed.
    fn anew(self, content: Box<dyn Fn(&Block) -> AnyView + Send + Sync>) -> AnyView {
        (move || self.block.with(|block| block.as_ref().map_or_else(|| ().into_any(), &content))).into_any()
    }

    /// The control that the block is.
    fn handle(self) -> Handle {
        let surface = untrack(|| self.surface.look(|surface| Some(surface.id.clone())));
        let id = ["control", &self.surface.key.get_value(), &self.key.get_value()].join("-");
        let control = Signal::derive(move || self.look(|block| block.control().cloned()));
        let is_operable = flag(move || self.surface.look(|surface| surface.is_operable));
        // An id ends where white space begins.
        let id = id.split_whitespace().collect::<Vec<_>>().join("_");
        Handle::new(surface.unwrap_or_else(|| SurfaceId::from("")), id, control, is_operable)
    }
}
