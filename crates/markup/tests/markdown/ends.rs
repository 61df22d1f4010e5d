//! What the end looks like while it is being written: no markup flashes by, and what was shown stays.

use crate::Page;
use dispatch_markup::markdown::read;
use dispatch_markup::node::to_html;

/// What is shown of the words so far.
fn shown(text: &str) -> String {
    let mut page = Page::new();
    page.push(text);
    page.html()
}

#[test]
fn half_written_words_look_finished() {
    let cases = [
        ("**bold", "<p><strong>bold</strong></p>"),
        ("**bold*", "<p><strong>bold</strong></p>"),
        ("**", ""),
        ("see **", "<p>see</p>"),
        ("see *it", "<p>see <em>it</em></p>"),
        ("***both", "<p><em><strong>both</strong></em></p>"),
        ("**bold *and it", "<p><strong>bold <em>and it</em></strong></p>"),
        ("__bold", "<p><strong>bold</strong></p>"),
        ("snake_case", "<p>snake_case</p>"),
        ("two * 3", "<p>two * 3</p>"),
        ("~~gone", "<p><del>gone</del></p>"),
        ("~~gone~", "<p><del>gone</del></p>"),
        ("`code", "<p><code>code</code></p>"),
        ("`code *a", "<p><code>code *a</code></p>"),
        ("``code `a", "<p><code>code `a</code></p>"),
        ("**bold `code", "<p><strong>bold <code>code</code></strong></p>"),
        ("[text", "<p>text</p>"),
        ("[text]", "<p>text</p>"),
        ("[text](", "<p>text</p>"),
        ("[text](htt", "<p>text</p>"),
        ("see [**text**](http://a.b", "<p>see <strong>text</strong></p>"),
        ("**see [text](htt", "<p><strong>see text</strong></p>"),
        ("[text] and", "<p>[text] and</p>"),
        ("![alt](htt", "<p>alt</p>"),
        ("a !", "<p>a !</p>"),
        ("<http://a.b", "<p>http://a.b</p>"),
        ("http://a.b/c", "<p>http://a.b/c</p>"),
        ("a &am", "<p>a</p>"),
        ("a \\", "<p>a</p>"),
        ("\\*a", "<p>*a</p>"),
        ("# head **x", "<h1>head <strong>x</strong></h1>"),
        ("- item *x", "<ul><li><p>item <em>x</em></p></li></ul>"),
        ("> quote `x", "<blockquote><p>quote <code>x</code></p></blockquote>"),
        ("**closed** and *open", "<p><strong>closed</strong> and <em>open</em></p>"),
        ("**bold\ntwo lines", "<p><strong>bold<br>two lines</strong></p>"),
    ];
    for (text, html) in cases {
        assert_eq!(shown(text), html, "{text:?}");
    }
}

#[test]
fn half_written_blocks_are_held_back() {
    let cases = [
        ("-", ""),
        ("- ", ""),
        ("1", ""),
        ("1.", ""),
        ("1. ", ""),
        ("#", ""),
        ("## ", ""),
        (">", ""),
        ("```", ""),
        ("```ru", ""),
        ("---", ""),
        ("- a\n-", "<ul><li><p>a</p></li></ul>"),
        ("- a\n  - ", "<ul><li><p>a</p></li></ul>"),
        ("- a\n- [", "<ul><li><p>a</p></li></ul>"),
        ("- a\n- [x]", "<ul><li><p>a</p></li></ul>"),
        ("words\n=", "<p>words</p>"),
        ("words\n--", "<p>words</p>"),
        ("words\n\n[x]: htt", "<p>words</p>"),
        ("2024", "<p>2024</p>"),
        ("```rust\n", "<pre data-language=\"rust\"><code></code></pre>"),
        ("```rust\nlet x", "<pre data-language=\"rust\"><code>let x</code></pre>"),
        ("```rust\nlet x\n``", "<pre data-language=\"rust\"><code>let x\n</code></pre>"),
    ];
    for (text, html) in cases {
        assert_eq!(shown(text), html, "{text:?}");
    }
}

