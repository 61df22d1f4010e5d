//! The parts of the console that are not there from the start: each is loaded by the script that started the page
//! (`public/boot.js`), which knows where all that was built is. To ask twice is to ask once; what failed may be asked for again.
#![expect(clippy::disallowed_methods, reason = "a part is waited for, and its outcome is told to the runtime")]

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What turns words into something to read; it is there as a module of its own (`adapters::writer`).
pub const WRITER: &str = "writer";
/// The views that come later, by the macro `later!`; they are there as if they had always been.
pub const LATER: &str = "later";

/// What stands for the file of a part that was not built apart.
const NOTHING: &str = "none";

#[wasm_bindgen]
extern "C" {
    /// The script that started the page.
    type Boot;

    /// Loads a part and starts it.
    #[wasm_bindgen(method, catch)]
    fn load(this: &Boot, part: &str, failures: u32) -> Result<js_sys::Promise, JsValue>;
}

/// A part, when it is there.
pub struct Part {
    name: &'static str,
    arrived: OnceCell<JsValue>,
    is_loading: Cell<bool>,
    failures: Cell<u32>,
    /// Told when it came.
    came: OnceCell<Box<dyn Fn()>>,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Part").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Part {
    /// The part of that name, which nobody has asked for yet.
    pub fn new(name: &'static str) -> Rc<Self> {
        Rc::new(Self {
            name,
            arrived: OnceCell::new(),
            is_loading: Cell::new(false),
            failures: Cell::new(0),
            came: OnceCell::new(),
        })
    }

    /// What the script made of it, if it is there.
    pub fn arrived(&self) -> Option<&JsValue> {
        self.arrived.get()
    }

    /// Whether it was built as a part at all. A page without parts, such as that of the browser tests, has nothing to load
    /// and misses nothing.
    pub fn is_apart(&self) -> bool {
        boot(self.name).is_some()
    }

    /// Whether it was asked for in vain.
    pub fn has_failed(&self) -> bool {
        self.failures.get() > 0 && self.arrived.get().is_none()
    }

    /// Calls `came` when the part is there, once. Only the first who asks is told.
    pub fn when_there(&self, came: impl Fn() + 'static) {
        self.came.set(Box::new(came)).ok();
    }

    /// Loads the part, unless it is there or on its way. `failed` hears of it if it cannot be had.
    pub fn load(self: &Rc<Self>, failed: impl FnOnce() + 'static) {
        if self.arrived.get().is_some() || self.is_loading.get() {
            return;
        }
        let Some(boot) = boot(self.name) else { return };
        self.is_loading.set(true);
        let part = Rc::clone(self);
        let failed: Box<dyn FnOnce()> = Box::new(failed);
        spawn_local(async move {
            let loaded = load(&boot, part.name, part.failures.get()).await;
            part.is_loading.set(false);
            let Ok(loaded) = loaded else {
                part.failures.set(part.failures.get() + 1);
                failed();
                return;
            };
            part.arrived.set(loaded).ok();
            if let Some(came) = part.came.get() {
                came();
            }
        });
    }
}

async fn load(boot: &Boot, part: &str, failures: u32) -> Result<JsValue, JsValue> {
    JsFuture::from(boot.load(part, failures)?).await
}

/// The boot script's tag, if it names a file for the part.
fn boot(part: &str) -> Option<Boot> {
    let document = web_sys::window()?.document()?;
    // A selector that is one cannot be refused.
    let script = document.query_selector("script[data-build]").ok()??;
    let file = script.get_attribute(&["data-", part].concat())?;
    (file != NOTHING).then(|| script.unchecked_into())
}
