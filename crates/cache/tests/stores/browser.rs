//! The browser's own database, under the store: looked at, spoiled, and made to fail.

use js_sys::{Function, Promise};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A name that no database has.
pub(crate) fn fresh_name() -> String {
    thread_local!(static NUMBER: Cell<u32> = const { Cell::new(0) });
    format!("test-{}-{}", js_sys::Date::now(), NUMBER.replace(NUMBER.get() + 1))
}

/// Runs a script with `name` as its only argument.
pub(crate) fn run(script: &str, name: &str) -> JsValue {
    Function::new_with_args("name", script).call1(&JsValue::NULL, &name.into()).unwrap()
}

/// Runs a script that may wait, with `name`, and with functions for what the browser tells in events.
pub(crate) async fn wait_for(script: &str, name: &str) -> JsValue {
    let script = format!(
        "const answer = (request) => new Promise((resolve, reject) => {{
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
            request.onblocked = () => reject(new Error('blocked'));
         }});
         const change = async (work) => {{
            const db = await answer(indexedDB.open(name));
            const transaction = db.transaction([...db.objectStoreNames], 'readwrite');
            const done = new Promise((resolve) => transaction.oncomplete = resolve);
            const result = await work((store) => transaction.objectStore(store));
            await done;
            db.close();
            return result;
         }};
         return (async () => {{ {script} }})();"
    );
    JsFuture::from(run(&script, name).unchecked_into::<Promise>()).await.unwrap()
}

/// Waits for several at once.
pub(crate) async fn together(tasks: impl IntoIterator<Item = impl Future<Output = ()> + 'static>) {
    let promises: js_sys::Array = tasks
        .into_iter()
        .map(|task| {
            wasm_bindgen_futures::future_to_promise(async {
                task.await;
                Ok(JsValue::UNDEFINED)
            })
        })
        .collect();
    JsFuture::from(Promise::all(&promises)).await.unwrap();
}

/// Something of the browser that does something else, until it is dropped.
pub(crate) struct Patch(Function);

impl Patch {
    /// `property` of `owner` becomes what `make` gives, which has the `original` (and may keep notes in `seen`).
    pub(crate) fn new(owner: &str, property: &str, make: &str) -> Self {
        let script = format!(
            "const found = Object.getOwnPropertyDescriptor({owner}, '{property}');
             const original = found.value;
             Object.defineProperty({owner}, '{property}', {{ configurable: true, writable: true, value: {make} }});
             return () => Object.defineProperty({owner}, '{property}', found);"
        );
        Self(run(&script, "").unchecked_into())
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        self.0.call0(&JsValue::NULL).unwrap();
    }
}

/// Hears what the browser complains about: errors that nobody caught.
pub(crate) struct Complaints(Function);

impl Complaints {
    /// Listens from now on.
    pub(crate) fn new() -> Self {
        let script = "const heard = [];
            const hear = (event) => heard.push(event.message);
            globalThis.addEventListener('error', hear);
            return () => { globalThis.removeEventListener('error', hear); return heard.join(); };";
        Self(run(script, "").unchecked_into())
    }

    /// Asserts that there were none.
    pub(crate) fn assert_none(self) {
        assert_eq!(self.0.call0(&JsValue::NULL).unwrap().as_string().unwrap(), "");
    }
}

/// Counts the calls of methods, and how much they answer.
pub(crate) struct Counter {
    name: String,
    _patches: Vec<Patch>,
}

impl Counter {
    /// Counts calls of these methods of this class from now on.
    pub(crate) fn new(class: &str, methods: &[&str]) -> Self {
        let name = format!("counted{class}");
        run("globalThis[name] = { calls: 0, listed: 0 };", &name);
        let count = |method: &&str| {
            let make = format!(
                "function (...given) {{
                    {name}.calls += 1;
                    const request = original.apply(this, given);
                    if (request instanceof IDBRequest) {{
                        const listed = () => Array.isArray(request.result) ? request.result.length : 0;
                        request.addEventListener('success', () => {name}.listed += listed());
                    }}
                    return request;
                 }}"
            );
            Patch::new(&format!("{class}.prototype"), method, &make)
        };
        let patches = methods.iter().map(count).collect();
        Self { name, _patches: patches }
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> f64 {
        run("return globalThis[name].calls;", &self.name).as_f64().unwrap()
    }

    /// How long all lists together were that came as answers.
    pub(crate) fn listed(&self) -> f64 {
        run("return globalThis[name].listed;", &self.name).as_f64().unwrap()
    }
}
