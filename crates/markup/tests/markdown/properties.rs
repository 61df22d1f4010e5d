//! However words are divided, what is shown in the end is what reading all at once shows.

use crate::Page;
use dispatch_markup::markdown::read;
use dispatch_markup::node::to_html;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Awkward pieces. Many end in the middle of something.
const PIECES: &[&str] = &[
    "word",
    "two words",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n\n\n",
    "\r\n",
    "\r",
    "\t",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "```",
    "~~~",
    "````",
    "\n```\n",
    "\n```rust\nlet x = 1;\n",
    "\n~~~\n",
    "\n````md\n",
    "\n  ```\n",
    "\n    ```\n",
    "- ",
    "\n- ",
    "\n* ",
    "\n  - ",
    "\n    - ",
    "\n+ ",
    "\n1. ",
    "\n2. ",
    "\n7) ",
    "\n   1. ",
    "\n- [ ] ",
    "\n- [x] done",
    "# ",
    "\n# ",
    "\n### head",
    "\n> ",
    "\n> > ",
    "\n> - ",
    "\n>",
    "\n- > ",
    "\n- ```\n",
    "\n  code\n",
    "\n    code\n",
    "> ```\n",
    "\n---\n",
    "\n===\n",
    "\n***\n",
    "===",
    "---",
    "\n-",
    "|",
    "\n| a | b |\n|---|:-:|\n",
    "\n| c | d |",
    "\n|",
    "| a | b |\n",
    "|-|-|\n",
    "\n|--",
    "a | b\n-|-\n",
    "[",
    "]",
    "](",
    ")",
    "[words](http://a.b)",
    "[words](",
    "![alt](http://i.j)",
    "![",
    "[x]",
    "[x][]",
    "[y][x]",
    "\n[x]: http://x.y\n",
    "\n\n[x]: http://z.z \"title\"\n\n",
    "\n[y]: ",
    "\"title\nmore\"",
    "\n- [x]: http://l.i\n",
    "\n> [y]: http://q.u\n",
    "<b>",
    "</b>",
    "\n<div>\n",
    "\n</div>\n\n",
    "<",
    ">",
    "\n<!-- ",
    " -->",
    "<http://a.b>",
    "&amp;",
    "&",
    "&#x202e;",
    "\u{202e}",
    "\u{2067}",
    "é",
    "漢字",
    "🦀",
    "\u{a0}",
    "http://a.b/c_d",
    "https://x.y).",
    "www.a.b",
    "http",
    "://",
    "\\",
    "\\*",
    "\0",
    "  \n",
    "\\\n",
    "1",
    "2.",
    "!",
    "snake_case_word",
    "2 * 3 < 4",
];

fn document(pieces: usize) -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..pieces).prop_map(|pieces| pieces.concat())
}

/// Pieces of these lengths in characters, over and over.
fn divided<'a>(text: &'a str, lengths: &[usize]) -> Vec<&'a str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let end = rest.char_indices().nth(*length).map_or(rest.len(), |(at, _)| at);
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    pieces
}

fn check(text: &str, lengths: &[usize]) {
    let mut page = Page::new();
    for piece in divided(text, lengths) {
        page.push(piece);
        page.check_closed();
    }
    page.finish();
    page.check_closed();
    let whole = read(text);
    for (shown, whole) in page.nodes.iter().zip(&whole) {
        let html = |node| to_html(std::slice::from_ref(node));
        assert_eq!(html(shown), html(whole), "{text:?} in {lengths:?}");
    }
    assert!(page.nodes == whole, "other nodes for {text:?} in {lengths:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn patches_make_what_reading_makes(text in document(24), lengths in vec(1_usize..12, 1..6)) {
        check(&text, &lengths);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_texts_too(text in document(1_500), lengths in vec(1_usize..40, 1..6)) {
        check(&text, &lengths);
    }

    #[test]
    fn long_paragraphs_too(
        words in vec(select(&["word ", "longer words, ", "*em* ", "`code` ", "2 * 3 ", "[a](http://b.c) ", "\n", "**", "http://a.b/c ", "_x", "[y] ", "|", "\n===\n"][..]), 0..2_500),
        end in document(12),
        lengths in vec(1_usize..60, 1..6),
    ) {
        check(&[&words.concat(), &end[..]].concat(), &lengths);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of an open paragraph the last words are read only: they look as they do where all of it is read.
    #[test]
    fn half_written_paragraphs_too(
        words in vec(select(&["word ", "longer words, ", "*em* ", "`code` ", "2 3 ", "12. ", "[a](http://b.c) ", "\n", "**bold\nin lines** ", "http://a.b/c ", "a | b", "\n===\n", "\n-|-", "\n- item", "\n\n"][..]), 0..60),
        lengths in vec(3_usize..20, 1..6),
    ) {
        let text = words.concat();
        let mut page = Page::new();
        let mut read = 0;
        for piece in divided(&text, &lengths) {
            page.push(piece);
            read += piece.len();
            let mut whole = Page::new();
            whole.push(&text[..read]);
            prop_assert_eq!(page.html(), whole.html(), "{:?} in {:?}", &text[..read], lengths);
        }
    }
}

/// Texts that once came out differently in pieces, each with what went wrong.
#[test]
fn what_went_wrong_before() {
    let texts = [
        // Marks of a block that was closed in the same patch were taken for half-written.
        "www.a.b![\n* 2 * 3 < 4\n",
        "\n| a | b |\n|---|:-:|\n![\n- [x]: http://l.i\n",
        // The parser counts a definition behind a list to the list.
        "\n- [ ] \n[y]: ![\n- \n[y]: ",
        // Definitions right above code were forgotten.
        "\n\n[x]: http://z.z \"title\"\n\n\n```\n\n  ```\n[x]",
        // A tab behind a closing fence, and one that is partly indentation.
        "\n```rust\nlet x = 1;\n```\t\n```\n -->",
        "  ```\n\t x\n  ```\n",
        // The box of a task stood before its paragraph only in lists that are not loose.
        "- [ ] \n    code\n\n- [x] done\n",
        // Half a line looked like the second line of a table, which closed the paragraph above.
        "\\*\n|[words](http://a.b)\n|--&amp;",
        // Items behind a table were looked for in the wrong place.
        "\n| a | b |\n|---|:-:|\n\u{a0}\n- [x]: http://l.i\n- \n- > ",
    ];
    for text in texts {
        for length in [1, 2, 5, 15] {
            check(text, &[length]);
        }
    }
}
