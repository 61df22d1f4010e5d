//! Marks words where they stand, without touching what stands there: the browser paints them by ranges, so that neither a
//! selection nor what is being written is disturbed. A browser without such ranges shows the words unmarked.

use crate::dom::Node;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

/// By which the style sheet knows the marks.
const NAME: &str = "found";

/// More marks than this are no help; each costs something with every frame.
const MOST: usize = 500;

#[wasm_bindgen]
extern "C" {
    type Marks;

    #[wasm_bindgen(thread_local_v2, js_namespace = CSS, js_name = highlights)]
    static MARKS: Option<Marks>;

    #[wasm_bindgen(method)]
    fn set(this: &Marks, name: &str, ranges: &Highlight);

    #[wasm_bindgen(method)]
    fn delete(this: &Marks, name: &str);

    type Highlight;

    #[wasm_bindgen(constructor)]
    fn new() -> Highlight;

    #[wasm_bindgen(method)]
    fn add(this: &Highlight, range: &Range);

    type Range;

    #[wasm_bindgen(constructor)]
    fn new() -> Range;

    #[wasm_bindgen(method, js_name = setStart)]
    fn set_start(this: &Range, node: &Node, at: u32);

    #[wasm_bindgen(method, js_name = setEnd)]
    fn set_end(this: &Range, node: &Node, at: u32);

    type Words;

    #[wasm_bindgen(method, getter)]
    fn length(this: &Words) -> u32;

    #[wasm_bindgen(method, js_name = toLowerCase)]
    fn to_lower_case(this: &Words) -> Words;

    /// -1: not there.
    #[wasm_bindgen(method, js_name = indexOf)]
    fn index_of(this: &Words, words: &Words, from: u32) -> i32;

    #[wasm_bindgen(js_name = String)]
    fn words(text: &str) -> Words;

    type Text;

    #[wasm_bindgen(method, getter)]
    fn data(this: &Text) -> Words;

    #[wasm_bindgen(method, getter, js_name = parentElement)]
    fn parent_element(this: &Text) -> Option<Around>;

    type Around;

    #[wasm_bindgen(method, js_name = scrollIntoView)]
    fn scroll_into_view(this: &Around, place: &Place);

    #[wasm_bindgen(js_name = Object)]
    type Place;

    #[wasm_bindgen(constructor, js_class = Object)]
    fn new() -> Place;

    #[wasm_bindgen(method, setter)]
    fn set_block(this: &Place, block: &str);
}

/// Marks every place below `host` where the words stand in one piece, in any case; nothing, if there are no words.
#[wasm_bindgen]
pub fn highlight(host: &Node, text: &str) {
    MARKS.with(|marks| {
        let Some(marks) = marks else { return };
        marks.delete(NAME);
        let wanted = words(text).to_lower_case();
        if wanted.length() > 0 {
            let ranges = Highlight::new();
            let mut count = 0;
            each_text(host, &mut |node| {
                mark_in(node, &wanted, &ranges, &mut count);
                count < MOST
            });
            marks.set(NAME, &ranges);
        }
    });
}

/// Brings the first place below `host` into view where the words stand, unless it is in view.
#[wasm_bindgen]
pub fn reveal(host: &Node, text: &str) {
    let wanted = words(text).to_lower_case();
    let mut found = None;
    if wanted.length() > 0 {
        each_text(host, &mut |node| {
            let is_there = node.unchecked_ref::<Text>().data().to_lower_case().index_of(&wanted, 0) >= 0;
            if is_there {
                found = Some(node.clone());
            }
            !is_there
        });
    }
    if let Some(around) = found.and_then(|node| node.unchecked_ref::<Text>().parent_element()) {
        let place = Place::new();
        place.set_block("nearest");
        around.scroll_into_view(&place);
    }
}

/// Shows every text below `host` in its order, as long as `look` wants more.
fn each_text(host: &Node, look: &mut dyn FnMut(&Node) -> bool) {
    // Not by recursion: how deep the page is, is not ours to say.
    let mut waiting: Vec<Node> = host.first_child().into_iter().collect();
    while let Some(node) = waiting.pop() {
        waiting.extend(node.next_sibling());
        match node.first_child() {
            Some(child) => waiting.push(child),
            None if node.is_text() && !look(&node) => return,
            None => {}
        }
    }
}

fn mark_in(node: &Node, wanted: &Words, ranges: &Highlight, count: &mut usize) {
    let said = node.unchecked_ref::<Text>().data();
    let small = said.to_lower_case();
    if small.length() != said.length() {
        // Some letters are two as small ones; the places would be others.
        return;
    }
    let mut from = 0;
    while let Ok(start) = u32::try_from(small.index_of(wanted, from)) {
        from = start + wanted.length();
        let range = Range::new();
        range.set_start(node, start);
        range.set_end(node, from);
        ranges.add(&range);
        *count += 1;
        if *count >= MOST {
            return;
        }
    }
}
