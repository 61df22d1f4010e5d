//! Everything that can be done, found by a few letters: commands, open tabs, other conversations, models, and how the page
//! looks.

use crate::models::parts;
use crate::order;
use crate::settings::Look;
use crate::shortcut::Command;
use crate::state::State;
use crate::{ConversationId, Fact};
use dispatch_contract::ReasoningEffort;

/// So many are listed at most: whoever does not find it among them types another letter.
pub const MOST: usize = 50;

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What kind of thing it is, in a word.
    pub group: &'static str,
    /// What it is, in words.
    pub words: String,
    /// Its shortcut, as it is written; nothing if it has none.
    pub keys: String,
    /// What choosing it does.
    pub action: Action,
}

/// What choosing something does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A command, which whoever it concerns carries out.
    Command(Command),
    /// A fact for the core.
    Tell(Box<Fact>),
    /// Shows a view of the sidebar.
    View(&'static str),
}

impl State {
    /// What can be done and fits what was typed, best first. `views` are those of the sidebar, `lower` writes a text in small
    /// letters.
    pub fn palette(&self, typed: &str, views: &[&'static str], lower: &dyn Fn(&str) -> String) -> Vec<Item> {
        let typed = lower(typed.trim());
        let mut found: Vec<(u32, Item)> = Vec::new();
        for item in self.everything(views) {
            let words = lower(&[item.group, " ", &item.words].concat());
            if let Some(rank) = rank(&words, &typed, item.group.len() + 1) {
                found.push((rank, item));
            }
        }
        order::sort(&mut found, |(a, _), (b, _)| a.cmp(b));
        found.truncate(MOST);
        found.into_iter().map(|(_, item)| item).collect()
    }

    fn everything(&self, views: &[&'static str]) -> Vec<Item> {
        let item = |group, words: &str, action| Item { group, words: words.to_owned(), keys: String::new(), action };
        let tell = |group, words: &str, fact| item(group, words, Action::Tell(Box::new(fact)));
        let mut items = Vec::new();
        for command in Command::all().filter(|command| *command != Command::Palette && self.can(*command)) {
            let keys = self.settings().shortcuts.of(command).to_owned();
            items.push(Item { keys, ..item("Do", command.name(), Action::Command(command)) });
        }
        let tabs: Vec<&ConversationId> = self.tabs().order().collect();
        for id in &tabs {
            let title = self.conversation(id).map(|open| open.title()).unwrap_or_default();
            items.push(tell("Tab", &title, Fact::TabSelected((*id).clone())));
        }
        for (id, title) in self.listing().titles() {
            if !tabs.contains(&id) {
                items.push(tell("Conversation", title, Fact::ConversationChosen(id.clone())));
            }
        }
        items.extend(views.iter().map(|view| item("View", view, Action::View(view))));
        for name in self.models().names().iter().filter(|name| self.model() != Some(name)) {
            let (credential, model) = parts(name);
            let words = if model.is_empty() { name.clone() } else { [model, " · ", credential].concat() };
            items.push(tell("Model", &words, Fact::ModelChosen(name.clone())));
        }
        for level in ReasoningEffort::KNOWN {
            items.push(tell("Effort", level.as_str(), Fact::EffortChosen(level.as_str().to_owned())));
        }
        for look in Look::ALL {
            for (value, words) in look.options().iter().filter(|(value, _)| self.settings().look(look) != *value) {
                let words = [look.name(), ": ", words].concat();
                items.push(tell("Look", &words, Fact::LookChosen(look, (*value).to_owned())));
            }
        }
        items
    }

    /// Whether a command does anything now.
    fn can(&self, command: Command) -> bool {
        match command {
            Command::Stop => self.focused().is_some_and(|open| open.transcript.is_generating()) && self.can_stop(),
            Command::CloseTab => self.tabs().active().is_some(),
            Command::Reconnect => self.connection().open_socket().is_none(),
            Command::NextTurn | Command::PreviousTurn | Command::ToEnd | Command::Find => self.has_rows(),
            Command::ExportMarkdown | Command::ExportJson => self.has_rows(),
            Command::Palette
            | Command::NewConversation
            | Command::NextTab
            | Command::PreviousTab
            | Command::Compose
            | Command::Sidebar
            | Command::Shortcuts => true,
        }
    }

    fn has_rows(&self) -> bool {
        self.focused().is_some_and(|open| !open.row_keys().is_empty())
    }
}

/// How well `words` fit what was typed, from 0; `None`: not at all. What stands after `named` counts more than the word for
/// its group before.
fn rank(words: &str, typed: &str, named: usize) -> Option<u32> {
    let name = words.get(named..).unwrap_or_default();
    if name.starts_with(typed) {
        return Some(0);
    }
    let begins = |part: &str| words.split_whitespace().any(|word| word.starts_with(part));
    if typed.split_whitespace().all(begins) {
        return Some(1);
    }
    if typed.split_whitespace().all(|part| words.contains(part)) {
        return Some(2);
    }
    // Letters in their order, as people abbreviate.
    let mut rest = name.chars();
    typed.chars().filter(|letter| !letter.is_whitespace()).all(|letter| rest.any(|other| other == letter)).then_some(3)
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn beginnings_come_first_and_abbreviations_last() {
        let rank = |typed: &str| rank("do close the tab", typed, 3);
        assert_eq!(rank(""), Some(0));
        assert_eq!(rank("clo"), Some(0));
        assert_eq!(rank("tab clo"), Some(1));
        assert_eq!(rank("do tab"), Some(1));
        assert_eq!(rank("ose"), Some(2));
        assert_eq!(rank("ctb"), Some(3));
        assert_eq!(rank("zebra"), None);
    }
}
