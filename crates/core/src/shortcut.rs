//! What can be commanded from anywhere on the page, and by which keys. Keys are told by their place, not by what they type,
//! and are chosen so that neither a browser nor a text field wants them; a person may choose others.

use serde_json::{Map, Value};

/// Something that can be commanded from anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Opens the list of everything that can be done.
    Palette,
    /// Begins a new conversation.
    NewConversation,
    /// Closes the tab that is looked at.
    CloseTab,
    /// Looks at the tab after the one that is looked at; after the last comes the first.
    NextTab,
    /// Looks at the tab before it; before the first comes the last.
    PreviousTab,
    /// Goes to where the next turn begins.
    NextTurn,
    /// Goes to where this turn begins, or the one before it.
    PreviousTurn,
    /// Goes to the end of the conversation, and follows it.
    ToEnd,
    /// Finds words in the conversation.
    Find,
    /// Goes to where messages are written.
    Compose,
    /// Stops the running turn.
    Stop,
    /// Takes the conversation along as Markdown.
    ExportMarkdown,
    /// Takes the conversation along as JSON.
    ExportJson,
    /// Shows the sidebar, or puts it away.
    Sidebar,
    /// Connects now.
    Reconnect,
    /// Lists the shortcuts.
    Shortcuts,
}

/// The commands: what they are called, by which name a choice of keys is stored, and their keys until others are chosen.
const ALL: [(Command, &str, &str, &str); 16] = [
    (Command::Palette, "palette", "Find anything to do", "Ctrl+K"),
    (Command::NewConversation, "new", "New conversation", "Alt+Shift+N"),
    (Command::CloseTab, "close", "Close the tab", "Alt+Shift+W"),
    (Command::NextTab, "next-tab", "Next tab", "Alt+PageDown"),
    (Command::PreviousTab, "previous-tab", "Previous tab", "Alt+PageUp"),
    (Command::NextTurn, "next-turn", "Next turn", "Alt+Shift+J"),
    (Command::PreviousTurn, "previous-turn", "Previous turn", "Alt+Shift+K"),
    (Command::ToEnd, "to-end", "Scroll to bottom", "Alt+Shift+End"),
    (Command::Find, "find", "Find in the conversation", "Alt+Shift+F"),
    (Command::Compose, "compose", "Write a message", "Alt+Shift+M"),
    (Command::Stop, "stop", "Stop the turn", "Alt+Shift+S"),
    (Command::ExportMarkdown, "export-markdown", "Export the conversation as Markdown", ""),
    (Command::ExportJson, "export-json", "Export the conversation as JSON", ""),
    (Command::Sidebar, "sidebar", "Show or hide the sidebar", "Alt+Shift+B"),
    (Command::Reconnect, "reconnect", "Connect now", ""),
    (Command::Shortcuts, "shortcuts", "Keyboard shortcuts", "Shift+?"),
];

/// What browsers do not give away, or people miss when it is taken.
const TAKEN: [&str; 22] = [
    "Ctrl+T",
    "Ctrl+N",
    "Ctrl+W",
    "Ctrl+Shift+T",
    "Ctrl+Shift+N",
    "Ctrl+Shift+W",
    "Ctrl+Tab",
    "Ctrl+Shift+Tab",
    "Ctrl+L",
    "Ctrl+R",
    "Ctrl+P",
    "Ctrl+F",
    "Ctrl+C",
    "Ctrl+V",
    "Ctrl+X",
    "Ctrl+A",
    "Ctrl+Z",
    "Ctrl+Shift+Z",
    "Ctrl+Y",
    "Alt+F4",
    "Ctrl+Q",
    "Alt+D",
];

impl Command {
    /// All of them, in the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(command, ..)| *command)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        self.line().2
    }

    fn key(self) -> &'static str {
        self.line().1
    }

    fn line(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        ALL.iter().find(|(command, ..)| *command == self).unwrap_or(&ALL[0])
    }
}

/// A pressed key with what is held beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys<'a> {
    /// The key's place, as browsers name it: `KeyN`, `PageUp`.
    pub code: &'a str,
    /// What it types.
    pub key: &'a str,
    /// Alt, or Option.
    pub alt: bool,
    /// Control, or Command.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Whether what has the focus takes letters.
    pub is_typing: bool,
}

impl Keys<'_> {
    /// As they are written: `Alt+Shift+N`. Nothing for a key that is only held beside others.
    pub fn written(self) -> String {
        if matches!(self.key, "Alt" | "Control" | "Meta" | "Shift" | "AltGraph" | "Dead" | "Process" | "Unidentified") {
            return String::new();
        }
        let place = self.code.strip_prefix("Key").or(self.code.strip_prefix("Digit")).unwrap_or(self.code);
        let is_question = self.key == "?";
        let place = if is_question { "?" } else { place };
        let mut written = String::new();
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift || is_question, "Shift+")] {
            if held {
                written.push_str(name);
            }
        }
        written.push_str(place);
        written
    }
}

/// Which keys command what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortcuts {
    /// What the person chose, as it is written; nothing for a command that shall have no keys.
    chosen: Vec<(Command, String)>,
}

impl Shortcuts {
    /// The keys of a command, as they are written; nothing if it has none.
    pub fn of(&self, command: Command) -> &str {
        let chosen = self.chosen.iter().find(|(chosen, _)| *chosen == command);
        chosen.map_or(command.line().3, |(_, keys)| keys)
    }

    /// What these keys mean, if anything.
    pub fn meant_by(&self, keys: Keys<'_>) -> Option<Command> {
        let written = keys.written();
        if written.is_empty() || (keys.is_typing && types(&written)) {
            return None;
        }
        Command::all().find(|command| self.of(*command) == written)
    }

