//! JSON laid out: by example, against a generator of valid JSON, and with anything at all.

use super::*;
use proptest::prelude::*;

#[test]
fn a_line_an_element_and_nothing_lost() {
    let written = r#" {"b":1e400,"a":[],"a":{ },"n":-0.10E+5,"s":"x\n\u00e9 {,}","deep":[[1,true],null]}"#;
    let read = r#"{
  "b": 1e400,
  "a": [],
  "a": {},
  "n": -0.10E+5,
  "s": "x\n\u00e9 {,}",
  "deep": [
    [
      1,
      true
    ],
    null
  ]
}"#;
    assert_eq!(pretty(written).as_deref(), Some(read));
    assert_eq!(pretty(read).as_deref(), Some(read));
    assert_eq!(pretty(" \"é\" ").as_deref(), Some("\"é\""));
}

#[test]
fn what_is_no_json_is_left_alone() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "[1 2]",
        "01",
        "1.",
        ".5",
        "-",
        "+1",
        "1e",
        "tru",
        "truefalse",
        "1 2",
        "\"a",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "[1}",
        "{\"a\":1]",
        "'a'",
        "NaN",
        "[1]]",
    ] {
        assert_eq!(pretty(text), None, "{text:?}");
    }
}

#[test]
fn depth_costs_neither_stack_nor_room() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let laid_out = pretty(&deep).expect("it is JSON");
    assert!(laid_out.len() < deep.len() * (2 * DEEPEST + 3));
    assert_eq!(without_blanks(&laid_out), deep);
    assert_eq!(pretty(&"[".repeat(100_000)), None);
}

/// What is left of JSON when the whitespace outside of strings is taken out.
fn without_blanks(json: &str) -> String {
    let mut quoted = false;
    let mut escaped = false;
    json.chars()
        .filter(|&char| {
            if quoted {
                quoted = escaped || char != '"';
                escaped = !escaped && char == '\\';
                true
            } else {
                quoted = char == '"';
                !char.is_ascii_whitespace()
            }
        })
        .collect()
}

fn value() -> impl Strategy<Value = String> {
    let string = "\"([ a-c,:{}\\[\\]é]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){0,6}\"";
    let leaf = prop_oneof!["-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?", "true|false|null", string];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..5), "[ \n\t]{0,2}")
                .prop_map(|(items, gap)| format!("{gap}[{gap}{}{gap}]", items.join(&format!("{gap},{gap}")))),
            (prop::collection::vec((string, inner), 0..5), "[ \n\t]{0,2}").prop_map(|(pairs, gap)| {
                let pairs: Vec<String> =
                    pairs.into_iter().map(|(key, value)| format!("{key}{gap}:{gap}{value}")).collect();
                format!("{{{gap}{}{gap}}}{gap}", pairs.join(&format!("{gap},{gap}")))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_is_laid_out_and_only_blanks_move(json in value()) {
        let laid_out = pretty(&json);
        prop_assert_eq!(laid_out.as_deref().map(without_blanks), Some(without_blanks(&json)));
        let again = laid_out.as_deref().and_then(pretty);
        prop_assert_eq!(again, laid_out);
    }

    #[test]
    fn any_text_is_survived(text in "[\\[\\]{}\",:0-9.eE+\\-truefalsn \n\\\\é]{0,40}") {
        if let Some(laid_out) = pretty(&text) {
            prop_assert_eq!(without_blanks(&laid_out), without_blanks(&text));
        }
    }
}