#[test]
fn half_a_table_is_a_table() {
    let head = "<table><thead><tr><th>a</th><th>b</th></tr></thead></table>";
    for text in [
        "| a | b",
        "| a | b |",
        "| a | b |\n",
        "| a | b |\n|",
        "| a | b |\n|--",
        "| a | b |\n|---|--",
        "| a | b |\n|---|---|",
        "| a | b |\n|---|---|\n",
    ] {
        assert_eq!(shown(text), head, "{text:?}");
    }
    let row = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td></td></tr></tbody></table>";
    assert_eq!(shown("| a | b |\n|---|---|\n| c"), row);
    assert_eq!(shown("words | with a bar"), "<p>words | with a bar</p>");
    assert_eq!(shown("| a | b |\n| c | d |\n"), "<p>| a | b |<br>| c | d |</p>");
}

/// A selection lives in text nodes: those that were shown stay, and lose at most what was half-written at their end.
#[test]
fn what_was_shown_stays() {
    let text = "# Head\n\nSome **bold** and *italic* words, `code`, a [link](http://a.b) and http://c.d here.\n\n- one\n- two **x**\n  - three\n\n\
                1. a\n2. b\n\n| a | b |\n|---|---|\n| c | d |\n\n> quote\n\n```rust\nlet x = 1;\n```\n\nend\n";
    let mut page = Page::new();
    for (at, character) in text.char_indices() {
        let before = words_of(&page.html());
        page.push(character.encode_utf8(&mut [0; 4]));
        let after = words_of(&page.html());
        assert!(after.starts_with(&before), "{before:?} became {after:?} after {:?}", &text[..=at]);
    }
}

/// Reading is bounded, words are not: those that may not be read yet are seen as they are.
#[test]
fn words_do_not_wait() {
    let cases = [
        ("numbers", (1..3_000).map(|number| format!("{number} ")).collect()),
        ("lines of numbers", (1..3_000).map(|number| format!("{number}\n")).collect()),
        ("marks that mean nothing", "2 * 3 * 4 is 24, and a_b ".repeat(400)),
        ("what never closes", "`a ``b *c [d **e ".repeat(400)),
        ("a quote", "> words in a quote\n".repeat(400)),
        ("code in a quote", ["> ```\n", &"> let value = 1;\n".repeat(400)].concat()),
        ("code that is indented", "    let value = 1;\n".repeat(400)),
        ("items in an item", ["- top\n", &"  - with *some* words and `code`\n".repeat(400)].concat()),
        ("rows", ["|a|b|\n|-|-|\n", &"| some `code` | 12 |\n".repeat(400)].concat()),
        ("HTML", ["<pre>\n", &"words\n\n".repeat(800)].concat()),
    ];
    for (name, text) in cases {
        let mut page = Page::new();
        let (mut longest, mut waiting, mut last) = (0, 0, String::new());
        for piece in text.as_bytes().chunks(6) {
            page.push(std::str::from_utf8(piece).unwrap());
            // Marks may come and go: looked at is whether the words at the end are other ones.
            let shown = words_of(&to_html(&page.nodes[page.nodes.len().saturating_sub(1)..]));
            waiting = if shown == last { waiting + 1 } else { 0 };
            longest = longest.max(waiting);
            last = shown;
        }
        assert!(longest <= 2, "{name}: nothing new was seen {longest} times");
        page.finish();
        assert!(page.nodes == read(&text), "{name}: the same nodes");
    }
}

#[test]
fn numbers_are_words_when_they_can_be_nothing_else() {
    assert_eq!(shown("1 2"), "<p>1 2</p>");
    assert_eq!(shown("words\n12."), "<p>words</p>");
    assert_eq!(shown("words\n12.3:"), "<p>words<br>12.3:</p>");
    assert_eq!(shown("- 1, 2"), "<ul><li><p>1, 2</p></li></ul>");
    assert_eq!(shown("1. 2)"), "");
}

/// What somebody reads, without elements.
fn words_of(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words));
    parts.collect()
}
