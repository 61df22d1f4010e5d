//! The model view: which model the messages of this conversation are sent with.

use crate::context::Console;
use crate::ui::dynamic::{per_key, words};
use crate::ui::parts::{choice, div, paragraph};
use dispatch_core::models::parts;
use leptos::prelude::*;

/// The view's content: a credential, and one of the models that it may use.
pub fn model() -> AnyView {
    let console = Console::expect();
    // What can be chosen is made anew when other models are offered, or another credential's.
    let shown = words(move || {
        console.models(|models| [models.credentials(&used(console)), models.beside(&used(console))].concat().join("\n"))
    });
    per_key(shown, move |_| choices(console))
}

fn choices(console: Console) -> AnyView {
    let in_use = untrack(|| used(console));
    if in_use.is_empty() {
        return paragraph("note", None, words(|| "The backend has not told which models it has.".to_owned()));
    }
    let (credentials, models) = untrack(|| {
        console.models(|models| {
            let label = |name: String| {
                let mark = if models.offers(&name) { "" } else { " (unavailable)" };
                let label = [parts(&name).1, mark].concat();
                (name, label)
            };
            (models.credentials(&in_use), models.beside(&in_use).into_iter().map(label).collect())
        })
    });
    let credentials = credentials.into_iter().map(|name| (name.clone(), name)).collect();
    let credential =
        choice("Credential", credentials, words(move || parts(&used(console)).0.to_owned()), move |credential| {
            let first = untrack(|| console.models(|models| models.first_of(&credential).map(str::to_owned)));
            first.into_iter().for_each(|first| console.choose_model(first));
        });
    let model = choice("Model", models, words(move || used(console)), move |model| console.choose_model(model));
    div("choices", vec![credential, model])
}

fn used(console: Console) -> String {
    console.shell(|shell| shell.stage.model.clone()).unwrap_or_default()
}
