//! Each rule by an example: what was written, and what it becomes.

use dispatch_markup::markdown::read;
use dispatch_markup::node::to_html;

/// A link as it is written into the examples, where only the address differs.
fn link(address: &str, words: &str) -> String {
    format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer\" title=\"{address}\">{words}</a>")
}

#[track_caller]
fn check(text: &str, html: &str) {
    assert_eq!(to_html(&read(text)), html, "{text:?}");
}

#[test]
fn blocks() {
    check("", "");
    check("words", "<p>words</p>");
    check("one\n\ntwo\n", "<p>one</p><p>two</p>");
    check("# One\n## Two ##\nThree\n===\nFour\n---\n", "<h1>One</h1><h2>Two</h2><h1>Three</h1><h2>Four</h2>");
    check("###### Six\n####### seven", "<h6>Six</h6><p>####### seven</p>");
    check("***\n- - -\n", "<hr><hr>");
    check(
        "> a quote\nthat goes on\n>\n> > inner",
        "<blockquote><p>a quote<br>that goes on</p><blockquote><p>inner</p></blockquote></blockquote>",
    );
    check("    indented\n\n      code\n", "<pre><code>indented\n\n  code\n</code></pre>");
}

#[test]
fn items_always_hold_paragraphs() {
    check("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
    check("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
    check(
        "3. a\n   - b\n\n     c\n4. d",
        "<ol start=\"3\"><li><p>a</p><ul><li><p>b</p><p>c</p></li></ul></li><li><p>d</p></li></ol>",
    );
    check("1) a\n2) b\n3. c", "<ol><li><p>a</p></li><li><p>b</p></li></ol><ol start=\"3\"><li><p>c</p></li></ol>");
    check("- # a\n  b\n-", "<ul><li><h1>a</h1><p>b</p></li><li></li></ul>");
    check(
        "- [ ] to do\n- [x] done\n\n  more",
        "<ul><li><p><input type=\"checkbox\" disabled=\"\" aria-label=\"Not done\">to do</p></li>\
         <li><p><input type=\"checkbox\" disabled=\"\" aria-label=\"Done\" checked=\"\">done</p><p>more</p></li></ul>",
    );
}

#[test]
fn code() {
    check(
        "```rust ignore\nlet x = 1 < 2;\n\n```\n",
        "<pre data-language=\"rust\"><code>let x = 1 &lt; 2;\n\n</code></pre>",
    );
    check("~~~~\n~~~\n```\n~~~~~\nafter", "<pre><code>~~~\n```\n</code></pre><p>after</p>");
    check("```\nnever closed", "<pre><code>never closed</code></pre>");
    check("  ```\n   x\n y\n    ```\n  ```", "<pre><code> x\ny\n  ```\n</code></pre>");
    check("- ```js\n  x\n  ```\n", "<ul><li><pre data-language=\"js\"><code>x\n</code></pre></li></ul>");
    check("`a  b` ``c`d`` `e\nf`", "<p><code>a  b</code> <code>c`d</code> <code>e f</code></p>");
    check("```\n**a** &amp; [b](c)\n```", "<pre><code>**a** &amp;amp; [b](c)\n</code></pre>");
}

#[test]
fn tables() {
    check(
        "| a | b | c |\n|:--|:-:|--:|\n| 1 | `2|` |\n| 3 | 4 | 5 | 6 |\n\nafter",
        "<table><thead><tr><th data-align=\"left\">a</th><th data-align=\"center\">b</th><th data-align=\"right\">c</th></tr></thead>\
         <tbody><tr><td data-align=\"left\">1</td><td data-align=\"center\">`2</td><td data-align=\"right\">`</td></tr>\
         <tr><td data-align=\"left\">3</td><td data-align=\"center\">4</td><td data-align=\"right\">5</td></tr></tbody></table><p>after</p>",
    );
    check("words\n| a |\n|---|", "<p>words</p><table><thead><tr><th>a</th></tr></thead></table>");
    check("| a | b |\n|---|", "<p>| a | b |<br>|---|</p>");
}

#[test]
fn inline() {
    check(
        "*a* _b_ **c** __d__ ~~e~~ ***f***",
        "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> <del>e</del> <em><strong>f</strong></em></p>",
    );
    check("snake_case_word 2 * 3 * 4", "<p>snake_case_word 2 * 3 * 4</p>");
    check("soft\nhard  \nharder\\\nend", "<p>soft<br>hard<br>harder<br>end</p>");
    check("\\*a\\* &amp; &copy; &#65; &nosuch;", "<p>*a* &amp; © A &amp;nosuch;</p>");
    check("returns\r\nand\rreturns\r\n\r\nend\0", "<p>returns<br>and<br>returns</p><p>end\u{fffd}</p>");
    check("[^1] $x$\n\n[^1]: no footnote", "<p>[^1] $x$</p><p>[^1]: no footnote</p>");
}

#[test]
fn links() {
    check("[words](http://a.b)", &format!("<p>{}</p>", link("http://a.b", "words")));
    check(
        "[**words**](<http://a.b/c d> \"title\")",
        &format!("<p>{}</p>", link("http://a.b/c%20d", "<strong>words</strong>")),
    );
    check(
        "<https://a.b> <me@a.b>",
        &format!("<p>{} {}</p>", link("https://a.b", "https://a.b"), link("mailto:me@a.b", "me@a.b")),
    );
    check("[MAIL](MAILTO:me@a.b)", &format!("<p>{}</p>", link("MAILTO:me@a.b", "MAIL")));
    check("[words](javascript:x)", "<p>words (javascript:x)</p>");
    check("[src/main.rs](src/main.rs) [it](src/lib.rs#L1)", "<p>src/main.rs it (src/lib.rs#L1)</p>");
    check("[words]()", "<p>words ()</p>");
}

#[test]
fn images_are_links() {
    let image = |address: &str, words: &str| link(address, words).replacen('>', " class=\"image-link\">", 1);
    check("![a *cat*](http://a.b/c.png)", &format!("<p>{}</p>", image("http://a.b/c.png", "a <em>cat</em>")));
    check("![](http://a.b/c.png)", &format!("<p>{}</p>", image("http://a.b/c.png", "http://a.b/c.png")));
    check("![cat](data:image/png;base64,AA)", "<p>cat (data:image/png;base64,AA)</p>");
    check("[![badge](http://a.b/c.svg)](http://a.b)", &format!("<p>{}</p>", link("http://a.b", "badge")));
}

#[test]
fn bare_addresses() {
    let cases = [
        ("see http://a.b/c?d=e&f, then", "see ", "http://a.b/c?d=e&amp;f", ", then"),
        ("(http://a.b/c_(d)).", "(", "http://a.b/c_(d)", ")."),
        ("\"https://a.b\"", "&quot;", "https://a.b", "&quot;"),
        ("http://localhost:3000/x!", "", "http://localhost:3000/x", "!"),
        ("**", "**", "", ""),
        ("xhttp://a.b", "xhttp://a.b", "", ""),
        ("http://", "http://", "", ""),
        ("http://a_b/snake_case_word", "", "http://a_b/snake_case_word", ""),
    ];
    for (text, before, address, after) in cases {
        let found = if address.is_empty() { String::new() } else { link(address, address) };
        check(text, &format!("<p>{before}{found}{after}</p>"));
    }
    check("www.a.b", &format!("<p>{}</p>", link("http://www.a.b", "www.a.b")));
    check(
        "`http://a.b` [http://c.d](http://e.f)",
        &format!("<p><code>http://a.b</code> {}</p>", link("http://e.f", "http://c.d")),
    );
    check("ftp://a.b me@a.b", "<p>ftp://a.b me@a.b</p>");
}

#[test]
fn html_is_words() {
    check("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    check("<div>\n*a*\n</div>\n\n*b*", "<p>&lt;div&gt;<br>*a*<br>&lt;/div&gt;</p><p><em>b</em></p>");
    check("<!-- a\n\nb -->\nc", "<p>&lt;!-- a<br><br>b --&gt;</p><p>c</p>");
}

#[test]
fn definitions_act_downwards() {
    let words = link("http://a.b", "x");
    check("[x]: http://a.b\n\n[x]", &format!("<p>{words}</p>"));
    check("[x]\n\n[x]: http://a.b\n\n[X][]", &format!("<p>[x]</p><p>{}</p>", link("http://a.b", "X")));
    check(
        "[x]: http://a.b\n[x]: http://c.d\n\n[x]\n\n[x]: http://e.f\n\n[x]",
        &format!("<p>{words}</p><p>{words}</p>"),
    );
    check("> [x][y]\n>\n> [y]: http://a.b\n\n[x][y]", &format!("<blockquote><p>[x][y]</p></blockquote><p>{words}</p>"));
    check(
        "- see [x]\n- [x]: http://a.b\n- see [x]",
        &format!("<ul><li><p>see [x]</p></li><li></li><li><p>see {words}</p></li></ul>"),
    );
    check("```\n[x]: http://a.b\n```\n[x]", "<pre><code>[x]: http://a.b\n</code></pre><p>[x]</p>");
}
