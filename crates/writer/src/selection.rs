//! What somebody has selected stays selected when the nodes under it are replaced by others with the same words.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, Node, Range, Selection};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = getSelection)]
    pub(crate) fn current() -> Option<Selection>;

    #[wasm_bindgen(js_namespace = document, js_name = createRange)]
    fn range() -> Range;
}

/// Calls `replace`, which gives `element` other nodes with the same words.
pub(crate) fn keep(element: &Element, replace: impl FnOnce()) {
    let selection = current().filter(|selection| !selection.is_collapsed());
    let ends = selection.as_ref().map(|selection| {
        [(selection.anchor_node(), selection.anchor_offset()), (selection.focus_node(), selection.focus_offset())]
            .map(|(node, offset)| End::of(element, node?, offset))
    });
    replace();
    let (Some(selection), Some([Some(anchor), Some(focus)])) = (selection, ends) else { return };
    if anchor.is_inside() || focus.is_inside() {
        let ((anchor, from), (focus, to)) = (anchor.find(element), focus.find(element));
        selection.set_base_and_extent(&anchor, from, &focus, to).ok();
    }
}

/// One end of a selection.
enum End {
    /// In the element, behind so many units of its words.
    Inside(u32),
    Outside(Node, u32),
}

impl End {
    fn of(element: &Element, node: Node, offset: u32) -> Option<Self> {
        if !element.contains(Some(&node)) {
            return Some(Self::Outside(node, offset));
        }
        let range = range();
        range.set_start(element, 0).ok()?;
        range.set_end(&node, offset).ok()?;
        Some(Self::Inside(String::from(range.to_string()).encode_utf16().count() as u32))
    }

    fn is_inside(&self) -> bool {
        matches!(self, Self::Inside(_))
    }

    fn find(self, element: &Element) -> (Node, u32) {
        match self {
            Self::Outside(node, offset) => (node, offset),
            Self::Inside(mut units) => {
                let found = text_at(element, &mut units);
                found.map_or_else(|| (element.clone().into(), 0), |node| (node, units))
            }
        }
    }
}

/// The text node in which so many units of the words end; `units` becomes how many of them are in it.
fn text_at(node: &Node, units: &mut u32) -> Option<Node> {
    let mut child = node.first_child();
    if node.node_type() == Node::TEXT_NODE {
        let length = node.node_value().unwrap_or_default().encode_utf16().count() as u32;
        if *units <= length {
            return Some(node.clone());
        }
        *units -= length;
    }
    while let Some(inner) = child {
        if let Some(found) = text_at(&inner, units) {
            return Some(found);
        }
        child = inner.next_sibling();
    }
    None
}
