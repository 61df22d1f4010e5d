//! The clock, chance, the clipboard, notices, the page's address, and whether anybody looks at it.

use dispatch_core::address::{Addresses, GivenAddresses, PageLocation, resolve, uuid_v4};
use dispatch_core::{ConversationId, Millis};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlDocument, HtmlElement, HtmlTextAreaElement, Notification, NotificationOptions, NotificationPermission,
};

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

/// Where the backend is: as the person says, else by the page's configuration and its own host.
pub fn addresses(person: &GivenAddresses) -> Addresses {
    let window = web_sys::window();
    let deployed = window
        .as_ref()
        .and_then(|window| window.document()?.get_element_by_id("dispatch-config")?.text_content())
        .map(|text| GivenAddresses::read(&text))
        .unwrap_or_default();
    let page = window.and_then(|window| {
        let location = window.location();
        Some(PageLocation { protocol: location.protocol().ok()?, hostname: location.hostname().ok()? })
    });
    resolve(person, &deployed, page.as_ref())
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

/// Whether the browser has notices at all: on plain HTTP it has none, whatever the binding's type says.
fn has_notices() -> bool {
    js_sys::Reflect::has(&js_sys::global(), &"Notification".into()).unwrap_or_default()
}

/// Asks whether the page may notify, unless that is known.
pub async fn may_notify() -> bool {
    if !has_notices() {
        return false;
    }
    if let Ok(asked) = Notification::request_permission() {
        // Whatever became of the question, what counts is asked below.
        JsFuture::from(asked).await.ok();
    }
    Notification::permission() == NotificationPermission::Granted
}

/// Lets the system tell of something. `follow` is called when the person follows it. Where it cannot, nothing happens.
pub fn notify(title: &str, text: &str, follow: impl Fn() + 'static) {
    if !has_notices() {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(title);
    // Some browsers let only service workers notify.
    let Ok(notice) = Notification::new_with_options(title, &options) else { return };
    let shown = notice.clone();
    let on_click = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            // A window that cannot be brought to the front is found by the person.
            window.focus().ok();
        }
        follow();
        shown.close();
    });
    notice.set_onclick(Some(on_click.unchecked_ref()));
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // It fails only for a page that is on its way elsewhere.
        window.location().reload().ok();
    }
}

/// What the browser says it is.
pub fn browser() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// How much memory the module has, in bytes.
pub fn memory() -> u64 {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    memory.buffer().unchecked_into::<js_sys::ArrayBuffer>().byte_length().into()
}
