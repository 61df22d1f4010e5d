//! The model view: which model the messages of this conversation are sent with.

use crate::context::Console;
use crate::ui::dynamic::{per_key, words};
use crate::ui::parts::{choice, div, paragraph};
use leptos::prelude::*;

/// The view's content: a credential, and one of the models that it may use. Names are `<credential>/<model>`.
pub fn model() -> AnyView {
    let console = Console::expect();
    let offered = words(move || console.models().join("\n"));
    // What can be chosen is made anew when other models are offered, or another credential's.
    let shown = words(move || format!("{}\n{}", credential_of(&chosen(console)), offered.get()));
    let choices = move |shown: String| {
        let mut names = shown.lines();
        let credential = names.next().unwrap_or_default().to_owned();
        let names: Vec<String> = names.map(str::to_owned).collect();
        let mut credentials: Vec<String> = names.iter().map(|name| credential_of(name)).collect();
        credentials.dedup();
        let models: Vec<String> =
            names.iter().filter(|name| credential_of(name) == credential).map(|name| model_of(name)).collect();
        if names.is_empty() {
            return paragraph("note", None, words(|| "The backend has not told which models it has.".to_owned()));
        }
        let first_of = move |credential: String| {
            names.iter().find(|name| credential_of(name) == credential).cloned().unwrap_or_default()
        };
        let of_credential = credential.clone();
        div(
            "choices",
            vec![
                choice("Credential", credentials, words(move || credential_of(&chosen(console))), move |credential| {
                    console.choose_model(first_of(credential));
                }),
                choice("Model", models, words(move || model_of(&chosen(console))), move |model| {
                    let slash = if of_credential.is_empty() { "" } else { "/" };
                    console.choose_model([&of_credential, slash, &model].concat());
                }),
            ],
        )
    };
    per_key(shown, choices)
}

fn chosen(console: Console) -> String {
    console.shell(|shell| shell.stage.model.clone()).unwrap_or_default()
}

/// The part before the first slash.
fn credential_of(name: &str) -> String {
    name.split_once('/').map_or("", |(credential, _)| credential).to_owned()
}

/// The part after the first slash.
fn model_of(name: &str) -> String {
    name.split_once('/').map_or(name, |(_, model)| model).to_owned()
}
