//! What both stores promise, and what only the browser's database can get wrong.
#![expect(clippy::unwrap_used, reason = "all of this is test code, also the functions without `#[test]`")]

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
#[cfg(not(target_arch = "wasm32"))]
mod memory;
mod suite;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
