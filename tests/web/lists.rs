//! Lists whose items come and go for hours: those that are gone are forgotten.

use super::support::{Shown, nobody, until};
use dispatch_core::transcript::RowId;
use dispatch_core::view::RowKey;
use dispatch_web::ui::rows::still_list;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

/// How many items there are at a time.
const ITEMS: u64 = 50;

/// An owner remembers every child it ever had, until it is cleaned up. All rows were the list's own, which lives for as long
/// as its conversation is looked at.
#[wasm_bindgen_test]
async fn items_that_are_gone_are_not_remembered() {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    let keys = ArcRwSignal::new(Vec::<u64>::new());
    let remembered = Arc::new(AtomicUsize::new(0));
    let (shown, count) = (keys.clone(), Arc::clone(&remembered));
    mount_to(root.clone(), move || {
        let host = NodeRef::<Div>::new();
        let item = move |key: u64| {
            let count = Arc::clone(&count);
            count.fetch_add(1, Relaxed);
            let of = Owner::current().unwrap().parent().unwrap();
            of.with(|| {
                on_cleanup(move || {
                    count.fetch_sub(1, Relaxed);
                });
            });
            view! { <p>{key}</p> }.into_any()
        };
        still_list(host, Signal::derive(move || shown.get()), item);
        view! { <div node_ref=host></div> }
    })
    .forget();
    for step in 1..=40 {
        // Each time half of them stay.
        let first = step * ITEMS / 2;
        keys.set((first..first + ITEMS).collect());
        let words: String = (first..first + ITEMS).map(|key| key.to_string()).collect();
        until("the items are shown", || (root.text_content().unwrap_or_default() == words).then_some(())).await;
    }
    let remembered = remembered.load(Relaxed);
    assert!((50..=200).contains(&remembered), "{remembered} of a thousand items, of which {ITEMS} are shown");
}

/// The signal of every row that could ever be folded was kept, and with it whatever had listened.
#[wasm_bindgen_test]
fn a_view_that_is_gone_is_not_told_what_stands_open() {
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
