//! Elements to write into, and what stands in them afterwards.

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AddEventListenerOptions, Document, Element, HtmlElement, Node, Selection};

pub(crate) fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// An empty element in the page.
pub(crate) fn host() -> HtmlElement {
    let host = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&host).unwrap();
    host.unchecked_into()
}

/// The same, as this module takes it.
pub(crate) fn node(host: &HtmlElement) -> dispatch_writer::Node {
    host.clone().unchecked_into()
}

pub(crate) fn text(node: &Node) -> String {
    node.text_content().unwrap_or_default()
}

/// All that a selector finds.
pub(crate) fn all(host: &Element, selector: &str) -> Vec<HtmlElement> {
    let found = host.query_selector_all(selector).unwrap();
    (0..found.length()).map(|at| found.item(at).unwrap().unchecked_into()).collect()
}

/// The one that a selector finds.
pub(crate) fn one(host: &Element, selector: &str) -> HtmlElement {
    let mut found = all(host, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found.pop().unwrap()
}

/// Selects from one place to another, and waits until the browser has told so, as it does of what a person selects.
pub(crate) async fn select((first, from): (&Node, u32), (last, to): (&Node, u32)) -> Selection {
    let selection = document().get_selection().unwrap().unwrap();
    let mut begin = |resolve: Function, _| {
        let once = AddEventListenerOptions::new();
        once.set_once(true);
        document()
            .add_event_listener_with_callback_and_add_event_listener_options("selectionchange", &resolve, &once)
            .unwrap();
        selection.set_base_and_extent(first, from, last, to).unwrap();
    };
    JsFuture::from(Promise::new(&mut begin)).await.unwrap();
    selection
}

pub(crate) fn children(node: &Node) -> Vec<Node> {
    let children = node.child_nodes();
    (0..children.length()).map(|at| children.item(at).unwrap()).collect()
}

/// What stands in an element, as `dispatch_markup::node::to_html` writes it: without what this module adds for the eye and
/// the hand (heads, boxes, colours, blocks of lines, parts).
pub(crate) fn html_of(host: &Element) -> String {
    let mut html = String::new();
    children(host).iter().for_each(|node| write(node, &mut html));
    html
}

fn write(node: &Node, html: &mut String) {
    let Some(element) = node.dyn_ref::<Element>() else { return escape(&text(node), html) };
    let name = element.tag_name().to_lowercase();
    if element.class_name() == "part" {
        return children(element).iter().for_each(|node| write(node, html));
    }
    if element.has_attribute("data-box") {
        return write(&element.last_element_child().unwrap(), html);
    }
    html.push_str(&format!("<{name}"));
    for attribute in attributes(element) {
        // How high long code is, for layout.
        if name != "pre" || attribute.0 == "data-language" {
            html.push_str(&format!(" {}=\"", attribute.0));
            escape(&attribute.1, html);
            html.push('"');
        }
    }
    html.push('>');
    if name == "code" && element.parent_element().is_some_and(|parent| parent.tag_name() == "PRE") {
        escape(&text(element), html);
    } else {
        children(element).iter().for_each(|node| write(node, html));
    }
    if !matches!(name.as_str(), "br" | "hr" | "input") {
        html.push_str(&format!("</{name}>"));
    }
}

/// Names and values, in their order.
pub(crate) fn attributes(element: &Element) -> Vec<(String, String)> {
    let names = element.get_attribute_names();
    let names = names.iter().map(|name| name.as_string().unwrap());
    names.map(|name| (name.clone(), element.get_attribute(&name).unwrap())).collect()
}

fn escape(words: &str, html: &mut String) {
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    html.push_str(&escaped);
}
