//! A list whose items stay where they are. The framework's own takes every item that stays out of the document and puts it
//! back when more than one is put before it: whatever had the focus or was selected is lost, and the browser loses hold of
//! what is read.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::tachys::view::{Mountable, Render};
use web_sys::Element;

/// How many items belong to one room.
const ROOM: usize = 64;

/// An item that stands in the document.
struct Held {
    key: u64,
    /// The place of its room.
    room: usize,
    owner: Owner,
    state: <AnyView as Render>::State,
}

/// Whom the items of a list belong to. An owner remembers all who ever belonged to it, those that are gone as well, until
/// it is cleaned up. Were that the list's own, an hour of rows that come and go would stay in memory. So items belong to
/// rooms, and a room that everybody has left is cleaned up and used again.
struct Rooms {
    list: Owner,
    all: Vec<Owner>,
    /// The place of the one that is being filled, and how many have belonged to it.
    open: (usize, usize),
}

impl Rooms {
    fn of(list: Owner) -> Self {
        Self { list, all: Vec::new(), open: (0, ROOM) }
    }

    /// Someone new, and the place of their room. `is_left` knows in which rooms nobody is.
    fn let_in(&mut self, is_left: impl Fn(usize) -> bool) -> (usize, Owner) {
        if self.open.1 == ROOM {
            let left = (0..self.all.len()).find(|room| is_left(*room));
            let room = left.unwrap_or(self.all.len());
            match left {
                Some(room) => self.all[room].cleanup(),
                None => self.all.push(self.list.child()),
            }
            self.open = (room, 0);
        }
        self.open.1 += 1;
        (self.open.0, self.all[self.open.0].child())
    }
}

/// Shows an item for each key, in their order, as all that stands in `host`. An item that stays is not touched.
pub fn still_list(host: NodeRef<Div>, keys: Signal<Vec<u64>>, item: impl Fn(u64) -> AnyView + 'static) {
    still_list_boxed(host, keys, Box::new(item));
}

fn still_list_boxed(host: NodeRef<Div>, keys: Signal<Vec<u64>>, item: Box<dyn Fn(u64) -> AnyView>) {
    let rooms = StoredValue::new_local(Rooms::of(Owner::current().unwrap_or_default()));
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
                rooms.update_value(|rooms| *held = bring_up_to_date(&host, rooms, before, &wanted, &item));
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
    rooms: &mut Rooms,
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
        let (room, owner) = rooms.let_in(|room| stay.iter().chain(&shown).all(|held| held.room != room));
        let mut state = owner.with(|| untrack(|| item(*key)).build());
        if !shown.last().is_some_and(|after| after.state.insert_before_this(&mut state)) {
            state.mount(host, None);
        }
        shown.push(Held { key: *key, room, owner, state });
    }
    shown.reverse();
    shown
}
