//! The page's second module (`crates/writer`): what turns words into something to read. It is larger than half of the rest
//! and nobody needs it to start, so it is loaded when the first words come that it can use. Until then, and where it cannot
//! be had, words stand in the page as they were written.
#![expect(clippy::disallowed_methods, reason = "the module is waited for, and its outcome is told to the runtime")]

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// The script that started the page (`public/boot.js`).
    type Boot;

    /// Loads the module and starts it.
    #[wasm_bindgen(method, js_name = loadWriter, catch)]
    fn load_writer(this: &Boot, failures: u32) -> Result<js_sys::Promise, JsValue>;

    /// The module, and what it can write. Hosts are empty, and nobody else writes into them.
    #[derive(Debug, Clone)]
    pub type Module;

    /// Begins to write Markdown.
    #[wasm_bindgen(method)]
    pub fn prose(this: &Module, host: &HtmlElement) -> Prose;

    /// Begins to write output of a command. The host keeps white space.
    #[wasm_bindgen(method)]
    pub fn terminal(this: &Module, host: &HtmlElement) -> Terminal;

    /// Writes code; `name` is that of its language, or of a file.
    #[wasm_bindgen(method)]
    pub fn write_code(this: &Module, host: &HtmlElement, name: &str, words: &str);

    /// Writes JSON laid out for reading. Tells whether it is JSON; if not, nothing is written.
    #[wasm_bindgen(method)]
    pub fn write_json(this: &Module, host: &HtmlElement, words: &str) -> bool;

    /// Writes what became of `old` in `new`.
    #[wasm_bindgen(method)]
    pub fn write_diff(this: &Module, host: &HtmlElement, old: &str, new: &str);

    /// Writes a patch. Tells whether it is one; if not, nothing is written.
    #[wasm_bindgen(method)]
    pub fn write_patch(this: &Module, host: &HtmlElement, patch: &str) -> bool;

    /// Marks every place below the host where the words stand; nothing, if there are no words.
    #[wasm_bindgen(method)]
    pub fn highlight(this: &Module, host: &HtmlElement, words: &str);

    /// Markdown that is being written. What it has written stays when it is freed.
    #[derive(Debug)]
    pub type Prose;

    /// More words.
    #[wasm_bindgen(method)]
    pub fn push(this: &Prose, words: &str);

    /// No more words will come.
    #[wasm_bindgen(method)]
    pub fn finish(this: &Prose);

    /// Gives its memory back. Nothing may be asked of it afterwards.
    #[wasm_bindgen(method)]
    pub fn free(this: &Prose);

    /// Output that is being written. What it has written stays when it is freed.
    #[derive(Debug)]
    pub type Terminal;

    /// More output, of a command's stream or of the one for complaints.
    #[wasm_bindgen(method, js_name = push)]
    pub fn push_output(this: &Terminal, output: &str, is_error: bool);

    /// Gives its memory back. Nothing may be asked of it afterwards.
    #[wasm_bindgen(method, js_name = free)]
    pub fn free_terminal(this: &Terminal);
}

/// The module, when it is there.
#[derive(Default)]
pub struct Writer {
    module: OnceCell<Module>,
    is_loading: Cell<bool>,
    failures: Cell<u32>,
    /// Told when it came.
    came: OnceCell<Box<dyn Fn()>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Writer").field("module", &self.module).finish_non_exhaustive()
    }
}

impl Writer {
    /// The module, if it is there.
    pub fn module(&self) -> Option<&Module> {
        self.module.get()
    }

    /// Whether it was asked for in vain.
    pub fn has_failed(&self) -> bool {
        self.failures.get() > 0 && self.module.get().is_none()
    }

    /// Calls `came` when the module is there, once. Only the first who asks is told.
    pub fn when_there(&self, came: impl Fn() + 'static) {
        self.came.set(Box::new(came)).ok();
    }

    /// Loads the module, unless it is there or on its way. `failed` hears of it if it cannot be had; then it may be asked
    /// for again.
    pub fn load(self: &Rc<Self>, failed: impl FnOnce() + 'static) {
        if self.module.get().is_some() || self.is_loading.get() {
            return;
        }
        // A page without one, such as that of the browser tests, has nothing to load and misses nothing.
        let Some(boot) = boot() else { return };
        self.is_loading.set(true);
        let writer = Rc::clone(self);
        spawn_local(async move {
            let module = load(&boot, writer.failures.get()).await;
            writer.is_loading.set(false);
            let Ok(module) = module else {
                writer.failures.set(writer.failures.get() + 1);
                failed();
                return;
            };
            writer.module.set(module).ok();
            if let Some(came) = writer.came.get() {
                came();
            }
        });
    }
}

async fn load(boot: &Boot, failures: u32) -> Result<Module, JsValue> {
    Ok(JsFuture::from(boot.load_writer(failures)?).await?.unchecked_into())
}

/// The boot script's tag, which knows where the module is, as it does of all that was built.
fn boot() -> Option<Boot> {
    let document = web_sys::window()?.document()?;
    // A selector that is one cannot be refused.
    Some(document.query_selector("script[data-writer]").ok()??.unchecked_into())
}
