//! Whether the page has room for something, as the stylesheet asks it.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaQueryList;

/// Tells at once and from now on whether a media query holds for the page.
pub fn on_room(query: &str, tell: impl Fn(bool) + 'static) {
    let list = web_sys::window().and_then(|window| window.match_media(query).ok().flatten());
    let Some(list) = list else { return tell(true) };
    tell(list.matches());
    let asked: MediaQueryList = list.clone();
    let changed = Closure::<dyn Fn()>::new(move || tell(asked.matches()));
    list.set_onchange(Some(changed.as_ref().unchecked_ref()));
    // The page lives as long as its window: nothing ever removes this.
    changed.forget();
}
