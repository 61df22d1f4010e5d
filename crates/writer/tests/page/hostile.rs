//! What a model may have read and says again. Nothing of it runs, nothing of it is loaded, and no link leads where it
//! does not say.

use crate::shown::{all, attributes, host, node};
use dispatch_writer::{prose, terminal, write_code, write_diff, write_json, write_patch};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

const HOSTILE: [&str; 24] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href=\"javascript:alert(1)\">x</a></svg>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java\tscript:alert(1)) [y](&#106;avascript:alert(1)) [z](\\javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=) [y](vbscript:x) [z](file:///etc/passwd) [w](blob:x)",
    "<javascript:alert(1)> <data:text/html,x>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://example.org/track.png) ![y](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[![x](https://example.org/a.png)](javascript:alert(1))",
    "[x](https://example.org \"t\\\" onmouseover=\\\"alert(1)\")",
    "[x](https://example.org/\"onmouseover=alert(1))",
    "```\"><script>alert(1)</script>\nx\n```",
    "```js onclick=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "|<script>|\n|---|\n|<img src=x onerror=alert(1)>|",
    "# <style>*{display:none}</style>",
    "- [x] <input autofocus onfocus=alert(1)>",
    "<base href=https://example.org/><meta http-equiv=refresh content=0><link rel=stylesheet href=https://example.org/a.css>",
    "https://example.org/<script>alert(1)</script> www.example.org/\"onclick=\"alert(1)",
    "\u{1b}]8;;javascript:alert(1)\u{7}x\u{1b}]8;;\u{7} \u{1b}]8;;https://example.org/\"onclick=alert(1)\u{7}y\u{1b}]8;;\u{7}",
    "--- a/<script>\n+++ b/\"onclick=alert(1)\n@@ -1 +1 @@ <img src=x>\n-<b>\n+<script>alert(1)</script>\n",
];

/// Everything that may stand in the page, and what may be said about it.
const ELEMENTS: &str = "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong del ins a br hr table thead tbody tr th \
                        td span div input button";
const ATTRIBUTES: &str = "href target rel title class data-language start data-align type disabled checked data-box \
                          data-does aria-pressed aria-label data-number data-long style";

fn check(host: &HtmlElement, words: &str) {
    for element in all(host, "*") {
        let name = element.tag_name().to_lowercase();
        assert!(ELEMENTS.split_whitespace().any(|known| known == name), "<{name}> of {words}");
        for (attribute, value) in attributes(&element) {
            assert!(ATTRIBUTES.split_whitespace().any(|known| known == attribute), "{attribute} of {words}");
            let lower = value.to_lowercase();
            match attribute.as_str() {
                "href" => assert!(
                    ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)),
                    "{value} of {words}"
                ),
                "style" => assert!(!lower.contains("url("), "{value} of {words}"),
                // Only of the box of a task.
                "aria-label" => assert!(lower == "done" || lower == "not done", "{value} of {words}"),
                "type" => assert!(lower == "checkbox" || lower == "button", "{value} of {words}"),
                _ => {}
            }
        }
    }
    host.remove();
}

#[wasm_bindgen_test]
fn markdown_stays_what_it_may_be() {
    for words in HOSTILE {
        for characters in [1, usize::MAX] {
            let host = host();
            let mut prose = prose(node(&host));
            let all: Vec<char> = words.chars().collect();
            all.chunks(characters).for_each(|piece| prose.push(&piece.iter().collect::<String>()));
            prose.finish();
            check(&host, words);
        }
    }
}

#[wasm_bindgen_test]
fn so_does_everything_else() {
    for words in HOSTILE {
        let hosts: [HtmlElement; 6] = std::array::from_fn(|_| host());
        let mut output = terminal(node(&hosts[0]));
        output.push(words, false);
        output.push(words, true);
        write_code(&node(&hosts[1]), words, words);
        write_code(&node(&hosts[2]), "html", words);
        write_json(
            &node(&hosts[3]),
            &format!("[\"{}\"]", words.replace(['"', '\\', '\n', '\t', '\u{1b}', '\u{7}'], "")),
        );
        write_diff(&node(&hosts[4]), words, "<script>alert(1)</script>\n");
        write_patch(&node(&hosts[5]), words);
        hosts.iter().for_each(|host| check(host, words));
    }
}
