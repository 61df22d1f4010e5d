//! What only a browser can tell: whether the adapters keep their promises on the browser's own interfaces, and whether the
//! components show what they are told. Run with `cargo xtask test web`, which starts the backend they talk to.
#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "all of this is test code, also the functions without `#[test]`"
)]

mod adapters;
mod components;
mod lists;
mod metrics;
mod sidebar;
mod storage;
mod support;
mod surfaces;
mod tools;
mod words;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
