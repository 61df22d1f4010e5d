//! What extensions show, drawn by kind: what a person is at is left alone by whatever comes meanwhile, and a table that is
//! too long shows its beginning.

use super::support::{Shown, backend, key, press, text_of, type_into, until};
use dispatch_core::Fact;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

/// A frame of the demo surface, as if the backend had sent it.
fn tell(page: &Shown, fields: &[Value]) {
    let spec = json!({ "id": "demo-controls", "region": "sidebar", "title": "Demo controls", "fields": fields });
    let frame = json!({ "type": "update", "update": { "surfaceId": "demo-controls", "spec": spec } });
    let frame = serde_json::from_value(frame).unwrap();
    let socket = page.runtime.read(|state| state.connection().open_socket()).unwrap();
    page.runtime.dispatch(Fact::FrameReceived(socket, frame));
}

fn number(value: u32) -> Value {
    let action = json!({ "actionId": "demo-controls/brightness" });
    json!({ "kind": "number", "label": "Brightness", "value": value, "min": 0, "max": 100, "step": 5, "action": action })
}

async fn extensions(page: &Shown) {
    page.connection(|words| words == "Connected").await;
    if page.look_for("region", "Extensions").is_none() {
        page.find("button", "Sidebar").await.click();
    }
    page.find("region", "Extensions").await;
    page.find("spinbutton", "Brightness").await;
}

#[wasm_bindgen_test]
async fn what_is_typed_is_not_overwritten() {
    let page = Shown::new(&backend());
    extensions(&page).await;
    tell(&page, &[number(10)]);
    let input = page.find("spinbutton", "Brightness").await;
    let value = || input.unchecked_ref::<HtmlInputElement>().value();
    until("the number is shown", || (value() == "10").then_some(())).await;
    type_into(&input, "7");
    let stat = json!({ "kind": "stat", "label": "Changes", "value": "3" });
    tell(&page, &[stat, number(20)]);
    page.find("table", "Demo controls").await;
    assert!(input.is_connected(), "what stands before it is new, it is not");
    assert_eq!(value(), "7");
    press(&input, &key("Escape"));
    assert_eq!(value(), "20");
}

#[wasm_bindgen_test]
async fn a_long_table_shows_its_beginning() {
    let page = Shown::new(&backend());
    extensions(&page).await;
    let rows: Vec<Value> = (0..60).map(|row| json!([row, "cell"])).collect();
    let payload = json!({ "columns": ["Number", "Word"], "rows": rows });
    tell(&page, &[json!({ "kind": "custom", "rendererId": "table", "payload": payload })]);
    let count = || Some(page.look_for("table", "Demo controls")?.query_selector_all("tbody tr").unwrap().length());
    until("its beginning is there", || (count()? == 50).then_some(())).await;
    page.find("button", "Show all 60 rows").await.click();
    until("all of it is there", || (count()? == 60).then_some(())).await;
    assert!(page.look_for("button", "Show all 60 rows").is_none());
}

#[wasm_bindgen_test]
async fn a_kind_that_nobody_knows_is_skipped_alone() {
    let page = Shown::new(&backend());
    extensions(&page).await;
    let unknown = json!({ "kind": "custom", "rendererId": "tomorrow", "payload": {} });
    let broken = json!({ "kind": "toggle", "label": "Half" });
    let last = json!({ "kind": "progress", "label": "Far", "value": 0.4 });
    tell(&page, &[unknown, broken, last]);
    let far = page.find("progressbar", "Far").await;
    assert_eq!(far.get_attribute("aria-valuetext").as_deref(), Some("40%"));
    let surface = page.find("group", "Demo controls").await;
    assert!(!text_of(&surface).contains("Half"), "{}", text_of(&surface));
}
