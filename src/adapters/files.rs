//! Files: those that a person gives to the page, and those that it gives to them.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, DataTransfer, FileList, FileReader, HtmlAnchorElement, Url};

/// Reads a file as a data URL. `None`: it cannot be read, or is gone.
pub async fn read(file: &Blob) -> Option<String> {
    let reader = FileReader::new().ok()?;
    let done = Promise::new(&mut |resolve, _| reader.set_onloadend(Some(&resolve)));
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(done).await.ok()?;
    reader.result().ok()?.as_string()
}

/// The files in what was pasted or dropped, if it has any.
pub fn held_by(data: Option<DataTransfer>) -> Option<FileList> {
    data?.files().filter(|files| files.length() > 0)
}

/// An address under which the page can show bytes of its own; it is to be handed back when it is not shown any more.
pub fn address_of(bytes: &Blob) -> Option<String> {
    Url::create_object_url_with_blob(bytes).ok()
}

/// Hands an address back.
pub fn forget(address: &str) {
    // It fails for nothing that is an address.
    Url::revoke_object_url(address).ok();
}

/// Saves a text as a file, as the browser does with downloads. Where it cannot, nothing happens.
pub fn save(name: &str, kind: &str, text: &str) {
    save_as_file(name, kind, text);
}

fn save_as_file(name: &str, kind: &str, text: &str) -> Option<()> {
    let properties = BlobPropertyBag::new();
    properties.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &properties).ok()?;
    let address = address_of(&blob)?;
    let window = web_sys::window()?;
    let link = window.document()?.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has taken hold of the file by then.
    let forget = Closure::once_into_js(move || forget(&address));
    window.set_timeout_with_callback_and_timeout_and_arguments_0(forget.unchecked_ref(), 60_000).ok()?;
    Some(())
}
