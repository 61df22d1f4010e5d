//! Colours for code that stands in the page. A listing of two thousand lines becomes ten thousand elements, for which a
//! browser needs many times as long as a frame lasts. So as much is coloured at once as a frame has room for, and the rest
//! in the frames that follow, block by block, each in its place: not a letter and no height changes, and what is selected
//! stays so. Code that leaves the page meanwhile is coloured too, since it may come back; then nothing of it is held.

use crate::buttons::once;
use crate::dom::{self, Node};
use crate::selection;
use dispatch_markup::code::{self, Span};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Code longer than this many bytes keeps one colour: nobody reads that much, and it would be thousands of elements.
const MOST_COLOURED: usize = 200_000;

/// Nor does anybody read lines longer than this many bytes, as minified code has them, and a line is coloured at once.
const LONGEST_COLOURED_LINE: usize = 8_000;

/// So many runs of one colour a frame has room for, about five milliseconds on a slow machine. A block is not divided, so that
/// it may be those of one block more.
const RUNS_PER_FRAME: usize = 400;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn before_next_frame(act: &JsValue);
}

thread_local! {
    /// Code that is not coloured in full yet. The last one is next: it came last, so it is the likeliest to be looked at.
    static WAITING: RefCell<Vec<Listing>> = const { RefCell::new(Vec::new()) };
}

/// Which end of the code is seen first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SeenFirst {
    /// It was opened.
    Start,
    /// It was followed as it came.
    End,
}

/// Code on its way to be coloured.
#[derive(Debug)]
struct Listing {
    words: String,
    spans: Vec<Span>,
    /// The blocks without colours, and where in the words each begins and ends. The last one is next.
    blocks: Vec<(Node, usize, usize)>,
}

/// Colours the blocks of lines in `code`, which will not change any more. An unknown language has no colours.
pub(crate) fn colour(code: &Node, language: &str, seen_first: SeenFirst) {
    let mut words = String::new();
    let mut blocks = Vec::new();
    let mut next = code.first_child();
    while let Some(block) = next {
        let start = words.len();
        words.push_str(&block.words());
        next = block.next_sibling();
        blocks.push((block, start, words.len()));
    }
    if words.len() > MOST_COLOURED {
        return;
    }
    let Some(spans) = code::colour(language, &words) else { return };
    if seen_first == SeenFirst::Start {
        blocks.reverse();
    }
    let mut listing = Listing { words, spans, blocks };
    let mut room = RUNS_PER_FRAME;
    listing.colour_some(&mut room);
    if !listing.blocks.is_empty() {
        let is_asked = WAITING.with_borrow_mut(|waiting| {
            waiting.push(listing);
            waiting.len() > 1
        });
        if !is_asked {
            ask();
        }
    }
}

fn ask() {
    before_next_frame(&once(Box::new(go_on)));
}

/// Colours as much of what waits as a frame has room for.
fn go_on() {
    let mut room = RUNS_PER_FRAME;
    let has_more = WAITING.with_borrow_mut(|waiting| {
        while room > 0
            && let Some(listing) = waiting.last_mut()
        {
            listing.colour_some(&mut room);
            if listing.blocks.is_empty() {
                waiting.pop();
            }
        }
        !waiting.is_empty()
    });
    if has_more {
        ask();
    }
}

impl Listing {
    /// Colours blocks as long as there is room for a run.
    fn colour_some(&mut self, room: &mut usize) {
        while *room > 0
            && let Some((block, start, end)) = self.blocks.pop()
        {
            *room = room.saturating_sub(self.colour_block(&block, start, end));
        }
    }

    /// Colours a block. Returns how many runs it has.
    fn colour_block(&self, block: &Node, start: usize, end: usize) -> usize {
        // A block of shorter lines is shorter.
        if end - start > LONGEST_COLOURED_LINE {
            return 0;
        }
        let coloured = dom::fragment();
        let first = self.spans.partition_point(|span| span.end <= start);
        let (mut at, mut count) = (start, 0);
        for span in &self.spans[first..] {
            if at >= end {
                break;
            }
            let to = span.end.min(end);
            coloured.append_run(span.kind.class(), &self.words[at..to]);
            at = to;
            count += 1;
        }
        selection::keep(block, || block.replace_children(&coloured));
        count
    }
}
