//! What this module makes of words in a real page: Markdown in pieces stands there as in one, code is coloured without
//! another letter, buttons do what they say, and nothing that a model writes becomes more than it may.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "all of this is test code, also the functions without `#[test]`")]

mod blocks;
mod colours;
mod hostile;
mod markdown;
mod shown;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
