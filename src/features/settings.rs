//! The settings: what a person chooses once for every window of the console on this device.

use crate::context::Console;
use crate::features::model::problem;
use crate::ui::dynamic::{flag, words};
use crate::ui::edit::Edit;
use crate::ui::parts::{Button, Field, button, choice, div, paragraph, switch};
use dispatch_core::changes::Topic;
use dispatch_core::settings::{Look, Settings};
use dispatch_core::shortcut::Command;
use dispatch_core::sync::CHAT_LIMITS;
use dispatch_core::{Fact, GivenAddresses, State};
use leptos::prelude::*;

/// The id of the box for the limit.
const LIMIT: &str = "chat-limit";

/// The view's content.
pub fn settings() -> AnyView {
    let console = Console::expect();
    let mut parts: Vec<AnyView> = Look::ALL.into_iter().map(|look| look_choice(console, look)).collect();
    parts.extend([chat_limit(), server(console), kept(console), notices(console), keys(console)]);
    div("settings", parts)
}

/// Lets the page look as the person chose.
pub fn use_looks(console: Console) {
    Effect::new(move |_| {
        let Some(page) = document().document_element() else { return };
        for look in Look::ALL {
            let chosen = console.settings(|settings| settings.look(look));
            // Names and values are our own: it never fails.
            page.set_attribute(&["data-", look.key()].concat(), chosen).ok();
        }
    });
}

fn look_choice(console: Console, look: Look) -> AnyView {
    let options = look.options().iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    let chosen = words(move || console.settings(|settings| settings.look(look).to_owned()));
    choice(look.name(), options, chosen, move |chosen| console.tell(Fact::LookChosen(look, chosen)))
}

/// Where the backend is, for whoever knows better than the page.
fn server(console: Console) -> AnyView {
    let given =
        move |look: fn(&Settings) -> &String| words(move || console.settings(|settings| look(settings).clone()));
    let http = Edit::new(given(|settings| &settings.addresses.http));
    let ws = Edit::new(given(|settings| &settings.addresses.ws));
    let typed = move || GivenAddresses { http: http.typed(), ws: ws.typed() };
    let found = words(move || console.topic(Topic::Settings, |state: &State| state.address_test().to_owned()));
    let submit = move || console.tell(Fact::AddressesSubmitted(typed()));
    let labelled = |id: &'static str, name: &'static str, edit: Edit| {
        let looks = Field {
            class: "field",
            kind: "url",
            id: Some(id),
            placeholder: Some("Where the page is from"),
            described_by: Some("address-test"),
            ..Field::default()
        };
        view! { <div class="setting"><label class="label" for=id>{name}</label>{edit.view(looks, false, submit)}</div> }
            .into_any()
    };
    let quiet = || Button { class: "button", ..Button::default() };
    let buttons = vec![
        button(quiet(), "Test", move || console.tell(Fact::AddressTestRequested(typed()))),
        button(quiet(), "Save and reload", submit),
    ];
    let parts = vec![
        labelled("server-http", "Server address (HTTP)", http),
        labelled("server-ws", "Server address (WebSocket)", ws),
        div("actions-row", buttons),
        view! { <p class="help" id="address-test" role="status">{found}</p> }.into_any(),
    ];
    div("setting-group", parts)
}

/// What this device keeps of conversations.
fn kept(console: Console) -> AnyView {
    console.ask_list();
    let said = words(move || {
        let (pieces, conversations) = console.topic(Topic::Settings, |state: &State| state.listing().kept_count());
        match conversations {
            0 => "Nothing is kept on this device.".to_owned(),
            1 => format!("{pieces} messages of 1 conversation are kept on this device."),
            _ => format!("{pieces} messages of {conversations} conversations are kept on this device."),
        }
    });
    let clear =
        button(Button { class: "button", ..Button::default() }, "Clear", move || console.tell(Fact::CacheCleared));
    div("field-row", vec![paragraph("help", None, said), clear])
}

fn notices(console: Console) -> AnyView {
    let notifies = flag(move || console.settings(|settings| settings.notifies));
    let name = words(|| "Notify me of turns that end while I look elsewhere".to_owned());
    switch(name, notifies, move |on| console.tell(Fact::NotifyingChosen(on)))
}

fn keys(console: Console) -> AnyView {
    let looks = Button { class: "quiet", ..Button::default() };
    div("actions", vec![button(looks, "Keyboard shortcuts…", move || console.command(Command::Shortcuts))])
}

/// How many pieces of a conversation are kept loaded.
fn chat_limit() -> AnyView {
    let console = Console::expect();
    let edit = Edit::new(words(move || console.shell(|shell| shell.chat_limit.to_string())));
    Effect::new(move |_| {
        if let Some(input) = edit.input().get() {
            input.set_min(&CHAT_LIMITS.start().to_string());
            input.set_max(&CHAT_LIMITS.end().to_string());
        }
    });
    let submit = move || {
        let Some(typed) = edit.edited() else { return };
        let limit = typed.trim().parse::<u64>().ok().filter(|limit| CHAT_LIMITS.contains(limit));
        let Some(limit) = limit else {
            let limit = console.shell_now(|shell| shell.chat_limit);
            let (least, most) = (CHAT_LIMITS.start(), CHAT_LIMITS.end());
            return edit.refuse(format!("The limit goes from {least} to {most}. {limit} stays in force."));
        };
        console.set_chat_limit(limit);
        edit.finish();
    };
    let looks = Field {
        class: "field number",
        kind: "number",
        id: Some(LIMIT),
        described_by: Some("chat-limit-help chat-limit-problem"),
        ..Field::default()
    };
    let help = words(|| "How many messages of a conversation are kept loaded".to_owned());
    view! {
        <div class="setting">
        <label class="field-row" for=LIMIT>"Chat limit" {edit.view(looks, true, submit)}</label>
        {paragraph("help", Some("chat-limit-help"), help)}
        {problem(Some("chat-limit-problem"), edit.problem())}
        </div>
    }
    .into_any()
}
