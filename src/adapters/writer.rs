//! The page's second module (`crates/writer`): what turns words into something to read. It is larger than half of the rest
//! and nobody needs it to start, so it is a [`Part`](super::part::Part) that is loaded when the first words come that it can
//! use. Until then, and where it cannot be had, words stand in the page as they were written.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
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

    /// Brings the first place below an element into view where the words stand.
    #[wasm_bindgen(method)]
    pub fn reveal(this: &Module, host: &HtmlElement, words: &str);

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

impl Module {
    /// The module that the part arrived as.
    pub fn of(arrived: &JsValue) -> Self {
        arrived.unchecked_ref::<Self>().clone()
    }
}
