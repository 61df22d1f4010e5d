//! What is written to do harm, or to stop the page, is shown and does nothing.

use crate::Page;
use dispatch_markup::markdown::read;
use dispatch_markup::node::{Attribute, Node, Tag};

/// Reads at once and in pieces, in a thread with less stack than a page has.
fn check(name: &str, text: String) {
    let name = name.to_owned();
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    let done = thread.spawn(move || {
        let nodes = read(&text);
        check_nodes(&nodes, 0, &name);
        let mut page = Page::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.char_indices().map(|(at, _)| at).find(|at| *at >= 997).unwrap_or(rest.len());
            page.push(&rest[..end]);
            rest = &rest[end..];
        }
        page.finish();
        check_nodes(&page.nodes, 0, &name);
        assert!(page.nodes == nodes, "{name}: the same nodes in pieces");
        let ratio = page.document.parsed() as f64 / page.document.received().max(1_000) as f64;
        assert!(ratio <= 12.0, "{name}: {ratio:.1} bytes parsed for each received");
    });
    assert!(matches!(done.map(std::thread::JoinHandle::join), Ok(Ok(()))), "a reader has failed");
}

/// What the types cannot say: how deep nodes are nested, and that addresses are what they look like.
fn check_nodes(nodes: &[Node], depth: usize, name: &str) {
    assert!(depth < 60, "{name}: nested too deep");
    for node in nodes {
        let Node::Element(element) = node else { continue };
        for attribute in &element.attributes {
            let value = attribute.value();
            assert_ne!(attribute.name(), "src", "{name}");
            if let Attribute::Href(_) = attribute {
                assert_eq!(element.tag, Tag::Link);
                assert!(element.attributes.contains(&Attribute::NoOpener), "{name}");
                let value = value.to_ascii_lowercase();
                let is_allowed = ["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme));
                assert!(is_allowed, "{name}: {value}");
                assert!(
                    !value.contains(|character: char| character <= ' ' || character == '\u{202e}'),
                    "{name}: {value}"
                );
            }
        }
        check_nodes(&element.children, depth + 1, name);
    }
}

#[test]
fn addresses_that_run_something_are_words() {
    let addresses = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "<java\tscript:alert(1)>",
        "< javascript:alert(1)>",
        "&#1;javascript:alert(1)",
        "data:text/html,x",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "//a.b",
        "/path",
        "http:a",
        "http:/a.b",
        "http:\\\\a.b",
        "https:",
        "http://",
        "blob:http://a.b/x",
        "view-source:http://a.b",
        "#anchor",
        "?x=1",
        "http&#58;//a.b/&#10;c",
        "http:///a.b",
        "http://\\a.b",
    ];
    for address in addresses {
        for text in [
            format!("[words]({address})"),
            format!("![words]({address})"),
            format!("[words][x]\n\n[x]: {address}"),
            format!("[x]: {address}\n\n[words][x]"),
            format!("<{address}>"),
            format!("[![words]({address})]({address})"),
        ] {
            let nodes = read(&text);
            check_nodes(&nodes, 0, &text);
            // What is no address between angles is words, in which a bare address may be found.
            if text.starts_with('<') && address.contains('&') {
                continue;
            }
            let links = dispatch_markup::node::to_html(&nodes).matches("<a ").count();
            assert_eq!(links, 0, "{text} became a link: {nodes:?}");
        }
    }
}

#[test]
fn markup_is_words() {
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "a <b onclick=\"alert(1)\">b</b>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<style>*{}</style>",
        "<!-- x -->",
        "<?php x ?>",
        "<![CDATA[x]]>",
        "&lt;script&gt;",
        "```\"><script>\nx\n```",
        "<a href=\"http://a.b\" onclick=\"x\">",
    ] {
        let html = dispatch_markup::node::to_html(&read(text));
        for name in ["script", "img", "svg", "iframe", "style", "b ", "?php", "!"] {
            assert!(!html.contains(&["<", name].concat()), "{text} became {html}");
        }
        check(text, text.repeat(300));
    }
}

