//! Nodes as HTML, for the clipboard and for tests. The page itself is never made from this.

use super::{Element, Node};

/// The nodes as HTML. Nodes of the reader are nested at most a few dozen deep, which bounds the recursion.
#[must_use]
pub fn to_html(nodes: &[Node]) -> String {
    let mut html = String::new();
    write_nodes(nodes, &mut html);
    html
}

fn write_nodes(nodes: &[Node], html: &mut String) {
    for node in nodes {
        match node {
            Node::Text(words) => escape(words, html),
            Node::Element(element) => write_element(element, html),
        }
    }
}

fn write_element(element: &Element, html: &mut String) {
    let name = element.tag.name();
    html.push('<');
    html.push_str(name);
    for attribute in &element.attributes {
        html.push(' ');
        html.push_str(attribute.name());
        html.push_str("=\"");
        escape(&attribute.value(), html);
        html.push('"');
    }
    html.push('>');
    if !element.tag.is_void() {
        write_nodes(&element.children, html);
        html.push_str("</");
        html.push_str(name);
        html.push('>');
    }
}

fn escape(words: &str, html: &mut String) {
    for character in words.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}
