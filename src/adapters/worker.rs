//! The service worker (`public/sw.js`): with it a reload without a network still opens the console, and a newer version is
//! on this device before anybody asks for it. Browsers have workers only where the page is secure, and only release builds
//! have one to offer; everywhere else nothing here does anything.
#![expect(
    clippy::disallowed_methods,
    reason = "what the browser promises here is waited for and has no outcome to tell"
)]

use crate::adapters::device;
use dispatch_core::Millis;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// The worker's file, beside the page.
const FILE: &str = "sw.js";

/// How long after its start the page comes first, in milliseconds: keeping files is for the next visit.
const HEAD_START: u32 = 2_000;

/// How often a newer version is looked for at most, in milliseconds. The browser looks by itself at every visit.
const BETWEEN_CHECKS: f64 = 3_600_000.0;

/// The page's side of the worker.
#[derive(Debug, Default)]
pub struct Worker {
    registered: OnceCell<Registered>,
    checked: Cell<Millis>,
    /// The person wants the newer version as soon as it has taken over.
    wanted: Cell<bool>,
}

struct Registered {
    registration: ServiceWorkerRegistration,
    /// Looks again; called at every step that a worker takes.
    look: Closure<dyn FnMut(JsValue)>,
    /// Told that a newer version waits.
    ready: Box<dyn Fn()>,
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Registered").field("registration", &self.registration).finish_non_exhaustive()
    }
}

impl Worker {
    /// Installs the worker once the page is up. `ready` is called when a newer version than the page's waits to take over,
    /// perhaps more than once.
    pub fn start(self: &Rc<Self>, ready: impl Fn() + 'static) {
        let Some(container) = container() else { return };
        let worker = Rc::clone(self);
        let start = move || spawn_local(worker.register(container, Box::new(ready)));
        Timeout::new(HEAD_START, start).forget();
    }

    /// Looks for a newer version, unless that was done a short while ago.
    pub fn check(&self) {
        let Some(Registered { registration, look, .. }) = self.registered.get() else { return };
        let now = device::now();
        if now.since(self.checked.get()) < BETWEEN_CHECKS {
            return;
        }
        self.checked.set(now);
        if let Ok(checked) = registration.update() {
            // Without a network there is nothing newer to be had; a failure that nobody waits for would be complained about.
            drop(checked.catch(look));
        }
    }

    /// Lets the newer version take over and loads the page anew when it has.
    pub fn reload(&self) {
        let waiting = self.registered.get().and_then(|registered| registered.registration.waiting());
        match waiting {
            Some(waiting) if waiting.post_message(&JsValue::from_str("activate")).is_ok() => self.wanted.set(true),
            // It has taken over already, because another window asked for it.
            _ => reload(),
        }
    }

    async fn register(self: Rc<Self>, container: ServiceWorkerContainer, ready: Box<dyn Fn()>) {
        // Without a worker, as in some private windows, all but the reload without a network works the same.
        let Ok(registration) = JsFuture::from(container.register(FILE)).await else { return };
        let registration: ServiceWorkerRegistration = registration.unchecked_into();
        let worker = Rc::clone(&self);
        let look = Closure::new(move |_| worker.look());
        registration.set_onupdatefound(Some(look.as_ref().unchecked_ref()));
        self.checked.set(device::now());
        if self.registered.set(Registered { registration, look, ready }).is_ok() {
            self.look();
        }
    }

    /// Looks how far a newer version is. Without an active worker it is the first one, which is no news.
    fn look(&self) {
        let Some(Registered { registration, look, ready }) = self.registered.get() else { return };
        let (installing, waiting) = (registration.installing(), registration.waiting());
        for worker in [&installing, &waiting].into_iter().flatten() {
            worker.set_onstatechange(Some(look.as_ref().unchecked_ref()));
        }
        if waiting.is_none() {
            // It is taking over: the page that is asked for now waits for it.
            if self.wanted.take() {
                reload();
            }
        } else if registration.active().is_some() {
            ready();
        }
    }
}

fn container() -> Option<ServiceWorkerContainer> {
    let window = web_sys::window().filter(|window| !cfg!(debug_assertions) && window.is_secure_context())?;
    let container = window.navigator().service_worker();
    // Some browsers have none in private windows.
    let is_there = !container.is_undefined();
    is_there.then_some(container)
}

fn reload() {
    if let Some(window) = web_sys::window() {
        // A page that cannot be loaded anew is being left already.
        window.location().reload().ok();
    }
}
