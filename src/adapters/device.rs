//! The clock, chance, the clipboard, the page's address, and whether anybody looks at it.

use dispatch_core::address::{Addresses, DeployedAddresses, PageLocation, resolve, uuid_v4};
use dispatch_core::{ConversationId, Millis};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// The time now.
pub fn now() -> Millis {
    Millis(js_sys::Date::now())
}

/// Milliseconds on a clock that only goes forward, for measuring.
pub fn ticks() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// A number in `[0, 1)`.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// A newly minted conversation id.
pub fn fresh_conversation() -> ConversationId {
    let mut bytes = [0_u8; 16];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        bytes.iter_mut().for_each(|byte| *byte = (chance() * 256.0) as u8);
    }
    ConversationId::new(uuid_v4(bytes))
}

/// Whether the browser believes that it has a network.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page is in view. Hidden pages get no animation frames.
pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Puts words into the clipboard. Tells whether they are there.
pub async fn copy(text: &str) -> bool {
    // Only secure pages have the interface for it; the bindings do not know that it may be missing.
    let clipboard = web_sys::window().map(|window| window.navigator().clipboard()).filter(|held| !held.is_undefined());
    match clipboard {
        Some(clipboard) if JsFuture::from(clipboard.write_text(text)).await.is_ok() => true,
        // It is missing, or was refused.
        _ => copy_by_hand(text).unwrap_or_default(),
    }
}

/// As people copied before there was an interface for it: by what is selected.
fn copy_by_hand(text: &str) -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let had_focus = document.active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let area = document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
    area.set_class_name("visually-hidden");
    area.set_value(text);
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document.dyn_into::<HtmlDocument>().ok()?.exec_command("copy").ok();
    area.remove();
    if let Some(element) = had_focus {
        // It had the focus a moment ago.
        element.focus().ok();
    }
    copied
}

/// Where the backend is, by the page's configuration and its own host.
pub fn addresses() -> Addresses {
    let window = web_sys::window();
    let deployed = window
        .as_ref()
        .and_then(|window| window.document()?.get_element_by_id("dispatch-config")?.text_content())
        .map(|text| DeployedAddresses::read(&text))
        .unwrap_or_default();
    let page = window.and_then(|window| {
        let location = window.location();
        Some(PageLocation { protocol: location.protocol().ok()?, hostname: location.hostname().ok()? })
    });
    resolve(&deployed, page.as_ref())
}

/// Asks the browser not to throw away what this page has stored when it wants room. What it answers changes nothing.
pub fn ask_to_persist() {
    let Some(window) = web_sys::window() else { return };
    let navigator = window.navigator();
    // Insecure pages have no storage manager, whatever the binding's type says.
    if js_sys::Reflect::get(&navigator, &"storage".into()).is_ok_and(|manager| manager.is_object()) {
        // It fails where there is nothing to ask.
        navigator.storage().persist().ok();
    }
}
