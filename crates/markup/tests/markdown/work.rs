//! What reading costs does not depend on how much was said before. The counters of a document are compared, not clocks.

use crate::Page;
use dispatch_markup::markdown::{Change, read};

/// How many bytes the parser may be given for one that came in, at the most.
const MOST: f64 = 12.0;

/// How many bytes it may be given besides each time changes are asked for.
const EACH_TIME: u64 = 512;

/// Streams a text in pieces of 1 to 40 bytes. Returns the bytes parsed for one received, without those
/// that are free each time.
fn stream(text: &str) -> f64 {
    let mut page = Page::new();
    let mut rest = text;
    let mut length = 1;
    let mut times = 0;
    while !rest.is_empty() {
        let end = rest.char_indices().map(|(at, _)| at).find(|at| *at >= length).unwrap_or(rest.len());
        page.push(&rest[..end]);
        times += 1;
        rest = &rest[end..];
        length = length * 7 % 41;
    }
    page.finish();
    page.check_closed();
    assert!(page.nodes == read(text), "the same nodes");
    page.document.parsed().saturating_sub(times * EACH_TIME) as f64 / page.document.received() as f64
}

fn check(name: &str, text: &str) {
    let ratio = stream(text);
    assert!(ratio <= MOST, "{name}: {ratio:.1} bytes parsed for each received");
}

#[test]
fn a_long_paragraph_is_read_in_pieces() {
    check("words", &"some plain words, and then more of them ".repeat(5_000));
    check("markup", &"*some* words with `code`, a [link](http://a.b) and **more** \n".repeat(2_000));
    check("one word", &"word".repeat(50_000));
}

/// How much is read does not grow with the length of a paragraph: of most, a few words each time.
#[test]
fn of_a_long_paragraph_the_last_words_are_read() {
    let texts = [
        "The keeper went *up and down* the **stairs** all night, wrote `lamp.trim()` into the [log](http://a.b/c) and more. ",
        "12 13 14 15 16 17 18 19 20 ",
        "a short line\nand another\n",
        "https://example.org/some/path and (www.example.org), ",
    ];
    for text in texts {
        let text = text.repeat(22_000 / text.len());
        let mut page = Page::new();
        for piece in text.as_bytes().chunks(12) {
            page.push(std::str::from_utf8(piece).unwrap());
        }
        let ratio = page.document.parsed() as f64 / page.document.received() as f64;
        assert!(ratio < 4.5, "{ratio:.1} bytes parsed for each received of {:?}…", &text[..60]);
        page.finish();
        assert!(page.nodes == read(&text), "the same nodes");
    }
}

#[test]
fn long_code_is_not_read_at_all() {
    let text = ["```rust\n", &"    let value = call(&arguments, 12);\n".repeat(5_000), "```\n"].concat();
    let mut page = Page::new();
    text.as_bytes().chunks(12).for_each(|piece| drop(page.push(std::str::from_utf8(piece).unwrap())));
    page.finish();
    let ratio = page.document.parsed() as f64 / page.document.received() as f64;
    assert!(ratio < 0.1, "{ratio} bytes parsed for each of code");
    assert!(page.nodes == read(&text), "the same nodes");
}

#[test]
fn a_long_list_is_read_item_by_item() {
    check("items", &"- an item with *some* words and `code`\n".repeat(2_000));
    check("loose items", &"1. an item\n\n   and its second paragraph\n\n".repeat(1_000));
    check("nested items", &["- top\n", &"  - an item with *some* words and `code`\n".repeat(2_000)].concat());
}

#[test]
fn a_long_table_is_read_row_by_row() {
    check("rows", &["| a | b | c |\n|---|--:|:-:|\n", &"| some `code` | 12 | words |\n".repeat(3_000)].concat());
    let columns = 400;
    let wide = ["|", &"a|".repeat(columns), "\n|", &"-|".repeat(columns), "\n", &"|a\n".repeat(3_000)].concat();
    check("short rows of a wide table", &wide);
}

#[test]
fn what_never_closes_is_not_read_again_for_every_word() {
    check("brackets", &"[".repeat(15_000));
    check("brackets and words", &"[a ".repeat(5_000));
    check("backticks", &"`a ``b ".repeat(2_500));
    check("stars", &"*a **b ".repeat(2_500));
    check("underscores", &"_a __b ".repeat(2_500));
    check("quotes", &"> words in a quote\n".repeat(1_000));
    check("code in a quote", &["> ```\n", &"> let value = 1;\n".repeat(1_000)].concat());
    check("code in an item", &["- ```\n", &"  let value = 1;\n".repeat(1_000)].concat());
    check("indented code", &"    let value = 1;\n".repeat(1_000));
    check("HTML", &["<pre>\n", &"words\n\n".repeat(2_000)].concat());
    check("definitions", &"[label]: http://a.b\n".repeat(750));
    check("definitions between paragraphs", &"[label]: http://a.b\n\nword [label]\n\n".repeat(375));
    check("one heading", &["# ", &"words ".repeat(2_000)].concat());
}

#[test]
fn what_is_read_at_once_is_read_about_twice() {
    let text =
        "# Head\n\nSome *words* in a paragraph, and `code`.\n\n- an item\n- another\n\n```rust\nlet x = 1;\n```\n\n"
            .repeat(500);
    let mut page = Page::new();
    page.document.push(&text);
    page.finish();
    let ratio = page.document.parsed() as f64 / page.document.received() as f64;
    assert!(ratio < 3.0, "{ratio} bytes parsed for each received");
}

#[test]
fn a_patch_says_what_is_new() {
    let text =
        "Some *words* in a paragraph, and `code` in it.\n\n- an item with **words**\n- another item\n\n".repeat(40);
    let mut page = Page::new();
    let mut said = 0;
    let mut unsaid = 0;
    for word in text.split_inclusive(' ') {
        for change in page.push(word).changes {
            match change {
                Change::Words { words, .. } => said += words.len(),
                Change::Unsay { units, .. } => unsaid += units,
                Change::Append { node, .. } => said += dispatch_markup::node::to_html(&[node]).len(),
                Change::Drop { .. } => {}
            }
        }
    }
    assert!(said < 2 * text.len(), "{said} bytes were written for {} received", text.len());
    assert!(unsaid < text.len() / 100, "{unsaid} were taken back");
}

#[test]
fn code_is_appended_to_small_text_nodes() {
    let mut page = Page::new();
    page.push("```\n");
    for _ in 0..2_000 {
        let patch = page.push("a line of code\n");
        let [change] = patch.changes.as_slice() else { panic!("one change for a line, not {:?}", patch.changes) };
        assert!(matches!(change, Change::Words { depth: 2, .. } | Change::Append { depth: 2, .. }), "{change:?}");
    }
    assert_eq!(page.html().matches("a line of code\n").count(), 2_000);
    let longest = page.push("\n```\n");
    assert_eq!(longest.closed, 1, "closed code is final at once");
}
