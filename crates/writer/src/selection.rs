//! What somebody has selected stays selected when the nodes under it are replaced by others with the same words.

use crate::dom::Node;
use std::cell::Cell;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = getSelection)]
    pub(crate) fn current() -> Option<Selection>;

    #[wasm_bindgen(js_namespace = document, js_name = createRange)]
    fn range() -> Range;

    #[wasm_bindgen(js_namespace = document, js_name = addEventListener)]
    fn listen_to(event: &str, listener: &Closure<dyn FnMut()>);

    pub(crate) type Selection;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn kind(this: &Selection) -> String;

    #[wasm_bindgen(method, getter, js_name = anchorNode)]
    fn anchor(this: &Selection) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = anchorOffset)]
    fn anchor_offset(this: &Selection) -> u32;

    #[wasm_bindgen(method, getter, js_name = focusNode)]
    fn focus(this: &Selection) -> Option<Node>;

    #[wasm_bindgen(method, getter, js_name = focusOffset)]
    fn focus_offset(this: &Selection) -> u32;

    #[wasm_bindgen(method, js_name = setBaseAndExtent)]
    fn set(this: &Selection, anchor: &Node, from: u32, focus: &Node, to: u32);

    #[wasm_bindgen(method, getter, js_name = rangeCount)]
    pub(crate) fn count(this: &Selection) -> u32;

    #[wasm_bindgen(method, js_name = getRangeAt)]
    pub(crate) fn range(this: &Selection, at: u32) -> Range;

    #[wasm_bindgen(method, js_name = selectAllChildren)]
    pub(crate) fn select(this: &Selection, element: &Node);

    #[wasm_bindgen(method, js_name = removeAllRanges)]
    pub(crate) fn clear(this: &Selection);

    #[wasm_bindgen(method, js_name = addRange)]
    pub(crate) fn add(this: &Selection, range: &Range);

    pub(crate) type Range;

    #[wasm_bindgen(method, js_name = setStart)]
    fn set_start(this: &Range, node: &Node, offset: u32);

    #[wasm_bindgen(method, js_name = setEnd)]
    fn set_end(this: &Range, node: &Node, offset: u32);

    #[wasm_bindgen(method, js_name = toString)]
    fn words(this: &Range) -> String;
}

thread_local! {
    static LISTENING: Cell<bool> = const { Cell::new(false) };

    /// Something is selected, as of the last word about it.
    static IS_SOMETHING: Cell<bool> = const { Cell::new(false) };
}

/// Hears from now on whether something is selected. Browsers lay out the whole page to tell, so they are asked before anything
/// is written and whenever they say that the selection changed, and never in the middle of writing.
pub(crate) fn listen() {
    if !LISTENING.replace(true) {
        ask();
        let changed = Closure::<dyn FnMut()>::new(ask);
        listen_to("selectionchange", &changed);
        // It serves for as long as the page is there.
        changed.forget();
    }
}

fn ask() {
    IS_SOMETHING.set(current().is_some_and(|selection| selection.kind() == "Range"));
}

/// Calls `replace`, which gives `element` other nodes with the same words.
pub(crate) fn keep(element: &Node, replace: impl FnOnce()) {
    let selection = current().filter(|_| IS_SOMETHING.get());
    let ends = selection.as_ref().map(|selection| {
        [(selection.anchor(), selection.anchor_offset()), (selection.focus(), selection.focus_offset())]
            .map(|(node, offset)| Some(End::of(element, node?, offset)))
    });
    replace();
    let (Some(selection), Some([Some(anchor), Some(focus)])) = (selection, ends) else { return };
    if anchor.is_inside() || focus.is_inside() {
        let ((anchor, from), (focus, to)) = (anchor.find(element), focus.find(element));
        selection.set(&anchor, from, &focus, to);
    }
}

/// One end of a selection.
enum End {
    /// In the element, behind so many units of its words.
    Inside(u32),
    Outside(Node, u32),
}

impl End {
    fn of(element: &Node, node: Node, offset: u32) -> Self {
        if !element.contains(&node) {
            return Self::Outside(node, offset);
        }
        let range = range();
        range.set_start(element, 0);
        range.set_end(&node, offset);
        Self::Inside(range.words().encode_utf16().count() as u32)
    }

    fn is_inside(&self) -> bool {
        matches!(self, Self::Inside(_))
    }

    fn find(self, element: &Node) -> (Node, u32) {
        match self {
            Self::Outside(node, offset) => (node, offset),
            Self::Inside(mut units) => {
                let found = text_at(element, &mut units);
                found.map_or_else(|| (element.clone(), 0), |node| (node, units))
            }
        }
    }
}

/// The text node in which so many units of the words end; `units` becomes how many of them are in it.
fn text_at(node: &Node, units: &mut u32) -> Option<Node> {
    let mut child = node.first_child();
    if node.is_text() {
        let length = node.length();
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
