//! Colours of long code come over several frames. What stands there in the end, and what does meanwhile.

use crate::shown::{all, children, host, node, one, select, text};
use dispatch_markup::code;
use dispatch_writer::{prose, write_code};
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

/// Two thousand lines with something of every sort, of which some reach over several of the blocks that they stand in.
fn listing() -> String {
    let lines = "/* é, over\nlines */\nfn call(first: &str) -> Option<u32> {\n    let text = \"漢字 🦀\"; // 12\n}\n"
        .repeat(350);
    [&lines, "/*\n", &"a long comment of many lines\n".repeat(240), "*/\nlet end = 1"].concat()
}

/// Waits for the next frame, and for what happens before it.
async fn frame() {
    let mut seen = |resolve: js_sys::Function, _| {
        web_sys::window().unwrap().request_animation_frame(&resolve).unwrap();
    };
    JsFuture::from(Promise::new(&mut seen)).await.unwrap();
}

/// Waits until all that has begun is coloured. Returns in how many frames something was, and the most runs of one frame.
async fn all_coloured(host: &Element, expected: usize) -> (usize, usize) {
    let count = || all(host, "code span:not(.code-lines)").len();
    let (mut frames, mut most, mut before) = (0, 0, count());
    while before < expected {
        frame().await;
        let now = count();
        assert!(now > before, "{now} of {expected} coloured");
        (frames, most, before) = (frames + 1, most.max(now - before), now);
    }
    assert_eq!(before, expected);
    (frames, most)
}

/// The colour and the words of each run, with neighbours of one colour as one.
fn joined(runs: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (class, words) in runs {
        match joined.last_mut() {
            Some((before, all)) if *before == class => all.push_str(&words),
            _ => joined.push((class, words)),
        }
    }
    joined
}

/// What stands in an element that holds code, by block.
fn shown(code: &Element) -> Vec<(String, String)> {
    let runs = children(code).into_iter().flat_map(|lines| children(&lines));
    joined(runs.map(|run| (run.dyn_ref::<Element>().map_or_else(String::new, Element::class_name), text(&run))))
}

/// What colouring it at once gives.
fn coloured_at_once(words: &str) -> Vec<(String, String)> {
    let mut at = 0;
    joined(code::colour("rust", words).unwrap().into_iter().map(|span| {
        let words = words[std::mem::replace(&mut at, span.end)..span.end].to_owned();
        (span.kind.class().unwrap_or_default().to_owned(), words)
    }))
}

/// How many elements its colours are: those that reach over several blocks are in each of them.
fn elements(code: &Element, words: &str) -> usize {
    let mut ends = Vec::new();
    for lines in children(code) {
        ends.push(ends.last().unwrap_or(&0) + text(&lines).len());
    }
    let (mut at, mut count) = (0, 0);
    for span in code::colour("rust", words).unwrap() {
        let start = std::mem::replace(&mut at, span.end);
        if span.kind.class().is_some() {
            count += 1 + ends.iter().filter(|end| (start + 1..span.end).contains(end)).count();
        }
    }
    count
}

#[wasm_bindgen_test]
async fn long_code_is_coloured_in_pieces_and_comes_out_the_same() {
    let words = listing();
    for is_streamed in [true, false] {
        let host = host();
        if is_streamed {
            let mut prose = prose(node(&host));
            prose.push("```rust\n");
            words.split_inclusive(' ').for_each(|word| prose.push(word));
            prose.push("\n```\n\nAnd so on.");
        } else {
            write_code(&node(&host), "rust", &words);
        }
        let code = one(&host, "code");
        let words = text(&code);
        let blocks = children(&code);
        let lengths: Vec<usize> = blocks.iter().map(|block| text(block).len()).collect();
        let expected = elements(&code, &words);
        let at_first = all(&code, ".code-lines:has(span)");
        assert!(!at_first.is_empty() && at_first.len() < blocks.len() / 2, "{} at once", at_first.len());
        let (seen, first) =
            if is_streamed { (at_first.last(), blocks.last()) } else { (at_first.first(), blocks.first()) };
        assert!(seen.unwrap().is_same_node(first), "what is seen first is coloured first");

        let (frames, most) = all_coloured(&host, expected).await;
        assert!(frames >= 5 && most < 1_000, "{frames} frames, up to {most} runs each");
        assert!(shown(&code) == coloured_at_once(&words), "coloured otherwise than at once");
        let after = children(&code);
        assert!(blocks.iter().zip(&after).all(|(old, new)| old.is_same_node(Some(new))), "blocks stay");
        assert_eq!(after.iter().map(|block| text(block).len()).collect::<Vec<_>>(), lengths, "with their words");
        host.remove();
    }
}

#[wasm_bindgen_test]
async fn short_code_is_coloured_at_once() {
    let host = host();
    let words = "fn call() -> u32 { 12 }\n".repeat(40);
    write_code(&node(&host), "rust", &words);
    assert!(shown(&one(&host, "code")) == coloured_at_once(&words));
    host.remove();
}

#[wasm_bindgen_test]
async fn a_line_that_nobody_reads_has_no_colours_and_those_around_it_have() {
    let host = host();
    let line = "let a = 1; ";
    let words = [&format!("{line}\n").repeat(250), &line.repeat(10_000), "\n", line].concat();
    write_code(&node(&host), "rust", &words);
    let code = one(&host, "code");
    for _ in 0..10 {
        frame().await;
    }
    let blocks = all(&code, ".code-lines");
    let long = blocks.iter().position(|block| text(block).len() > 100_000).unwrap();
    for (at, block) in blocks.iter().enumerate() {
        assert_eq!(block.query_selector("span").unwrap().is_some(), at != long, "block {at} of {}", blocks.len());
    }
    assert_eq!(text(&code), words);
    host.remove();
}

#[wasm_bindgen_test]
async fn no_line_moves_when_colours_come() {
    let host = host();
    write_code(&node(&host), "rust", &listing());
    let code = one(&host, "code");
    let heights = || all(&code, ".code-lines").iter().map(HtmlElement::offset_height).collect::<Vec<i32>>();
    let before = heights();
    all_coloured(&host, elements(&code, &text(&code))).await;
    assert_eq!(heights(), before);
    host.remove();
}

/// A selection from the middle of a block that is coloured late to the middle of another.
#[wasm_bindgen_test]
async fn what_is_selected_stays_selected_as_colours_come() {
    let host = host();
    write_code(&node(&host), "rust", &listing());
    let code = one(&host, "code");
    let blocks = children(&code);
    let (first, last) = (blocks[11].first_child().unwrap(), blocks[14].first_child().unwrap());
    let selection = select((&first, 100), (&last, 50)).await;
    let selected = String::from(selection.to_string());
    assert!(selected.len() > 3 * 2_000, "{}", selected.len());
    all_coloured(&host, elements(&code, &text(&code))).await;
    assert!(!code.contains(Some(&first)), "the words have other nodes now");
    let still = String::from(selection.to_string());
    assert!(still == selected, "something else is selected");
    selection.remove_all_ranges().unwrap();
    host.remove();
}

#[wasm_bindgen_test]
async fn code_that_has_left_the_page_is_coloured_and_others_too() {
    let (gone, stays) = (host(), host());
    write_code(&node(&gone), "rust", &listing());
    write_code(&node(&stays), "rust", &listing());
    gone.remove();
    for host in [&stays, &gone] {
        let code = one(host, "code");
        let expected = elements(&code, &text(&code));
        all_coloured(host, expected).await;
    }
    stays.remove();
}
