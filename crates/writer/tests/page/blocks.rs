//! Code and its buttons, output of commands, differences.

use crate::shown::{all, attributes, document, host, node, one, text};
use dispatch_writer::{terminal, write_code, write_diff, write_json, write_patch};
use js_sys::{Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// Puts something in the place of the browser's clipboard.
fn set_clipboard(clipboard: &JsValue) {
    let navigator = web_sys::window().unwrap().navigator();
    let property = Object::new();
    Reflect::set(&property, &"value".into(), clipboard).unwrap();
    Reflect::set(&property, &"configurable".into(), &JsValue::TRUE).unwrap();
    Object::<JsValue>::define_property(navigator.unchecked_ref(), &"clipboard".into(), &property);
}

#[wasm_bindgen_test]
async fn code_can_be_copied_and_wrapped() {
    let host = host();
    let code = "fn main() {}\n";
    write_code(&node(&host), "src/main.rs", code);
    assert_eq!(text(&one(&host, ".code-language")), "src/main.rs");
    assert_eq!(text(&one(&host, "code")), code);
    assert_eq!(text(&one(&host, ".code-keyword")), "fn");

    let copied = Rc::new(RefCell::new(String::new()));
    let taken = Rc::clone(&copied);
    let write = Closure::<dyn FnMut(String) -> Promise>::new(move |words| {
        *taken.borrow_mut() = words;
        Promise::resolve(&JsValue::UNDEFINED)
    });
    let clipboard = Object::new();
    Reflect::set(&clipboard, &"writeText".into(), write.as_ref()).unwrap();
    set_clipboard(&clipboard);
    let button = one(&host, "button:not([aria-pressed])");
    assert_eq!(text(&button), "Copy");
    button.click();
    assert_eq!(*copied.borrow(), code);
    JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(text(&button), "Copied");

    let wrap = one(&host, "button[aria-pressed]");
    let wrapped = |yes: bool| {
        assert_eq!(wrap.get_attribute("aria-pressed").as_deref(), Some(if yes { "true" } else { "false" }));
        assert_eq!(all(&host, "[data-wrap]").len(), usize::from(yes));
    };
    wrapped(false);
    wrap.click();
    wrapped(true);
    wrap.click();
    wrapped(false);
    host.remove();
}

/// Without a clipboard the browser is asked to copy what is selected. Whether it does without a person, is its own
/// business: what is selected then, and afterwards, is ours.
#[wasm_bindgen_test]
fn without_a_clipboard_the_code_is_selected_and_copied() {
    set_clipboard(&JsValue::UNDEFINED);
    let host = host();
    write_code(&node(&host), "text", "one\ntwo\n");
    let selection = document().get_selection().unwrap().unwrap();
    selection.select_all_children(&one(&host, ".code-language")).unwrap();
    let seen = Rc::new(RefCell::new(String::new()));
    let noted = Rc::clone(&seen);
    let command = Closure::<dyn FnMut(String) -> bool>::new(move |name: String| {
        let selected = document().get_selection().unwrap().unwrap();
        *noted.borrow_mut() = format!("{name} {}", String::from(selected.to_string()));
        true
    });
    Reflect::set(&document(), &"execCommand".into(), command.as_ref()).unwrap();
    let button = one(&host, "button:not([aria-pressed])");
    button.click();
    Reflect::delete_property::<JsValue>(document().unchecked_ref(), &"execCommand".into()).unwrap();
    assert_eq!(seen.borrow().trim_end(), "copy one\ntwo");
    assert_eq!(text(&button), "Copied");
    assert!(one(&host, ".code-language").contains(selection.anchor_node().as_ref()), "as it was before");
    selection.remove_all_ranges().unwrap();
    host.remove();
}

#[wasm_bindgen_test]
fn json_is_laid_out() {
    let host = host();
    assert!(!write_json(&node(&host), "{ no"));
    assert!(!host.has_child_nodes(), "what is no JSON is left to others");
    assert!(write_json(&node(&host), r#"{"a":[1,true,"x"]}"#));
    assert_eq!(text(&one(&host, "code")), "{\n  \"a\": [\n    1,\n    true,\n    \"x\"\n  ]\n}");
    host.remove();
}

#[wasm_bindgen_test]
fn output_in_pieces_is_output_in_one() {
    let output = "\u{1b}[1;32mok\u{1b}[0m 1\nworking 10 %\rworking 100 %\ndone \u{1b}[38;2;1;2;3mrgb\u{1b}[0m\n\
                  \u{1b}]8;;https://example.org/\u{7}link\u{1b}]8;;\u{7} open";
    let seen: Vec<String> = [1, 3, usize::MAX]
        .into_iter()
        .map(|characters| {
            let host = host();
            let mut terminal = terminal(node(&host));
            let all_of_it: Vec<char> = output.chars().collect();
            all_of_it.chunks(characters).for_each(|piece| terminal.push(&piece.iter().collect::<String>(), false));
            assert_eq!(text(&host), "ok 1\nworking 100 %\ndone rgb\nlink open");
            let link = one(&host, "a");
            assert_eq!(
                (link.get_attribute("href").unwrap(), text(&link)),
                ("https://example.org/".into(), "link".into())
            );
            let styles: Vec<String> =
                all(&host, "span, a").iter().map(|run| format!("{:?}", attributes(run))).collect();
            host.remove();
            styles.join("\n")
        })
        .collect();
    assert!(seen[0].contains("ansi-bold ansi-fg-2") && seen[0].contains("rgb(1, 2, 3)"), "{}", seen[0]);
    assert_eq!(seen[0], seen[2]);
    assert_eq!(seen[1], seen[2]);
}

#[wasm_bindgen_test]
fn long_output_stands_in_short_blocks() {
    let host = host();
    let mut terminal = terminal(node(&host));
    let line = "A line of a long log, sixty bytes or so, and a few more here.\n";
    for _ in 0..500 {
        terminal.push(&line.repeat(4)[..200], false);
        terminal.push(&line.repeat(4)[200..], true);
    }
    assert_eq!(text(&host), line.repeat(2_000));
    let lengths: Vec<usize> = all(&host, "div").iter().map(|block| text(block).len()).collect();
    assert!(lengths.iter().all(|length| *length < 2_048 + 256), "{lengths:?}");
    host.remove();
}

#[wasm_bindgen_test]
fn a_difference_can_be_read_and_copied() {
    let host = host();
    write_diff(&node(&host), "one\nlet two = one + 1;\nthree\n", "one\nlet two = one + 2;\nthree\nfour\n");
    assert_eq!(text(&one(&host, ".code-language")), "+2 \u{2212}1");
    let lines = one(&host, ".diff-lines");
    assert_eq!(text(&lines), " one\n-let two = one + 1;\n+let two = one + 2;\n three\n+four\n");
    assert_eq!((all(&lines, "ins").len(), all(&lines, "del").len()), (2, 1));
    assert_eq!(text(&one(&lines, "del .diff-mark")), "1");
    host.remove();
}

#[wasm_bindgen_test]
fn a_patch_names_its_files() {
    let host = host();
    assert!(!write_patch(&node(&host), "no patch at all"));
    assert!(!host.has_child_nodes());
    let patch = "--- a/old.rs\n+++ b/new.rs\n@@ -1,2 +1,2 @@ fn main\n same\n-gone\n+come\n";
    assert!(write_patch(&node(&host), patch));
    assert!(text(&one(&host, ".code-language")).starts_with("old.rs \u{2192} new.rs"));
    assert_eq!(text(&one(&host, ".diff-lines")), "@@ -1,2 +1,2 @@ fn main\n same\n-gone\n+come\n");
    host.remove();
}
