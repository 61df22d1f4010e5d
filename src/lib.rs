//! The browser console for a Dispatch backend.
//!
//! `dispatch-core` decides everything; the [`runtime`] does what it orders, through the [`adapters`]; the [`features`] show
//! what came of it. Views reach the state only through the [`context::Console`].

pub mod adapters;
pub mod context;
pub mod features;
mod later;
pub mod runtime;
pub mod ui;

use features::page::Page;
use leptos::prelude::*;

/// Starts the console in the page it was loaded by.
pub fn mount() {
    // The static shell was there for the eye while the code was on its way.
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
    mount_to_body(|| {
        context::Console::provide(runtime::start());
        view! { <Page/> }
    });
    if let Some(html) = document().document_element() {
        // A page whose attribute cannot be set has no document to show anything in.
        html.set_attribute("data-app", "ready").ok();
    }
}
