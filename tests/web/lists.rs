//! Rows that come and go for hours: those that are gone are forgotten.

use super::support::{Shown, nobody};
use dispatch_core::transcript::RowId;
use dispatch_core::view::RowKey;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use wasm_bindgen_test::wasm_bindgen_test;

/// The signal of every row that could ever be folded was kept, and with it whatever had listened.
#[wasm_bindgen_test]
async fn a_view_that_is_gone_is_not_told_what_stands_open() {
    let page = Shown::new(&nobody());
    let focused = page.runtime.read(|state| state.tabs().focused().clone());
    let row = RowKey { id: RowId(7), is_group: false };
    let ask = |owner: &Owner| owner.with(|| page.console.is_open(&focused, row));
    let (stays, goes) = (Owner::new(), Owner::new());
    let (told, untold) = (ask(&stays), ask(&goes));
    goes.cleanup();
    page.console.fold(&focused, row, true);
    assert_eq!((told.get_untracked(), untold.get_untracked()), (true, false));
}