    /// Why a command cannot have these keys, in words.
    pub fn refusal(&self, command: Command, written: &str) -> Option<String> {
        if types(written) && written != command.line().3 {
            return Some("A shortcut needs Ctrl, Alt or a function key, so that it types nothing.".to_owned());
        }
        if written.contains("Ctrl+Alt+") {
            return Some("Ctrl with Alt types letters on many keyboards.".to_owned());
        }
        if TAKEN.contains(&written) {
            return Some(format!("{written} belongs to the browser."));
        }
        let other = Command::all().find(|other| *other != command && self.of(*other) == written)?;
        Some(format!("{written} is: {}.", other.name()))
    }

    /// Gives a command other keys, or none.
    pub(crate) fn choose(&mut self, command: Command, written: &str) {
        self.chosen.retain(|(chosen, _)| *chosen != command);
        if written != command.line().3 {
            self.chosen.push((command, written.to_owned()));
        }
    }

    /// Gives every command its first keys back.
    pub(crate) fn reset(&mut self) {
        self.chosen.clear();
    }

    /// The stored form: the chosen keys by the commands' names.
    pub(crate) fn to_stored(&self) -> Value {
        let chosen = self.chosen.iter().map(|(command, keys)| (command.key().to_owned(), Value::from(keys.as_str())));
        Value::Object(Map::from_iter(chosen))
    }

    /// Reads what was stored. Commands that are not known, and keys that cannot be had, are left out.
    pub(crate) fn from_stored(stored: &Value) -> Self {
        let mut shortcuts = Self::default();
        for command in Command::all() {
            let keys = stored.get(command.key()).and_then(Value::as_str);
            if let Some(keys) = keys.filter(|keys| keys.is_empty() || shortcuts.refusal(command, keys).is_none()) {
                shortcuts.choose(command, keys);
            }
        }
        shortcuts
    }
}

/// Whether keys would write something, or move in what is written.
fn types(written: &str) -> bool {
    let last = written.rsplit('+').next().unwrap_or_default();
    let is_function = last.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok());
    !written.contains("Ctrl+") && !written.contains("Alt+") && !is_function
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alt(code: &str) -> Keys<'_> {
        Keys { code, alt: true, ..Keys::default() }
    }

    #[test]
    fn only_the_whole_shortcut_is_one() {
        let shortcuts = Shortcuts::default();
        assert_eq!(shortcuts.meant_by(alt("PageDown")), Some(Command::NextTab));
        assert_eq!(shortcuts.meant_by(alt("PageUp")), Some(Command::PreviousTab));
        assert_eq!(shortcuts.meant_by(Keys { shift: true, ..alt("KeyN") }), Some(Command::NewConversation));
        assert_eq!(shortcuts.meant_by(Keys { shift: true, ..alt("KeyW") }), Some(Command::CloseTab));
        assert_eq!(
            shortcuts.meant_by(Keys { code: "KeyK", ctrl: true, is_typing: true, ..Keys::default() }),
            Some(Command::Palette)
        );
        let others = [
            alt("KeyN"),
            Keys { alt: false, ..alt("PageDown") },
            Keys { ctrl: true, ..alt("PageDown") },
            alt("KeyX"),
            Keys { code: "AltLeft", key: "Alt", ..alt("") },
        ];
        for keys in others {
            assert_eq!(shortcuts.meant_by(keys), None, "{keys:?}");
        }
        assert_eq!(shortcuts.of(Command::CloseTab), "Alt+Shift+W");
    }

    #[test]
    fn a_question_mark_is_one_wherever_it_stands_but_not_while_something_is_written() {
        let shortcuts = Shortcuts::default();
        for code in ["Slash", "Minus"] {
            let asked = Keys { code, key: "?", shift: true, ..Keys::default() };
            assert_eq!(shortcuts.meant_by(asked), Some(Command::Shortcuts));
            assert_eq!(shortcuts.meant_by(Keys { is_typing: true, ..asked }), None);
        }
    }

    #[test]
    fn keys_can_be_chosen_but_not_those_of_others() {
        let mut shortcuts = Shortcuts::default();
        let refused = |shortcuts: &Shortcuts, keys: &str| shortcuts.refusal(Command::Find, keys);
        for keys in ["A", "Shift+A", "Enter", "Ctrl+Alt+F", "Ctrl+W", "Alt+Shift+N"] {
            assert!(refused(&shortcuts, keys).is_some(), "{keys}");
        }
        assert_eq!(refused(&shortcuts, "Alt+Shift+N").as_deref(), Some("Alt+Shift+N is: New conversation."));
        for keys in ["Alt+Shift+F", "Ctrl+Shift+F", "F4", "Alt+7"] {
            assert_eq!(refused(&shortcuts, keys), None, "{keys}");
        }
        shortcuts.choose(Command::Find, "F4");
        assert_eq!(shortcuts.meant_by(Keys { code: "F4", ..Keys::default() }), Some(Command::Find));
        assert_eq!(shortcuts.meant_by(Keys { shift: true, ..alt("KeyF") }), None, "the old keys are free");
        assert_eq!(Shortcuts::from_stored(&shortcuts.to_stored()), shortcuts);
        shortcuts.choose(Command::Find, "");
        assert_eq!(Shortcuts::from_stored(&shortcuts.to_stored()).of(Command::Find), "");
        shortcuts.reset();
        assert_eq!(shortcuts, Shortcuts::default());
    }

    #[test]
    fn every_command_has_a_name_and_keys_of_its_own() {
        let shortcuts = Shortcuts::default();
        for command in Command::all() {
            assert!(!command.name().is_empty() && !command.key().is_empty());
            let keys = shortcuts.of(command);
            assert!(keys.is_empty() || shortcuts.refusal(command, keys).is_none(), "{command:?}");
        }
    }
}
