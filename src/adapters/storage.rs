//! What survives a reload: `localStorage` for what all windows share, `sessionStorage` for what is this window's. Both may
//! be missing, full or forbidden; then the console goes on without.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Storage, StorageEvent};

/// Why something could not be stored. Nothing can be done about any of it but to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The browser has none for this page, or forbids it.
    #[error("this browser keeps nothing for this page")]
    Unavailable,
    /// It is full.
    #[error("this browser's storage is full")]
    Full,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Shared by every window of the console.
    Shared,
    /// This window's own.
    Window,
}

/// The open tabs, shared by every window.
pub const TABS: &str = "dispatch.tabs";
/// What the person chose, shared by every window.
pub const SETTINGS: &str = "dispatch.settings";
/// What the person chose to see beside the transcript.
pub const SIDEBAR: &str = "dispatch.sidebar";
/// What stands open by itself, shared by every window.
pub const FOLDING: &str = "dispatch.folding";
/// Which tab this window looks at, and its draft.
pub const WINDOW: &str = "dispatch.window";

/// Before the name of a window: its unconfirmed messages, which every window can find.
pub const OUTBOX: &str = "dispatch.outbox.";
/// Before the id of a conversation: what is known of its cache, shared by every window.
pub const WARMING: &str = "dispatch.warming.";
/// This window's name, while it is being reloaded. Not for longer: a window that is duplicated would share it, and two
/// would send the same messages.
pub const NAME: &str = "dispatch.name";

/// Every value whose key begins with `prefix`, by the rest of its key.
pub fn load_all(prefix: &str) -> Vec<(String, String)> {
    let Ok(storage) = storage(Shelf::Shared) else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    let found = keys.filter_map(|key| {
        let value = storage.get_item(&key).ok().flatten()?;
        Some((key.strip_prefix(prefix)?.to_owned(), value))
    });
    found.collect()
}

/// Forgets what is stored under a key. Where it fails, nothing was stored.
pub fn forget(shelf: Shelf, key: &str) {
    if let Ok(storage) = storage(shelf) {
        storage.remove_item(key).ok();
    }
}

/// What is stored under a key.
pub fn load(shelf: Shelf, key: &str) -> Option<String> {
    storage(shelf).ok()?.get_item(key).ok().flatten()
}

/// Stores a value under a key.
///
/// # Errors
/// The browser keeps nothing for this page, or is full.
pub fn store(shelf: Shelf, key: &str, value: &str) -> Result<(), StorageError> {
    storage(shelf)?.set_item(key, value).map_err(|_| StorageError::Full)
}

/// Tells of every value that another window of the console stores in the shared storage from now on, with its key.
pub fn on_change(tell: impl Fn(&str, String) + 'static) {
    let heard = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        if let (Some(key), Some(value)) = (event.key(), event.new_value()) {
            tell(&key, value);
        }
    });
    if let Some(window) = web_sys::window() {
        window.set_onstorage(Some(heard.as_ref().unchecked_ref()));
    }
    // The console lives as long as its page.
    heard.forget();
}

fn storage(shelf: Shelf) -> Result<Storage, StorageError> {
    let window = web_sys::window().ok_or(StorageError::Unavailable)?;
    let storage = match shelf {
        Shelf::Shared => window.local_storage(),
        Shelf::Window => window.session_storage(),
    };
    storage.ok().flatten().ok_or(StorageError::Unavailable)
}
