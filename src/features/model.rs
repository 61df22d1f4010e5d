//! The model view: what the messages of this conversation are sent with, and where the agent works.

use crate::context::Console;
use crate::ui::dynamic::{per_key, words};
use crate::ui::edit::Edit;
use crate::ui::parts::{Button, Field, button, choice, div, paragraph};
use dispatch_core::changes::Topic;
use dispatch_core::models::parts;
use dispatch_core::setup::{Setup, efforts};
use dispatch_core::{Fact, State};
use leptos::prelude::*;

/// The id of what stands below the folder.
const CWD_PROBLEM: &str = "cwd-problem";

/// The view's content: a credential, one of the models that it may use, how much is thought, and the folder.
pub fn model() -> AnyView {
    let console = Console::expect();
    // What can be chosen is made anew when other models are offered, or another credential's.
    let shown = words(move || {
        console.models(|models| [models.credentials(&used(console)), models.beside(&used(console))].concat().join("\n"))
    });
    // A folder that is being typed is for the conversation that was looked at.
    let focused = words(move || console.shell(|shell| shell.focused.to_string()));
    let cold = words(move || {
        let starts_cold = console.shell(|shell| shell.stage.starts_cold);
        if starts_cold { STARTS_COLD } else { "" }.to_owned()
    });
    let parts = vec![
        per_key(shown, move |_| choices(console)),
        effort(console),
        paragraph("help", None, cold),
        per_key(focused, move |_| cwd(console)),
    ];
    div("choices", parts)
}

/// What another model or effort does to the prompt cache.
const STARTS_COLD: &str =
    "The next message reads the whole prompt again: what is cached belongs to one model and one effort.";

/// Looks at what the turns of the conversation in view are run with.
pub(super) fn setup<T: Default>(console: Console, look: impl FnOnce(&Setup) -> T) -> T {
    console.topic(Topic::Setup, |state: &State| state.focused().map(|focused| look(&focused.setup)).unwrap_or_default())
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
                let model = Some(parts(&name).1).filter(|model| !model.is_empty()).unwrap_or(&name);
                let label = [model, mark].concat();
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

fn effort(console: Console) -> AnyView {
    let in_use = move || setup(console, |setup| setup.effort_shown().to_owned());
    // One that only a newer backend knows is to be chosen while it is in use.
    let offered = words(move || efforts(&in_use()).into_iter().map(|(level, _)| level).collect::<Vec<_>>().join(" "));
    let refusal = words(move || setup(console, |setup| setup.effort.refusal().unwrap_or_default().to_owned()));
    let select = move |_| {
        let levels = efforts(&untrack(in_use));
        let choose = move |level| console.tell(Fact::EffortChosen(level));
        choice("Reasoning effort", levels, words(in_use), choose)
    };
    div("setting", vec![per_key(offered, select), problem(None, refusal)])
}

fn cwd(console: Console) -> AnyView {
    let value = words(move || setup(console, |setup| setup.cwd.shown().unwrap_or_default().to_owned()));
    let refusal = words(move || setup(console, |setup| setup.cwd.refusal().unwrap_or_default().to_owned()));
    let edit = Edit::new(value);
    let sent = StoredValue::new(String::new());
    let submit = move || {
        if let Some(typed) = edit.edited() {
            sent.set_value(typed.clone());
            console.tell(Fact::CwdSubmitted(typed));
            edit.finish();
        }
    };
    // A path that was refused is long, and often one letter away from the right one.
    Effect::new(move |_| {
        let is_refused = !refusal.with(String::is_empty);
        let typed = sent.get_value();
        if is_refused && !typed.is_empty() {
            edit.bring_back(&typed);
        }
    });
    let looks = Field {
        class: "field",
        kind: "text",
        id: Some("cwd"),
        placeholder: Some("Not set"),
        described_by: Some(CWD_PROBLEM),
        ..Field::default()
    };
    let set = button(Button { class: "button", ..Button::default() }, "Set", submit);
    view! {
        <div class="setting">
            <label class="label" for="cwd">"Working directory"</label>
            <div class="field-row">{edit.view(looks, false, submit)} {set}</div>
            {problem(Some(CWD_PROBLEM), refusal)}
        </div>
    }
    .into_any()
}

/// Why something was refused, told when it is.
pub(super) fn problem(id: Option<&'static str>, words: Signal<String>) -> AnyView {
    view! { <div aria-live="polite">{paragraph("problem-note", id, words)}</div> }.into_any()
}
