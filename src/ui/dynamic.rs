//! The few ways in which something on the page changes: words, flags, what is there at all, and lists.
//!
//! The framework makes new code for every closure that stands in a view. A console has hundreds of places that change, and
//! every visitor pays for that code; so each kind of change goes through one type here.

use leptos::prelude::*;
use std::sync::Arc;

/// Words that change.
pub fn words(words: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(words)
}

/// An attribute that comes and goes.
pub fn attribute(value: impl Fn() -> Option<String> + Send + Sync + 'static) -> Signal<Option<String>> {
    Signal::derive(value)
}

/// A flag.
pub fn flag(flag: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(flag)
}

/// `true` or `false`, as ARIA attributes want to be told.
pub fn aria(flag: Signal<bool>) -> Signal<String> {
    words(move || if flag.get() { "true" } else { "false" }.to_owned())
}

/// Something that is there while the condition holds.
pub fn when(condition: Signal<bool>, content: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    either(condition, Box::new(content), Box::new(|| ().into_any()))
}

/// What is there while the condition holds, and what is there while it does not.
pub fn either(condition: Signal<bool>, yes: Content, no: Content) -> AnyView {
    let holds = Memo::new(move |_| condition.get());
    (move || if holds.get() { yes() } else { no() }).into_any()
}

/// Makes a part of the page.
pub type Content = Box<dyn Fn() -> AnyView + Send + Sync>;

/// Something made anew whenever the key changes.
pub fn per_key(key: Signal<String>, content: impl Fn(String) -> AnyView + Send + Sync + 'static) -> AnyView {
    per_key_boxed(key, Box::new(content))
}

fn per_key_boxed(key: Signal<String>, content: Box<dyn Fn(String) -> AnyView + Send + Sync>) -> AnyView {
    let key = Memo::new(move |_| key.get());
    (move || content(key.get())).into_any()
}

/// A list whose items keep their elements for as long as their key is in it.
pub fn list(keys: Signal<Vec<u64>>, item: impl Fn(u64) -> AnyView + Send + Sync + 'static) -> AnyView {
    list_shared(keys, Arc::new(item))
}

fn list_shared(keys: Signal<Vec<u64>>, item: Arc<dyn Fn(u64) -> AnyView + Send + Sync>) -> AnyView {
    view! { <For each=move || keys.get() key=|key| *key children=move |key| item(key)/> }.into_any()
}
