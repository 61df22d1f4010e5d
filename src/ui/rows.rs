//! A list whose items stay where they are. The framework's own takes every item that stays out of the document and puts it
//! back when more than one is put before it: whatever had the focus or was selected is lost, and the browser loses hold of
//! what is read.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::tachys::view::{Mountable, Render};
use web_sys::Element;

/// An item that stands in the document.
struct Held {
    key: u64,
    owner: Owner,
    state: <AnyView as Render>::State,
}

/// Shows an item for each key, in their order, as all that stands in `host`. An item that stays is not touched.
pub fn still_list(host: NodeRef<Div>, keys: Signal<Vec<u64>>, item: impl Fn(u64) -> AnyView + 'static) {
    still_list_boxed(host, keys, Box::new(item));
}

fn still_list_boxed(host: NodeRef<Div>, keys: Signal<Vec<u64>>, item: Box<dyn Fn(u64) -> AnyView>) {
    let parent = Owner::current().unwrap_or_default();
    let held = StoredValue::new_local(Vec::<Held>::new());
    // The framework uses the host again for what comes in its place, and does not know of what stands in it.
    on_cleanup(move || {
        held.try_update_value(|held| held.drain(..).for_each(|mut held| held.state.unmount()));
    });
    Effect::new(move |_| {
        let wanted = keys.get();
        if let Some(host) = host.get() {
            held.update_value(|held| {
                let before = std::mem::take(held);
                *held = bring_up_to_date(&host, &parent, before, &wanted, &item);
            });
        }
    });
}

/// As [`still_list`], in an element of its own, of keys that are words.
pub fn still_named(
    class: &'static str,
    keys: Signal<Vec<String>>,
    item: impl Fn(String) -> AnyView + 'static,
) -> AnyView {
    let host = NodeRef::<Div>::new();
    // A key's place here is its number, for as long as the list is there.
    let known = StoredValue::new(Vec::<String>::new());
    let number = move |key: String| {
        let number = known.try_update_value(|known| {
            known.iter().position(|known| *known == key).unwrap_or_else(|| {
                known.push(key);
                known.len() - 1
            })
        });
        number.unwrap_or_default() as u64
    };
    let numbers = Signal::derive(move || keys.get().into_iter().map(number).collect());
    still_list(host, numbers, move |number| item(known.with_value(|known| known[number as usize].clone())));
    view! { <div class=class node_ref=host></div> }.into_any()
}

fn bring_up_to_date(
    host: &Element,
    parent: &Owner,
    before: Vec<Held>,
    wanted: &[u64],
    item: &dyn Fn(u64) -> AnyView,
) -> Vec<Held> {
    let mut stay: Vec<Held> = Vec::with_capacity(before.len());
    let mut next = 0;
    for mut held in before {
        // What stays must stand in the order in which it stood; what does not is made anew.
        match wanted[next..].iter().position(|key| *key == held.key) {
            Some(place) => {
                next += place + 1;
                stay.push(held);
            }
            None => {
                held.state.unmount();
                held.owner.cleanup();
            }
        }
    }
    // From the end, so that each has what it stands before.
    let mut shown: Vec<Held> = Vec::with_capacity(wanted.len());
    for key in wanted.iter().rev() {
        if let Some(same) = stay.pop_if(|held| held.key == *key) {
            shown.push(same);
            continue;
        }
        let owner = parent.child();
        let mut state = owner.with(|| untrack(|| item(*key)).build());
        if !shown.last().is_some_and(|after| after.state.insert_before_this(&mut state)) {
            state.mount(host, None);
        }
        shown.push(Held { key: *key, owner, state });
    }
    shown.reverse();
    shown
}
