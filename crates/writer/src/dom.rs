//! The document, as far as this module touches it: making elements and text by name. The bindings of `web-sys` for these
//! would carry failures that cannot happen with the names that are written here.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{DocumentFragment, Element, Node, Text};

#[wasm_bindgen]
extern "C" {
    /// An element of the page. Names are those of this crate and of [`dispatch_markup::node::Tag`], which are known to be
    /// names of elements.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(name: &str) -> Element;

    /// A text node.
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    pub(crate) fn text(words: &str) -> Text;

    /// Holds nodes until they come into the page all at once.
    #[wasm_bindgen(js_namespace = document, js_name = createDocumentFragment)]
    pub(crate) fn fragment() -> DocumentFragment;
}

/// An element by its name.
pub(crate) fn element(name: &'static str) -> Element {
    create_element(name)
}

/// An element with a class.
pub(crate) fn classed(name: &'static str, class: &str) -> Element {
    let element = create_element(name);
    element.set_class_name(class);
    element
}

/// Sets an attribute. Its name is one of ours, which cannot be refused.
pub(crate) fn set(element: &Element, name: &str, value: &str) {
    element.set_attribute(name, value).ok();
}

/// Appends a node of our own making, which cannot be refused.
pub(crate) fn append(parent: &Node, child: &Node) {
    parent.append_child(child).ok();
}

/// Appends words as a text node.
pub(crate) fn append_words(parent: &Node, words: &str) {
    append(parent, &text(words));
}

/// Takes the last child away.
pub(crate) fn remove_last(parent: &Node) {
    if let Some(last) = parent.last_child() {
        parent.remove_child(&last).ok();
    }
}

/// Puts a class on words, if they need one: an element with the words in it, or only the words.
pub(crate) fn append_run(parent: &Node, class: Option<&str>, words: &str) {
    match class {
        Some(class) => {
            let span = classed("span", class);
            append_words(&span, words);
            append(parent, &span);
        }
        None => append_words(parent, words),
    }
}

/// Marks an element that stands around the one that holds the content, which is its last child.
pub(crate) const BOX: &str = "data-box";

/// The element that holds the content: itself, or what is in its box.
pub(crate) fn content_of(element: Element) -> Element {
    if element.has_attribute(BOX) { element.last_element_child().unwrap_or(element) } else { element }
}
