//! The document, as far as this module touches it. One type stands for every node, and nothing here can fail: elements and
//! attributes have names that are ours, and nodes are put where they may stand. The bindings of `web-sys` provide for each
//! call to be refused, which would be a tenth of this module.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// An element of the page. Names are those of this crate and of [`dispatch_markup::node::Tag`], which are known to be
    /// names of elements.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    pub(crate) fn element(name: &str) -> Node;

    /// A text node.
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    pub(crate) fn text(words: &str) -> Node;

    /// Holds nodes until they come into the page all at once.
    #[wasm_bindgen(js_namespace = document, js_name = createDocumentFragment)]
    pub(crate) fn fragment() -> Node;

    /// A node of the page.
    #[derive(Clone, Debug, PartialEq)]
    pub type Node;

    #[wasm_bindgen(method, getter, js_name = nodeType)]
    fn node_type(this: &Node) -> u16;

    #[wasm_bindgen(method, js_name = appendChild)]
    pub(crate) fn append(this: &Node, child: &Node);

    #[wasm_bindgen(method)]
    pub(crate) fn remove(this: &Node);

    #[wasm_bindgen(method, js_name = replaceChildren)]
    pub(crate) fn replace_children(this: &Node, children: &Node);

    #[wasm_bindgen(method)]
    pub(crate) fn contains(this: &Node, other: &Node) -> bool;

    #[wasm_bindgen(method, getter, js_name = firstChild)]
    pub(crate) fn first_child(this: &Node) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = lastChild)]
    pub(crate) fn last_child(this: &Node) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = nextSibling)]
    pub(crate) fn next_sibling(this: &Node) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = parentElement)]
    pub(crate) fn parent(this: &Node) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = firstElementChild)]
    pub(crate) fn first_element(this: &Node) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = lastElementChild)]
    pub(crate) fn last_element(this: &Node) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = childNodes)]
    pub(crate) fn children(this: &Node) -> Nodes;

    #[wasm_bindgen(method, getter, js_name = textContent)]
    pub(crate) fn words(this: &Node) -> String;

    #[wasm_bindgen(method, setter, js_name = textContent)]
    pub(crate) fn set_words(this: &Node, words: &str);

    /// Of an element.
    #[wasm_bindgen(method, getter, js_name = tagName)]
    pub(crate) fn tag(this: &Node) -> String;

    /// Of an element.
    #[wasm_bindgen(method, setter, js_name = className)]
    pub(crate) fn set_class(this: &Node, class: &str);

    /// Of an element.
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(crate) fn set(this: &Node, name: &str, value: &str);

    /// Of an element.
    #[wasm_bindgen(method, js_name = toggleAttribute)]
    pub(crate) fn toggle(this: &Node, name: &str, on: bool);

    /// Of an element.
    #[wasm_bindgen(method, js_name = getAttribute)]
    pub(crate) fn get(this: &Node, name: &str) -> Option<String>;

    /// Of an element.
    #[wasm_bindgen(method, js_name = hasAttribute)]
    pub(crate) fn has(this: &Node, name: &str) -> bool;

    /// Of an element.
    #[wasm_bindgen(method)]
    pub(crate) fn closest(this: &Node, selector: &str) -> Option<Node>;

    /// Of an element.
    #[wasm_bindgen(method, js_name = querySelectorAll)]
    pub(crate) fn all(this: &Node, selector: &str) -> Nodes;

    /// Of an element.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn style(this: &Node) -> Style;

    /// Of a text node, in UTF-16 units.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn length(this: &Node) -> u32;

    /// Of a text node.
    #[wasm_bindgen(method, js_name = appendData)]
    pub(crate) fn append_words(this: &Node, words: &str);

    /// Of a text node.
    #[wasm_bindgen(method, js_name = deleteData)]
    pub(crate) fn delete(this: &Node, from: u32, count: u32);

    /// A list of nodes.
    pub(crate) type Nodes;

    #[wasm_bindgen(method)]
    pub(crate) fn item(this: &Nodes, at: u32) -> Option<Node>;

    /// What an element's own style says.
    pub(crate) type Style;

    #[wasm_bindgen(method, js_name = setProperty)]
    pub(crate) fn set_property(this: &Style, name: &str, value: &str);
}

impl Node {
    pub(crate) fn is_element(&self) -> bool {
        self.node_type() == 1
    }

    pub(crate) fn is_text(&self) -> bool {
        self.node_type() == 3
    }

    /// Takes the last child away.
    pub(crate) fn remove_last(&self) {
        if let Some(last) = self.last_child() {
            last.remove();
        }
    }

    /// Appends words: in an element with a class, if they need one.
    pub(crate) fn append_run(&self, class: Option<&str>, words: &str) {
        let text = text(words);
        match class {
            Some(class) => {
                let span = classed("span", class);
                span.append(&text);
                self.append(&span);
            }
            None => self.append(&text),
        }
    }
}

/// An element with a class.
pub(crate) fn classed(name: &str, class: &str) -> Node {
    let element = element(name);
    element.set_class(class);
    element
}

/// Marks an element that stands around the one that holds the content, which is its last child.
pub(crate) const BOX: &str = "data-box";

/// An element around the one that holds the content.
pub(crate) fn boxed(class: &str) -> Node {
    let outer = classed("div", class);
    outer.set(BOX, "");
    outer
}

/// The element that holds the content: itself, or what is in its box.
pub(crate) fn content_of(element: Node) -> Node {
    if element.has(BOX) { element.last_element().unwrap_or(element) } else { element }
}
