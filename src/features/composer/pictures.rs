//! Pictures that go with the next message: pasted, dropped or picked, seen before they go, and taken away again.

use crate::context::{Console, files_in};
use crate::ui::dynamic::{list, words};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Button, button};
use dispatch_core::Fact;
use dispatch_core::pictures::{KINDS, refusal};
use leptos::html::Input;
use leptos::prelude::*;
use web_sys::FileList;

/// Files that somebody gave.
pub(super) struct Given {
    pub(super) console: Console,
    pub(super) files: FileList,
}

/// Takes pictures in; anything else is refused in words.
pub(super) fn take(given: Given) {
    let Given { console, files } = given;
    let (conversation, held) = console.shell_now(|shell| (shell.focused.clone(), shell.stage.attached.len()));
    for place in 0..files.length() {
        let Some(file) = files.get(place) else { continue };
        let (name, kind) = (file.name(), file.type_());
        let conversation = conversation.clone();
        match refusal(&name, &kind, file.size(), held + place as usize) {
            Some(words) => console.tell(Fact::PictureGiven { conversation, name, kind, picture: Err(words) }),
            None => console.read_picture(conversation, file, name, kind),
        }
    }
}

/// The pictures that go with the next message.
pub(super) fn attached(console: Console) -> AnyView {
    let places = Signal::derive(move || {
        let count = console.shell(|shell| shell.stage.attached.len());
        (0..count as u64).collect::<Vec<u64>>()
    });
    let one = move |place: u64| {
        let place = place as usize;
        let name = words(move || {
            let name = console.shell(|shell| shell.stage.attached.get(place).cloned()).unwrap_or_default();
            if name.is_empty() { "Picture".to_owned() } else { name }
        });
        // Those after one that was taken away move up.
        let address = words(move || {
            console.shell(|shell| shell.stage.attached.len());
            console.attached(place)
        });
        let looks = Button {
            class: "icon-button",
            name: Some(words(move || ["Remove ", &name.get()].concat())),
            ..Button::default()
        };
        let remove = button(looks, icon(Icon::Cross), move || {
            console.tell(Fact::PictureRemoved(place));
            super::focus_composer();
        });
        view! { <li class="attached"><img src=address alt=name title=name/>{remove}</li> }.into_any()
    };
    view! { <ul class="attached-list" role="list" aria-label="Pictures for the next message">{list(places, one)}</ul> }
        .into_any()
}

/// A button that lets the person pick pictures.
pub(super) fn picker(console: Console) -> AnyView {
    let input = NodeRef::<Input>::new();
    let pick = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let picked = move |_| {
        if let Some(input) = input.get_untracked() {
            if let Some(files) = input.files() {
                take(Given { console, files });
            }
            // So that the same file can be picked again.
            input.set_value("");
            super::focus_composer();
        }
    };
    let looks =
        Button { class: "icon-button", name: Some(words(|| "Attach pictures".to_owned())), ..Button::default() };
    view! {
        <input type="file" class="visually-hidden" accept=KINDS.join(",") multiple="multiple" tabindex="-1" aria-hidden="true" node_ref=input on:change=picked/>
        {button(looks, icon(Icon::Picture), pick)}
    }
    .into_any()
}

/// Whether something that was pasted or dropped holds files.
pub(super) fn files_of(data: Option<web_sys::DataTransfer>) -> Option<FileList> {
    files_in(data)
}