#[test]
fn what_turns_words_around_is_seen() {
    let html = dispatch_markup::node::to_html(&read(
        "[a\u{202e}b](http://a.b/\u{202e}c) `\u{2066}x` &#x202e; \u{202d}\n\n```\n\u{2069}\n```",
    ));
    for turn in ['\u{202e}', '\u{2066}', '\u{202d}', '\u{2069}'] {
        assert!(!html.contains(turn), "{html}");
    }
    for shown in ["a‹U+202E›b", "http://a.b/%E2%80%AEc", "<code>‹U+2066›x</code>", "‹U+202D›", "‹U+2069›"]
    {
        assert!(html.contains(shown), "{shown} is not in {html}");
    }
}

#[test]
fn deep_nesting_is_shown_less_deep() {
    check("quotes", [&">".repeat(10_000), " words"].concat());
    check("quotes with spaces", [&"> ".repeat(10_000), "words"].concat());
    check("lists", [&"- ".repeat(10_000), "words"].concat());
    check("numbers", [&"1. ".repeat(5_000), "words"].concat());
    check("quotes and lists", [&"> - ".repeat(5_000), "words\n\n> more"].concat());
    check("emphasis", ["*a **b ".repeat(5_000), " c** d*".repeat(5_000)].concat());
    check("stars", ["*".repeat(10_000), "a".to_owned(), "*".repeat(10_000)].concat());
    check("links", ["[".repeat(3_000), "a".to_owned(), "](http://a.b)".repeat(3_000)].concat());
    check("images", ["![".repeat(2_000), "a".to_owned(), "](http://a.b)".repeat(2_000)].concat());
    let stairs: String = (0..300).map(|depth| [&"  ".repeat(depth), "- x\n"].concat()).collect();
    check("stairs", stairs);
    check("strikes", ["~~a ~b ".repeat(3_000), "~ ~~".repeat(3_000)].concat());
}

#[test]
fn long_and_odd_input_ends() {
    check("one line", "word ".repeat(200_000));
    check("one word", "w".repeat(1_000_000));
    check("brackets", "[".repeat(20_000));
    check("closing brackets", "]".repeat(20_000));
    check("images", "![".repeat(10_000));
    check("half links", "[a](".repeat(5_000));
    check("half angle links", "[a](<b".repeat(3_000));
    check("references", "[a][b]".repeat(3_000));
    check("backticks", (1..400).map(|count| ["`".repeat(count), " ".to_owned()].concat()).collect());
    check("entities", "&amp;&#x202e;&".repeat(2_000));
    check("angles", "<a ".repeat(6_000));
    check("comments", "<!-- a ".repeat(2_000));
    check("declarations", "<!A ".repeat(2_000));
    check("instructions", "<?".repeat(6_000));
    check("characters", "<![CDATA[".repeat(2_000));
    check("bars", "|".repeat(10_000));
    check(
        "table",
        ["|a".repeat(2_000), "\n".to_owned(), "|-".repeat(2_000), "\n".to_owned(), "|\n".repeat(5_000)].concat(),
    );
    check("addresses", "http://a.b".repeat(2_000));
    check("beginnings of addresses", "www.(".repeat(4_000));
    check("closed brackets in an address", ["http://a.b/", &")".repeat(20_000), " x"].concat());
    check(
        "definitions",
        (0..600).map(|number| format!("[{number}]: http://a.b/{number}\n\n[{number}] [0]\n\n")).collect(),
    );
    check("half definitions", "[a]: ".repeat(2_000));
    check("half titles", "[a]: b \"\n".repeat(5_000));
    check("underlines", "a\n=\n".repeat(2_000));
    check("spaces", " ".repeat(40_000));
    check("lines", "\n".repeat(40_000));
    check("tabs", "\t".repeat(20_000));
    check("returns", "\r".repeat(10_000));
    check("nothing", "\0".repeat(10_000));
    check("fences", "```\n~~~\n".repeat(5_000));
    check("item markers", "-\n".repeat(2_000));
    check("boxes", "- [ ] ".repeat(5_000));
    check("escapes", "\\".repeat(20_000));
}
